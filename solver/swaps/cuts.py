"""What rules out a choice of handovers that the verifier refused, and every other choice with the same fault."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from models import ConsecutiveDays, NewcomerAlone, SkillMix
from solver.verify.bearers import overlaps, rest_is_short, span_of, spans, travel_is_short
from solver.verify.days import counts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from models import Violation
    from solver.swaps.market import Offer
    from solver.swaps.standing import Need, Standing
    from solver.swaps.verdict import Move
    from solver.verify.facts import Duty

MENDABLE = frozenset({"consecutive_days", "days_off", "own_post_first", "pin"})
"""Rules that further duties may mend; the others a bearer breaks whenever certain duties are among theirs."""


@dataclass(frozen=True)
class Cut:
    """A sum over offers, each 1 when it is brought about, that may not exceed a side."""

    weights: tuple[tuple[int, int], ...]
    side: int


class Cuts:
    """Makes cuts for one market.

    Parameters
    ----------
    standing
        The roster.
    offers
        Of the market.
    """

    def __init__(self, standing: Standing, offers: Sequence[Offer]) -> None:
        self._standing = standing
        self._offers = offers
        longest_only = all(
            r.minimum is None for r in standing.problem.rules if isinstance(r, ConsecutiveDays)
        )
        self._mendable = MENDABLE - {"consecutive_days"} if longest_only else MENDABLE
        self._of_post: defaultdict[tuple[str, str, int], list[int]] = defaultdict(list)
        self._of_need: defaultdict[Need, set[int]] = defaultdict(set)
        self._of_holder: defaultdict[str, set[int]] = defaultdict(set)
        for k, offer in enumerate(offers):
            self._of_post[offer.held.shift, offer.held.role, offer.held.index].append(k)
            self._of_need[offer.need].add(k)
            self._of_holder[offer.held.assignee].add(k)
            self._of_holder[offer.to].add(k)

    def known(self) -> list[Cut]:
        """Return what can be said before any choice: what one assignee with several wishes can't bear at once.

        The rest, and what depends on others, is found out choice by choice.
        """
        found: list[Cut] = []
        for name, touching in self._of_holder.items():
            offers = [self._offers[k] for k in touching]
            needs = sorted({offer.need for offer in offers})
            if len({offer.taker for offer in offers if offer.to == name}) > 1:
                found += [cut for clique in self._cliques(needs) for cut in self._one_of(name, clique)]
                found += self._limits(name, needs)
        return found

    def _cliques(self, needs: Sequence[Need]) -> list[list[Need]]:
        """Return sets of needs of which nobody bears two, that together cover every such pair."""
        duties = self._standing.facts.duties
        order = sorted(needs, key=lambda need: (duties[need].start, need))
        apart = [
            [later for later in range(k + 1, len(order)) if self._collide(duties[one], duties[order[later]])]
            for k, one in enumerate(order)
        ]
        sets = [set(row) for row in apart]
        cliques = []
        covered: set[tuple[int, int]] = set()
        for one, row in enumerate(apart):
            for two in row:
                if (one, two) in covered:
                    continue
                clique = [one, two]
                for need in row:
                    if need > two and all(need in sets[member] for member in clique):
                        clique.append(need)
                covered.update(combinations(clique, 2))
                cliques.append([order[member] for member in clique])
        return cliques

    def _collide(self, earlier: Duty, later: Duty) -> bool:
        facts = self._standing.facts
        return (
            overlaps(earlier, later)
            or travel_is_short(facts, earlier, later)
            or rest_is_short(facts, earlier, later)
        )

    def _limits(self, name: str, needs: Sequence[Need]) -> list[Cut]:
        """Return the limits on what an assignee bears in one day or week, where they are kept now."""
        facts = self._standing.facts
        line = self._standing.line_without(name, ())
        found = []
        for rule in facts.limit_rules:
            if rule.bearers and name not in rule.bearers:
                continue
            weighed: defaultdict[dt.date, dict[Need, int]] = defaultdict(dict)
            for need in needs:
                duty = facts.duties[need]
                if counts(rule, duty):
                    weight = 1 if rule.measure == "duties" else duty.minutes
                    weighed[span_of(rule, duty.date)][need] = weight
            for first, weights in weighed.items():
                counted = [
                    d for d in line if counts(rule, d) and spans(rule, d) and span_of(rule, d.date) == first
                ]
                carried = sum(1 if rule.measure == "duties" else d.minutes for d in counted)
                if carried <= rule.maximum:
                    found.append(self._balance(name, weights, rule.maximum - carried))
        return found

    def _one_of(self, name: str, needs: Sequence[Need]) -> list[Cut]:
        held = sum((a.shift, a.role) in needs for a in self._standing.of.get(name, ()))
        return [self._balance(name, dict.fromkeys(needs, 1), 1 - held)] if held <= 1 else []

    def _balance(self, name: str, weights: Mapping[Need, int], room: int) -> Cut:
        """Let what somebody gets exceed what they give by no more than there is room."""
        found: defaultdict[int, int] = defaultdict(int)
        for need, weight in weights.items():
            for k in self._of_need[need] & self._of_holder[name]:
                found[k] += weight if self._offers[k].to == name else -weight
        return Cut(tuple(sorted(found.items())), room)

    def against_violation(self, violation: Violation, chosen: Collection[int]) -> Cut:
        """Return what keeps a violation from coming about again."""
        bearer, standing = violation.bearer, self._standing
        if bearer and violation.rule not in self._mendable:
            return self._not_together(standing.carriers(bearer), set(violation.shifts), chosen)
        touching = {k for name in standing.carriers(bearer) for k in self._of_holder[name]}
        if violation.rule == "own_post_first":
            facts = standing.facts
            for need in self._needs_of(violation.shifts):
                touching |= self._of_need[need]
                for owner in facts.owners.get((need[1], facts.duties[need].site), ()):
                    touching |= {k for n in standing.carriers(owner.id) for k in self._of_holder[n]}
        elif not bearer:
            touching = set(range(len(self._offers)))
        return _not_just_these(touching, chosen)

    def against_worse(self, need: Need, chosen: Collection[int]) -> Cut:
        """Return what keeps a need from getting the same holders again."""
        return _not_just_these(self._of_need[need], chosen)

    def _needs_of(self, shifts: Iterable[str]) -> list[Need]:
        by_id = self._standing.problem.shift_by_id
        return [(s, need.role) for s in shifts for need in by_id[s].needs]

    def _not_together(self, holders: Sequence[str], shifts: set[str], chosen: Collection[int]) -> Cut:
        """Let not all of the duties that some holders now have in some shifts be theirs."""
        weights: defaultdict[int, int] = defaultdict(int)
        gone = {id(self._offers[k].held) for k in chosen}
        side = -1
        for holder in holders:
            for held in self._standing.of.get(holder, ()):
                if held.shift in shifts and id(held) not in gone:
                    for k in self._of_post[held.shift, held.role, held.index]:
                        weights[k] -= 1
            come = {
                (o.held.shift, o.held.role, o.held.index)
                for o in (self._offers[k] for k in chosen)
                if o.to == holder and o.held.shift in shifts
            }
            for post in sorted(come):
                side += 1
                for k in self._of_post[post]:
                    if self._offers[k].to == holder:
                        weights[k] += 1
        return Cut(tuple(sorted(weights.items())), side)


def _not_just_these(touching: Collection[int], chosen: Collection[int]) -> Cut:
    """Rule out one choice among the offers that can make a difference."""
    here = sorted(touching)
    taken = set(chosen)
    weights = tuple((k, 1 if k in taken else -1) for k in here)
    return Cut(weights, sum(k in taken for k in here) - 1)


def worse_needs(standing: Standing, moved: Iterable[Move]) -> list[Need]:
    """Return the needs at which `SkillMix` or `NewcomerAlone` costs more when some posts change hands."""
    moves = list(moved)
    gone = {id(old) for old, _ in moves}
    come: defaultdict[Need, list[str]] = defaultdict(list)
    for _, new in moves:
        come[new.shift, new.role].append(new.assignee)
    worse = []
    for need, names in come.items():
        here = standing.at[need]
        was = _mix(standing, need, [held.assignee for held in here])
        stays = [held.assignee for held in here if id(held) not in gone]
        if any(
            after > before for before, after in zip(was, _mix(standing, need, stays + names), strict=True)
        ):
            worse.append(need)
    return worse


def _mix(standing: Standing, need: Need, names: Iterable[str]) -> list[int]:
    """Return how far each rule about who stands together is from being kept."""
    facts = standing.facts
    duty = facts.duties[need]
    persons = [facts.people[n] for n in names if n in facts.people]
    found = []
    for rule in standing.problem.rules:
        if isinstance(rule, SkillMix) and rule.role == duty.role:
            skilled = sum(p.qualified(rule.qualification, duty.date) for p in persons)
            found.append(max(0, min(rule.at_least, duty.target) - skilled))
        elif isinstance(rule, NewcomerAlone) and rule.role == duty.role:
            found.append(int(bool(persons) and all(p.newcomer for p in persons)))
    return found

"""What some handovers break and cost, judged by the verifier on the little that they touch.

The verifier is asked twice, about the duties as they stand and as they would be, in an excerpt of the
problem in which everything that the handovers can change is whole. What it finds before as well is not
their doing.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from models import (
    HARD_RULES,
    Absence,
    Assignment,
    Difference,
    Fairness,
    LevelDifference,
    PastDuty,
    Preference,
    Roster,
    Scope,
    Violation,
)
from solver.verify import Verifier
from solver.verify.fairness import fairness_cost, groups, openings, steps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from models import Problem
    from solver.swaps.standing import Standing
    from solver.verify import LevelValue

RULES = tuple(rule for rule in HARD_RULES if rule != "pin")
"""What the verifier is asked; who may move what is pinned is asked before."""

LESS_IS_BETTER = {"duty_limit", "weekends"}
"""Rules of which a violation that names fewer shifts than before is no new one."""


Move = tuple[Assignment, Assignment]
"""A post as it is held before and after."""

Change = tuple[Assignment | None, Assignment | None]
"""The same, where it may be open before or afterwards."""

Terms = dict[str, dict[str, int]]
"""The named terms of each level."""

RowT = TypeVar("RowT", PastDuty, Absence, Preference)


class Verdict(NamedTuple):
    """What some moves break anew, and how the levels differ."""

    violations: tuple[Violation, ...]
    levels: tuple[LevelDifference, ...]


class Judge:
    """Judges handovers, and other changes of who holds what, in one standing roster.

    Parameters
    ----------
    standing
        The roster.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        problem = standing.problem
        everybody = [p.id for p in problem.people] + [c.id for c in problem.crews]
        self._place = {name: k for k, name in enumerate(everybody)}
        self._shift_place = {s.id: k for k, s in enumerate(problem.shifts)}
        self._history = _by(problem.history)
        self._absences = _by(problem.absences)
        self._preferences = _by(problem.preferences)
        self._timetables = {t.person: t for t in problem.timetables}
        self._travel_times = {(t.origin, t.destination): t for t in problem.travel_times}
        self._posted = {r.id for r in problem.roles if r.scope is Scope.POSTED}
        self._rules = tuple(r for r in problem.rules if not isinstance(r, Fairness))
        self._has_fairness = len(self._rules) < len(problem.rules)
        self._owned: defaultdict[str, list[str]] = defaultdict(list)
        for person in problem.people:
            if person.posted_to is not None and not self._posted.isdisjoint(person.roles):
                self._owned[person.posted_to].append(person.id)
        self._posted_shifts: defaultdict[str, list[str]] = defaultdict(list)
        for shift in problem.shifts:
            if any(need.role in self._posted for need in shift.needs):
                self._posted_shifts[shift.site].append(shift.id)

    def judge(self, moved: Sequence[Change], *, price_illegal: bool = True) -> Verdict:
        """Return what some moves break anew, and how the levels differ.

        Parameters
        ----------
        price_illegal
            Whether the levels are wanted also when something is broken.
        """
        before, verifier = self._excerpt(moved)
        gone = {id(old) for old, _ in moved if old is not None}
        kept = [a for a in before.assignments if id(a) not in gone]
        held = (new for _, new in moved if new is not None)
        after = before.model_copy(update={"assignments": (*kept, *held)})
        known, old = verifier.verify(before, rules=RULES), _terms(verifier.evaluate(before))
        broken = new_violations(known, verifier.verify(after, rules=RULES))
        if broken and not price_illegal:
            return Verdict(broken, ())
        return Verdict(broken, self._differences(old, _terms(verifier.evaluate(after)), moved))

    def _excerpt(self, moved: Sequence[Change]) -> tuple[Roster, Verifier]:
        """Return the assignments that matter, and the verifier of the problem without the rest."""
        standing = self._standing
        facts, problem = standing.facts, standing.problem
        touched = {b for move in moved for a in move if a is not None for b in standing.bearers(a.assignee)}
        moved_needs = {(a.shift, a.role) for move in moved for a in move if a is not None}
        # Where a post of the own comes first, it matters who is posted there, and what they bear.
        homes = {facts.people[b].posted_to for b in touched if b in facts.people}
        homes |= {facts.duties[need].site for need in moved_needs if need[1] in self._posted}
        sites = {home for home in homes if home is not None}
        whole = touched | {owner for site in sites for owner in self._owned[site]}
        carriers = {c for bearer in whole for c in standing.carriers(bearer)}
        own_shifts = [s for site in sites for s in self._posted_shifts[site]]
        # What one holder more or less is worth depends on what else the shift is missing.
        counted = {a.shift for move in moved if None in move for a in move if a is not None}
        moved_needs |= {(s, need.role) for s in counted for need in problem.shift_by_id[s].needs}
        needs = moved_needs | {(s, role) for s in own_shifts for role in self._posted}
        taken = {id(a): a for c in carriers for a in standing.of.get(c, ())}
        taken |= {id(a): a for need in needs for a in standing.at.get(need, ())}
        assignments = tuple(taken.values())
        people = carriers | {a.assignee for a in assignments}
        people |= {m for name in people if name in facts.crews for m in facts.crews[name].members}
        shifts = {a.shift for a in assignments} | {s for s, _ in moved_needs} | set(own_shifts)
        part = self._part(people, shifts & problem.shift_by_id.keys())
        return Roster(horizon=problem.horizon, assignments=assignments), Verifier(part)

    def _part(self, people: Collection[str], shifts: Collection[str]) -> Problem:
        problem, facts = self._standing.problem, self._standing.facts
        here = sorted((name for name in people if name in self._place), key=self._place.__getitem__)
        laid = [problem.shifts[k] for k in sorted(self._shift_place[s] for s in shifts)]
        history = [d for name in here for d in self._history[name]]
        sites = {s.site for s in laid} | {d.site for d in history}
        pairs = ((one, two) for one in sites for two in sites) if self._travel_times else ()
        return problem.model_copy(
            update={
                "shifts": tuple(laid),
                "sites": tuple(facts.sites[s] for s in sorted(sites)),
                "people": tuple(facts.people[n] for n in here if n in facts.people),
                "crews": tuple(facts.crews[n] for n in here if n in facts.crews),
                "absences": tuple(a for n in here for a in self._absences[n]),
                "timetables": tuple(self._timetables[n] for n in here if n in self._timetables),
                "offers": tuple(o for n in here for o in facts.offers.get(n, ())),
                "preferences": tuple(p for n in here for p in self._preferences[n]),
                "history": tuple(history),
                "travel_times": tuple(self._travel_times[p] for p in pairs if p in self._travel_times),
                "ledger": (),
                "pins": (),
                "rules": self._rules,
            }
        )

    def _differences(self, old: Terms, new: Terms, moved: Sequence[Change]) -> tuple[LevelDifference, ...]:
        """Return the levels of the whole standing before and after."""
        if self._has_fairness:
            old["fairness"], new["fairness"] = self._fairness(moved)
        differences = []
        for level in self._standing.levels:
            was, is_ = old[level.name], new[level.name]
            rises = {term: is_.get(term, 0) - was.get(term, 0) for term in sorted(was.keys() | is_)}
            known = {term.name: term.value for term in level.terms}
            terms = [
                Difference(name=term, before=known.get(term, 0), after=known.get(term, 0) + rise)
                for term, rise in rises.items()
                if rise
            ]
            total = level.value + sum(rises.values())
            differences.append(
                LevelDifference(name=level.name, before=level.value, after=total, terms=tuple(terms))
            )
        return tuple(differences)

    @cached_property
    def _groups(self) -> dict[str, tuple[str, int, int, int]]:
        """Role, step, opening and capacity of each member of a fairness group."""
        facts = self._standing.facts
        start, step = openings(facts), steps(facts)
        return {
            name: (role, step[role], start[name], capacity)
            for (role, _), group in groups(facts).items()
            for name, capacity in group.items()
        }

    def _fairness(self, moved: Sequence[Change]) -> tuple[dict[str, int], dict[str, int]]:
        """Return the terms of those who carry more or less, before and after."""
        standing = self._standing
        facts = standing.facts
        rise: defaultdict[str, int] = defaultdict(int)
        ends = [(sign, held) for move in moved for sign, held in zip((-1, 1), move, strict=True) if held]
        for sign, held in ends:
            duty = facts.duties[held.shift, held.role]
            for bearer in standing.bearers(held.assignee):
                if bearer == held.assignee or facts.present(bearer, duty):
                    rise[bearer] += sign * duty.points
        was: defaultdict[str, int] = defaultdict(int)
        is_: defaultdict[str, int] = defaultdict(int)
        for bearer, points in rise.items():
            if bearer in self._groups:
                role, step, opening, capacity = self._groups[bearer]
                carried = opening + sum(d.points for d in standing.held.borne.get(bearer, ()))
                was[f"fairness:{role}"] += fairness_cost(carried, step, capacity)
                is_[f"fairness:{role}"] += fairness_cost(carried + points, step, capacity)
        return was, is_


def new_violations(known: Iterable[Violation], found: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return the violations that a roster didn't have before.

    One that stays as it is is none, nor is a limit that is exceeded by fewer of the same duties than before.
    """
    same = set(known)
    wider = [(v.rule, v.bearer, set(v.shifts)) for v in same if v.rule in LESS_IS_BETTER]
    return tuple(
        v
        for v in found
        if v not in same
        and not any(
            (rule, bearer) == (v.rule, v.bearer) and set(v.shifts) < shifts for rule, bearer, shifts in wider
        )
    )


def _terms(levels: Iterable[LevelValue]) -> Terms:
    return {level.name: {term.name: term.value for term in level.terms} for level in levels}


def _by(rows: Iterable[RowT]) -> defaultdict[str, list[RowT]]:
    found: defaultdict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        found[row.assignee].append(row)
    return found

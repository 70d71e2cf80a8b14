"""Why a post stays open, or a pin can't be kept: what keeps each candidate away."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from models import HARD_RULES, Assignment, ConsecutiveDays, DroppedPin, DutyLimit, Rest, Unfilled
from solver.clock import epoch_minutes

if TYPE_CHECKING:
    from solver.candidates import Blocks, ScopeMap
    from solver.facts import Facts, Ints
    from solver.travel import Journeys


class Reasons:
    """Judges single additions to a finished roster.

    Parameters
    ----------
    held
        Positions (assignee, need) of all that is held.
    """

    def __init__(
        self, facts: Facts, journeys: Journeys, scopes: ScopeMap, blocks: Blocks, held: tuple[Ints, Ints]
    ) -> None:
        self._facts = facts
        self._journeys = journeys
        self._scopes = scopes
        self._blocks = blocks
        self._duties: dict[int, list[int]] = defaultdict(list)
        for assignee, need in zip(held[0].tolist(), held[1].tolist(), strict=True):
            self._duties[assignee].append(need)
            for member in facts.members.get(assignee, np.empty(0, dtype=np.int64)).tolist():
                self._duties[member].append(need)
        self._past: dict[int, list[tuple[int, int, int, int, int, int]]] = defaultdict(list)
        site_at = {s.id: k for k, s in enumerate(facts.problem.sites)}
        role_at = {r.id: k for k, r in enumerate(facts.problem.roles)}
        for d in facts.problem.history:
            start, end = epoch_minutes(d.start), epoch_minutes(d.end)
            row = (start, end, d.date.toordinal(), site_at[d.site], role_at[d.role], end - start)
            self._past[facts.at[d.assignee]].append(row)
        self._minutes: dict[tuple[int, int], int] = {}
        self.filled = np.bincount(held[1], minlength=len(facts.needs))

    def open_posts(self) -> tuple[Unfilled, ...]:
        """Return every need short of its target, in the problem's order, with what keeps its candidates away."""
        facts, needs = self._facts, self._facts.needs
        short = np.flatnonzero(self.filled < needs.target)
        by_place: dict[tuple[int, int], list[int]] = defaultdict(list)
        for need in short.tolist():
            by_place[int(needs.role[need]), int(needs.site[need])].append(need)
        found: dict[int, Unfilled] = {}
        for (role, site), open_needs in by_place.items():
            members, _ = self._scopes.in_scope(role, site)
            judged = self._blocks.judge(role, site, members)
            column = {int(n): k for k, n in enumerate(self._blocks.needs_at(role, site))}
            for need in open_needs:
                holders = {a for a in members.tolist() if need in self._duties.get(a, ())}
                blocked: Counter[str] = Counter()
                for row, member in enumerate(members.tolist()):
                    if member not in holders:
                        kept = next((r for r, m in judged.items() if m[row, column[need]]), None)
                        blocked[kept or self._moving(member, need)] += 1
                order = [*HARD_RULES, "free"]
                found[need] = Unfilled(
                    shift=facts.problem.shifts[int(needs.shift[need])].id,
                    role=facts.problem.roles[role].id,
                    missing=int(needs.target[need] - self.filled[need]),
                    missing_minimum=int(max(0, needs.minimum[need] - self.filled[need])),
                    candidates=len(members),
                    blocked={name: blocked[name] for name in order if blocked[name]},
                )
        return tuple(found[need] for need in sorted(found))

    def dropped(self, pin: Assignment, need: int) -> DroppedPin:
        """Return a pin that is not kept, with the rules that it breaks."""
        facts = self._facts
        role, site = int(facts.needs.role[need]), int(facts.needs.site[need])
        assignee = facts.at[pin.assignee]
        members, _ = self._scopes.in_scope(role, site)
        row = np.flatnonzero(members == assignee)
        if not len(row):
            known = assignee in self._scopes.by_role.get(role, ())
            return DroppedPin(assignment=pin, rules=("scope" if known else "role",))
        column = int(np.flatnonzero(self._blocks.needs_at(role, site) == need)[0])
        judged = self._blocks.judge(role, site, members)
        rules = [name for name, kept in judged.items() if kept[row[0], column]]
        moving = self._moving(assignee, need)
        if moving != "free":
            rules.append(moving)
        return DroppedPin(assignment=pin, rules=tuple(rules) or ("own_post_first",))

    def _moving(self, bearer: int, need: int) -> str:
        """Return the first rule that the bearer's other duties break with one more, or ``free``."""
        facts, needs = self._facts, self._facts.needs
        start, end, date = int(needs.start[need]), int(needs.end[need]), int(needs.date[need])
        site, role = int(needs.site[need]), int(needs.role[need])
        others = [
            (
                int(needs.start[n]),
                int(needs.end[n]),
                int(needs.date[n]),
                int(needs.site[n]),
                int(needs.role[n]),
                int(needs.minutes[n]),
            )
            for n in self._duties.get(bearer, ())
        ] + self._past.get(bearer, [])
        if any(s < end and start < e for s, e, *_ in others):
            return "overlap"
        if self._journeys.demanded:
            for s, e, _, other, *_ in others:
                one, two = (other, site) if e <= start else (site, other)
                gap = start - e if e <= start else s - end
                if other != site and gap < self._between(one, two):
                    return "travel"
        for rule in facts.problem.rules:
            if isinstance(rule, Rest):
                for s, e, day, *_ in others:
                    if day != date and (start - e if e <= start else s - end) < rule.minutes:
                        return "rest"
        if self._over_limit(bearer, role, date, int(needs.minutes[need]), others):
            return "duty_limit"
        worked = {day for _, _, day, *_ in others}
        for rule in facts.problem.rules:
            if isinstance(rule, ConsecutiveDays):
                first = last = date
                while first - 1 in worked:
                    first -= 1
                while last + 1 in worked:
                    last += 1
                if last - first + 1 > rule.maximum:
                    return "consecutive_days"
        return "free"

    def _over_limit(
        self,
        bearer: int,
        role: int,
        date: int,
        minutes: int,
        others: list[tuple[int, int, int, int, int, int]],
    ) -> bool:
        problem = self._facts.problem
        for rule in problem.rules:
            if not isinstance(rule, DutyLimit) or (
                rule.bearers and self._facts.ids[bearer] not in rule.bearers
            ):
                continue
            counted = [not rule.roles or r.id in rule.roles for r in problem.roles]
            if not counted[role]:
                continue
            day = rule.per == "day"
            carried = sum(
                m if rule.measure == "minutes" else 1
                for _, _, d, _, r, m in others
                if counted[r] and (d == date if day else (d - 1) // 7 == (date - 1) // 7)
            )
            if carried + (minutes if rule.measure == "minutes" else 1) > rule.maximum:
                return True
        return False

    def _between(self, origin: int, destination: int) -> int:
        key = (origin, destination)
        if key not in self._minutes:
            sites = self._facts.problem.sites
            table = self._journeys.between_sites([sites[origin].id, sites[destination].id])
            self._minutes[key] = int(table[0, 1])
        return self._minutes[key]

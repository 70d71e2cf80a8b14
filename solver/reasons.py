"""Why a post stays open, or a pin can't be kept: what keeps each candidate away."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models import (
    HARD_RULES,
    Assignment,
    ConsecutiveDays,
    DaysOff,
    DroppedPin,
    DutyLimit,
    Rest,
    Succession,
    Unfilled,
    Weekends,
)
from solver.clock import epoch_minutes
from solver.minima import falling_short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.candidates import Blocks, ScopeMap
    from solver.facts import Facts, Ints
    from solver.travel import Journeys


DayRule = ConsecutiveDays | DaysOff | Succession | Weekends
"""Rules on the dates on which somebody has duties."""


class _Carried(NamedTuple):
    """A duty as its bearer carries it, in epoch minutes and positions."""

    start: int
    end: int
    date: int
    site: int
    role: int
    minutes: int
    window: int
    past: bool = False


def _together(rule: DutyLimit, one: _Carried, other: _Carried) -> bool:
    """Say whether a limit adds two duties up."""
    if rule.per == "horizon":
        return not one.past
    if rule.per == "day":
        return one.date == other.date
    return (one.date - 1) // 7 == (other.date - 1) // 7


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
        self._past: dict[int, list[_Carried]] = defaultdict(list)
        site_at = {s.id: k for k, s in enumerate(facts.problem.sites)}
        role_at = {r.id: k for k, r in enumerate(facts.problem.roles)}
        window_at = {w.id: k for k, w in enumerate(facts.problem.windows)}
        for d in facts.problem.history:
            start, end = epoch_minutes(d.start), epoch_minutes(d.end)
            row = _Carried(
                start,
                end,
                d.date.toordinal(),
                site_at[d.site],
                role_at[d.role],
                end - start,
                window_at[d.window],
                past=True,
            )
            self._past[facts.at[d.assignee]].append(row)
        self._minutes: dict[tuple[int, int], int] = {}
        self._rests = [rule.minutes for rule in facts.problem.rules if isinstance(rule, Rest)]
        self._rules: dict[int, tuple[list[DutyLimit], list[DayRule]]] = {}
        self._borne: dict[int, _Carried] = {}
        self._lines: dict[int, list[_Carried]] = {}
        first = facts.problem.horizon.start.toordinal()
        self._days = (first, first + facts.problem.horizon.days - 1)
        self.filled = np.bincount(held[1], minlength=len(facts.needs))

    def open_posts(self, wanted: Mapping[int, int] | None = None) -> tuple[Unfilled, ...]:
        """Return needs short of their targets, in the problem's order, with what keeps their candidates away.

        Parameters
        ----------
        wanted
            The needs that are asked about, by position, and how many holders each should have at least;
            None: all, and no more than they wish for themselves.
        """
        facts, needs = self._facts, self._facts.needs
        wished = needs.wished.copy()
        asked = np.fromiter(wanted or (), dtype=np.int64)
        wished[asked] = np.maximum(wished[asked], [*(wanted or {}).values()])
        short = np.flatnonzero(self.filled < wished)
        if wanted is not None:
            short = np.intersect1d(short, asked)
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
                    missing=int(wished[need] - self.filled[need]),
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
        more, others = self._carried(need), self._line(bearer)
        start, end, date, site, *_ = more
        if any(other.start < end and start < other.end for other in others):
            return "overlap"
        if self._journeys.demanded:
            for s, e, _, other, *_ in others:
                one, two = (other, site) if e <= start else (site, other)
                gap = start - e if e <= start else s - end
                if other != site and gap < self._between(one, two):
                    return "travel"
        for minutes in self._rests:
            for s, e, day, *_ in others:
                if day != date and (start - e if e <= start else s - end) < minutes:
                    return "rest"
        limits, of_days = self._rules_of(bearer)
        if any(self._exceeds(limit, more, others) for limit in limits):
            return "duty_limit"
        known = min((other.date for other in others if other.past), default=self._days[0])
        return next((rule.kind for rule in of_days if self._breaks(rule, more, others, known)), "free")

    def _line(self, bearer: int) -> list[_Carried]:
        """Return what a bearer carries, the past included."""
        found = self._lines.get(bearer)
        if found is None:
            duties = [self._carried(n) for n in self._duties.get(bearer, ())]
            found = self._lines[bearer] = duties + self._past.get(bearer, [])
        return found

    def _rules_of(self, bearer: int) -> tuple[list[DutyLimit], list[DayRule]]:
        """Return the limits that hold for a bearer, and the rules on dates in the order of `HARD_RULES`."""
        found = self._rules.get(bearer)
        if found is None:
            name = self._facts.ids[bearer]
            mine = [
                rule
                for rule in self._facts.problem.rules
                if isinstance(rule, DutyLimit | DayRule) and (not rule.bearers or name in rule.bearers)
            ]
            of_days = [rule for rule in mine if not isinstance(rule, DutyLimit)]
            of_days.sort(key=lambda rule: HARD_RULES.index(rule.kind))
            found = self._rules[bearer] = ([rule for rule in mine if isinstance(rule, DutyLimit)], of_days)
        return found

    def _carried(self, need: int) -> _Carried:
        found = self._borne.get(need)
        if found is None:
            needs = self._facts.needs
            found = self._borne[need] = _Carried(
                start=int(needs.start[need]),
                end=int(needs.end[need]),
                date=int(needs.date[need]),
                site=int(needs.site[need]),
                role=int(needs.role[need]),
                minutes=int(needs.minutes[need]),
                window=int(needs.window[need]),
            )
        return found

    def _breaks(
        self,
        rule: DayRule,
        more: _Carried,
        others: list[_Carried],
        known: int,
    ) -> bool:
        """Say whether one more duty breaks a rule on dates, given what its bearer carries."""
        roles, windows = self._facts.problem.roles, self._facts.problem.windows
        counted = [c for c in (more, *others) if not rule.roles or roles[c.role].id in rule.roles]
        if more not in counted:
            return False
        if isinstance(rule, Succession):
            return any(
                windows[one.window].id in rule.earlier and windows[other.window].id in rule.later
                for c in counted
                for one, other in ((c, more), (more, c))
                if other.date == one.date + 1
            )
        worked = {c.date for c in counted}
        if isinstance(rule, Weekends):
            sundays = {day + -day % 7 for day in worked if (day - 1) % 7 >= 5}
            here = sum(sunday >= self._days[0] for sunday in sundays)
            return (more.date - 1) % 7 >= 5 and here > rule.maximum
        first = last = more.date
        while first - 1 in worked:
            first -= 1
        while last + 1 in worked:
            last += 1
        if isinstance(rule, ConsecutiveDays) and rule.maximum is not None and last - first + 1 > rule.maximum:
            return True
        return any(True for _ in falling_short(rule, worked, known, self._days))

    def _exceeds(self, rule: DutyLimit, more: _Carried, others: list[_Carried]) -> bool:
        """Say whether one more duty is above a limit, given what its bearer carries."""
        problem = self._facts.problem
        roles = [not rule.roles or r.id in rule.roles for r in problem.roles]
        windows = [not rule.windows or w.id in rule.windows for w in problem.windows]
        if not (roles[more.role] and windows[more.window]):
            return False
        carried = sum(
            c.minutes if rule.measure == "minutes" else 1
            for c in (more, *others)
            if roles[c.role] and windows[c.window] and _together(rule, c, more)
        )
        return carried > rule.maximum

    def _between(self, origin: int, destination: int) -> int:
        key = (origin, destination)
        if key not in self._minutes:
            sites = self._facts.problem.sites
            table = self._journeys.between_sites([sites[origin].id, sites[destination].id])
            self._minutes[key] = int(table[0, 1])
        return self._minutes[key]

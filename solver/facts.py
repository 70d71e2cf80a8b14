"""A problem as index arrays: needs, assignees, what keeps whom away, and who could hold what.

The first step of a solve. Everything after it works on integers: an assignee is its position in
people followed by crews, a need its position in the shifts' needs taken in order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models import AbsenceKind, Coverage, Problem
from solver.clock import Clock, epoch_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models import Rule

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ALWAYS = 10_000_000
"""An ordinal after every date."""


@dataclass(frozen=True)
class Needs:
    """Columns over all needs, each of shape ``(needs,)``; times in epoch minutes."""

    shift: Ints
    site: Ints
    role: Ints
    window: Ints
    minimum: Ints
    target: Ints
    tier: Ints
    start: Ints
    end: Ints
    date: Ints
    """Proleptic Gregorian ordinal of the shift's date."""
    minutes: Ints
    points: Ints
    weight: Ints
    """Cost of one missing minimum post in the level core, before escalation."""
    preferred: Ints
    """The number that the shift should hold; -1 for a need without one."""
    under: Ints
    over: Ints
    """Cost in the level wishes of each holder short of the preferred number, and beyond it."""

    def __len__(self) -> int:
        return len(self.shift)

    @property
    def wished(self) -> Ints:
        """How many holders are wished for: the preferred number, or else the target."""
        wished: Ints = np.where(self.preferred >= 0, self.preferred, self.target)
        return wished


def coverage_among(rules: Iterable[Rule]) -> Coverage:
    """Return the rule ``coverage``, or its defaults."""
    return next((r for r in rules if isinstance(r, Coverage)), Coverage())


def compile_needs(problem: Problem) -> Needs:
    """Read the shifts' needs into columns."""
    site_at = {s.id: k for k, s in enumerate(problem.sites)}
    role_at = {r.id: k for k, r in enumerate(problem.roles)}
    window_at = {w.id: k for k, w in enumerate(problem.windows)}
    weight_of_window = [w.weight for w in problem.windows]
    rows: list[tuple[int, ...]] = []
    priced: list[tuple[int, int, int, int]] = []
    for k, laid in enumerate(problem.shifts):
        start, end = epoch_minutes(laid.start), epoch_minutes(laid.end)
        date, window, site = laid.date.toordinal(), window_at[laid.window], site_at[laid.site]
        for need in laid.needs:
            if need.preferred is not None:
                priced.append((len(rows), need.preferred, need.under, need.over))
            rows.append(
                (
                    k,
                    site,
                    role_at[need.role],
                    window,
                    need.minimum,
                    need.target,
                    need.tier,
                    start - need.early,
                    end + need.late,
                    date,
                )
            )
    table = table_of(rows, 10).T.copy()
    shift, site_, role, window_, minimum, target, tier, start_, end_, date_ = table
    minutes = end_ - start_
    coverage = coverage_among(problem.rules)
    missing = np.array([r.missing_weight for r in problem.roles], dtype=np.int64)
    risk = np.array([coverage.risk_multipliers[s.risk - 1] for s in problem.sites], dtype=np.int64)
    points = minutes * np.array(weight_of_window, dtype=np.int64)[window_] if len(rows) else minutes
    weight = missing[role] * risk[site_] if len(rows) else minutes
    preferred, under, over = np.full(len(rows), -1), np.zeros_like(minutes), np.zeros_like(minutes)
    at, *prices = table_of(priced, 4).T
    preferred[at], under[at], over[at] = prices
    return Needs(
        shift,
        site_,
        role,
        window_,
        minimum,
        target,
        tier,
        start_,
        end_,
        date_,
        minutes,
        points,
        weight,
        preferred,
        under,
        over,
    )


@dataclass(frozen=True)
class Intervals:
    """Stretches of time by owner: those of owner ``o`` are ``start[first[o]:first[o + 1]]``."""

    first: Ints
    start: Ints
    end: Ints

    @classmethod
    def collect(cls, owners: int, rows: Sequence[tuple[int, int, int]]) -> Intervals:
        """Sort rows of (owner, start, end) by owner."""
        table = table_of(rows, 3)
        table = table[np.argsort(table[:, 0], kind="stable")]
        first = np.searchsorted(table[:, 0], np.arange(owners + 1))
        return cls(first, table[:, 1].copy(), table[:, 2].copy())

    def meeting(self, owners: Ints, start: Ints, end: Ints) -> Bools:
        """Say which owners have a stretch that meets which interval, shape ``(owners, intervals)``."""
        found = np.zeros((len(owners), len(start)), dtype=bool)
        at, row = ranges(self.first[owners], self.first[owners + 1])
        if len(at):
            meets = (self.start[at][:, None] < end[None, :]) & (self.end[at][:, None] > start[None, :])
            cut = np.flatnonzero(np.diff(row, prepend=-1))
            found[row[cut]] = np.logical_or.reduceat(meets, cut, axis=0)
        return found


def table_of(rows: Sequence[tuple[int, ...]], columns: int) -> Ints:
    """Return rows of whole numbers as an array, several times faster than `numpy.array` does."""
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * columns)
    return flat.reshape(-1, columns)


def ranges(first: Ints, after: Ints) -> tuple[Ints, Ints]:
    """Return the concatenated ranges ``first[k]:after[k]`` and, for each element, its ``k``."""
    counts = after - first
    row = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return first[row] + offset, row


@dataclass(frozen=True)
class Offers:
    """Volunteers' offers by person; -1 stands for any window, weekday or date."""

    first: Ints
    window: Ints
    weekday: Ints
    date: Ints

    def covering(self, owners: Ints, window: Ints, date: Ints) -> Bools:
        """Say which owners offered to come to which window and date, shape ``(owners, needs)``."""
        found = np.zeros((len(owners), len(window)), dtype=bool)
        at, row = ranges(self.first[owners], self.first[owners + 1])
        if len(at):
            weekday = (date - 1) % 7 + 1
            offered_window, offered_date, offered_weekday = self.window[at], self.date[at], self.weekday[at]
            covers = (offered_window < 0)[:, None] | (offered_window[:, None] == window)
            on_date = offered_date[:, None] == date
            on_weekday = (offered_weekday < 0)[:, None] | (offered_weekday[:, None] == weekday)
            covers &= np.where((offered_date >= 0)[:, None], on_date, on_weekday)
            cut = np.flatnonzero(np.diff(row, prepend=-1))
            found[row[cut]] = np.logical_or.reduceat(covers, cut, axis=0)
        return found


class Facts:
    """What is fixed about a problem's people and time, on the engine's index arrays.

    Parameters
    ----------
    problem
        The problem; kept for names.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.clock = Clock(problem)
        self.needs = compile_needs(problem)
        self.ids = [p.id for p in problem.people] + [c.id for c in problem.crews]
        self.at = {a: k for k, a in enumerate(self.ids)}
        self.people = len(problem.people)
        self.unit_site = {u.id: u.site for u in problem.units}
        self.crews_of: dict[int, list[int]] = defaultdict(list)
        self.members: dict[int, Ints] = {}
        for k, crew in enumerate(problem.crews, start=self.people):
            self.members[k] = np.array([self.at[m] for m in crew.members], dtype=np.int64)
            for member in crew.members:
                self.crews_of[self.at[member]].append(k)
        self.absent = self._absences(released=False)
        self.released = self._absences(released=True)
        self.teaching = self._lessons()
        self.offers = self._offers()
        self._holding: dict[str, Intervals] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def need_at(self) -> dict[tuple[str, str], int]:
        """Position of each need by its shift and role."""
        shifts, roles = self.problem.shifts, self.problem.roles
        keys = zip(self.needs.shift.tolist(), self.needs.role.tolist(), strict=True)
        return {(shifts[s].id, roles[r].id): k for k, (s, r) in enumerate(keys)}

    def _absences(self, *, released: bool) -> Intervals:
        rows = [
            (self.at[a.assignee], epoch_minutes(a.start), epoch_minutes(a.end))
            for a in self.problem.absences
            if (a.kind is AbsenceKind.RELEASED) == released
        ]
        return Intervals.collect(len(self), rows)

    def _lessons(self) -> Intervals:
        rows: list[tuple[int, int, int]] = []
        add, at = rows.append, self.clock.at
        people = self.problem.person_by_id
        for timetable in self.problem.timetables:
            owner = self.at[timetable.person]
            days = self.clock.days_following(self.unit_site[people[timetable.person].unit] or "")
            for lesson in timetable.lessons:
                for day in days.get(lesson.weekday, ()):
                    add((owner, at(day, lesson.start), at(day, lesson.end)))
        return Intervals.collect(len(self), rows)

    def _offers(self) -> Offers:
        window_at = {w.id: k for k, w in enumerate(self.problem.windows)}
        rows = [
            (
                self.at[o.person],
                -1 if o.window is None else window_at[o.window],
                -1 if o.weekday is None else o.weekday,
                -1 if o.date is None else o.date.toordinal(),
            )
            for o in self.problem.offers
        ]
        table = table_of(rows, 4)
        table = table[np.argsort(table[:, 0], kind="stable")]
        first = np.searchsorted(table[:, 0], np.arange(len(self) + 1))
        return Offers(first, table[:, 1].copy(), table[:, 2].copy(), table[:, 3].copy())

    def holding(self, qualification: str) -> Intervals:
        """Return, by person, the days on which a qualification is valid, as ordinals."""
        found = self._holding.get(qualification)
        if found is None:
            rows = [
                (
                    k,
                    0 if q.valid_from is None else q.valid_from.toordinal(),
                    ALWAYS if q.valid_until is None else q.valid_until.toordinal() + 1,
                )
                for k, person in enumerate(self.problem.people)
                for q in person.qualifications
                if q.name == qualification
            ]
            found = self._holding[qualification] = Intervals.collect(len(self), rows)
        return found

    def qualified(self, persons: Ints, role: int, dates: Ints) -> Bools:
        """Say which persons hold, on which dates, all that a role requires, shape ``(persons, dates)``."""
        found = np.ones((len(persons), len(dates)), dtype=bool)
        for name in self.problem.roles[role].requires:
            found &= self.holding(name).meeting(persons, dates, dates + 1)
        return found

    def present(self, persons: Ints, role: int, needs: Ints) -> Bools:
        """Say which persons are present, as crew members, at which needs, shape ``(persons, needs)``."""
        start, end, date = self.needs.start[needs], self.needs.end[needs], self.needs.date[needs]
        free = ~self.absent.meeting(persons, start, end) & ~self.teaching.meeting(persons, start, end)
        return free & self.qualified(persons, role, date)

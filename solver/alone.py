"""What binds each bearer of a part alone, read from its rules for the search of lines."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from models import ConsecutiveDays, DaysOff, DutyLimit, Succession, Weekends
from solver.lines import Lines
from solver.rules.conflicts import conflicting_needs
from solver.rules.limits import once_a_day

if TYPE_CHECKING:
    from models import Rule
    from solver.facts import Bools, Ints
    from solver.parts import Part


MOST_STATES = 60_000_000
"""Of a bearer; each takes four bytes."""


def lines_of(part: Part) -> Lines | None:
    """Return the lines of a part; None where bearers don't have one duty a day at most, of their own.

    None, too, where a year's weekends and minutes make too many states to be told apart.

    Rules that lines can't know are not in their ``known``.
    """
    alone = len(part.bearer) == len(part.n) == len(np.unique(part.borne))
    alone = alone and bool((part.a[part.borne] == part.bearer).all()) and not part.distance.any()
    if not alone or part.before is not None or len(part.group_bearer) or not once_a_day(part).all():
        return None
    lines = _Reader(part).lines()
    return lines if lines.states <= MOST_STATES else None


class _Reader:
    """Reads rules of a part one after the other."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._count = len(part.bearer_ids)
        self._first = part.days[0]
        self._known: list[Rule] = []
        windows = np.stack([part.needs.window, part.needs.minutes], axis=1)
        self._kinds, self._kind_of_need = np.unique(windows, axis=0, return_inverse=True)
        self._barred = np.zeros(len(part.n), dtype=bool)
        self._past: dict[int, set[int]] = defaultdict(set)
        for bearer, day in zip(part.past.bearer.tolist(), part.past.date.tolist(), strict=True):
            self._past[bearer].add(day)

    def lines(self) -> Lines:
        """Return what was read."""
        part, count = self._part, self._count
        self._once_a_day()
        self._nothing_of_a_kind()
        longest, shortest, off = self._runs()
        run, idle, known = self._before()
        weekends, begun = self._weekends()
        follows = self._follows()
        unit, most, short, knows_least = self._minutes()
        return Lines(
            days=part.days[1] - self._first + 1,
            # Ordinal 1 is a Monday.
            saturday=(6 - self._first) % 7,
            bearer=part.a,
            day=part.needs.date[part.n] - self._first,
            kind=self._kind_of_need[part.n],
            barred=self._barred,
            follows=follows,
            amount=self._kinds[:, 1] // unit if unit else np.zeros(len(self._kinds), dtype=np.int64),
            longest=longest,
            shortest=shortest,
            off=off,
            run=run,
            idle=idle,
            open=np.array([self._first - run[k] <= known[k] for k in range(count)]),
            weekends=weekends,
            begun=begun,
            most=most,
            short=short,
            known=tuple(self._known),
            knows_least=knows_least,
        )

    def _counts_all(self, rule: Rule) -> bool:
        """Say whether a rule counts every duty, whatever its role."""
        return bool(self._part.counted(getattr(rule, "roles", ())).all())

    def _once_a_day(self) -> None:
        self._known += [
            r
            for r in self._part.rules
            if isinstance(r, DutyLimit)
            and (r.per, r.measure, r.maximum, r.windows) == ("day", "duties", 1, ())
            and self._counts_all(r)
        ]

    def _nothing_of_a_kind(self) -> None:
        """Bar what a limit of nothing forbids."""
        part = self._part
        for rule in part.rules:
            if isinstance(rule, DutyLimit) and rule.maximum == 0:
                mine = np.isin(part.a, part.named(rule.bearers))
                mine &= part.counted(rule.roles)[part.needs.role[part.n]]
                self._barred |= mine & self._of(rule.windows)[part.needs.window[part.n]]
                self._known.append(rule)

    def _of(self, windows: tuple[str, ...]) -> Bools:
        return np.array([not windows or w in windows for w in self._part.window_ids])

    def _runs(self) -> tuple[Ints, Ints, Ints]:
        longest, shortest, off = (np.full(self._count, least) for least in (0, 1, 1))
        for rule in self._part.rules:
            if isinstance(rule, ConsecutiveDays | DaysOff) and self._counts_all(rule):
                whom = self._part.named(rule.bearers)
                if isinstance(rule, DaysOff):
                    off[whom] = np.maximum(off[whom], rule.minimum)
                else:
                    shortest[whom] = np.maximum(shortest[whom], rule.minimum or 1)
                    most = rule.maximum or 0
                    stricter = most > 0 and (longest[whom] == 0) | (longest[whom] > most)
                    longest[whom] = np.where(stricter, most, longest[whom])
                self._known.append(rule)
        return longest, shortest, off

    def _before(self) -> tuple[Ints, Ints, Ints]:
        """Return the days of each bearer's last run, those off after it, and the first date known of."""
        run, idle, known = (np.zeros(self._count, dtype=np.int64) for _ in range(3))
        for bearer in range(self._count):
            past = self._past[bearer]
            known[bearer] = min(past, default=self._first)
            idle[bearer] = self._first - 1 - max(past, default=0)
            while self._first - 1 - run[bearer] in past:
                run[bearer] += 1
        return run, idle, known

    def _weekends(self) -> tuple[Ints, Ints]:
        part = self._part
        weekends, begun = np.full(self._count, -1), np.zeros(self._count, dtype=np.int64)
        # A horizon that begins on a Sunday goes on with a weekend.
        if self._first % 7 == 0:
            begun[[b for b, past in self._past.items() if self._first - 1 in past]] = 1
        for rule in part.rules:
            if isinstance(rule, Weekends) and self._counts_all(rule):
                whom = part.named(rule.bearers)
                weekends[whom] = np.where(
                    weekends[whom] < 0, rule.maximum, np.minimum(weekends[whom], rule.maximum)
                )
                self._known.append(rule)
        total = (part.days[1] - self._first) // 7 + 2
        weekends[weekends >= total] = -1
        begun[weekends < 0] = 0
        spent = begun > np.maximum(weekends, 0)
        self._barred |= spent[part.a] & ((part.needs.date[part.n] - 1) % 7 >= 5)
        begun[spent] = 0
        return weekends, begun

    def _follows(self) -> Bools:
        """Say which kinds may follow each other, and bar what must not follow the past."""
        part, window = self._part, np.array(self._part.window_ids)
        kinds = len(self._kinds)
        follows = np.ones((kinds, kinds), dtype=bool)
        date = part.needs.date
        for rule in part.rules:
            if not isinstance(rule, Succession):
                continue
            earlier, later = self._of(rule.earlier), self._of(rule.later)
            led = (part.past.date == self._first - 1) & part.counted(rule.roles)[part.past.role]
            led &= np.isin(window[part.past.window], rule.earlier)
            after = np.isin(part.a, part.past.bearer[led]) & np.isin(part.a, part.named(rule.bearers))
            after &= (date[part.n] == self._first) & later[part.needs.window[part.n]]
            self._barred |= after & part.counted(rule.roles)[part.needs.role[part.n]]
            if self._counts_all(rule) and len(part.named(rule.bearers)) == self._count:
                follows &= ~np.outer(earlier[self._kinds[:, 0]], later[self._kinds[:, 0]])
                self._known.append(rule)
        one, other = conflicting_needs(part)
        next_day = date[other] == date[one] + 1
        clashes, possible = np.zeros((kinds, kinds)), np.zeros((kinds, kinds))
        np.add.at(clashes, (self._kind_of_need[one[next_day]], self._kind_of_need[other[next_day]]), 1)
        by_day = np.zeros((int(date.max(initial=0)) - int(date.min(initial=0)) + 1, kinds))
        np.add.at(by_day, (date - date.min(initial=0), self._kind_of_need), 1)
        possible = by_day[:-1].T @ by_day[1:]
        found: Bools = follows & ((clashes == 0) | (clashes < possible))
        return found

    def _minutes(self) -> tuple[int, Ints, Ints, bool]:
        """Return the unit, the most units of each bearer, and what each number of units falls short."""
        part = self._part
        minutes = self._kinds[:, 1]
        even = len(set(minutes.tolist())) == 1
        days = part.days[1] - self._first + 1
        most = np.full(self._count, days * int(minutes.max()))
        limits = [
            r
            for r in part.rules
            if isinstance(r, DutyLimit)
            and (r.per, r.windows) == ("horizon", ())
            and (r.measure == "minutes" or even)
            and self._counts_all(r)
        ]
        for rule in limits:
            whom = part.named(rule.bearers)
            total = rule.maximum * (int(minutes[0]) if rule.measure == "duties" else 1)
            most[whom] = np.minimum(most[whom], total)
        knows_least = all(self._counts_all(least) for least, _ in part.least)
        if not limits and not (part.least and knows_least):
            nothing = np.zeros((self._count, 1), dtype=np.int64)
            return 0, nothing[:, 0], nothing, knows_least
        self._known += limits
        unit = int(np.gcd.reduce(minutes))
        most //= unit
        short = np.zeros((self._count, int(most.max()) + 1), dtype=np.int64)
        for least, whom in part.least if knows_least else ():
            borne = unit * np.arange(short.shape[1])
            short[whom] += least.weight * np.maximum(0, least.minutes - borne)
        return unit, most, short, knows_least

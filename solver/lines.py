"""A bearer's line: what one bearer does over the whole horizon, the cheapest found day by day.

A dynamic programme over the days knows the rules that bind a bearer alone; its state is how long the
run of days with or without a duty is, the kind of the last duty, the weekends used and the minutes
borne. It works for many bearers at once and in whole numbers, so that what it finds is exact. Rules it
does not know are left out: its cheapest line is never dearer than the cheapest that keeps every rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from models import Rule
    from solver.facts import Bools, Ints
    from solver.form import Floats

    Small = npt.NDArray[np.int32]

NEVER = 2**29
"""The price of what can't be; prices are scaled so that no line costs a quarter of it."""

MOST_STATES = 30_000_000
"""Of the bearers that are looked at together."""


class Found(NamedTuple):
    """The cheapest line of each bearer asked for.

    Attributes
    ----------
    price
        A lower bound of what the cheapest line costs; exact when prices are whole or halves, quarters
        and so on.
    held
        The pair of each day, shape ``(bearers, days)``; -1 on days off.
    short
        By how much each falls short of the least minutes, times the rules' weights.
    exists
        Whether there is a line at all.
    """

    price: Floats
    held: Ints
    short: Ints
    exists: Bools


@dataclass(frozen=True)
class Lines:
    """What binds each bearer of a part alone.

    Attributes
    ----------
    bearer, day, kind
        Of each pair: who, the day from the horizon's first on, and the kind of duty (of one window and
        length).
    barred
        Pairs that are in no line.
    saturday
        The first Saturday's day, at least -1: Sundays and the next Saturdays follow from it.
    follows
        Whether a kind (columns) may be borne on the day after another.
    amount
        Units of minutes of each kind.
    longest, shortest, off
        Days that each bearer's runs of duties, and of days off between them, last at most and at
        least; 0 where ``longest`` has no limit.
    run, idle
        Days of the run of duties, or of days off, at the end of the past.
    open
        Whether a run that goes on from there may be longer than is known.
    weekends, begun
        Most weekends of each bearer, -1 for no limit, and those begun in the past.
    most, short
        Most units of each bearer; what each number of units falls short, times weights.
    known
        The rules that every line keeps.
    knows_least
        Whether lines know what falls short of the rules ``least_minutes``.
    """

    days: int
    saturday: int
    bearer: Ints
    day: Ints
    kind: Ints
    barred: Bools
    follows: Bools
    amount: Ints
    longest: Ints
    shortest: Ints
    off: Ints
    run: Ints
    idle: Ints
    open: Bools
    weekends: Ints
    begun: Ints
    most: Ints
    short: Ints
    known: tuple[Rule, ...]
    knows_least: bool

    @cached_property
    def _pairs_of(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.bearer, kind="stable")
        return order, np.searchsorted(self.bearer[order], np.arange(len(self.most) + 1))

    @property
    def states(self) -> int:
        """How many states of a bearer are told apart on all days."""
        return _Sizes.of(self, np.arange(len(self.most))).states * self.days

    def cheapest(
        self, price: Floats, who: Ints, *, short_price: Floats | None = None, most_short: float = np.inf
    ) -> Found:
        """Find the cheapest lines of some bearers, one for each of several prices.

        Parameters
        ----------
        price
            Of each pair, shape ``(prices, pairs)``.
        who
            The bearers.
        short_price
            Of each weighted minute that a line falls short of the least, at least 0, shape ``(prices,)``;
            None is nothing.
        most_short
            Lines that fall shorter are none.

        Returns
        -------
        Found
            All bearers for the first price, then for the next.
        """
        count = len(price)
        if short_price is None:
            short_price = np.zeros(count)
        short = self.short[who]
        peak = float(np.abs(price[:, ~self.barred]).max(initial=0.0)) * self.days
        peak += float(short_price.max()) * float(short.max(initial=0))
        scale = 2.0 ** np.floor(np.log2(NEVER / 8 / max(1.0, peak)))
        end = np.floor(short_price[:, None, None] * short * scale)
        end[:, (short > most_short) | (np.arange(short.shape[1]) > self.most[who][:, None])] = NEVER
        end = end.reshape(-1, short.shape[1]).astype(np.int32)
        grid, pair = zip(*(self._grid(np.floor(p * scale), who) for p in price), strict=True)
        sizes, everybody = _Sizes.of(self, who), np.tile(who, count)
        step = max(1, MOST_STATES // (sizes.states * self.days))
        found: list[tuple[Ints, Ints, Ints]] = []
        grids, pairs = np.concatenate(grid), np.concatenate(pair)
        for first in range(0, len(everybody), step):
            some = slice(first, first + step)
            chosen = _Programme(self, everybody[some], sizes, grids[some], end[some]).run()
            rows = np.arange(len(chosen.price))
            held = pairs[some][rows[:, None], np.arange(self.days), chosen.kind]
            held = np.where(chosen.kind >= 0, held, -1)
            found.append((chosen.price, held, self.short[everybody[some], chosen.units]))
        total, held, fallen = (np.concatenate(column) for column in zip(*found, strict=True))
        return Found(total / scale, held, fallen, total < NEVER // 2)

    def _grid(self, price: Floats, who: Ints) -> tuple[Small, Ints]:
        """Return the price and the pair of each bearer, day and kind, the cheapest of several."""
        order, first = self._pairs_of
        mine = np.concatenate([order[first[w] : first[w + 1]] for w in who.tolist()])
        row = np.repeat(np.arange(len(who)), first[who + 1] - first[who])
        keep = ~self.barred[mine]
        mine, row = mine[keep], row[keep]
        falling = np.argsort(-price[mine], kind="stable")
        mine, row = mine[falling], row[falling]
        shape = (len(who), self.days, len(self.amount))
        grid, pair = np.full(shape, NEVER, dtype=np.int32), np.full(shape, -1, dtype=np.int64)
        at = (row, self.day[mine], self.kind[mine])
        grid[at], pair[at] = price[mine].astype(np.int32), mine
        return grid, pair


class _Sizes(NamedTuple):
    """How many of each a state tells apart."""

    classes: int
    runs: int
    offs: int
    weekends: int
    units: int

    @classmethod
    def of(cls, lines: Lines, who: Ints) -> _Sizes:
        runs = np.where(lines.longest[who] > 0, lines.longest[who], lines.shortest[who])
        return cls(
            len(np.unique(lines.follows, axis=0)),
            # A run that goes on is told from one that starts.
            max(2, int(runs.max(initial=0))),
            max(1, int(lines.off[who].max(initial=0))),
            1 + max(0, int(lines.weekends[who].max(initial=0))),
            1 + int(lines.most[who].max(initial=0)),
        )

    @property
    def states(self) -> int:
        """Of a day and a bearer."""
        return (self.classes * self.runs + self.offs) * self.weekends * self.units


class _Chosen(NamedTuple):
    price: Ints
    kind: Ints
    units: Ints


class _Programme:
    """One run of the dynamic programme, backwards over the days and forwards again."""

    def __init__(self, lines: Lines, who: Ints, sizes: _Sizes, grid: Small, end: Small) -> None:
        self._lines, self._who, self._sizes, self._grid = lines, who, sizes, grid
        rows, self._class = np.unique(lines.follows, axis=0, return_inverse=True)
        # Smaller sets first: what they allow is looked up once for all that allow more.
        self._allowed: Bools = rows
        self._order = np.argsort(rows.sum(axis=1), kind="stable")
        bearers, days = len(who), lines.days
        tail = (sizes.weekends, sizes.units)
        self._off = np.empty((days + 1, bearers, sizes.offs, *tail), dtype=np.int32)
        self._on = np.empty((days + 1, bearers, sizes.classes, sizes.runs, *tail), dtype=np.int32)
        units = end[:, : sizes.units]
        self._off[days] = units[:, None, None]
        self._on[days] = units[:, None, None, None]
        self._limit = np.where(lines.weekends[who] < 0, sizes.weekends, lines.weekends[who])
        self._counted = bool((lines.weekends[who] >= 0).any())
        rested = np.arange(1, sizes.offs + 1) >= lines.off[who][:, None]
        self._rested = rested[:, :, None, None]
        goes_on = self._may_go_on(np.arange(1, sizes.runs + 1)[:, None]).T
        self._stops = np.broadcast_to(~goes_on[:, None], (bearers, len(lines.amount), sizes.runs))
        self._reach = [self._reached(day) for day in range(days + 1)]

    def run(self) -> _Chosen:
        """Return the cheapest lines."""
        for day in reversed(range(1, self._lines.days)):
            self._back(day)
        return self._forth()

    def _may_end(self, day: int, run: Ints) -> Bools:
        """Say whether runs of so many days (last axis: bearers) may end before a day."""
        lines, who = self._lines, self._who
        open_run = np.minimum(lines.run[who] + day, self._sizes.runs)
        found: Bools = (run >= lines.shortest[who]) | (lines.open[who] & (run == open_run))
        # A run that is all in the past is no longer judged.
        return found if day > 0 else np.ones_like(found)

    def _may_go_on(self, run: Ints) -> Bools:
        longest = self._lines.longest[self._who]
        found: Bools = (longest == 0) | (run < longest)
        return found

    def _reached(self, day: int) -> tuple[slice, slice]:
        """Return how many weekends and units there can be before a day at most: no other states are looked at."""
        lines, who, sizes = self._lines, self._who, self._sizes
        # Whoever may begin at once, and rests as little as may be.
        rest = int(lines.off[who].min())
        longest = int(lines.longest[who].max()) if (lines.longest[who] > 0).all() else day + 1
        cycles, days = divmod(day, longest + rest)
        most = (cycles * longest + min(days, longest)) * int(lines.amount.max(initial=0))
        weekends = (day - 1 - lines.saturday) // 7 - (-2 - lines.saturday) // 7 if day else 0
        weekends += int(lines.begun[who].max(initial=0))
        return slice(min(sizes.weekends, 1 + weekends)), slice(min(sizes.units, 1 + most))

    def _back(self, day: int) -> None:
        """Work out what each state before a day costs from there on."""
        sizes, tail = self._sizes, (..., *self._reach[day])
        off, on, next_off = self._off[day][tail], self._on[day][tail], self._off[day + 1][tail]
        take = self._take(day)
        begin = take[:, :, 0].min(axis=1)
        off[:, :-1], off[:, -1] = next_off[:, 1:], next_off[:, -1]
        np.minimum(off, begin[:, None], out=off, where=self._rested)
        ends = self._may_end(day, np.arange(1, sizes.runs + 1)[:, None]).T
        rests = np.where(ends[:, :, None, None], next_off[:, :1], NEVER)
        # One day longer, which the longest that is told apart stays.
        further = np.concatenate([take[:, :, 1:], take[:, :, -1:]], axis=2)
        further[self._stops] = NEVER
        best: list[tuple[Bools, Small]] = []
        for c in self._order.tolist():
            allowed = self._allowed[c]
            inside = [known for known in best if not (known[0] & ~allowed).any()]
            done, cheapest = inside[-1] if inside else (np.zeros_like(allowed), rests)
            for kind in np.flatnonzero(allowed & ~done).tolist():
                cheapest = np.minimum(cheapest, further[:, kind])
            best.append((allowed, cheapest))
            on[:, c] = cheapest
        np.minimum(off, NEVER, out=off)
        np.minimum(on, NEVER, out=on)

    def _take(self, day: int) -> Small:
        """Return what a duty of each kind costs with all that follows, by the run that it makes."""
        lines, (weekends, units) = self._lines, self._reach[day]
        after, all_units = self._reach[day + 1]
        later = self._on[day + 1][..., after, all_units]
        shape = (len(self._who), len(lines.amount), self._sizes.runs, after.stop, units.stop)
        take: Small = np.full(shape, NEVER, dtype=np.int32)
        for kind, amount in enumerate(lines.amount.tolist()):
            rest = max(0, min(units.stop, all_units.stop - amount))
            take[:, kind, ..., :rest] = later[:, self._class[kind], ..., amount : amount + rest]
        weekday = (day - lines.saturday) % 7
        if weekday < 2 and self._counted:
            number = np.arange(after.stop)
            # On a Sunday only a run that begins makes one weekend more.
            runs = slice(None) if weekday == 0 else slice(0, 1)
            more = take[:, :, runs][..., np.minimum(number + 1, after.stop - 1), :]
            beyond = (number + 1 > self._limit[:, None])[:, None, None, :, None]
            take[:, :, runs] = np.where(beyond, NEVER, more)
        take = take[..., weekends, :]
        take += self._grid[:, day, :, None, None, None]
        return take

    def _forth(self) -> _Chosen:
        """Follow the cheapest way from the past on."""
        lines, who, sizes = self._lines, self._who, self._sizes
        row = np.arange(len(who))
        run = np.minimum(lines.run[who], sizes.runs)
        idle = np.minimum(lines.idle[who], sizes.offs)
        weekend, units = lines.begun[who].copy(), np.zeros(len(who), dtype=np.int64)
        last = np.full(len(who), -1)
        price = np.zeros(len(who), dtype=np.int64)
        chosen = np.full((len(who), lines.days), -1)
        for day in range(lines.days):
            on, off = self._on[day + 1], self._off[day + 1]
            rests = off[row, np.minimum(idle + 1, sizes.offs) - 1, weekend, units].astype(np.int64)
            rests = np.where((run > 0) & ~self._may_end(day, run), NEVER, rests)
            longer = np.minimum(run + 1, sizes.runs)
            goes = np.where(run > 0, self._may_go_on(run), idle >= lines.off[who])
            weekday = (day - lines.saturday) % 7
            more = (weekday == 0) | ((weekday == 1) & (run == 0))
            weekends = weekend + more
            goes = goes & (weekends <= self._limit)
            weekends = np.minimum(weekends, sizes.weekends - 1)
            options = [rests]
            for kind, amount in enumerate(lines.amount.tolist()):
                fits = goes & (units + amount < sizes.units)
                fits &= (last < 0) | lines.follows[last, kind]
                later = np.minimum(units + amount, sizes.units - 1)
                cost = on[row, self._class[kind], longer - 1, weekends, later].astype(np.int64)
                options.append(np.where(fits, cost + self._grid[:, day, kind], NEVER))
            best = np.argmin(options, axis=0)
            if day == 0:
                price = np.min(options, axis=0)
            kind = best - 1
            works = kind >= 0
            chosen[:, day] = kind
            units = units + np.where(works, lines.amount[kind], 0)
            units = np.minimum(units, sizes.units - 1)
            weekend = np.where(works, weekends, weekend)
            run = np.where(works, longer, 0)
            idle = np.where(works, 0, np.minimum(idle + 1, sizes.offs))
            last = np.where(works, kind, -1)
        return _Chosen(price, chosen, units)

"""Bells whose crews depend on each other, with the times to which each may move."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models import Problem
    from solver.advise.pools import Pool, Pools
    from solver.facts import Ints

DAY = 24 * 60

MOST_STEPS = 36
"""Of the grid, earlier or later: links grow with the square."""


@dataclass(frozen=True)
class Moves:
    """How far bells may move.

    Parameters
    ----------
    within
        Minutes earlier or later, at least 1.
    grid
        Bells move by multiples of so many minutes, at least 1.
    limits
        Minutes for single sites, in place of ``within``; 0 keeps a site's bells.
    """

    within: int = 10
    grid: int = 5
    limits: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.within <= 180:
            raise ValueError(f"within {self.within}: give minutes from 1 to 180")
        if not 1 <= self.grid <= 60:
            raise ValueError(f"grid {self.grid}: give minutes from 1 to 60")
        for site, minutes in self.limits.items():
            if not 0 <= minutes <= 180:
                raise ValueError(f"limit {minutes} of site {site}: give minutes from 0 to 180")
        farthest = max(self.within, *self.limits.values(), 0)
        if farthest // self.grid > MOST_STEPS:
            least = -(-farthest // MOST_STEPS)
            raise ValueError(f"grid {self.grid}: for {farthest} minutes give minutes from {least} to 60")

    def of(self, site: str, ring: dt.time) -> list[int]:
        """Return the minutes by which a bell may move, 0 among them, within its day."""
        steps = self.limits.get(site, self.within) // self.grid
        at = ring.hour * 60 + ring.minute
        return [m for k in range(-steps, steps + 1) if 0 <= at + (m := k * self.grid) < DAY]


class Day(NamedTuple):
    """Posts of one date, or of several that are alike.

    Attributes
    ----------
    start, end, site
        On-post intervals in minutes after the date's earliest, and sites within the pool's ways.
    bell
        Of each post; -1 where none of the problem's bells gives its shift.
    present
        How many holders could hold one of the posts.
    times
        How many dates are so.
    """

    start: Ints
    end: Ints
    site: Ints
    bell: Ints
    present: int
    times: int


@dataclass(frozen=True)
class BellGroup:
    """Bells of a pool whose holders depend on each other, wherever they move.

    Attributes
    ----------
    shifts
        Those that the posts are of.
    minutes
        Between the pool's sites.
    options
        By bell, the minutes by which it may move.
    """

    pool: Pool
    windows: tuple[int, ...]
    dates: tuple[dt.date, ...]
    shifts: frozenset[str]
    posts: int
    minutes: Ints
    options: Mapping[int, list[int]]
    days: tuple[Day, ...]


def bells_of_shifts(problem: Problem) -> list[int]:
    """Return, for each shift, the position of the bell that gives it, or -1 where none does."""
    rings: dict[tuple[str, str, int | dt.date], int] = {}
    for k, bell in enumerate(problem.bells):
        for key in (bell.date,) if bell.date else bell.weekdays:
            rings[bell.site, bell.window, key] = k
    zone, found = ZoneInfo(problem.timezone), []
    for shift in problem.shifts:
        weekday = problem.calendar.school_day(shift.date, shift.site)
        k = rings.get((shift.site, shift.window, shift.date), -1)
        if k < 0 and weekday is not None:
            k = rings.get((shift.site, shift.window, weekday), -1)
        if k >= 0:
            # A shift that was given with a time of its own doesn't follow the bell.
            ring = dt.datetime.combine(shift.date, problem.bells[k].time, zone)
            lead = dt.timedelta(minutes=problem.window_by_id[shift.window].lead)
            k = k if shift.start == ring.astimezone(dt.UTC) - lead else -1
        found.append(k)
    return found


def bell_groups(pools: Pools, moves: Moves) -> list[BellGroup]:
    """Return the groups of all pools, in order of time, those without a bell that may move left out."""
    problem = pools.facts.problem
    bell_of = np.array(bells_of_shifts(problem), dtype=np.int64)
    return [group for pool in pools.pools for group in _groups_of(pools, pool, bell_of, moves)]


def _groups_of(pools: Pools, pool: Pool, bell_of: Ints, moves: Moves) -> list[BellGroup]:
    facts = pools.facts
    needs, problem, need = facts.needs, facts.problem, pool.need
    bell = bell_of[needs.shift[need]]
    options = {
        k: moves.of(problem.bells[k].site, problem.bells[k].time) for k in np.unique(bell[bell >= 0]).tolist()
    }
    reach = [max((abs(m) for m in options.get(k, [0])), default=0) for k in bell.tolist()]
    wide = np.array(reach, dtype=np.int64)
    start, end, date = needs.start[need], needs.end[need], needs.date[need]
    pairs: list[tuple[Ints, Ints]] = []
    for day in np.unique(date).tolist():
        at = np.flatnonzero(date == day)
        ways = pool.minutes[np.ix_(pool.site[at], pool.site[at])]
        # In order however the two move: the earlier at its latest, the later at its earliest.
        apart = (end + wide)[at][:, None] + ways <= (start - wide)[at][None, :]
        window = needs.window[need[at]]
        one, other = np.nonzero(~(apart | apart.T) | (window[:, None] == window[None, :]))
        pairs.append((at[one], at[other]))
    for k in options:
        # A bell moves on all its days at once.
        mine = np.flatnonzero(bell == k)
        pairs.append((mine, np.roll(mine, 1)))
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(len(need), len(need)))
    count, label = connected_components(graph, directed=False)
    groups = []
    for k in range(count):
        posts = np.flatnonzero(label == k)
        moving = {b: options[b] for b in np.unique(bell[posts]).tolist() if len(options.get(b, ())) > 1}
        if moving:
            given = np.where(np.isin(bell, list(moving)), bell, -1)
            groups.append(_group(pools, pool, posts, given, moving))
    return sorted(groups, key=lambda group: (group.dates[0], group.windows))


def _group(pools: Pools, pool: Pool, posts: Ints, bell: Ints, options: dict[int, list[int]]) -> BellGroup:
    needs, problem = pools.facts.needs, pools.facts.problem
    date = needs.date[pool.need]
    alike: Counter[tuple[tuple[int, ...], ...]] = Counter()
    dates = np.unique(date[posts]).tolist()
    for day in dates:
        at = posts[date[posts] == day]
        need = pool.need[at]
        first = int(needs.start[need].min())
        who = int(pool.able[:, at].any(axis=1).sum())
        rows = zip(
            (needs.start[need] - first).tolist(),
            (needs.end[need] - first).tolist(),
            pool.site[at].tolist(),
            bell[at].tolist(),
            strict=True,
        )
        key = ((who,), *sorted(rows))
        alike[key] += 1
    days = []
    for key, times in alike.items():
        table = np.array(key[1:], dtype=np.int64)
        days.append(Day(table[:, 0], table[:, 1], table[:, 2], table[:, 3], key[0][0], times))
    return BellGroup(
        pool=pool,
        windows=tuple(sorted({int(w) for w in needs.window[pool.need[posts]]})),
        dates=tuple(dt.date.fromordinal(day) for day in dates),
        shifts=frozenset(problem.shifts[k].id for k in needs.shift[pool.need[posts]].tolist()),
        posts=len(posts),
        minutes=pool.minutes,
        options=options,
        days=tuple(days),
    )

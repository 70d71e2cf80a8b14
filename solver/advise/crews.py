"""How few crews could hold every post, peak by peak, and the proof that fewer can't."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.advice import CrewAdvice, CrewPeak, CrewPool, CrewTotal
from solver.advise.chains import fewest_chains, fewest_open
from solver.advise.pools import Pool, Pools
from solver.advise.proof import crew_faults
from solver.solve import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models import Problem
    from solver.facts import Bools, Ints


def advise_crews(
    problem: Problem, roles: tuple[str, ...] | None = None, districts: tuple[str, ...] | None = None
) -> CrewAdvice:
    """Return the fewest crews that could hold every minimum post of each peak.

    Crews are taken as interchangeable within their pool, and ways as closed under shortest paths; the other
    rules (rest, limits) are left out. No roster that fills the posts of a peak has fewer crews in it.

    Parameters
    ----------
    roles
        The roles to look at, singly held ones too; None is every role that crews hold.
    districts
        Those whose pools to look at; None is all.

    Returns
    -------
    CrewAdvice
        Checked by `solver.advise.proof.crew_faults`.

    Raises
    ------
    ValueError
        When a role or district is not known.
    """
    pools = Pools(problem, roles, districts)
    found = tuple(_pool(pools, pool) for pool in pools.pools)
    advice = CrewAdvice(pools=found, totals=tuple(_totals(found)))
    if faults := crew_faults(problem, advice):
        raise EngineError("; ".join(faults[:5]))
    return advice


def peaks_of(pools: Pools, pool: Pool, posts: Ints, order: Bools) -> list[Ints]:
    """Split a day's posts into peaks: those of different peaks can always share a crew.

    Posts of one window stay together.

    Returns
    -------
    list of Ints
        Positions in ``posts``, earliest peak first.
    """
    needs = pools.facts.needs
    window = needs.window[pool.need[posts]]
    one, other = np.nonzero(~(order | order.T) | (window[:, None] == window[None, :]))
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(posts), len(posts)))
    count, label = connected_components(graph, directed=False)
    peaks = [np.flatnonzero(label == k) for k in range(count)]
    return sorted(peaks, key=lambda peak: int(needs.start[pool.need[posts[peak]]].min()))


def _pool(pools: Pools, pool: Pool) -> CrewPool:
    problem = pools.facts.problem
    peaks = []
    for posts, order in pools.days(pool):
        for peak in peaks_of(pools, pool, posts, order):
            peaks.append(_peak(pools, pool, posts[peak], order[np.ix_(peak, peak)]))
    districts = dict.fromkeys(problem.site_by_id[site].district for site in pool.sites)
    return CrewPool(
        role=problem.roles[pool.role].id,
        districts=tuple(districts),
        sites=pool.sites,
        crews=pool.members,
        shortened=pool.shortened,
        peaks=tuple(peaks),
    )


def _peak(pools: Pools, pool: Pool, posts: Ints, order: Bools) -> CrewPeak:
    facts, need = pools.facts, pool.need[posts]
    problem, needs, zone = facts.problem, facts.needs, ZoneInfo(facts.problem.timezone)
    chains, apart = fewest_chains(order)
    present = int(pool.able[:, posts].any(axis=1).sum())
    # Posts of a need stand together, so each one's number is how many of them come before.
    index = np.arange(len(need)) - np.searchsorted(need, need)
    named = [pools.post(n, k) for n, k in zip(need.tolist(), index.tolist(), strict=True)]
    windows = sorted({int(w) for w in needs.window[need]})
    return CrewPeak(
        date=dt.date.fromordinal(int(needs.date[need[0]])),
        windows=tuple(problem.windows[w].id for w in windows),
        start=dt.datetime.fromtimestamp(60 * int(needs.start[need].min()), zone),
        end=dt.datetime.fromtimestamp(60 * int(needs.end[need].max()), zone),
        posts=len(need),
        crews=pool.members,
        present=present,
        missing=fewest_open(order, present) if present < len(chains) else 0,
        chains=tuple(tuple(named[k] for k in chain) for chain in chains),
        apart=tuple(named[k] for k in apart),
    )


def _totals(pools: tuple[CrewPool, ...]) -> Iterator[CrewTotal]:
    """Yield each role's peaks over all pools, in order of time."""
    days: defaultdict[tuple[str, dt.date], list[tuple[int, CrewPeak]]] = defaultdict(list)
    for k, pool in enumerate(pools):
        for peak in pool.peaks:
            days[pool.role, peak.date].append((k, peak))
    for (role, date), found in sorted(days.items()):
        # Windows that one pool joins are joined for all.
        groups: list[list[tuple[int, CrewPeak]]] = []
        for k, peak in found:
            near = [g for g in groups if any(set(peak.windows) & set(other.windows) for _, other in g)]
            groups = [g for g in groups if g not in near] + [
                [entry for g in near for entry in g] + [(k, peak)]
            ]
        for group in sorted(groups, key=lambda g: min(peak.start for _, peak in g)):
            yield _total(role, date, group)


def _total(role: str, date: dt.date, group: list[tuple[int, CrewPeak]]) -> CrewTotal:
    of_pool: defaultdict[int, list[CrewPeak]] = defaultdict(list)
    for k, peak in group:
        of_pool[k].append(peak)
    return CrewTotal(
        role=role,
        date=date,
        windows=tuple(dict.fromkeys(window for _, peak in group for window in peak.windows)),
        posts=sum(peak.posts for _, peak in group),
        # Crews that hold one peak of a pool can hold its next one too.
        least=sum(max(p.least for p in peaks) for peaks in of_pool.values()),
        crews=sum(peaks[0].crews for peaks in of_pool.values()),
        present=sum(min(p.present for p in peaks) for peaks in of_pool.values()),
        missing=sum(peak.missing for _, peak in group),
    )

"""A part seen from afar: needs that are alike become one, and only how many are held counts.

Patrol crews and traffic officers are interchangeable but for what they wish for. How burdens can be
shared out among them doesn't depend on who stands at which gate, so fairness is settled on the
coarse part, a hundredth of the size. It leaves nothing out that any roster of the part could do: its
least fairness is a bound of the part's.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

from solver.facts import Needs
from solver.rules.conflicts import conflicting_needs
from solver.rules.fairness import most_points

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.parts import Part

PAYS = 4
"""A coarse part is made when it has at most one need for this many of the part's."""


@dataclass(frozen=True)
class Coarse:
    """A part whose needs stand for several of the fine part's.

    Attributes
    ----------
    part
        The coarse part: pair ``k`` may be held up to ``part.most[k]`` times.
    peak
        Of each coarse need: the peak it lies in, a set of needs of which one duty can exclude another.
    longest
        Of each peak: how many of its needs one assignee can hold at most.
    second
        Of each peak: how many of its duties can be somebody's second, third, and so on (all its needs less
        the fewest assignees that could hold them).
    second_of_kind
        The same of each coarse need alone; -1 where that says nothing more.
    most_points
        Of each counted bearer: points of the horizon that no roster exceeds.
    """

    part: Part
    peak: Ints
    longest: Ints
    second: Ints
    second_of_kind: Ints
    most_points: Ints


def coarsen(part: Part) -> Coarse | None:
    """Return the coarse part, or None where it wouldn't be much smaller or would leave out too much."""
    count = len(part.needs)
    alone = len(part.bearer) == len(part.n)
    if count < PAYS or not alone:
        return None
    can, one, other = _colliding(part)
    groups, peak = connected_components(
        coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(count, count)), directed=False
    )
    kind, first, label = _kinds(part, peak, can)
    if kind * PAYS > count:
        return None
    collide = ~_overlapping(can)
    collide[one, other] = collide[other, one] = True
    np.fill_diagonal(collide, True)
    longest, second = _chains(part, collide, peak, groups)
    longest_of_kind, second_of_kind = _chains(part, collide, label, kind)
    # A missing post costs at least what the cheapest of its kind does: that only lowers the bound.
    cost = np.full(kind, np.iinfo(np.int64).max)
    np.minimum.at(cost, label, part.needs.weight)
    key, start, times = np.unique(part.a * kind + label[part.n], return_index=True, return_counts=True)
    a, n = key // kind, key % kind
    order = np.lexsort((a, n))
    a, n, start, times = a[order], n[order], start[order], times[order]
    needs = Needs(*(getattr(part.needs, f.name)[first] for f in fields(Needs)))
    totals = {name: _sums(label, getattr(part.needs, name), kind) for name in ("minimum", "target")}
    merged = replace(
        part,
        needs=replace(needs, weight=cost, **totals),
        a=a,
        n=n,
        most=np.minimum(times, longest_of_kind[n]),
        distance=part.distance[start],
        cost=np.zeros(len(a), dtype=np.int64),
        pinned=np.zeros(len(a), dtype=bool),
        newcomer=np.zeros(len(a), dtype=bool),
        skilled=np.zeros((len(part.skilled), len(a)), dtype=bool),
        bearer=a,
        borne=np.arange(len(a)),
        wants=(),
        forced=_sums(label, part.forced, kind),
    )
    # A kind that is a whole peak has its rows already.
    mixed = np.bincount(peak[first], minlength=groups)[peak[first]] > 1
    second_of_kind = np.where(mixed & (longest_of_kind > 1), second_of_kind, -1)
    return Coarse(merged, peak[first], longest, second, second_of_kind, most_points(part))


def _sums(label: Ints, values: Ints, count: int) -> Ints:
    return np.rint(np.bincount(label, values, minlength=count)).astype(np.int64)


def peaks(part: Part) -> Ints:
    """Return a label for each need: those of different labels exclude each other by limits alone.

    Needs of one shift share a label: what is missing of them is charged together.
    """
    _, one, other = _colliding(part)
    shift, first = np.unique(part.needs.shift, return_index=True)
    same = first[np.searchsorted(shift, part.needs.shift)]
    one, other = np.concatenate([one, np.arange(len(same))]), np.concatenate([other, same])
    shape = (len(same), len(same))
    _, label = connected_components(coo_array((np.ones(len(one)), (one, other)), shape=shape), directed=False)
    return np.asarray(label, dtype=np.int64)


def _colliding(part: Part) -> tuple[Bools, Ints, Ints]:
    """Return who can hold each need, and the pairs of needs that some candidate of both can't both hold."""
    can: Bools = np.zeros((len(part.needs), len(part.assignee)), dtype=bool)
    can[part.n, part.a] = True
    one, other = conflicting_needs(part)
    shared = (can[one] & can[other]).any(axis=1)
    return can, one[shared], other[shared]


def _overlapping(can: Bools) -> Bools:
    """Say which needs have a candidate in common, shape ``(needs, needs)``."""
    sets, label = np.unique(can, axis=0, return_inverse=True)
    of_sets: Bools = sets.astype(np.int64) @ sets.T.astype(np.int64) > 0
    return of_sets[np.ix_(label, label)]


def _kinds(part: Part, peak: Ints, can: Bools) -> tuple[int, Ints, Ints]:
    """Sort needs into kinds: same peak, role, date, tier, length, points and candidates."""
    needs = part.needs
    plain = np.stack([peak, needs.role, needs.date, needs.tier, needs.minutes, needs.points], axis=1)
    table = np.concatenate([plain.astype(np.int64).view(np.uint8), np.packbits(can, axis=1)], axis=1)
    rows = np.ascontiguousarray(table).view(np.dtype((np.void, table.shape[1]))).ravel()
    kinds, first, label = np.unique(rows, return_index=True, return_inverse=True)
    return len(kinds), first, label


def _chains(part: Part, collide: Bools, group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Return the longest chain of each group of needs, and its posts less its fewest chains.

    A chain is a set of needs that one assignee can hold. One after another they are edges of a
    matching between posts and posts that may follow, so a largest matching bounds how many duties
    can be somebody's further ones (Dilworth's theorem by Fulkerson's matching, 1956).
    """
    post = np.repeat(np.arange(len(group)), part.needs.target)
    post = post[np.lexsort((part.needs.start[post], group[post]))]
    bounds = np.searchsorted(group[post], np.arange(groups + 1))
    longest, second = np.ones(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    for k in range(groups):
        mine = post[bounds[k] : bounds[k + 1]]
        follows: Bools = np.triu(~collide[np.ix_(mine, mine)], 1)
        matched = maximum_bipartite_matching(csr_array(follows), perm_type="column")
        second[k] = int((matched >= 0).sum())
        length = np.ones(len(mine), dtype=np.int64)
        for later in range(1, len(mine)):
            length[later] += length[:later][follows[:later, later]].max(initial=0)
        longest[k] = int(length.max(initial=1))
    return longest, second

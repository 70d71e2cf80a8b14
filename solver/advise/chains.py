"""Chains of posts that one crew can hold, and how few of them cover all.

A post comes before another when a crew can hold both: it leaves the first in time to reach the second.
With ways closed under shortest paths this is an order, so that the fewest chains are as many as the most
posts of which no two are in order (R. P. Dilworth, 1950), found by a largest matching (D. R. Fulkerson,
1956) and its vertex cover (D. Kőnig, 1931).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

if TYPE_CHECKING:
    from solver.facts import Bools, Ints


def shortest(minutes: Ints) -> Ints:
    """Return the minutes of the shortest paths, shape ``(n, n)`` (Floyd and Warshall, 1962)."""
    closed = minutes.copy()
    for via in range(len(closed)):
        np.minimum(closed, closed[:, via, None] + closed[None, via, :], out=closed)
    return closed


def in_order(start: Ints, end: Ints, site: Ints, minutes: Ints) -> Bools:
    """Say which posts (row) a crew can hold before which (column), shape ``(n, n)``.

    Parameters
    ----------
    start, end
        On-post intervals in minutes.
    site
        Row and column of each post within ``minutes``.
    """
    follows: Bools = end[:, None] + minutes[np.ix_(site, site)] <= start[None, :]
    return follows


def chains_needed(order: Bools) -> int:
    """Return how many chains cover all posts at least."""
    matched = maximum_bipartite_matching(csr_array(order), perm_type="column")
    return len(order) - int((matched >= 0).sum())


def fewest_chains(order: Bools) -> tuple[list[list[int]], list[int]]:
    """Return the fewest chains that cover all posts, and as many posts of which no two are in order."""
    matched = maximum_bipartite_matching(csr_array(order), perm_type="column")
    chains = []
    for first in np.flatnonzero(~np.isin(np.arange(len(order)), matched)).tolist():
        chain = [first]
        while (after := int(matched[chain[-1]])) >= 0:
            chain.append(after)
        chains.append(chain)
    # What alternating paths reach from the posts nothing is matched behind: the vertex cover is
    # what they leave out on the side before, and what they reach on the side after.
    holder = np.full(len(order), -1)
    holder[matched[matched >= 0]] = np.flatnonzero(matched >= 0)
    ahead, behind = matched < 0, np.zeros(len(order), dtype=bool)
    fresh = np.flatnonzero(ahead)
    while len(fresh):
        reached = order[fresh].any(axis=0) & ~behind
        behind |= reached
        fresh = holder[reached]
        fresh = fresh[~ahead[fresh]]
        ahead[fresh] = True
    return chains, np.flatnonzero(ahead & ~behind).tolist()


def fewest_open(order: Bools, chains: int) -> int:
    """Return how few posts stay open with so many chains.

    An assignment of what follows to what comes before: a post is followed by one in order, by an end, or
    stays open as its own follower; each chain begins with a post or is not used.
    """
    count = len(order)
    forbidden = count + 1
    cost = np.full((count + chains, count + chains), forbidden)
    cost[:count, :count][order] = 0
    np.fill_diagonal(cost[:count, :count], 1)
    cost[count:, :] = 0
    cost[:count, count:] = 0
    row, column = linear_sum_assignment(cost)
    return int(cost[row, column].sum())

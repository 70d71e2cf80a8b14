"""Which bells to move, by how little, so that fewer crews do or fewer posts stay open."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING, TypeVar

from models.advice import BellAdvice
from solver.advise.bell_groups import Moves, bell_groups
from solver.advise.bell_search import BellSearch
from solver.advise.pools import Pools, check_known
from solver.workers import executor_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from models import Problem
    from models.advice import Goal

Told = tuple[int, int]
"""How many searches are done, and how many there are."""

S = TypeVar("S")
T = TypeVar("T")

EVENLY = 3.0
"""How many times its even share of the time a search may take: most of them need far less."""


def advise_bells(
    problem: Problem,
    moves: Moves | None = None,
    *,
    goal: Goal = "crews",
    roles: tuple[str, ...] | None = None,
    districts: tuple[str, ...] | None = None,
    time_limit: float | None = None,
    workers: int = 1,
    progress: Callable[[Told], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BellAdvice:
    """Return the fewest moves of bells that save most crews, or fill most posts with those present.

    First the crews (or open posts) count, then the sites that move, then the minutes. A bell moves on all
    days on which it rings. Every row is confirmed by the certificate of the problem with the moved bells.

    Parameters
    ----------
    moves
        How far bells may move; 10 minutes on a grid of 5 by default.
    goal
        ``crews``: the least number that could hold every post; ``posts``: those that stay open with as many
        as are present.
    roles
        The roles to look at; None is every role that crews hold.
    districts
        The districts whose bells may move; None is all.
    time_limit
        Seconds for all searches; None has none (each still ends after a number of nodes).
    workers
        Processes.
    progress
        Called with the searches done and in all.
    cancelled
        Asked meanwhile: once it says True, the answer is what was found so far.

    Raises
    ------
    ValueError
        When a role, site or district is not known.
    """
    moves = moves or Moves()
    check_known(problem, roles, districts, tuple(moves.limits))
    if districts is not None:
        outside = {site.id: 0 for site in problem.sites if site.district not in districts}
        moves = Moves(moves.within, moves.grid, {**moves.limits, **outside})
    groups = bell_groups(Pools(problem, roles, districts), moves)
    searches = [BellSearch(problem, group, goal) for group in groups]
    turns = _Turns(searches, time_limit, min(workers, max(1, len(groups))), progress, cancelled)
    with executor_for(None, turns.workers, {}) as executor:
        good = turns.take(executor, BellSearch.glance, [None] * len(groups))
        least = turns.take(executor, BellSearch.least, good)
        peaks = turns.take(executor, BellSearch.peak, least)
    return BellAdvice(goal=goal, within=moves.within, grid=moves.grid, peaks=tuple(peaks))


class _Turns:
    """Three turns of searches: something good at once, then the least that is there, then the fewest moves.

    In each, the smallest groups come first: what they don't use of their share is left to the large ones.
    """

    def __init__(
        self,
        searches: Sequence[BellSearch],
        time_limit: float | None,
        workers: int,
        progress: Callable[[Told], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.workers = workers
        self._searches = searches
        self._order = sorted(range(len(searches)), key=lambda k: searches[k].size)
        self._deadline = time.monotonic() + (1e7 if time_limit is None else time_limit)
        self._left = self._all = 3 * len(searches)
        self._weight = 3.0 * sum(map(self._weight_of, self._order))
        self._progress, self._cancelled = progress, cancelled or (lambda: False)

    def take(
        self, executor: Executor | None, search: Callable[[BellSearch, S, float], T], known: Sequence[S]
    ) -> list[T]:
        """Return what a search finds for every group; what is not reached by then gets no time."""
        found: dict[int, T] = {}
        waiting, running = deque(self._order), dict[Future[T], int]()
        while (waiting or running) and not self._cancelled():
            if waiting and len(running) < self.workers:
                k = waiting.popleft()
                if executor is None:
                    found[k] = search(self._searches[k], known[k], self._share(k))
                    self._done(k)
                else:
                    running[executor.submit(search, self._searches[k], known[k], self._share(k))] = k
                continue
            for future in wait(running, timeout=0.2, return_when=FIRST_COMPLETED).done:
                k = running.pop(future)
                found[k] = future.result()
                self._done(k)
        return [
            found[k] if k in found else search(self._searches[k], known[k], 0.0)
            for k in range(len(self._searches))
        ]

    def _weight_of(self, k: int) -> float:
        return float(self._searches[k].size) ** 2

    def _share(self, k: int) -> float:
        left = max(0.0, self._deadline - time.monotonic())
        return min(left, EVENLY * left * self.workers * self._weight_of(k) / max(1.0, self._weight))

    def _done(self, k: int) -> None:
        self._left -= 1
        self._weight -= self._weight_of(k)
        if self._progress is not None:
            self._progress((self._all - self._left, self._all))

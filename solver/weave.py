"""A rota woven from whole lines: from the relaxation over all of them, then some bearers' anew, again and again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from solver.columns import Line, Master, Shared
from solver.linear import TINY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.facts import Ints
    from solver.form import Floats

ROUGH = 0.5
"""Gap up to which a relaxation is good enough to go on from: costs are whole."""

EASY = 0.001
"""Of the cost, a gap that is good enough while lines are chosen."""

SURE = 0.97
"""Share in the relaxation from which a line is held at once."""
PACE = 0.5
"""Of the time that is left, for choosing lines one after the other."""

AT_ONCE = 0.2
"""Of the bearers, how many lines at most are held at once that are likely only."""
LIKELY = 0.5

KEPT = 30
"""Lines of each bearer that a relaxation begins with."""

ROUNDS = 12
"""How often each relaxation of a dive is solved again with new lines."""

FREE = 8
"""Bearers whose lines are looked for anew at first; more once that is seen to be of no use:"""
GROWTH = 0.5


def dive(
    master: Master, free: Ints, *, cutoff: float, pace: float, deadline: float, seed: int
) -> list[Line] | None:
    """Hold lines that are nearly whole in a relaxation, look for others beside them, and so on.

    Parameters
    ----------
    master
        A relaxation whose lines were generated.
    free
        Its bearers.
    cutoff
        Dearer rotas are of no use.
    pace
        By when to be done, on `time.monotonic`'s clock: the less time is left, the more lines are held at once.
    deadline
        By when to give up.

    Returns
    -------
    list or None
        A line of each free bearer.
    """
    chosen: list[Line] = []
    step = 0.0
    while master.value <= cutoff:
        began = time.monotonic()
        left = len(free) - len(chosen)
        steps = (pace - began) / step if step else np.inf
        held = _held(master, left, left if steps < 1 else int(np.ceil(left / steps)))
        chosen += held
        if len(chosen) == len(free):
            return chosen
        enough = max(ROUGH, EASY * abs(master.value))
        master = master.beside(held, KEPT, seed)
        if not held or not master.generate(deadline, gap=enough, enough=cutoff, rounds=ROUNDS):
            return None
        step = time.monotonic() - began
    return None


def _held(master: Master, free: int, number: int) -> list[Line]:
    """Return the lines to be held next, one of a bearer: all that are sure, or a number of likely ones."""
    likely: dict[int, int] = {}
    for k in np.argsort(-master.shares, kind="stable").tolist():
        if master.lines[k].possible:
            likely.setdefault(master.lines[k].bearer, k)
    shares = master.shares[list(likely.values())]
    number = max(
        1, number, int((shares > SURE).sum()), min(int((shares > LIKELY).sum()), int(AT_ONCE * free))
    )
    return [master.lines[k] for k in list(likely.values())[:number]]


class Weaver:
    """Looks for better and better rotas of one level, and for a bound.

    Parameters
    ----------
    start
        Pairs held (1) in a rota to begin with.
    """

    def __init__(self, shared: Shared, start: Floats, seed: int, deadline: float) -> None:
        self._shared, self._seed, self._deadline = shared, seed, deadline
        self._best = {line.bearer: line for line in shared.lines_in(start)}
        self._known = {bearer: [line] for bearer, line in self._best.items()}
        self.value, self.bound = np.inf, -np.inf
        self._random = np.random.default_rng(seed)
        self._size = float(FREE)

    def relax(self, deadline: float, gap: float) -> list[Line] | None:
        """Solve the relaxation of the whole, and dive from there."""
        shared = self._shared
        master = Master(shared, shared.who, [], self._pool(shared.who), self._seed)
        solved = master.generate(deadline, gap=ROUGH, enough=self.value - gap)
        self._hear(master)
        if not solved or self.bound >= self.value - gap:
            return None
        return self._dive(master, shared.who, [], gap)

    def _hear(self, master: Master) -> None:
        # Costs are whole.
        self.bound = max(self.bound, float(np.ceil(master.bound - TINY)))

    def renew(self, gap: float) -> list[Line] | None:
        """Look for better lines of some bearers beside the others'."""
        shared, who = self._shared, self._shared.who
        size = min(len(who), int(self._size))
        free = np.sort(self._random.choice(who, size, replace=False))
        staying = [line for bearer, line in self._best.items() if bearer not in set(free.tolist())]
        master = Master(shared, free, staying, self._pool(free), self._seed)
        if not master.generate(self._deadline, gap=ROUGH, enough=self.value - gap):
            return None
        if size == len(who):
            self._hear(master)
        if master.value > self.value - 1 + ROUGH or master.bound > self.value - 1 + gap:
            self._size += GROWTH
            return None
        return self._dive(master, free, staying, gap)

    def _pool(self, free: Ints) -> list[Line]:
        return [line for bearer in free.tolist() for line in (self._best[bearer], *self._known[bearer])]

    def _dive(self, master: Master, free: Ints, staying: list[Line], gap: float) -> list[Line] | None:
        for bearer in free.tolist():
            self._known[bearer] = []
        for line in master.likely(KEPT):
            self._known[line.bearer].append(line)
        now = time.monotonic()
        found = dive(
            master,
            free,
            cutoff=self.value - 1 + gap,
            pace=now + PACE * (self._deadline - now),
            deadline=self._deadline,
            seed=self._seed,
        )
        return None if found is None else [*staying, *found]

    def take(self, lines: Sequence[Line], value: float) -> None:
        """Go on from a better rota."""
        self._best = {line.bearer: line for line in lines}
        self.value = value

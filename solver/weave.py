"""Rotas woven from lines: first one by one, then by the relaxation over all lines, then some lines anew."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.columns import Line, Master, Shared
from solver.linear import TINY, Outcome
from solver.rota import UNLIMITED, completed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.facts import Ints
    from solver.form import Floats
    from solver.linear import Linear
    from solver.lines import Lines
    from solver.parts import Part

ROUGH = 0.5
"""Gap up to which a relaxation is good enough to go on from: costs are whole."""

SURE = 0.7
"""Share in the relaxation from which a line is held at once."""
AT_ONCE = 0.2
"""Of the bearers, how many lines at most are held at once that are likely only."""
LIKELY = 0.5

KEPT = 30
"""Lines of each bearer that a relaxation begins with."""

ROUNDS = 25
"""How often each relaxation of a dive is solved again with new lines."""

RELAXING = 0.6
"""Of the time, for the relaxation of the whole at most."""

TRIES = 40
"""How often some lines are looked for anew where time isn't limited."""

PASSES = 6
"""How often each bearer's line is looked at again beside the others' in the beginning."""

FREE = 8
"""Bearers whose lines are looked for anew at first; more once that is seen to be of no use:"""
GROWTH = 0.5


def dive(
    shared: Shared,
    master: Master,
    free: Ints,
    staying: Sequence[Line],
    *,
    cutoff: float,
    deadline: float,
    seed: int,
) -> list[Line] | None:
    """Hold lines that are nearly whole in a relaxation, look for others beside them, and so on.

    Parameters
    ----------
    master
        A relaxation whose lines were generated.
    cutoff
        Dearer rotas are of no use.

    Returns
    -------
    list or None
        A line of each free bearer.
    """
    staying, free = list(staying), free.copy()
    chosen: list[Line] = []
    while len(free):
        if master.value > cutoff or time.monotonic() > deadline:
            return None
        held = _held(master, len(free))
        chosen += held
        staying += held
        free = np.setdiff1d(free, [line.bearer for line in held])
        pool = [line for line in master.likely(KEPT) if line.bearer in set(free.tolist())]
        if len(free):
            master = Master(shared, free, staying, pool, seed)
            if not master.generate(deadline, gap=ROUGH, enough=cutoff, rounds=ROUNDS):
                return None
    return chosen


def _held(master: Master, free: int) -> list[Line]:
    """Return the lines to be held next, at most one of each bearer."""
    order = np.argsort(-master.shares, kind="stable").tolist()
    sure = [k for k in order if master.shares[k] > SURE]
    likely = [k for k in order if master.shares[k] > LIKELY][: max(1, int(AT_ONCE * free))]
    return [master.lines[k] for k in max(sure, likely, key=len) or order[:1]]


def one_by_one(part: Part, lines: Lines, seed: int, deadline: float) -> Ints:
    """Return a choice of pairs (0 or 1): each bearer's best line beside the others', again and again.

    What is shared beyond needs, such as a mix of skills, is not looked at.
    """
    shared = Shared(part, lines, "wishes", {})
    own = shared.cost[: shared.pairs]
    needs, held = part.needs, np.zeros(len(part.n), dtype=np.int64)
    # Whatever comes before wishes weighs more than all that a duty changes in them.
    unit = 2.0 * (1 + int(needs.under.max()) + int(needs.over.max()) + float(np.abs(own).max(initial=0)))
    least = np.where(needs.tier == 1, needs.weight, 1) * unit
    own = own - part.pinned * 100 * least.max()
    order = np.random.default_rng(seed).permutation(shared.who)
    for _ in range(PASSES):
        before = held.copy()
        for bearer in order.tolist():
            if time.monotonic() > deadline:
                return held
            mine = part.a == bearer
            held[mine] = 0
            filled = np.bincount(part.n, held, minlength=len(needs))
            price = np.where(filled < needs.minimum, -least, 0.0)
            price -= unit * ((needs.preferred < 0) & (filled < needs.target))
            price += np.where(filled < needs.preferred, -needs.under, needs.over) * (needs.preferred >= 0)
            price = np.where(filled < needs.target, price, 100 * least.max())
            found = lines.cheapest(
                (price[part.n] + own)[None], np.array([bearer]), short_price=np.array([unit])
            )
            if found.exists[0]:
                held[found.held[found.held >= 0]] = 1
        if (held == before).all():
            break
    return held


def weave(
    part: Part,
    lines: Lines,
    level: str,
    held: Mapping[str, float],
    linear: Linear,
    start: Outcome,
    *,
    gap: float,
    seed: int,
    seconds: float,
) -> Outcome:
    """Return a rota that is as good as any at a level up to a gap, or the best that was found.

    Parameters
    ----------
    held
        Levels before this one, and what they may cost.
    linear
        The part's form with these levels held.
    start
        A solution of it.
    seconds
        Time to look for a better one; with `UNLIMITED` or more, so many tries take its place that the
        same rota is found on every run.
    """
    cost = linear.form.costs[level]
    deadline = time.monotonic() + seconds
    weaver = Weaver(Shared(part, lines, level, held), start.x[: len(part.n)], seed, deadline)
    weaver.value = float(cost @ start.x)
    best = replace(start, value=weaver.value, bound=-np.inf, complete=False)

    def take(found: list[Line] | None) -> None:
        nonlocal best
        if found is not None:
            # The rules that lines don't know, and all sums, are those of the form.
            whole = completed(linear, cost, pairs_of(found, len(part.n)))
            if whole is not None and whole.value < best.value - 0.5:
                best = whole
                weaver.take(found, whole.value)

    take(weaver.relax(time.monotonic() + RELAXING * seconds, gap))
    tries = TRIES if seconds >= UNLIMITED else sys.maxsize
    while best.value > weaver.bound + gap and tries > 0 and time.monotonic() < deadline:
        take(weaver.renew(gap))
        tries -= 1
    return replace(best, bound=min(weaver.bound, best.value), complete=best.value <= weaver.bound + gap)


def pairs_of(lines: Sequence[Line], pairs: int) -> Ints:
    """Return a choice of pairs (0 or 1) from lines."""
    held = np.zeros(pairs, dtype=np.int64)
    for line in lines:
        held[line.held[line.held >= 0]] = 1
    return held


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
        cutoff = self.value - 1 + gap
        found = dive(
            self._shared, master, free, staying, cutoff=cutoff, deadline=self._deadline, seed=self._seed
        )
        return None if found is None else [*staying, *found]

    def take(self, lines: Sequence[Line], value: float) -> None:
        """Go on from a better rota."""
        self._best = {line.bearer: line for line in lines}
        self.value = value

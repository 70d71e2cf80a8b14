"""Settle the levels of a longer rota by whole lines: a first rota one by one, then better and better ones."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.columns import Line, Shared
from solver.rota import EARLIER, UNLIMITED, completed, first_rota, least_of, settle_rota, unsolved
from solver.values import part_values
from solver.weave import Weaver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.facts import Ints
    from solver.form import Floats
    from solver.linear import Linear, Outcome
    from solver.lines import Lines
    from solver.parts import Part

BEGINNING = 0.3
"""Of the time, for the first rota."""

RELAXING = 0.6
"""Of the time, for the relaxation of the whole at most."""

TRIES = 40
"""How often some lines are looked for anew where time isn't limited."""

PASSES = 6
"""How often each bearer's line is looked at again beside the others' in the beginning."""


def settle_by_lines(
    part: Part,
    lines: Lines,
    level: str,
    held: Mapping[str, float],
    linear: Linear,
    start: Outcome | None,
    *,
    gap: float,
    seed: int,
    last: bool,
) -> tuple[Outcome | None, str]:
    """Return a rota that is as good as any at a level up to a gap, or the best found in time, and the method.

    Where time isn't limited, CP-SAT goes on from what isn't proven.

    Parameters
    ----------
    held
        Levels before this one, and what they may cost.
    linear
        The part's form with these levels held.
    start
        A solution of it, if one is known.
    last
        Whether this is the last level, which may take all the time that is left.
    """
    cost, seconds = linear.form.costs[level], linear.seconds_left
    if start is None:
        start = _first(part, lines, linear, cost, seed)
    if start is None:
        return None, "lines"
    limited = seconds < UNLIMITED
    found = weave(
        part,
        lines,
        level,
        held,
        linear,
        start,
        gap=gap,
        seed=seed,
        seconds=EARLIER * linear.seconds_left if limited and not last else linear.seconds_left,
    )
    if limited or found.complete:
        return found, "lines"
    known = unsolved(found.bound, len(cost))
    return settle_rota(linear, cost, known, gap, start=found, seed=seed, last=last)


def _first(part: Part, lines: Lines, linear: Linear, cost: Floats, seed: int) -> Outcome | None:
    """Return a rota to begin with: the one made line by line, unless the greedy one is better."""
    soon = time.monotonic() + BEGINNING * linear.seconds_left
    made = one_by_one(part, lines, seed, soon)
    found = None if time.monotonic() > soon else completed(linear, cost, made)
    if found is not None:
        return found
    # Made in haste, or against a rule that lines don't know.
    rotas = sorted((made, first_rota(part)), key=lambda held: [*part_values(part, held).values()])
    return next((x for held in rotas if (x := completed(linear, cost, held)) is not None), None)


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
    bound = min(max(weaver.bound, least_of(linear, cost)), best.value)
    return replace(best, bound=bound, complete=best.value <= bound + gap)


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


def pairs_of(lines: Sequence[Line], pairs: int) -> Ints:
    """Return a choice of pairs (0 or 1) from lines."""
    held = np.zeros(pairs, dtype=np.int64)
    for line in lines:
        held[line.held[line.held >= 0]] = 1
    return held

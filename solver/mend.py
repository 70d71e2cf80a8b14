"""Repair one part: by additions alone where that is enough, else among the columns that can matter."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.close import close
from solver.engine import EXACT, REPAIR_LEVELS, Answer, Search
from solver.floors import least_values
from solver.linear import Linear
from solver.rules import build_form
from solver.values import part_values

if TYPE_CHECKING:
    from solver.facts import Bools
    from solver.parts import Part


def mend_part(part: Part, seed: int, deadline: float) -> Answer:
    """Return the best repair found by the deadline (on `time.monotonic`'s clock), with its proof."""
    ways = (_fill_in, _among_what_can_change, _level_by_level, _carefully)
    for way in ways:
        if time.monotonic() >= deadline:
            break
        if (answer := way(part, seed, deadline)) is not None:
            return answer
    return Search(part, seed, deadline).fallback()


def _fill_in(part: Part, seed: int, deadline: float) -> Answer | None:
    """Repair a part by additions alone; None where that doesn't fill and keep all that can be.

    Whoever is still there stays, and only needs that lack somebody get somebody: no roster that keeps
    the coverage has fewer changes, and any other that has as few does the same.
    """
    before = part.kept
    filled = np.bincount(part.n, before, minlength=len(part.needs))
    keep = before | (filled < part.needs.minimum)[part.n]
    found, floor = _within(part, keep, before, seed, deadline), least_values(part)
    if found is None or not found.held[before].all():
        return None
    return None if any(found.values[k] > floor[k] for k in ("core", "volunteers")) else found


def _among_what_can_change(part: Part, seed: int, deadline: float) -> Answer | None:
    """Find the least coverage lost and the fewest changes at once, then settle what is left among equals.

    One missing post weighs more than all changes together. What the relaxation prices dearer than the
    gap to whole numbers is in no best repair, so that all others are among few columns. It starts from
    the roster as it was, where every column is where its cost wants it.
    """
    form = build_form(part, escalation=True, fair=False)
    most = 2 * int(part.needs.target.sum()) + 1
    cost = form.costs["changes"].copy()
    for level in ("core", "volunteers"):
        cost += most * form.costs.get(level, 0.0)
    linear = Linear(form, seed, deadline)
    pairs = form.blocks["pairs"]
    linear.lower[pairs][part.pinned] = 1.0
    relaxed = linear.relax(cost)
    if relaxed is None:
        return None
    posts = int(part.needs.target.sum())
    whole, _ = close(linear, cost, relaxed, EXACT, posts=posts, seed=seed)
    if whole is None:
        return None
    slack = whole.value - relaxed.value + EXACT
    reduced = relaxed.reduced[pairs]
    stays = part.pinned | ((relaxed.x[pairs] > 0.5) & (reduced < -slack))
    return _within(part, (reduced <= slack) | stays, stays, seed, deadline)


def _within(part: Part, keep: Bools, stays: Bools, seed: int, deadline: float) -> Answer | None:
    """Repair a part using some of its pairs alone, of which some stay held."""
    found = Search(replace(part, pinned=stays).only(keep), seed, deadline).careful()
    if found is None:
        return None
    held = np.zeros(len(part.n), dtype=np.int64)
    held[keep] = found.held
    values = part_values(part, held)
    # Wishes that nobody among these pairs can grant cost the same in both.
    bounds = {level: values[level] - found.values[level] + found.bounds[level] for level in REPAIR_LEVELS}
    bounds["pins"] = -int(part.pinned.sum())
    return Answer(held, values, bounds, found.tolerance, found.method, found.late)


def _level_by_level(part: Part, seed: int, deadline: float) -> Answer | None:
    return Search(part, seed, deadline).level_by_level()


def _carefully(part: Part, seed: int, deadline: float) -> Answer | None:
    return Search(part, seed, deadline).careful()

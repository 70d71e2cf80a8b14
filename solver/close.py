"""From a relaxation to whole numbers: plunge, dive, search among cheap columns, CP-SAT.

Each is tried only when those before it missed the bound.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.cp import search
from solver.linear import is_whole

if TYPE_CHECKING:
    from solver.form import Floats
    from solver.linear import Linear, Outcome

METHODS = ("lp", "dive", "mip", "lines", "cp_sat")
"""What can settle a form, in the order in which they are tried."""

PLUNGE_IN = range(1_500, 20_001)
"""Nonzeros of forms to plunge in: smaller ones are searched as quickly, in larger ones every step takes long."""

CHEAP = 4
"""Columns a post that the first search among cheap columns looks at."""
GROWTH = 16
"""How much dearer columns may be in the next search, where too few are left to fill all."""
ROUNDS = 5

CP_SECONDS = 600.0
"""A last resort: CP-SAT ends by its deterministic limit long before."""
CP_LEAST = 2.0
"""Seconds that must be left for CP-SAT to be worth starting."""


def close(
    linear: Linear, cost: Floats, relaxed: Outcome, gap: float, *, posts: int, seed: int
) -> tuple[Outcome | None, str]:
    """Return whole numbers as good as the relaxation up to a gap, or the best there are, and the method.

    Parameters
    ----------
    relaxed
        The relaxation, with the best bound that is known.
    posts
        How many columns a solution uses, roughly.
    """
    if is_whole(relaxed.x, linear.form.integer):
        return relaxed, "lp"
    plunges = linear.form.rows.nnz in PLUNGE_IN
    best = linear.plunge(cost, relaxed, relaxed.bound + gap) if plunges else None
    best = best or linear.dive(cost, relaxed, gap)
    if best is not None and best.value <= relaxed.bound + gap:
        return replace(best, bound=relaxed.bound), "dive"
    return _among_cheap_columns(linear, cost, relaxed, best, gap, posts, seed)


def _among_cheap_columns(
    linear: Linear, cost: Floats, relaxed: Outcome, best: Outcome | None, gap: float, posts: int, seed: int
) -> tuple[Outcome | None, str]:
    """Search only columns of a small reduced cost: what uses another is dearer than that.

    A choice that is no dearer than the relaxation by the slack is therefore the best of all.
    """
    few = CHEAP * posts
    reduced = np.sort(np.abs(relaxed.reduced[linear.form.integer]))
    slack = float(reduced[few]) if few < len(reduced) else np.inf
    if 2 * int((reduced <= slack).sum()) > len(reduced):
        slack = np.inf
    for attempt in range(ROUNDS):
        found = linear.whole(cost, relaxed, slack=slack, gap=gap, start=best)
        if found is None and not linear.cut_short:
            if np.isinf(slack):
                break
            slack = slack * GROWTH if attempt + 2 < ROUNDS else np.inf
            continue
        if found is not None and (best is None or found.value < best.value):
            best = found
        bound = relaxed.bound if found is None else min(found.bound, relaxed.value + slack)
        bound = max(relaxed.bound, bound)
        if best is not None and best.value <= bound + gap:
            return replace(best, bound=bound), "mip"
        if best is None or linear.cut_short:
            return _beyond(linear, cost, best, bound, gap, seed)
        slack = best.value - relaxed.value
    return best and replace(best, bound=relaxed.bound), "mip"


def _beyond(
    linear: Linear, cost: Floats, best: Outcome | None, bound: float, gap: float, seed: int
) -> tuple[Outcome | None, str]:
    """Hand over to CP-SAT what HiGHS doesn't close within its nodes."""
    seconds = min(CP_SECONDS, linear.seconds_left)
    if seconds < CP_LEAST:
        return best and replace(best, bound=bound), "mip"
    form = replace(
        linear.form,
        lower=linear.lower,
        upper=linear.upper,
        row_lower=linear.row_lower,
        row_upper=linear.row_upper,
    )
    found = search(form, cost, start=best, bound=bound, gap=gap, seed=seed, seconds=seconds)
    if found is None or (best is not None and found.value > best.value):
        return best and replace(best, bound=bound), "mip"
    return replace(found, bound=max(found.bound, bound)), "cp_sat"

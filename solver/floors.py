"""What no choice at all undercuts, level by level, and how exact a level need be: before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.rules.fairness import burden_cost

if TYPE_CHECKING:
    from solver.parts import Part
    from solver.values import Values


def least_values(part: Part) -> Values:
    """Return what no choice at all can undercut."""
    needs = part.needs
    candidates = np.bincount(part.n, minlength=len(needs))
    best = np.minimum(candidates, needs.target)
    missing = np.maximum(0, needs.minimum - best)
    tier1 = needs.tier == 1
    _, at = np.unique(needs.shift[tier1], return_inverse=True)
    of_shift = np.bincount(at, missing[tier1]).astype(np.int64)
    elsewhere = np.zeros(len(of_shift), dtype=np.int64)
    elsewhere[at] = part.missing_elsewhere[tier1]
    rising = int((of_shift * elsewhere + of_shift * (of_shift - 1) // 2).sum())
    return {
        "pins": -int(part.pinned.sum()),
        "core": int((missing * needs.weight)[tier1].sum()) + part.coverage.escalation * rising,
        "volunteers": int(missing[~tier1].sum()),
        "changes": 0,
        "soonness": 0,
        "minutes": 0,
        "stand_ins": 0,
        "extra": int((needs.target - np.maximum(best, needs.minimum))[needs.preferred < 0].sum()),
        "fairness": unburdened(part),
        "wishes": 0,
    }


def least_wishes(part: Part) -> int:
    """Return what the cheapest candidates cost when every need is filled as far as it can be."""
    filled = np.minimum(np.bincount(part.n, minlength=len(part.needs)), part.needs.target)
    order = np.lexsort((part.cost, part.n))
    rank = np.arange(len(order)) - np.searchsorted(part.n, np.arange(len(part.needs)))[part.n]
    return int(part.cost[order][rank < filled[part.n]].sum())


def unburdened(part: Part) -> int:
    """Return what fairness costs without any duty, which no form counts."""
    return int(burden_cost(part.opening, part.step, part.weight).sum()) if len(part.opening) else 0


def exact_enough(part: Part) -> float:
    """Return half of what one usual duty more costs everybody: how exact fairness need be."""
    more = burden_cost(part.opening + part.step, part.step, part.weight)
    return float((more - burden_cost(part.opening, part.step, part.weight)).sum()) / 2

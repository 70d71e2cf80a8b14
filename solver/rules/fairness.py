"""Fairness: each burden costs its interpolated square over capacity, a convex sum of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.form import FormBuilder
    from solver.parts import Part


def burden_cost(burden: Ints, step: Ints, weight: Ints) -> Ints:
    """Return the exact integer cost of burdens in points (see ``docs/rules.md``)."""
    k, r = burden // step, burden % step
    cost: Ints = weight * (k * k * step + r * (2 * k + 1))
    return cost


def borne_points(part: Part, held: Ints) -> Ints:
    """Return each counted bearer's points of the horizon, given which pairs are held (0 or 1)."""
    points = part.needs.points[part.n[part.borne]] * held[part.borne]
    total = np.bincount(part.bearer, points, minlength=len(part.bearer_ids))
    return np.rint(total).astype(np.int64)[part.group_bearer]


def fairness(part: Part, form: FormBuilder) -> None:
    """Points of a bearer = sum of steps, each step a little dearer than the one before."""
    most = borne_points(part, np.ones(len(part.n), dtype=np.int64))
    groups = len(most)
    if not groups:
        return
    place = np.full(len(part.bearer_ids), -1)
    place[part.group_bearer] = np.arange(groups)
    mine = np.flatnonzero(place[part.bearer] >= 0)
    row = place[part.bearer[mine]]
    pair = part.borne[mine]
    first = part.opening // part.step
    count = np.where(most > 0, (part.opening + most - 1) // part.step - first + 1, 0)
    owner = np.repeat(np.arange(groups), count)
    k = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    step = part.step[owner]
    low = np.maximum(k * step, part.opening[owner])
    high = np.minimum((k + 1) * step, (part.opening + most)[owner])
    steps = form.add_columns("steps", len(owner), (high - low) / step, integer=False)
    points = part.needs.points[part.n[pair]] / part.step[row]
    form.add_rows([(row, pair, points), (owner, steps, -1.0)], 0.0, 0.0, groups, name="burden")
    form.add_cost("fairness", steps, part.weight[owner] * step * (2 * k + 1))

"""Fairness: each burden costs its interpolated square over capacity, a convex sum of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import DutyLimit

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.form import Floats, FormBuilder
    from solver.parts import Part


def burden_cost(burden: Ints, step: Ints, weight: Ints) -> Ints:
    """Return the exact integer cost of burdens in points (see ``docs/rules.md``)."""
    k, r = burden // step, burden % step
    cost: Ints = weight * (k * k * step + r * (2 * k + 1))
    return cost


def borne_points(part: Part, held: Ints) -> Ints:
    """Return each counted bearer's points of the horizon, given how often each pair is held."""
    return np.rint(shared_points(part, held)).astype(np.int64)


def shared_points(part: Part, held: Ints | Floats) -> Floats:
    """Return each counted bearer's points of the horizon, given what is held of each pair, perhaps parts."""
    points = part.needs.points[part.n[part.borne]] * held[part.borne]
    total = np.bincount(part.bearer, points, minlength=len(part.bearer_ids))
    return total[part.group_bearer].astype(np.float64)


def most_points(part: Part) -> Ints:
    """Return, for each counted bearer, points of the horizon that no roster exceeds.

    A day holds no more duties than intervals fit in it one after another, nor more than a
    limit a day allows; short steps keep the linear form small.
    """
    needs = part.needs
    pair_need = part.n[part.borne]
    dates, day = np.unique(needs.date, return_inverse=True)
    fit = np.array([_most_disjoint(needs.start[day == k], needs.end[day == k]) for k in range(len(dates))])
    bearers = len(part.bearer_ids)
    cell = part.bearer * len(dates) + day[pair_need]
    total = np.bincount(cell, needs.points[pair_need], minlength=bearers * len(dates)).reshape(bearers, -1)
    dearest = np.zeros((bearers, len(dates)), dtype=np.int64)
    np.maximum.at(dearest.reshape(-1), cell, needs.points[pair_need])
    most = np.minimum(total, fit * dearest)
    shortest = int(needs.minutes.min(initial=1))
    weeks = np.full(bearers, np.iinfo(np.int64).max)
    for rule in part.rules:
        if isinstance(rule, DutyLimit) and not rule.bearers and _counts_all(part, rule):
            duties = rule.maximum if rule.measure == "duties" else rule.maximum // shortest
            if rule.per == "day":
                most = np.minimum(most, duties * dearest)
            elif len(np.unique((needs.date - 1) // 7)) == 1:
                weeks = np.minimum(weeks, duties * dearest.max(axis=1))
    found: Ints = np.minimum(np.rint(most.sum(axis=1)).astype(np.int64), weeks)[part.group_bearer]
    return found


def _counts_all(part: Part, rule: DutyLimit) -> bool:
    return not rule.roles or all(part.role_ids[k] in rule.roles for k in np.unique(part.needs.role).tolist())


def _most_disjoint(start: Ints, end: Ints) -> int:
    """Return how many intervals fit one after another at most (earliest end first)."""
    free, count = -(2**62), 0
    for k in np.argsort(end, kind="stable").tolist():
        if start[k] >= free:
            free, count = int(end[k]), count + 1
    return count


def fairness(part: Part, form: FormBuilder, most: Ints) -> None:
    """Points of a bearer = sum of steps, each step a little dearer than the one before.

    ``most``: points of the horizon that no roster exceeds, for each counted bearer.
    """
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


def duties_by_points(part: Part, held: Ints) -> tuple[Ints, Ints]:
    """Return the distinct points of duties, and how many of each the counted bearers hold.

    Shapes ``(values,)`` and ``(bearers, values)``.
    """
    values, kind = np.unique(part.needs.points, return_inverse=True)
    cell = part.bearer * len(values) + kind[part.n[part.borne]]
    counts = np.bincount(cell, held[part.borne], minlength=len(part.bearer_ids) * len(values))
    table = np.rint(counts).astype(np.int64).reshape(-1, len(values))
    return values, table[part.group_bearer]


def within_room(part: Part, form: FormBuilder, fairest: Ints) -> None:
    """Let each bearer's duties of equal points differ from the fairest by no more than the tolerance.

    ``fairest``: their numbers as `duties_by_points` gives them. Rows that count duties leave the
    relaxation nearly whole; rows that add up unlike points don't, and are added only where needed.
    """
    values, kind = np.unique(part.needs.points, return_inverse=True)
    groups = len(part.group_bearer)
    place = np.full(len(part.bearer_ids), -1)
    place[part.group_bearer] = np.arange(groups)
    mine = np.flatnonzero(place[part.bearer] >= 0)
    pair = part.borne[mine]
    row = place[part.bearer[mine]] * len(values) + kind[part.n[pair]]
    either_way = part.slack[:, None] // np.maximum(1, values)[None, :]
    lower, upper = np.maximum(0, fairest - either_way).ravel(), (fairest + either_way).ravel()
    form.add_rows([(row, pair, 1.0)], lower, upper, groups * len(values))
    if (either_way > 0).any(axis=0).sum() > 1:
        burden = (fairest * values).sum(axis=1)
        entries = [(place[part.bearer[mine]], pair, part.needs.points[part.n[pair]])]
        form.add_rows(entries, np.maximum(0, burden - part.slack), burden + part.slack, groups)

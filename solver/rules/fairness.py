"""Fairness: each burden costs its interpolated square over capacity, a convex sum of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models import DutyLimit

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
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
    """Say whether a limit counts every duty of the part."""
    return (not rule.roles or part.roles_here.issubset(rule.roles)) and (
        not rule.windows or part.windows_here.issubset(rule.windows)
    )


def _most_disjoint(start: Ints, end: Ints) -> int:
    """Return how many intervals fit one after another at most (earliest end first)."""
    free, count = -(2**62), 0
    for k in np.argsort(end, kind="stable").tolist():
        if start[k] >= free:
            free, count = int(end[k]), count + 1
    return count


@dataclass(frozen=True)
class Steps:
    """The steps that burdens can climb, cheapest first for each counted bearer, each of shape ``(steps,)``.

    Attributes
    ----------
    owner
        The counted bearer.
    points
        How long the step is.
    price
        Cost of a point of it.
    """

    owner: Ints
    points: Ints
    price: Ints

    @classmethod
    def of(cls, part: Part, most: Ints) -> Steps:
        """Lay the steps from each bearer's opening up to the most points of the horizon."""
        first = part.opening // part.step
        count = np.where(most > 0, (part.opening + most - 1) // part.step - first + 1, 0)
        owner = np.repeat(np.arange(len(most)), count)
        k = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        step = part.step[owner]
        low = np.maximum(k * step, part.opening[owner])
        high = np.minimum((k + 1) * step, (part.opening + most)[owner])
        return cls(owner, high - low, part.weight[owner] * (2 * k + 1))


def fairness(part: Part, form: FormBuilder, most: Ints) -> None:
    """Points of a bearer = sum of steps, each a little dearer than the one before.

    ``most``: points of the horizon that no roster exceeds, for each counted bearer.
    """
    if not len(most):
        return
    row, pair = _counted(part)
    steps = Steps.of(part, most)
    step = part.step[steps.owner]
    columns = form.add_columns("steps", len(steps.owner), steps.points / step, integer=False)
    points = part.needs.points[part.n[pair]] / part.step[row]
    form.add_rows([(row, pair, points), (steps.owner, columns, -1.0)], 0.0, 0.0, len(most), name="burden")
    form.add_cost("fairness", columns, steps.price * step)


def _counted(part: Part) -> tuple[Ints, Ints]:
    """Return, for each pair that a counted bearer bears, that bearer and the pair."""
    place = np.full(len(part.bearer_ids), -1)
    place[part.group_bearer] = np.arange(len(part.group_bearer))
    mine = np.flatnonzero(place[part.bearer] >= 0)
    return place[part.bearer[mine]], part.borne[mine]


def poured(part: Part) -> tuple[Floats, int] | None:
    """Return the fairest points when whoever has a role could hold any of its needs, and what they cost.

    The points of a role are poured over the steps of those who have it, the cheapest first and equally
    over equals. Who has several roles serves the one that fills highest; roles that would fill
    higher without them than that are one pool. None where the most that bearers can hold is less.
    """
    needs, steps = part.needs, Steps.of(part, most_points(part))
    filled = np.minimum(needs.target, np.bincount(part.n, minlength=len(needs)))
    pools = [[role] for role in np.unique(needs.role).tolist()]
    while True:
        free = np.ones(len(part.group_bearer), dtype=bool)
        rest, done = list(pools), list[tuple[float, list[int]]]()
        points, cost = np.zeros(len(free)), 0
        while rest:
            tried = []
            for pool in rest:
                of_pool = np.isin(needs.role, pool)
                can = np.zeros(len(free), dtype=bool)
                can[part.a[of_pool[part.n]]] = True
                total = int((needs.points * filled)[of_pool].sum())
                tried.append((*_pour(steps, free & can, total), can, pool))
            level, shares, paid, can, pool = max(tried, key=lambda t: t[0])
            if np.isinf(level):
                return None
            if done and level > done[-1][0]:
                joined = done[-1][1]
                pools = [[*joined, *pool], *(p for p in pools if p not in (joined, pool))]
                break
            points, cost, free = points + shares, cost + paid, free & ~can
            done.append((level, pool))
            rest.remove(pool)
        else:
            return points, cost


def _pour(steps: Steps, who: Bools, total: int) -> tuple[float, Floats, int]:
    """Return the dearest price paid for a total of points, who gets how many, and the cost."""
    mine = np.flatnonzero(who[steps.owner])
    mine = mine[np.argsort(steps.price[mine], kind="stable")]
    price, points = steps.price[mine], steps.points[mine]
    below = np.cumsum(points)
    if total == 0 or not len(mine) or below[-1] < total:
        return (np.inf if total else -1.0), np.zeros(len(who)), 0
    last = int(price[np.searchsorted(below, total)])
    cheaper, equal = price < last, price == last
    left = total - int(points[cheaper].sum())
    share = np.where(cheaper, 1.0, np.where(equal, left / points[equal].sum(), 0.0))
    shares = np.bincount(steps.owner[mine], points * share, minlength=len(who)).astype(np.float64)
    return float(last), shares, int((price * points)[cheaper].sum()) + last * left


@dataclass(frozen=True)
class Room:
    """How far the level ``wishes`` may move burdens: sides of sums that each counted bearer keeps.

    Attributes
    ----------
    amount
        What a duty of each need adds to each sum, shape ``(sums, needs)``.
    lower, upper
        Shape ``(bearers, sums)``.
    most
        Points of each counted bearer that it leaves possible at most, shape ``(bearers,)``.
    """

    amount: Ints
    lower: Ints
    upper: Ints
    most: Ints

    @classmethod
    def around_points(cls, part: Part, points: Floats) -> Room:
        """Let burdens move by the tolerance from the usual duties next below and above the points.

        Burdens come in multiples of what all points share; sides between two of them make fractions.
        """
        share = max(1, int(np.gcd.reduce(part.needs.points)))
        below = np.floor(points / part.step + 1e-6).astype(np.int64) * part.step
        above = np.ceil(points / part.step - 1e-6).astype(np.int64) * part.step
        lower, upper = -(-(below - part.slack) // share), (above + part.slack) // share
        lower, upper = np.maximum(0, lower) * share, upper * share
        return cls(part.needs.points[None, :], lower[:, None], upper[:, None], above + part.slack)

    @classmethod
    def around_duties(cls, part: Part, fairest: Ints) -> Room:
        """Let numbers of duties of equal points move by no more than the tolerance, and burdens so too.

        ``fairest``: the numbers as `duties_by_points` gives them. Rows that count duties leave the
        relaxation nearly whole; rows that add up unlike points don't, and are added only where needed.
        """
        values, kind = np.unique(part.needs.points, return_inverse=True)
        either_way = part.slack[:, None] // np.maximum(1, values)[None, :]
        amount = (np.arange(len(values))[:, None] == kind[None, :]).astype(np.int64)
        points = fairest @ values
        most = points + part.slack
        room = cls(amount, np.maximum(0, fairest - either_way), fairest + either_way, most)
        if (either_way > 0).any(axis=0).sum() <= 1:
            return room
        burden = cls.around_points(part, points.astype(np.float64))
        sums, most = (room, burden), burden.most
        lower, upper = (np.concatenate([getattr(r, k) for r in sums], axis=1) for k in ("lower", "upper"))
        return cls(np.concatenate([r.amount for r in sums]), lower, upper, most)


def within_room(part: Part, form: FormBuilder, room: Room) -> None:
    """Keep every bearer's sums within their sides."""
    who, pair = _counted(part)
    sums = len(room.amount)
    # In units of what all amounts of a sum share, which the relaxation likes better.
    share = np.maximum(1, np.gcd.reduce(room.amount, axis=1))
    amount: Ints = (room.amount // share[:, None])[:, part.n[pair]].T.ravel()
    row = (who[:, None] * sums + np.arange(sums)).ravel()
    column = np.repeat(pair, sums)
    some = amount > 0
    entries = [(row[some], column[some], amount[some])]
    lower, upper = (room.lower // share).ravel(), (room.upper // share).ravel()
    form.add_rows(entries, lower, upper, len(part.group_bearer) * sums)


def duties_by_points(part: Part, held: Ints) -> Ints:
    """Return how many duties of each of the part's distinct points the counted bearers hold.

    Shape ``(bearers, values)``, the values ascending.
    """
    values, kind = np.unique(part.needs.points, return_inverse=True)
    cell = part.bearer * len(values) + kind[part.n[part.borne]]
    counts = np.bincount(cell, held[part.borne], minlength=len(part.bearer_ids) * len(values))
    table = np.rint(counts).astype(np.int64).reshape(-1, len(values))
    return table[part.group_bearer]

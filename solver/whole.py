"""A form in whole numbers, for engines that know no others, written so that nothing is lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from solver.linear import TINY

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.form import Floats, Form

MOST_PARTS = 20_000
"""Largest denominator looked for; floats that need a larger one are taken as not rational."""

EXACT = 2.0**53
"""No sum of a row or of the costs may exceed it: below, floats are exact."""

NO_SIDE = 2**62


@dataclass(frozen=True)
class WholeModel:
    """A form in whole numbers: column k of the form is ``y[k] / parts[k]``.

    Attributes
    ----------
    lower, upper, cost, parts
        Shape ``(columns,)``.
    first, column, coefficient
        Rows as in a CSR matrix.
    row_lower, row_upper
        Shape ``(rows,)``; `NO_SIDE` and its negative where there is none.
    scale
        The form's cost times this is the cost here, rounded down where it isn't whole.
    loss
        By how much, in the form's unit, rounding down can make a solution look cheaper at most.
    constant
        To be added to a cost of ``y`` over the scale, to have the form's.
    """

    lower: Ints
    upper: Ints
    cost: Ints
    parts: Ints
    first: Ints
    column: Ints
    coefficient: Ints
    row_lower: Ints
    row_upper: Ints
    scale: float
    loss: float
    constant: float


def whole_model(form: Form, cost: Floats, gap: float) -> WholeModel | None:
    """Write a form in whole numbers, or return None when that can't be done exactly.

    Sides between two whole numbers are rounded inwards. Costs are multiplied until they are whole;
    those that never are (ties) are rounded down so little that it makes up at most a sixteenth of the
    gap: a bound of the rounded costs is one of the form's.
    """
    rows = csr_array(form.rows, copy=True)
    rows.eliminate_zeros()
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    column, value = rows.indices.astype(np.int64), rows.data
    parts = _parts(form, cost, row, column, value)
    if parts is None or not (np.isfinite(form.lower) & np.isfinite(form.upper)).all():
        return None
    value = value / parts[column]
    denominator = _denominators(value)
    if denominator is None:
        return None
    multiplier = np.ones(rows.shape[0], dtype=np.int64)
    np.lcm.at(multiplier, row, denominator)
    coefficient = np.rint(value * multiplier[row])
    lower, upper = np.ceil(form.lower * parts - TINY), np.floor(form.upper * parts + TINY)
    most = np.maximum(np.abs(lower), np.abs(upper))
    low, high = form.row_lower * multiplier, form.row_upper * multiplier
    priced = _whole_costs(cost / parts, upper - lower, gap)
    if priced is None:
        return None
    whole_cost, scale, loss = priced
    sums = np.bincount(row, np.abs(coefficient) * most[column], minlength=rows.shape[0])
    largest = (sums.max(initial=0), float((np.abs(whole_cost) * most).sum()))
    sides = np.abs(np.concatenate([low, high]))
    if max(*largest, sides[np.isfinite(sides)].max(initial=0)) >= EXACT:
        return None
    return WholeModel(
        lower=lower.astype(np.int64),
        upper=upper.astype(np.int64),
        cost=whole_cost.astype(np.int64),
        parts=parts,
        first=rows.indptr.astype(np.int64),
        column=column,
        coefficient=coefficient.astype(np.int64),
        row_lower=_side(np.ceil(low - TINY)),
        row_upper=_side(np.floor(high + TINY)),
        scale=scale,
        loss=loss,
        # Rounded costs are charged from the lower bounds on; up to there the true ones are.
        constant=float((cost / parts - whole_cost / scale) @ lower),
    )


def _side(side: Floats) -> Ints:
    found: Ints = np.where(np.isfinite(side), side, np.sign(side) * NO_SIDE).astype(np.int64)
    return found


def _whole_costs(cost: Floats, span: Floats, gap: float) -> tuple[Floats, float, float] | None:
    """Return whole costs, what they were multiplied by, and what rounding them down can hide at most."""
    denominator = _denominators(cost)
    if denominator is not None:
        scale = math.lcm(*np.unique(denominator).tolist())
        if scale <= MOST_PARTS:
            return np.rint(cost * scale), float(scale), 0.0
    if not gap > 0:
        return None
    inexact = np.abs(cost - np.rint(cost)) > 1e-12
    hidden = float(span[inexact].sum())
    power = 2.0 ** math.ceil(math.log2(max(1.0, 16 * hidden / gap)))
    return np.floor(cost * power), power, hidden / power


def _denominators(values: Floats) -> Ints | None:
    """Return the least denominators of rational floats; None if one has none that is small enough.

    None, too, when their least common multiple is out of bounds.
    """
    distinct, where = np.unique(values, return_inverse=True)
    found = np.ones(len(distinct), dtype=np.int64)
    for k in np.flatnonzero(distinct != np.rint(distinct)).tolist():
        number = float(distinct[k])
        near = Fraction(number).limit_denominator(MOST_PARTS)
        if abs(near - Fraction(number)) > 1e-12 * max(1.0, abs(number)):
            return None
        found[k] = near.denominator
    if math.lcm(*np.unique(found).tolist()) >= EXACT:
        return None
    taken: Ints = found[where]
    return taken


def _parts(form: Form, cost: Floats, row: Ints, column: Ints, value: Floats) -> Ints | None:
    """Return into how many parts each column's unit is cut, so that its best values are whole parts.

    Integer columns keep their unit. The others follow from them: once a row is divided by their common
    coefficient, whatever makes it and their bounds whole is a fine enough unit, provided that the rows
    over these columns alone are totally unimodular, for then all corners of what the integer columns
    leave possible are whole. A row that holds a level's value has unlike coefficients; it may stand
    beside them when nothing else puts a price on its columns, since the cheapest corner keeps it if
    any point does. None where none of that can be shown.
    """
    free = ~form.integer
    parts = np.ones(len(free), dtype=np.int64)
    if not free.any():
        return parts
    at = free[column]
    holding = _holding_rows(form, cost, row[at], column[at], value[at])
    linked = at & ~holding[row]
    if not _unimodular(row[linked], column[linked], value[linked]):
        return None
    count = len(form.row_lower)
    share = np.full(count, np.inf)
    np.minimum.at(share, row[linked], np.abs(value[linked]))
    if (np.abs(np.abs(value[linked]) / share[row[linked]] - 1) > 1e-12).any():
        return None
    # Columns that a row links share one unit.
    links = coo_array(
        (np.ones(int(linked.sum())), (row[linked], count + column[linked])), shape=[count + len(free)] * 2
    )
    _, label = connected_components(links, directed=False)
    of_row, of_column = label[:count], label[count:]
    if _priced_twice(
        of_column[column[at & holding[row]]], row[at & holding[row]], of_column[free & (cost != 0)]
    ):
        return None
    inside = np.isfinite(share[row]) & ~at
    where = [of_row[row[inside]]]
    numbers = [value[inside] / share[row[inside]]]
    for side in (form.row_lower, form.row_upper):
        finite = np.isfinite(share) & np.isfinite(side)
        where.append(of_row[finite])
        numbers.append(side[finite] / share[finite])
    for bound in (form.lower, form.upper):
        where.append(of_column[free])
        numbers.append(bound[free])
    denominator = _denominators(np.concatenate(numbers))
    if denominator is None:
        return None
    unit = np.ones(len(label), dtype=np.int64)
    np.lcm.at(unit, np.concatenate(where), denominator)
    parts[free] = unit[of_column[free]]
    return parts


def _holding_rows(form: Form, cost: Floats, row: Ints, column: Ints, value: Floats) -> Bools:
    """Say which rows may be held values: sums with an upper side of columns that cost nothing now.

    Entries are those of continuous columns. Sums that share a column with another are none.
    """
    count = len(form.row_lower)
    touched = np.bincount(row, minlength=count) > 0
    other = np.bincount(row, (value <= 0) | (cost[column] != 0), minlength=count) > 0
    found: Bools = touched & ~other & np.isneginf(form.row_lower) & np.isfinite(form.row_upper)
    times = np.bincount(column[found[row]], minlength=len(cost))
    found[row[found[row] & (times[column] > 1)]] = False
    return found


def _priced_twice(label: Ints, row: Ints, priced: Ints) -> bool:
    """Say whether linked columns are in several held rows, or in one and in the costs."""
    pairs = np.unique(np.stack([label, row]), axis=1)
    labels, rows = np.unique(pairs[0], return_counts=True)
    return bool((rows > 1).any()) or bool(np.isin(labels, priced).any())


def _unimodular(row: Ints, column: Ints, value: Floats) -> bool:
    """Say whether a matrix, its rows divided by their coefficients, is seen to be totally unimodular.

    Rows and columns of a single entry don't matter; what they leave must be runs of ones.
    """
    while len(row):
        single = (np.bincount(row)[row] == 1) | (np.bincount(column)[column] == 1)
        if not single.any():
            break
        row, column, value = row[~single], column[~single], value[~single]
    _, place = np.unique(column, return_inverse=True)
    rows, at = np.unique(row, return_inverse=True)
    first, last = np.full(len(rows), len(place)), np.full(len(rows), -1)
    np.minimum.at(first, at, place)
    np.maximum.at(last, at, place)
    runs = (last - first + 1 == np.bincount(at, minlength=len(rows))).all()
    signs = np.abs(np.bincount(at, np.sign(value), minlength=len(rows)))
    return bool(runs) and bool((signs == np.bincount(at, minlength=len(rows))).all())

"""The sparse linear form of a part: columns, rows and one integer cost vector a level.

Built with numpy throughout; never a Python object for each coefficient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.facts import Bools, Ints

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Form:
    """Minimise ``costs[level]`` in turn subject to ``row_lower <= rows @ x <= row_upper`` and bounds.

    Attributes
    ----------
    rows
        Shape ``(rows, columns)``; the first columns are the part's pairs.
    integer
        Columns that must be whole; the others follow from them.
    costs
        By level, shape ``(columns,)``.
    blocks
        First column and number of columns of each named block.
    named_rows
        First row and number of rows of each named block of rows.
    """

    rows: csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    costs: dict[str, Floats]
    blocks: dict[str, slice]
    named_rows: dict[str, slice]


def held_below(form: Form, level: str, value: float) -> Form:
    """Return the form with a row that keeps a level from costing more than a value."""
    if level not in form.costs:
        return form
    cost = form.costs[level]
    # A row of large costs would be held more exactly than solvers keep rows: it is scaled to their tolerance.
    scale = max(1.0, float(np.abs(cost).max()))
    return replace(
        form,
        rows=csr_array(vstack([form.rows, csr_array(cost[None, :] / scale)])),
        row_lower=np.append(form.row_lower, -np.inf),
        row_upper=np.append(form.row_upper, (np.rint(value) + 1e-6) / scale + 2e-7),
    )


class FormBuilder:
    """Collects columns, rows and costs block by block."""

    def __init__(self) -> None:
        self.columns = 0
        self._rows = 0
        self._bounds: list[tuple[Floats, Floats, Bools]] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._sides: list[tuple[Floats, Floats]] = []
        self._costs: list[tuple[str, Ints, Floats]] = []
        self._blocks: dict[str, slice] = {}
        self._named_rows: dict[str, slice] = {}

    def add_columns(
        self, name: str, count: int, upper: npt.ArrayLike, *, lower: npt.ArrayLike = 0.0, integer: bool
    ) -> Ints:
        """Add a block of columns and return their positions."""
        self._bounds.append((_spread(lower, count), _spread(upper, count), np.full(count, integer)))
        self._blocks[name] = slice(self.columns, self.columns + count)
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def columns_of(self, name: str) -> Ints:
        """Return the positions of a block's columns."""
        block = self._blocks[name]
        return np.arange(block.start, block.stop)

    def add_rows(
        self,
        entries: Sequence[tuple[Ints, Ints, npt.ArrayLike]],
        lower: npt.ArrayLike,
        upper: npt.ArrayLike,
        count: int,
        name: str = "",
    ) -> None:
        """Add ``count`` rows; entries are (row from 0, column, coefficient) arrays."""
        for row, column, coefficient in entries:
            self._entries.append((row + self._rows, column, _spread(coefficient, len(row))))
        self._sides.append((_spread(lower, count), _spread(upper, count)))
        if name:
            self._named_rows[name] = slice(self._rows, self._rows + count)
        self._rows += count

    def add_cost(self, level: str, columns: Ints, cost: npt.ArrayLike) -> None:
        """Let columns cost something at a level."""
        self._costs.append((level, columns, _spread(cost, len(columns))))

    def build(self) -> Form:
        """Return the finished form."""
        row, column, value = (np.concatenate(v) for v in zip(*self._entries, strict=True))
        rows = csr_array(coo_array((value, (row, column)), shape=(self._rows, self.columns)))
        costs: dict[str, Floats] = {}
        for level, columns, cost in self._costs:
            if cost.any():
                np.add.at(costs.setdefault(level, np.zeros(self.columns)), columns, cost)
        lower, upper, integer = (np.concatenate(v) for v in zip(*self._bounds, strict=True))
        row_lower, row_upper = (np.concatenate(v) for v in zip(*self._sides, strict=True))
        return Form(rows, row_lower, row_upper, lower, upper, integer, costs, self._blocks, self._named_rows)


def _spread(value: npt.ArrayLike, count: int) -> Floats:
    """Return one value as many, or many as they are."""
    if isinstance(value, (int, float)):
        return np.full(count, value, dtype=np.float64)
    return np.asarray(value, dtype=np.float64)

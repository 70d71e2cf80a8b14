"""A first answer that always exists: fill what can be filled, owners and light burdens first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.form import Floats, Form
    from solver.parts import Part


def greedy(part: Part, form: Form) -> Ints:
    """Return a choice of pairs (0 or 1) that keeps every hard rule.

    Pins come first, then every need's minimum, the scarcest needs before the others, then the targets.
    """
    count = len(part.n)
    keeper = Keeper(form, count)
    held = np.zeros(count, dtype=np.int64)
    filled = np.zeros(len(part.needs), dtype=np.int64)
    burden = np.zeros(len(part.bearer_ids), dtype=np.float64)
    burden[part.group_bearer] = part.opening
    capacity = np.ones(len(part.bearer_ids))
    capacity[part.group_bearer] = 1.0 / np.maximum(1, part.weight)
    first = np.searchsorted(part.n, np.arange(len(part.needs) + 1))

    def take(pair: int) -> bool:
        need = int(part.n[pair])
        if held[pair] or filled[need] >= part.needs.target[need] or not keeper.take(pair):
            return False
        held[pair] = 1
        filled[need] += 1
        burden[part.a[pair]] += part.needs.points[need]
        return True

    for pair in np.flatnonzero(part.pinned).tolist():
        take(pair)
    scarcity = (first[1:] - first[:-1]) - part.needs.minimum
    for goal in (part.needs.minimum, part.needs.target):
        for need in np.lexsort((scarcity, -part.needs.weight, part.needs.tier)).tolist():
            pairs = np.arange(first[need], first[need + 1])
            load = burden[part.a[pairs]] / capacity[part.a[pairs]]
            for pair in pairs[np.lexsort((load, part.distance[pairs]))].tolist():
                if filled[need] >= goal[need]:
                    break
                take(pair)
    return held


class Keeper:
    """Watches the rows that limit what can be held together."""

    def __init__(self, form: Form, pairs: int) -> None:
        rows = form.rows
        self._upper = form.row_upper
        works = np.zeros(rows.shape[1], dtype=bool)
        limiting = np.isfinite(form.row_upper) & ~np.isfinite(form.row_lower)
        limiting[form.named_rows.get("own_post_first", slice(0, 0))] = False
        for name, block in form.blocks.items():
            if name.startswith("works"):
                works[block] = True
            elif name != "pairs":
                touched = rows[:, block.start : block.stop].sum(axis=1) != 0
                limiting &= ~np.asarray(touched).ravel()
        self._columns = rows.tocsc()
        self._limiting = limiting
        self._activity = np.zeros(len(form.row_upper))
        self._at_work: set[int] = set()
        by_row = rows.tocoo()
        days = (by_row.data < 0) & works[by_row.col]
        self._day_of_row = dict(zip(by_row.row[days].tolist(), by_row.col[days].tolist(), strict=True))

    def takes(self, pair: int) -> bool:
        """Say whether no row objects to a pair."""
        return self._what_it_takes(pair) is not None

    def take(self, pair: int) -> bool:
        """Hold a pair if no row objects; say whether it is held."""
        found = self._what_it_takes(pair)
        if found is None:
            return False
        rows, step, days = found
        self._activity[rows] += step
        self._at_work |= days
        return True

    def _what_it_takes(self, pair: int) -> tuple[Ints, Floats, set[int]] | None:
        """Return the rows that a pair fills further, by how much, and the days it opens."""
        rows, values = self._entries(pair)
        days = {self._day_of_row[r] for r in rows.tolist() if r in self._day_of_row} - self._at_work
        plain = np.array([r not in self._day_of_row for r in rows.tolist()], dtype=bool)
        rows, values = rows[plain], values[plain]
        for day in days:
            more, one = self._entries(day)
            counts = one > 0
            rows, values = np.concatenate([rows, more[counts]]), np.concatenate([values, one[counts]])
        rows, where = np.unique(rows, return_inverse=True)
        step: Floats = np.bincount(where, values, minlength=len(rows)).astype(np.float64)
        if (self._activity[rows] + step > self._upper[rows] + 1e-9).any():
            return None
        return rows, step, days

    def _entries(self, column: int) -> tuple[Ints, Ints]:
        span = slice(self._columns.indptr[column], self._columns.indptr[column + 1])
        rows, values = self._columns.indices[span], self._columns.data[span]
        mine = self._limiting[rows]
        return rows[mine], values[mine]

"""How many duties of one peak can fall to one assignee, for coarse parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.coarse import Coarse
    from solver.form import FormBuilder


def few_in_a_peak(coarse: Coarse, form: FormBuilder) -> None:
    """Let each assignee hold a chain of a peak, and all of them no more further duties than there are."""
    part, peaks = coarse.part, len(coarse.longest)
    key, row = np.unique(part.a * peaks + coarse.peak[part.n], return_inverse=True)
    peak = key % peaks
    count = len(key)
    further = form.add_columns("further", count, coarse.longest[peak] - 1, integer=True)
    every = np.arange(count)
    form.add_rows([(row, np.arange(len(part.n)), 1.0), (every, further, -1.0)], -np.inf, 1.0, count)
    form.add_rows([(peak, further, 1.0)], -np.inf, coarse.second, peaks)

"""How many duties of one peak can fall to one assignee, for coarse parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.coarse import Coarse
    from solver.facts import Ints
    from solver.form import FormBuilder


def few_in_a_peak(coarse: Coarse, form: FormBuilder) -> None:
    """Let each assignee hold a chain of a peak, and all of them no more further duties than there are."""
    every = np.arange(len(coarse.part.n))
    _few(coarse, form, "further", every, coarse.peak, coarse.longest, coarse.second)
    kinds = np.flatnonzero(coarse.second_of_kind >= 0)
    mine = every[coarse.second_of_kind[coarse.part.n] >= 0]
    if len(mine):
        kind = np.searchsorted(kinds, np.arange(len(coarse.peak)))
        most = np.full(len(kinds), coarse.part.most.max())
        _few(coarse, form, "further_of_kind", mine, kind, most, coarse.second_of_kind[kinds])


def _few(
    coarse: Coarse, form: FormBuilder, name: str, pairs: Ints, group: Ints, longest: Ints, second: Ints
) -> None:
    part, groups = coarse.part, len(second)
    key, row = np.unique(part.a[pairs] * groups + group[part.n[pairs]], return_inverse=True)
    count, of = len(key), key % groups
    further = form.add_columns(name, count, longest[of] - 1, integer=True)
    form.add_rows([(row, pairs, 1.0), (np.arange(count), further, -1.0)], -np.inf, 1.0, count)
    form.add_rows([(of, further, 1.0)], -np.inf, second, groups)

"""Own post first (一校一警): no stand-in while an owner is free, written down where it was broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.form import FormBuilder
    from solver.parts import Part


def own_post_first(part: Part, form: FormBuilder) -> None:
    """A stand-in is held only with a duty of the owner's that was not among those which leave the owner free."""
    count = len(part.cuts)
    if count:
        stand_in = np.array([pair for pair, _ in part.cuts], dtype=np.int64)
        row = np.repeat(np.arange(count), [len(others) for _, others in part.cuts])
        others = np.concatenate([others for _, others in part.cuts])
        entries = [(np.arange(count), stand_in, 1.0), (row, others, -1.0)]
        form.add_rows(entries, -np.inf, 0.0, count, name="own_post_first")

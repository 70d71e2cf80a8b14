"""Changes to a published roster: as few as can be, and of those the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.form import FormBuilder
    from solver.parts import Part


def changes(part: Part, form: FormBuilder) -> None:
    """Whoever is newly on a post, or no longer, costs one, and what the post costs in soonness."""
    if part.before is None:
        return
    pairs = form.columns_of("pairs")
    held = form.add_columns("held_before", 1, 1.0, lower=1.0, integer=False)
    step, soon = np.where(part.before, -1, 1), part.soon[part.n]
    form.add_cost("changes", pairs, step)
    form.add_cost("changes", held, float(part.before.sum()))
    form.add_cost("soonness", pairs, step * soon)
    form.add_cost("soonness", held, float(soon[part.before].sum()))

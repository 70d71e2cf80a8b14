"""Coverage: each need is filled up to its target, and what is missing costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.form import FormBuilder
    from solver.parts import Part


def coverage(part: Part, form: FormBuilder, *, escalation: bool, lean: bool = False) -> None:
    """Holders + missing minimum + missing extra = target, for every need.

    ``lean``: leave out such rows on which nothing rests, and count holders anew where a number is preferred.
    """
    needs, count = part.needs, len(part.needs)
    minimum = form.add_columns("missing_minimum", count, needs.minimum, integer=True)
    extra = form.add_columns("missing_extra", count, needs.target - needs.minimum, integer=True)
    every = np.arange(count)
    entries = [(part.n, np.arange(len(part.n)), 1.0), (every, minimum, 1.0), (every, extra, 1.0)]
    if lean:
        candidates = np.bincount(part.n, minlength=count)
        rests = (needs.minimum > 0) | (needs.preferred < 0) | (candidates > needs.target)
        number = np.cumsum(rests) - 1
        entries = [(number[row[rests[row]]], column[rests[row]], value) for row, column, value in entries]
        form.add_rows(entries, needs.target[rests], needs.target[rests], int(rests.sum()))
    else:
        form.add_rows(entries, needs.target, needs.target, count, name="coverage")
    tier1 = needs.tier == 1
    form.add_cost("core", minimum[tier1], needs.weight[tier1])
    form.add_cost("volunteers", minimum[~tier1], 1)
    form.add_cost("extra", extra[(needs.target > needs.minimum) & (needs.preferred < 0)], 1)
    _preferred(part, form, anew=lean)
    if escalation and part.coverage.escalation:
        _escalation(part, form)


def _preferred(part: Part, form: FormBuilder, *, anew: bool) -> None:
    """Charge holders short of the preferred number, and those beyond it."""
    needs = part.needs
    priced = np.flatnonzero((needs.preferred >= 0) & ((needs.under > 0) | (needs.over > 0)))
    if not len(priced):
        return
    preferred, beyond = needs.preferred[priced], needs.target[priced] - needs.preferred[priced]
    under = form.add_columns("under", len(priced), preferred, integer=False)
    over = form.add_columns("over", len(priced), beyond, integer=False)
    missing = [form.columns_of(name)[priced] for name in ("missing_minimum", "missing_extra")]
    every = np.arange(len(priced))
    form.add_cost("wishes", under, needs.under[priced])
    form.add_cost("wishes", over, needs.over[priced])
    if anew:
        place = np.full(len(needs), -1)
        place[priced] = every
        mine = np.flatnonzero(place[part.n] >= 0)
        entries = [(place[part.n[mine]], mine, 1.0), (every, under, 1.0), (every, over, -1.0)]
        form.add_rows(entries, preferred, preferred, len(priced))
        return
    # Over - under = holders - preferred, where holders are the target less what is missing.
    entries = [(every, under, -1.0), (every, over, 1.0), *((every, columns, 1.0) for columns in missing)]
    form.add_rows(entries, beyond, beyond, len(priced))


def _escalation(part: Part, form: FormBuilder) -> None:
    """Charge the k-th missing post of a shift with k times the escalation."""
    needs = part.needs
    tier1 = np.flatnonzero(needs.tier == 1)
    shifts, at = np.unique(needs.shift[tier1], return_inverse=True)
    most = np.bincount(at, needs.minimum[tier1], minlength=len(shifts)).astype(np.int64)
    shift = np.repeat(np.arange(len(shifts)), most)
    rank = np.arange(len(shift)) - np.repeat(np.cumsum(most) - most, most)
    elsewhere = np.zeros(len(shifts), dtype=np.int64)
    elsewhere[at] = part.missing_elsewhere[tier1]
    steps = form.add_columns("escalation", len(shift), 1.0, integer=False)
    minimum = form.columns_of("missing_minimum")
    form.add_rows([(at, minimum[tier1], 1.0), (shift, steps, -1.0)], -np.inf, 0.0, len(shifts))
    form.add_cost("core", steps, part.coverage.escalation * (elsewhere[shift] + rank))

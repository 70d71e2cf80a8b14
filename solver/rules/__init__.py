"""The rules in linear form: a table of contents, one line a rule, hard ones first.

The meaning of each is in ``docs/rules.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.form import Form, FormBuilder
from solver.minima import has_minima
from solver.rules.changes import changes
from solver.rules.conflicts import one_place_at_a_time
from solver.rules.coverage import coverage
from solver.rules.days import consecutive_days, runs_of_days, successions, weekends
from solver.rules.fairness import Room, fairness, most_points, within_room
from solver.rules.limits import duty_limits, least_minutes
from solver.rules.own_post import own_post_first
from solver.rules.peaks import few_in_a_peak
from solver.rules.wishes import neighbourhoods, newcomer_alone, pair_costs, skill_mix, wants

if TYPE_CHECKING:
    from solver.coarse import Coarse
    from solver.parts import Part


def build_form(
    part: Part, *, escalation: bool, room: Room | None = None, fair: bool = True, minima: bool = True
) -> Form:
    """Write a part down as a linear form.

    Parameters
    ----------
    escalation
        Whether missing posts of one shift cost ever more; left out where none need be missing.
    fair
        Whether burdens matter; False leaves them out.
    minima
        Whether runs of days and days off have to be long enough; False keeps only to what more duties can break.
    room
        Around the fairest burdens, if they are known: its rows take the place of what fairness costs.
    """
    form = FormBuilder()
    pairs = form.add_columns("pairs", len(part.n), 1.0, integer=True)
    form.add_cost("pins", pairs[part.pinned], -1)
    coverage(part, form, escalation=escalation)
    changes(part, form)
    one_place_at_a_time(part, form)
    duty_limits(part, form)
    if minima and has_minima(part):
        runs_of_days(part, form)
    else:
        consecutive_days(part, form)
    successions(part, form)
    weekends(part, form)
    least_minutes(part, form)
    own_post_first(part, form)
    form.add_cost("stand_ins", pairs, part.distance)
    if room is not None:
        within_room(part, form, room)
    elif fair:
        fairness(part, form, most_points(part))
    pair_costs(part, form)
    neighbourhoods(part, form)
    wants(part, form)
    skill_mix(part, form)
    newcomer_alone(part, form)
    return form.build()


def build_shared_form(part: Part) -> Form:
    """Write down what binds bearers together, and those rules of single bearers that the part still has.

    What each bearer falls short of the least minutes is a column of its own, ``short``, summed over all.
    """
    form = FormBuilder()
    pairs = form.add_columns("pairs", len(part.n), 1.0, integer=True)
    form.add_cost("core", form.add_columns("short", 1, np.inf, integer=False), 1.0)
    form.add_cost("pins", pairs[part.pinned], -1)
    coverage(part, form, escalation=True, lean=True)
    duty_limits(part, form)
    if has_minima(part):
        runs_of_days(part, form)
    else:
        consecutive_days(part, form)
    successions(part, form)
    weekends(part, form)
    least_minutes(part, form)
    pair_costs(part, form)
    wants(part, form)
    skill_mix(part, form)
    newcomer_alone(part, form)
    return form.build()


def build_coarse_form(coarse: Coarse) -> Form:
    """Write down what decides how burdens can be shared out."""
    part, form = coarse.part, FormBuilder()
    form.add_columns("pairs", len(part.n), part.most, integer=True)
    coverage(part, form, escalation=False)
    few_in_a_peak(coarse, form)
    duty_limits(part, form, windows=False)
    consecutive_days(part, form)
    fairness(part, form, coarse.most_points)
    return form.build()

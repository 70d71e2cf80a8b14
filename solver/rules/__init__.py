"""The rules in linear form: a table of contents, one line a rule, hard ones first.

The meaning of each is in ``docs/rules.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.form import Form, FormBuilder
from solver.rules.conflicts import one_place_at_a_time
from solver.rules.coverage import coverage
from solver.rules.fairness import fairness
from solver.rules.limits import consecutive_days, duty_limits
from solver.rules.wishes import newcomer_alone, pair_costs, skill_mix, wants

if TYPE_CHECKING:
    from solver.parts import Part


def build_form(part: Part, *, escalation: bool) -> Form:
    """Write a part down as a linear form.

    Parameters
    ----------
    escalation
        Whether missing posts of one shift cost ever more; left out where none need be missing.
    """
    form = FormBuilder()
    pairs = form.add_columns("pairs", len(part.n), 1.0, integer=True)
    form.add_cost("pins", pairs[part.pinned], -1)
    coverage(part, form, escalation=escalation)
    one_place_at_a_time(part, form)
    duty_limits(part, form)
    consecutive_days(part, form)
    form.add_cost("stand_ins", pairs, part.distance)
    fairness(part, form)
    pair_costs(part, form)
    wants(part, form)
    skill_mix(part, form)
    newcomer_alone(part, form)
    return form.build()

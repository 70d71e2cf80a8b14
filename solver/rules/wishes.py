"""The soft rules of the level ``wishes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import NewcomerAlone, SkillMix

if TYPE_CHECKING:
    from solver.form import FormBuilder
    from solver.parts import Part


TIES = 0.3
"""What breaking all ties costs at most, in units of the level ``wishes``."""


def pair_costs(part: Part, form: FormBuilder) -> None:
    """Avoided duties, faces new to a school and minutes from the base: a cost for each pair used."""
    form.add_cost("wishes", np.arange(len(part.n)), part.cost)


def neighbourhoods(part: Part, form: FormBuilder) -> None:
    """Among equals let everybody have a neighbourhood: the minutes from it break ties.

    All of it together is less than `TIES` of one unit of ``wishes``. Interchangeable assignees leave the
    relaxation a broad face of fractional optima; distances make it choose a corner, nearly always a whole one.
    """
    places = len(part.minutes_between)
    if places == 1 or not part.travel:
        return
    home = np.arange(len(part.assignee)) * places // len(part.assignee)
    minutes = part.minutes_between[home[part.a], part.site[part.n]]
    farthest = np.zeros(len(part.needs), dtype=np.int64)
    np.maximum.at(farthest, part.n, minutes)
    most = int((farthest * part.needs.target).sum())
    if most:
        form.add_cost("ties", np.arange(len(part.n)), minutes * (TIES / most))


def wants(part: Part, form: FormBuilder) -> None:
    """A wish that nothing grants costs its weight."""
    if part.wants:
        unmet = form.add_columns("unmet", len(part.wants), 1.0, integer=False)
        row = np.repeat(np.arange(len(part.wants)), [len(pairs) for _, pairs in part.wants])
        pair = np.concatenate([pairs for _, pairs in part.wants])
        form.add_rows([(row, pair, 1.0), (np.arange(len(unmet)), unmet, 1.0)], 1.0, np.inf, len(unmet))
        form.add_cost("wishes", unmet, [weight for weight, _ in part.wants])


def skill_mix(part: Part, form: FormBuilder) -> None:
    """Each holder with the skill short of the number asked for costs."""
    rules = [r for r in part.rules if isinstance(r, SkillMix)]
    for k, rule in enumerate(rules):
        needs = np.flatnonzero(part.needs.role == part.role_ids.index(rule.role))
        if len(needs):
            wanted = np.minimum(rule.at_least, part.needs.target[needs])
            short = form.add_columns(f"short_{k}", len(needs), wanted, integer=False)
            at = np.flatnonzero(part.skilled[k])
            row = np.searchsorted(needs, part.n[at])
            form.add_rows([(row, at, 1.0), (np.arange(len(needs)), short, 1.0)], wanted, np.inf, len(needs))
            form.add_cost("wishes", short, rule.weight)


def newcomer_alone(part: Part, form: FormBuilder) -> None:
    """Newcomers without an experienced colleague in the same need cost."""
    for k, rule in enumerate(r for r in part.rules if isinstance(r, NewcomerAlone)):
        of_role = part.needs.role[part.n] == part.role_ids.index(rule.role)
        new = np.flatnonzero(of_role & part.newcomer)
        if len(new):
            needs, group = np.unique(part.n[new], return_inverse=True)
            alone = form.add_columns(f"alone_{k}", len(needs), 1.0, integer=False)
            old = np.flatnonzero(of_role & ~part.newcomer & np.isin(part.n, needs))
            # One row a newcomer: the experienced of its need, repeated for each.
            rows, columns = [], []
            for r, n in enumerate(part.n[new].tolist()):
                experienced = old[part.n[old] == n]
                rows.append(np.full(len(experienced), r))
                columns.append(experienced)
            row = np.arange(len(new))
            entries = [(row, new, 1.0), (row, alone[group], -1.0)]
            entries.append((np.concatenate(rows), np.concatenate(columns), -1.0))
            form.add_rows(entries, -np.inf, 0.0, len(new))
            form.add_cost("wishes", alone, rule.weight)

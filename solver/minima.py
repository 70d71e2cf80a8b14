"""Runs of days that must be long enough: who is bound by such a rule, and what falls short of it.

More duties can break these rules and heal them, so no other part of the engine that adds duties one by
one can keep to them; what falls short is given up again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from models import ConsecutiveDays, DaysOff, DutyLimit, LeastMinutes, Succession, Weekends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models import Rule
    from solver.facts import Bools, Ints
    from solver.parts import Part

    MinimumRule = ConsecutiveDays | DaysOff

    Run = tuple[int, int]
    """Ordinals of the first and the last date."""


def minimum_rules(rules: Iterable[Rule]) -> list[MinimumRule]:
    """Return the rules that more duties can both break and heal."""
    return [
        rule
        for rule in rules
        if isinstance(rule, DaysOff) or (isinstance(rule, ConsecutiveDays) and rule.minimum is not None)
    ]


def has_minima(part: Part) -> bool:
    """Say whether somebody's runs of days or days off must be long enough."""
    return any(len(part.named(rule.bearers)) > 0 for rule in minimum_rules(part.rules))


def bound_by_minimum(part: Part) -> Bools:
    """Say for which bearers a rule asks for at least so many days on, days off or minutes."""
    found = np.zeros(len(part.bearer_ids), dtype=bool)
    for rule in minimum_rules(part.rules):
        found[part.named(rule.bearers)] = True
    for least in (r for r in part.rules if isinstance(r, LeastMinutes)):
        found[part.named(least.bearers)] = True
    return found


def is_rota(part: Part) -> bool:
    """Say whether a part has rules or needs of a longer rota, which the quick ways of the engine don't know."""
    if part.least or (part.needs.preferred >= 0).any() or has_minima(part):
        return True
    rules = [r for r in part.rules if isinstance(r, Succession | Weekends) or _is_of_horizon(r)]
    if not rules:
        return False
    return any(
        len(part.named(getattr(rule, "bearers", ()))) > 0
        and (not getattr(rule, "roles", ()) or not part.roles_here.isdisjoint(getattr(rule, "roles", ())))
        for rule in rules
    )


def _is_of_horizon(rule: Rule) -> bool:
    return isinstance(rule, DutyLimit) and rule.per == "horizon"


def falling_short(rule: MinimumRule, worked: set[int], known: int, days: Run) -> Iterator[Run]:
    """Give the runs of days with a duty that are too short, or begin after too few days off.

    Parameters
    ----------
    worked
        Ordinals of all dates with a duty, the history's included.
    known
        The first date of which it is known whether there was a duty.
    days
        The horizon's first and last date. Runs of the past alone are left out.
    """
    runs = [run for run in _runs(sorted(worked)) if run[1] >= days[0]]
    if isinstance(rule, ConsecutiveDays) and rule.minimum is not None:
        for first, last in runs:
            if last - first + 1 < rule.minimum and known < first and last < days[1]:
                yield first, last
    if isinstance(rule, DaysOff):
        for (_, before), (first, last) in pairwise(_runs(sorted(worked))):
            if first - before - 1 < rule.minimum and first >= days[0]:
                yield first, last


def _runs(days: list[int]) -> list[Run]:
    """Return the first and last of each run of consecutive numbers."""
    cuts = [k for k in range(1, len(days)) if days[k] > days[k - 1] + 1]
    return [(days[a], days[b - 1]) for a, b in pairwise([0, *cuts, len(days)])] if days else []


def without_short_runs(part: Part, held: Ints) -> Ints:
    """Return a choice of pairs (0 or 1) without the duties of runs that fall short of a minimum."""
    held = held.copy()
    first, last = part.days
    known = np.full(len(part.bearer_ids), first)
    np.minimum.at(known, part.past.bearer, part.past.date)
    rules = minimum_rules(part.rules)
    given_up = True
    while given_up:
        given_up = False
        for rule in rules:
            mine = part.borne_by(rule.bearers, rule.roles)
            counted = part.counted(rule.roles)[part.past.role]
            for bearer in part.named(rule.bearers).tolist():
                own = part.borne[mine[part.bearer[mine] == bearer]]
                own = own[held[own] > 0]
                date = part.needs.date[part.n[own]]
                past = part.past.date[counted & (part.past.bearer == bearer)]
                worked = {*date.tolist(), *past.tolist()}
                for start, end in falling_short(rule, worked, int(known[bearer]), (first, last)):
                    held[own[(date >= start) & (date <= end)]] = 0
                    given_up = True
    return held

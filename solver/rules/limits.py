"""Limits a day, a week and a horizon, and the least minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import DutyLimit

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.form import FormBuilder
    from solver.parts import Part

DAYS = 4_000_000
"""More than any date's ordinal: bearer times this plus a date is one integer key."""


def duty_limits(part: Part, form: FormBuilder, *, windows: bool = True) -> None:
    """Keep every bearer's duties or minutes within each limit.

    ``windows``: whether needs still have windows of their own; limits on some windows are left out otherwise.
    """
    for rule in part.rules:
        if not isinstance(rule, DutyLimit) or (rule.windows and not windows):
            continue
        if not rule.roles or not part.roles_here.isdisjoint(rule.roles):
            _duty_limit(part, form, rule)


def _duty_limit(part: Part, form: FormBuilder, rule: DutyLimit) -> None:
    mine = part.borne_by(rule.bearers, rule.roles)
    if rule.windows:
        mine = mine[_of_windows(part, rule)[part.needs.window[part.n[part.borne[mine]]]]]
    if not len(mine):
        return
    pair = part.borne[mine]
    need = part.n[pair]
    amount = part.needs.minutes[need] if rule.measure == "minutes" else np.ones(len(need), dtype=np.int64)
    key, row = np.unique(part.bearer[mine] * DAYS + _spans(rule, part.needs.date)[need], return_inverse=True)
    most = np.full(len(key), rule.maximum, dtype=np.int64)
    if len(part.past.bearer) and rule.per != "horizon":
        past_key = part.past.bearer * DAYS + _spans(rule, part.past.date)
        at = np.searchsorted(key, past_key)
        known = (at < len(key)) & part.counted(rule.roles)[part.past.role]
        known &= _of_windows(part, rule)[part.past.window]
        known[known] = key[at[known]] == past_key[known]
        spent = part.past.minutes if rule.measure == "minutes" else np.ones_like(part.past.minutes)
        np.subtract.at(most, at[known], spent[known])
    # Duties of equal length make a limit in minutes one in duties, which the relaxation likes better.
    shortest = np.full(len(key), np.iinfo(np.int64).max)
    longest = np.zeros(len(key), dtype=np.int64)
    np.minimum.at(shortest, row, amount)
    np.maximum.at(longest, row, amount)
    even = shortest == longest
    most = np.where(even, most // longest, most)
    amount = np.where(even[row], 1, amount)
    binding = np.bincount(row, amount * part.most[pair], minlength=len(key)) > most
    keep = binding[row]
    if keep.any():
        number = np.cumsum(binding) - 1
        upper = np.maximum(most[binding], 0)
        form.add_rows([(number[row[keep]], pair[keep], amount[keep])], -np.inf, upper, int(binding.sum()))


def _of_windows(part: Part, rule: DutyLimit) -> Bools:
    return np.array([not rule.windows or window in rule.windows for window in part.window_ids])


def _spans(rule: DutyLimit, date: Ints) -> Ints:
    if rule.per == "horizon":
        return np.zeros_like(date)
    return date if rule.per == "day" else (date - 1) // 7


def once_a_day(part: Part) -> Bools:
    """Say of each bearer whether a limit lets it have one duty a date at most."""
    found = np.zeros(len(part.bearer_ids), dtype=bool)
    for rule in part.rules:
        if (
            isinstance(rule, DutyLimit)
            and (rule.per, rule.measure) == ("day", "duties")
            and rule.maximum <= 1
            and not rule.windows
            and part.counted(rule.roles)[part.needs.role].all()
        ):
            found[part.named(rule.bearers)] = True
    return found


def least_minutes(part: Part, form: FormBuilder) -> None:
    """Each minute short of the least costs; in a repair it is no reason to change more than was lost."""
    level = "core" if part.before is None else "minutes"
    for k, (rule, whom) in enumerate(part.least):
        mine = part.borne_by((), rule.roles)
        place = np.full(len(part.bearer_ids), -1)
        place[whom] = np.arange(len(whom))
        mine = mine[place[part.bearer[mine]] >= 0]
        row, pair = place[part.bearer[mine]], part.borne[mine]
        minutes = part.needs.minutes[part.n[pair]]
        short = form.add_columns(f"least_{k}", len(whom), rule.minutes, integer=False)
        every = np.arange(len(whom))
        form.add_rows([(row, pair, minutes), (every, short, 1.0)], rule.minutes, np.inf, len(whom))
        form.add_cost(level, short, rule.weight)
        if len(minutes) and minutes.min() == minutes.max():
            # Of duties of equal length a whole number is short: rounded, the row cuts off fractions.
            duties = -(-rule.minutes // int(minutes[0]))
            rest = rule.minutes - int(minutes[0]) * (duties - 1)
            form.add_rows([(row, pair, rest), (every, short, 1.0)], rest * duties, np.inf, len(whom))

"""Limits a day and a week, and days in a row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from models import ConsecutiveDays, DutyLimit

if TYPE_CHECKING:
    from solver.facts import Bools
    from solver.form import FormBuilder
    from solver.parts import Part

DAYS = 4_000_000
"""More than any date's ordinal: bearer times this plus a date is one integer key."""


def duty_limits(part: Part, form: FormBuilder) -> None:
    """Keep every bearer's duties or minutes within each limit."""
    present = {part.role_ids[k] for k in set(part.needs.role.tolist())}
    for rule in part.rules:
        if isinstance(rule, DutyLimit) and (not rule.roles or not present.isdisjoint(rule.roles)):
            _duty_limit(part, form, rule)


def _duty_limit(part: Part, form: FormBuilder, rule: DutyLimit) -> None:
    counts = _counts(part, rule)
    mine = np.flatnonzero(counts[part.needs.role[part.n[part.borne]]])
    if rule.bearers:
        named = np.isin(np.array(part.bearer_ids), rule.bearers)
        mine = mine[named[part.bearer[mine]]]
    if not len(mine):
        return
    pair = part.borne[mine]
    need = part.n[pair]
    span = part.needs.date if rule.per == "day" else (part.needs.date - 1) // 7
    amount = part.needs.minutes[need] if rule.measure == "minutes" else np.ones(len(need), dtype=np.int64)
    key, row = np.unique(part.bearer[mine] * DAYS + span[need], return_inverse=True)
    most = np.full(len(key), rule.maximum, dtype=np.int64)
    if len(part.past.bearer):
        past_span = part.past.date if rule.per == "day" else (part.past.date - 1) // 7
        past_key = part.past.bearer * DAYS + past_span
        at = np.searchsorted(key, past_key)
        known = (at < len(key)) & counts[part.past.role]
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


def _counts(part: Part, rule: DutyLimit) -> Bools:
    return np.array([not rule.roles or role in rule.roles for role in part.role_ids])


def consecutive_days(part: Part, form: FormBuilder) -> None:
    """Keep runs of days with a duty within the maximum, counting the history's days."""
    rule = next((r for r in part.rules if isinstance(r, ConsecutiveDays)), None)
    if rule is None or not len(part.n):
        return
    span = rule.maximum + 1
    if len(set(part.needs.date.tolist()) | set(part.past.date.tolist())) < span:
        return
    date = part.needs.date[part.n[part.borne]]
    key, row = np.unique(part.bearer * DAYS + date, return_inverse=True)
    possible: dict[int, set[int]] = defaultdict(set)
    for k in key.tolist():
        possible[k // DAYS].add(k % DAYS)
    past: dict[int, set[int]] = defaultdict(set)
    for bearer, day in zip(part.past.bearer.tolist(), part.past.date.tolist(), strict=True):
        past[bearer].add(day)
    runs: list[tuple[list[int], int]] = []
    for bearer, days in possible.items():
        either = days | past[bearer]
        if len(either) < span:
            continue
        for start in range(min(days) - span + 1, max(days) + 1):
            window = range(start, start + span)
            if either.issuperset(window) and not days.isdisjoint(window):
                fresh = [bearer * DAYS + d for d in window if d in days]
                runs.append((fresh, rule.maximum - (span - len(fresh))))
    if not runs:
        return
    used = np.array(sorted({k for fresh, _ in runs for k in fresh}), dtype=np.int64)
    works = form.add_columns("works", len(used), 1.0, integer=False)
    at = np.searchsorted(used, key[row])
    inside = at < len(used)
    inside[inside] = used[at[inside]] == key[row][inside]
    rows = np.arange(int(inside.sum()))
    pair = part.borne[inside]
    entries = [(rows, pair, 1.0), (rows, works[at[inside]], -1.0 * part.most[pair])]
    form.add_rows(entries, -np.inf, 0.0, len(rows))
    number = np.repeat(np.arange(len(runs)), [len(fresh) for fresh, _ in runs])
    columns = works[np.searchsorted(used, np.array([k for fresh, _ in runs for k in fresh]))]
    form.add_rows(
        [(number, columns, 1.0)], -np.inf, np.array([m for _, m in runs], dtype=np.int64), len(runs)
    )

"""Rules on the dates on which bearers have duties: runs of days, days off, successions, weekends.

A column says whether a bearer has a duty on a date. Where rules ask for at least so many days, another
says whether a run starts there: with both, the rows below describe all runs exactly (minimum up and down
times; Rajan and Takriti, IBM Research Report RC23628, 2005), and the relaxation is far tighter.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models import ConsecutiveDays, DaysOff, Succession, Weekends
from solver.rules.conflicts import at_most_one, cliques_of
from solver.rules.limits import DAYS, once_a_day

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.form import FormBuilder
    from solver.parts import Part


def consecutive_days(part: Part, form: FormBuilder) -> None:
    """Keep runs of days with a duty within each maximum, counting the history's days."""
    for k, rule in enumerate(r for r in part.rules if isinstance(r, ConsecutiveDays)):
        if rule.maximum is not None:
            _longest_runs(part, form, rule, rule.maximum, f"works_{k}")


def _longest_runs(part: Part, form: FormBuilder, rule: ConsecutiveDays, maximum: int, name: str) -> None:
    mine = part.borne_by(rule.bearers, rule.roles)
    span = maximum + 1
    if not len(mine) or len(set(part.needs.date.tolist()) | set(part.past.date.tolist())) < span:
        return
    bearer, borne = part.bearer[mine], part.borne[mine]
    key, row = np.unique(bearer * DAYS + part.needs.date[part.n[borne]], return_inverse=True)
    possible: dict[int, set[int]] = defaultdict(set)
    for k in key.tolist():
        possible[k // DAYS].add(k % DAYS)
    past = _past_days(part, rule.roles)
    runs: list[tuple[list[int], int]] = []
    for who, days in possible.items():
        either = days | past[who]
        if len(either) < span:
            continue
        for start in range(min(days) - span + 1, max(days) + 1):
            window = range(start, start + span)
            if either.issuperset(window) and not days.isdisjoint(window):
                fresh = [who * DAYS + d for d in window if d in days]
                runs.append((fresh, maximum - (span - len(fresh))))
    if not runs:
        return
    used = np.array(sorted({k for fresh, _ in runs for k in fresh}), dtype=np.int64)
    works = form.add_columns(name, len(used), 1.0, integer=False)
    at = np.searchsorted(used, key[row])
    inside = at < len(used)
    inside[inside] = used[at[inside]] == key[row][inside]
    rows = np.arange(int(inside.sum()))
    pair = borne[inside]
    entries = [(rows, pair, 1.0), (rows, works[at[inside]], -1.0 * part.most[pair])]
    form.add_rows(entries, -np.inf, 0.0, len(rows))
    number = np.repeat(np.arange(len(runs)), [len(fresh) for fresh, _ in runs])
    columns = works[np.searchsorted(used, np.array([k for fresh, _ in runs for k in fresh]))]
    form.add_rows(
        [(number, columns, 1.0)], -np.inf, np.array([m for _, m in runs], dtype=np.int64), len(runs)
    )


def _past_days(part: Part, roles: tuple[str, ...]) -> dict[int, set[int]]:
    """Return, by bearer, the history's dates with a duty of some roles."""
    past: dict[int, set[int]] = defaultdict(set)
    counted = part.counted(roles)[part.past.role]
    for bearer, day in zip(part.past.bearer[counted].tolist(), part.past.date[counted].tolist(), strict=True):
        past[bearer].add(day)
    return past


class _Runs(NamedTuple):
    """What a bearer's runs of days must keep to; None is no such limit."""

    most: int | None = None
    least: int | None = None
    off: int | None = None

    def stricter(self, rule: ConsecutiveDays | DaysOff) -> _Runs:
        """Return the limits together with a rule's."""
        if isinstance(rule, DaysOff):
            return self._replace(off=max(self.off or 0, rule.minimum))
        limits = self
        if rule.maximum is not None:
            limits = limits._replace(most=min(rule.maximum, limits.most or rule.maximum))
        if rule.minimum is not None:
            limits = limits._replace(least=max(limits.least or 0, rule.minimum))
        return limits


def runs_of_days(part: Part, form: FormBuilder) -> None:
    """Keep runs of days with and without a duty within their limits, minima included."""
    limits: dict[frozenset[str], dict[int, _Runs]] = defaultdict(lambda: defaultdict(_Runs))
    for rule in part.rules:
        if isinstance(rule, ConsecutiveDays | DaysOff):
            of_roles = limits[frozenset(rule.roles)]
            for bearer in part.named(rule.bearers).tolist():
                of_roles[bearer] = of_roles[bearer].stricter(rule)
    for k, (roles, of_bearer) in enumerate(limits.items()):
        _Rows(part, form, tuple(sorted(roles)), f"runs_{k}").add(of_bearer)


class _Rows:
    """Collects rows over days with a duty and days on which a run starts, of one set of roles."""

    def __init__(self, part: Part, form: FormBuilder, roles: tuple[str, ...], name: str) -> None:
        self._part, self._form = part, form
        self._first, self._last = part.days
        mine = part.borne_by((), roles)
        date = part.needs.date[part.n[part.borne[mine]]]
        key, row = np.unique(part.bearer[mine] * DAYS + date, return_inverse=True)
        works = form.add_columns(f"{name}_days", len(key), 1.0, integer=True)
        self._works = dict(zip(key.tolist(), works.tolist(), strict=True))
        self._starts = dict(
            zip(
                key.tolist(),
                form.add_columns(f"{name}_starts", len(key), 1.0, integer=True).tolist(),
                strict=True,
            )
        )
        self._past = _past_days(part, roles)
        self._known = np.full(len(part.bearer_ids), self._first)
        np.minimum.at(self._known, part.past.bearer, part.past.date)
        self._link(part.bearer[mine], part.borne[mine], works, row)
        self._entries: list[tuple[int, int, int]] = []
        self._upper: list[int] = []

    def _link(self, bearer: Ints, pair: Ints, works: Ints, row: Ints) -> None:
        """A day has a duty when, and only when, a pair of it is held."""
        count = len(works)
        single = once_a_day(self._part)[bearer] | (np.bincount(row, minlength=count)[row] == 1)
        lower = np.where(np.bincount(row, single, minlength=count) > 0, 0.0, -np.inf)
        # Days of one duty at most are equal to their pairs' sum, of others no more than it.
        every = np.arange(count)
        self._form.add_rows([(every, works, 1.0), (row, pair, -1.0)], lower, 0.0, count)
        several = np.flatnonzero(~single)
        at = np.arange(len(several))
        if len(several):
            entries = [(at, pair[several], 1.0), (at, works[row[several]], -1.0)]
            self._form.add_rows(entries, -np.inf, 0.0, len(several))

    def add(self, of_bearer: dict[int, _Runs]) -> None:
        """Write down the limits of each bearer."""
        for bearer, limits in of_bearer.items():
            self._bearer(bearer, limits)
        if self._upper:
            row, column, value = np.array(self._entries, dtype=np.int64).reshape(-1, 3).T
            self._form.add_rows([(row, column, value)], -np.inf, np.array(self._upper), len(self._upper))

    def _bearer(self, bearer: int, limits: _Runs) -> None:
        first, last, past = self._first, self._last, self._past[bearer]
        before = 0
        while first - 1 - before in past:
            before += 1
        for day in range(first, last + 1):
            # A start is a day with a duty after one without.
            self._row(bearer, {day: 1, day - 1: -1}, {day: -1}, 0)
            self._row(bearer, {day: -1}, {day: 1}, 0)
            self._row(bearer, {day - 1: 1}, {day: 1}, 1)
        if limits.most is not None:
            for day in range(first + max(0, limits.most - before if before else 0), last + 1):
                since = range(max(first, day - limits.most + 1), day + 1)
                self._row(bearer, {day: 1}, dict.fromkeys(since, -1), 0)
        if limits.least is not None:
            self._least(bearer, limits.least, before)
        if limits.off is not None:
            for day in range(first - limits.off, last + 1):
                soon = range(max(first, day + 1), min(last, day + limits.off) + 1)
                if day >= first or day in past:
                    self._row(bearer, {day: 1}, dict.fromkeys(soon, 1), 1)

    def _least(self, bearer: int, least: int, before: int) -> None:
        first, last, known = self._first, self._last, int(self._known[bearer])
        for day in range(first, last + 1):
            # Of the starts so shortly before, at most one, and then the day has a duty.
            since = [d for d in range(day - least + 1, day + 1) if d >= first and d > known]
            self._row(bearer, {day: -1}, dict.fromkeys(since, 1), 0)
        if before and first - before > known:
            for day in range(first + 1, min(last, first + least - before - 1) + 1):
                self._row(bearer, {first: 1, day: -1}, {}, 0)

    def _row(self, bearer: int, works: dict[int, int], starts: dict[int, int], upper: int) -> None:
        """Add a row over columns of dates: coefficients of days with a duty, and of starts.

        What is known (past days, days without a possible duty) moves to the other side.
        """
        number, entries = len(self._upper), []
        for day, value in works.items():
            column = self._works.get(bearer * DAYS + day)
            if column is not None:
                entries.append((number, column, value))
            elif day in self._past[bearer]:
                upper -= value
        for day, value in starts.items():
            column = self._starts.get(bearer * DAYS + day)
            if column is not None:
                entries.append((number, column, value))
        if entries:
            self._entries += entries
            self._upper.append(upper)


def successions(part: Part, form: FormBuilder) -> None:
    """Let no bearer hold a window on the date after one that it must not follow."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Succession]] = defaultdict(list)
    for rule in part.rules:
        if isinstance(rule, Succession):
            groups[rule.bearers, rule.roles].append(rule)
    single = once_a_day(part)
    for (bearers, roles), rules in groups.items():
        mine = part.borne_by(bearers, roles)
        if len(mine):
            one, other = _followers(part, np.unique(part.n[part.borne[mine]]), rules)
            if single[part.named(bearers)].all():
                # Needs of one date exclude each other too: with them, cliques are larger.
                same = _same_date(part, np.unique(np.concatenate([one, other])))
                one, other = np.concatenate([one, same[0]]), np.concatenate([other, same[1]])
            at_most_one(part, form, cliques_of(one, other, len(part.needs)), mine)
            _after_the_history(part, form, rules, mine)


def _followers(part: Part, need: Ints, rules: list[Succession]) -> tuple[Ints, Ints]:
    """Return the pairs (earlier, later) of needs that must not follow each other."""
    found: set[tuple[int, int]] = set()
    by_window: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for n in need.tolist():
        by_window[part.window_ids[part.needs.window[n]]].append((int(part.needs.date[n]), n))
    for rule in rules:
        leading: dict[int, list[int]] = defaultdict(list)
        for date, n in (pair for window in set(rule.earlier) for pair in by_window[window]):
            leading[date + 1].append(n)
        for date, n in (pair for window in set(rule.later) for pair in by_window[window]):
            found |= {(before, n) for before in leading[date]}
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _same_date(part: Part, need: Ints) -> tuple[Ints, Ints]:
    one, other = np.triu_indices(len(need), 1)
    same = part.needs.date[need[one]] == part.needs.date[need[other]]
    return need[one[same]], need[other[same]]


def _after_the_history(part: Part, form: FormBuilder, rules: list[Succession], mine: Ints) -> None:
    """Forbid what must not follow a duty of the day before the horizon."""
    first = part.days[0]
    window = np.array(part.window_ids)
    forbidden: set[int] = set()
    for rule in rules:
        led = (part.past.date == first - 1) & part.counted(rule.roles)[part.past.role]
        led &= np.isin(window[part.past.window], rule.earlier)
        need = part.n[part.borne[mine]]
        after = np.isin(part.bearer[mine], part.past.bearer[led]) & (part.needs.date[need] == first)
        after &= np.isin(window[part.needs.window[need]], rule.later)
        forbidden |= set(part.borne[mine[after]].tolist())
    if forbidden:
        pair = np.array(sorted(forbidden), dtype=np.int64)
        form.add_rows([(np.arange(len(pair)), pair, 1.0)], -np.inf, 0.0, len(pair))


def weekends(part: Part, form: FormBuilder) -> None:
    """Keep the number of weekends with a duty within each maximum."""
    single = once_a_day(part)
    for k, rule in enumerate(r for r in part.rules if isinstance(r, Weekends)):
        mine = part.borne_by(rule.bearers, rule.roles)
        date = part.needs.date[part.n[part.borne[mine]]]
        mine, date = mine[(date - 1) % 7 >= 5], date[(date - 1) % 7 >= 5]
        if not len(mine):
            continue
        # Monday is ordinal 1, so each number is a week from Monday to Sunday.
        bearer, week = part.bearer[mine], (date - 1) // 7
        key, at = np.unique(bearer * DAYS + week, return_inverse=True)
        who, owner = np.unique(key // DAYS, return_inverse=True)
        begun = _past_saturday(part, rule.roles)
        left = rule.maximum - np.isin(who, begun)
        # A weekend that was begun before is counted already, unless none at all is allowed.
        first = np.isin(key // DAYS, begun) & (key % DAYS == (part.days[0] - 1) // 7)
        linked = ~(first & (left[owner] >= 0))[at]
        worked = form.add_columns(f"works_weekends_{k}", len(key), 1.0, integer=True)
        # Of one duty a day, the day's sum is below the weekend; otherwise each is.
        cell = np.where(single[bearer], bearer * DAYS + date, -1 - np.arange(len(mine)))[linked]
        _, one, row = np.unique(cell, return_index=True, return_inverse=True)
        rows = np.arange(len(one))
        entries = [(row, part.borne[mine[linked]], 1.0), (rows, worked[at[linked][one]], -1.0)]
        form.add_rows(entries, -np.inf, 0.0, len(rows))
        form.add_rows([(owner, worked, 1.0)], -np.inf, np.maximum(0, left), len(who))


def _past_saturday(part: Part, roles: tuple[str, ...]) -> Ints:
    """Return who had a duty on the Saturday before a horizon that begins on a Sunday."""
    saturday = part.days[0] - 1
    mine = (part.past.date == saturday) & part.counted(roles)[part.past.role]
    return np.unique(part.past.bearer[mine]) if saturday % 7 == 6 else np.empty(0, dtype=np.int64)

"""The hard rules on the dates on which a bearer has duties; one function a rule, one judge a kind."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from models import ConsecutiveDays, DaysOff, DutyLimit, Limit, Succession, Violation, Weekends

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models import LeastMinutes
    from solver.verify.facts import DayRule, Duty, Facts
    from solver.verify.held import Held


class Fault(NamedTuple):
    """The duties that break a rule, how, by what number, and since when."""

    duties: list[Duty]
    how: str
    found: int | None = None
    since: dt.date | None = None


def consecutive_days(held: Held) -> Iterator[Violation]:
    """A run of dates with a duty, one or more in the horizon, is too long or too short."""
    yield from _violations(held, ConsecutiveDays)


def days_off(held: Held) -> Iterator[Violation]:
    """There are too few dates off between two duties, the later of them in the horizon."""
    yield from _violations(held, DaysOff)


def succession(held: Held) -> Iterator[Violation]:
    """A window follows on the date after one that it must not follow."""
    yield from _violations(held, Succession)


def weekends(held: Held) -> Iterator[Violation]:
    """A bearer has duties on too many weekends."""
    yield from _violations(held, Weekends)


def _violations(held: Held, kind: type[DayRule]) -> Iterator[Violation]:
    for rule in held.facts.day_rules:
        if isinstance(rule, kind):
            for bearer in rule.bearers or held.lines:
                # Nearly everybody has fewer duties in all than the rule allows dates or weekends.
                if _allows(rule, len(held.lines.get(bearer, ()))):
                    continue
                for fault in day_faults(held.facts, rule, bearer, held.lines.get(bearer, ())):
                    limit = Limit(rule=rule, found=fault.found, since=fault.since)
                    message = f"{held.facts.who(bearer)} {fault.how}"
                    yield violation(rule.kind, bearer, fault.duties, message, limit)


def _allows(rule: DayRule, duties: int) -> bool:
    if isinstance(rule, ConsecutiveDays):
        return rule.minimum is None and rule.maximum is not None and duties <= rule.maximum
    return isinstance(rule, Weekends) and duties <= rule.maximum


def day_faults(facts: Facts, rule: DayRule, bearer: str, line: Sequence[Duty]) -> Iterator[Fault]:
    """Give what a bearer's duties, history included, break of a rule on dates; what is past alone is left out."""
    if rule.bearers and bearer not in rule.bearers:
        return
    counted = [duty for duty in line if counts(rule, duty)]
    for fault in _judged(facts, rule, bearer, counted):
        if not all(duty.past for duty in fault.duties):
            yield fault


def _judged(facts: Facts, rule: DayRule, bearer: str, counted: list[Duty]) -> Iterator[Fault]:
    if isinstance(rule, ConsecutiveDays):
        return _runs_of_days(facts, rule, bearer, counted)
    if isinstance(rule, DaysOff):
        return _days_between(rule, counted)
    if isinstance(rule, Succession):
        return _followers(rule, counted)
    return _weekends(facts, rule, counted)


def _runs_of_days(facts: Facts, rule: ConsecutiveDays, bearer: str, counted: list[Duty]) -> Iterator[Fault]:
    days = _days(counted)
    # Nearly everybody has fewer duties in all than may follow each other.
    if not days or (rule.minimum is None and len(days) <= (rule.maximum or 0)):
        return
    known, end = facts.known_from(bearer).toordinal(), facts.last_date.toordinal()
    for first, last in _runs(days):
        length = last - first + 1
        short = rule.minimum is not None and length < rule.minimum and known < first and last < end
        if short or (rule.maximum is not None and length > rule.maximum):
            duties = [duty for duty in counted if first <= duty.date.toordinal() <= last]
            limit = f"{rule.minimum} are the least" if short else f"{rule.maximum} are the most"
            since = dt.date.fromordinal(first)
            yield Fault(duties, f"has duties on {length} days in a row from {since}, {limit}", length, since)


def _days_between(rule: DaysOff, counted: list[Duty]) -> Iterator[Fault]:
    for before, after in pairwise(_days(counted)):
        off = after - before - 1
        if 0 < off < rule.minimum:
            duties = [duty for duty in counted if duty.date.toordinal() in (before, after)]
            since = dt.date.fromordinal(before + 1)
            how = f"has {off} days off in a row from {since}, {rule.minimum} are the least"
            yield Fault(duties, how, off, since)


def _followers(rule: Succession, counted: list[Duty]) -> Iterator[Fault]:
    leading: dict[int, list[Duty]] = {}
    for duty in counted:
        if duty.window in rule.earlier:
            leading.setdefault(duty.date.toordinal() + 1, []).append(duty)
    for duty in counted:
        if duty.window in rule.later:
            for before in leading.get(duty.date.toordinal(), ()):
                how = f"has {duty} on the date after {before}, which must not follow it"
                yield Fault([before, duty], how, since=before.date)


def _weekends(facts: Facts, rule: Weekends, counted: list[Duty]) -> Iterator[Fault]:
    first = facts.problem.horizon.start.toordinal()
    on_weekends: dict[int, list[Duty]] = {}
    for duty in counted:
        day, weekday = duty.date.toordinal(), duty.date.isoweekday()
        saturday = day - (weekday - 6)
        if weekday >= 6 and saturday + 1 >= first:
            on_weekends.setdefault(saturday, []).append(duty)
    if len(on_weekends) > rule.maximum:
        duties = [duty for weekend in on_weekends.values() for duty in weekend]
        how = f"has duties on {len(on_weekends)} weekends, {rule.maximum} are the most"
        yield Fault(duties, how, len(on_weekends))


def counts(rule: DutyLimit | DayRule | LeastMinutes, duty: Duty) -> bool:
    """Say whether a rule speaks of a duty's role and window."""
    if rule.roles and duty.role not in rule.roles:
        return False
    return not isinstance(rule, DutyLimit) or not rule.windows or duty.window in rule.windows


def violation(
    rule: str, bearer: str, duties: Sequence[Duty], message: str, limit: Limit | None = None
) -> Violation:
    """Return a violation; past shifts are not the problem's, so they are named in the message alone."""
    shifts = dict.fromkeys(duty.shift for duty in duties if not duty.past)
    return Violation(rule=rule, bearer=bearer, shifts=tuple(shifts), message=message, limit=limit)


def _days(duties: list[Duty]) -> list[int]:
    return sorted({duty.date.toordinal() for duty in duties})


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of consecutive numbers of an ascending sequence."""
    first = last = days[0]
    for day in days[1:]:
        if day != last + 1:
            yield first, last
            first = day
        last = day
    yield first, last

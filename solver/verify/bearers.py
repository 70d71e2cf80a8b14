"""The hard rules on all that one bearer carries, history included; one function a rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from models import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models import DutyLimit
    from solver.verify.facts import Duty, Facts
    from solver.verify.held import Held


def overlap(held: Held) -> Iterator[Violation]:
    """Two on-post intervals of a bearer overlap."""
    for bearer, earlier, later in held.close_pairs:
        if overlaps(earlier, later):
            message = f"{held.facts.who(bearer)} is on two posts at once: {earlier} and {later}"
            yield _of("overlap", bearer, (earlier, later), message)


def travel(held: Held) -> Iterator[Violation]:
    """There is too little time to get from one site to another."""
    for bearer, earlier, later in held.close_pairs:
        if travel_is_short(held.facts, earlier, later):
            minutes = held.facts.travel(earlier.site, later.site)
            message = (
                f"{held.facts.who(bearer)} has {_gap(earlier, later)} minutes from {earlier} to {later}, "
                f"the way takes {minutes}"
            )
            yield _of("travel", bearer, (earlier, later), message)


def rest(held: Held) -> Iterator[Violation]:
    """There is too little rest between two duties of different dates."""
    for bearer, earlier, later in held.close_pairs:
        if rest_is_short(held.facts, earlier, later):
            minutes = held.facts.rest_rule.minutes if held.facts.rest_rule else 0
            message = (
                f"{held.facts.who(bearer)} rests {_gap(earlier, later)} minutes "
                f"between {earlier} and {later}, {minutes} are the least"
            )
            yield _of("rest", bearer, (earlier, later), message)


def duty_limit(held: Held) -> Iterator[Violation]:
    """A bearer has too many duties or minutes on a date or in an ISO week."""
    for rule in held.facts.limit_rules:
        carriers = {bearer for role in rule.roles for bearer in held.carriers.get(role, ())}
        for bearer in rule.bearers or (sorted(carriers) if rule.roles else held.lines):
            line = held.lines.get(bearer, ())
            # Nearly everybody carries less in all than the rule allows in one span.
            if (len(line) if rule.measure == "duties" else held.minutes.get(bearer, 0)) <= rule.maximum:
                continue
            totals: Counter[dt.date] = Counter()
            for duty in line:
                if counts(rule, duty):
                    totals[_span(rule, duty.date)] += 1 if rule.measure == "duties" else duty.minutes
            for first, total in totals.items():
                if total > rule.maximum:
                    yield from _over_limit(held, rule, bearer, first, total)


def _over_limit(held: Held, rule: DutyLimit, bearer: str, first: dt.date, total: int) -> Iterator[Violation]:
    duties = [d for d in held.lines[bearer] if counts(rule, d) and _span(rule, d.date) == first]
    # What is past and exceeds the limit alone can't be helped.
    if not all(duty.past for duty in duties):
        when = f"on {first}" if rule.per == "day" else f"in the week from {first}"
        message = f"{held.facts.who(bearer)} has {total} {rule.measure} {when}, {rule.maximum} are the most"
        yield _of("duty_limit", bearer, duties, message)


def consecutive_days(held: Held) -> Iterator[Violation]:
    """A run of dates with a duty, one or more in the horizon, is too long."""
    rule = held.facts.days_rule
    if rule is None:
        return
    for bearer, line in held.lines.items():
        days = sorted({duty.date.toordinal() for duty in line})
        if len(days) <= rule.maximum:
            continue
        for first, last in _runs(days):
            duties = [duty for duty in line if first <= duty.date.toordinal() <= last]
            if last - first + 1 > rule.maximum and not all(duty.past for duty in duties):
                message = (
                    f"{held.facts.who(bearer)} has duties on {last - first + 1} days in a row from "
                    f"{dt.date.fromordinal(first)}, {rule.maximum} are the most"
                )
                yield _of("consecutive_days", bearer, duties, message)


def broken_by_adding(facts: Facts, bearer: str, line: Sequence[Duty], duty: Duty) -> str | None:
    """Return the first rule from ``overlap`` to ``consecutive_days`` that one more duty would break, or None.

    Parameters
    ----------
    line
        What the bearer carries already, history included.
    """
    pairs = [(other, duty) if other.start <= duty.start else (duty, other) for other in line]
    if any(overlaps(earlier, later) for earlier, later in pairs):
        return "overlap"
    if any(travel_is_short(facts, earlier, later) for earlier, later in pairs):
        return "travel"
    if any(rest_is_short(facts, earlier, later) for earlier, later in pairs):
        return "rest"
    if any(_exceeds(rule, bearer, [*line, duty], duty) for rule in facts.limit_rules):
        return "duty_limit"
    if facts.days_rule:
        days = sorted({d.date.toordinal() for d in (*line, duty)})
        day = duty.date.toordinal()
        if any(
            first <= day <= last and last - first >= facts.days_rule.maximum for first, last in _runs(days)
        ):
            return "consecutive_days"
    return None


def overlaps(earlier: Duty, later: Duty) -> bool:
    """Say whether two on-post intervals overlap."""
    return earlier.start < later.end and later.start < earlier.end


def travel_is_short(facts: Facts, earlier: Duty, later: Duty) -> bool:
    """Say whether two duties don't overlap, and the time between them is less than the way takes."""
    return (
        facts.travel_rule is not None
        and earlier.site != later.site
        and 0 <= later.start - earlier.end < 60 * facts.travel(earlier.site, later.site)
    )


def rest_is_short(facts: Facts, earlier: Duty, later: Duty) -> bool:
    """Say whether two duties of different dates have too little rest between them."""
    return (
        facts.rest_rule is not None
        and earlier.date != later.date
        and later.start - earlier.end < 60 * facts.rest_rule.minutes
    )


def counts(rule: DutyLimit, duty: Duty) -> bool:
    """Say whether a limit speaks of a duty's role."""
    return not rule.roles or duty.role in rule.roles


def _exceeds(rule: DutyLimit, bearer: str, line: Sequence[Duty], added: Duty) -> bool:
    if not counts(rule, added) or (rule.bearers and bearer not in rule.bearers):
        return False
    span = _span(rule, added.date)
    counted = [d for d in line if counts(rule, d) and _span(rule, d.date) == span]
    total = len(counted) if rule.measure == "duties" else sum(d.minutes for d in counted)
    return total > rule.maximum


def _span(rule: DutyLimit, date: dt.date) -> dt.date:
    return date if rule.per == "day" else _monday(date)


@cache
def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of consecutive numbers of an ascending sequence."""
    first = last = days[0]
    for day in days[1:]:
        if day != last + 1:
            yield first, last
            first = day
        last = day
    yield first, last


def _gap(earlier: Duty, later: Duty) -> int:
    return (later.start - earlier.end) // 60


def _of(rule: str, bearer: str, duties: Sequence[Duty], message: str) -> Violation:
    # Past shifts are not the problem's, so they are named in the message alone.
    shifts = dict.fromkeys(duty.shift for duty in duties if not duty.past)
    return Violation(rule=rule, bearer=bearer, shifts=tuple(shifts), message=message)

"""The hard rules on times and amounts of all that one bearer carries; one function a rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from models import Limit
from solver.verify.days import counts, day_faults, violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models import DutyLimit, Violation
    from solver.verify.facts import Duty, Facts
    from solver.verify.held import Held


def overlap(held: Held) -> Iterator[Violation]:
    """Two on-post intervals of a bearer overlap."""
    for bearer, earlier, later in held.close_pairs:
        if overlaps(earlier, later):
            message = f"{held.facts.who(bearer)} is on two posts at once: {earlier} and {later}"
            yield violation("overlap", bearer, (earlier, later), message)


def travel(held: Held) -> Iterator[Violation]:
    """There is too little time to get from one site to another."""
    for bearer, earlier, later in held.close_pairs:
        if travel_is_short(held.facts, earlier, later):
            minutes = held.facts.travel(earlier.site, later.site)
            message = (
                f"{held.facts.who(bearer)} has {_gap(earlier, later)} minutes from {earlier} to {later}, "
                f"the way takes {minutes}"
            )
            yield violation("travel", bearer, (earlier, later), message)


def rest(held: Held) -> Iterator[Violation]:
    """There is too little rest between two duties of different dates."""
    for bearer, earlier, later in held.close_pairs:
        if rest_is_short(held.facts, earlier, later):
            rule, gap = held.facts.rest_rule, _gap(earlier, later)
            assert rule is not None
            message = (
                f"{held.facts.who(bearer)} rests {gap} minutes "
                f"between {earlier} and {later}, {rule.minutes} are the least"
            )
            limit = Limit(rule=rule, found=gap, since=earlier.date)
            yield violation("rest", bearer, (earlier, later), message, limit)


def duty_limit(held: Held) -> Iterator[Violation]:
    """A bearer has too many duties or minutes on a date, in an ISO week or in the horizon."""
    for rule in held.facts.limit_rules:
        carriers = {bearer for role in rule.roles for bearer in held.carriers.get(role, ())}
        for bearer in rule.bearers or (sorted(carriers) if rule.roles else held.lines):
            line = held.lines.get(bearer, ())
            # Nearly everybody carries less in all than the rule allows in one span.
            if (len(line) if rule.measure == "duties" else held.minutes.get(bearer, 0)) <= rule.maximum:
                continue
            totals: Counter[dt.date] = Counter()
            for duty in line:
                if counts(rule, duty) and spans(rule, duty):
                    totals[span_of(rule, duty.date)] += 1 if rule.measure == "duties" else duty.minutes
            for first, total in totals.items():
                if total > rule.maximum:
                    yield from _over_limit(held, rule, bearer, first, total)


def _over_limit(held: Held, rule: DutyLimit, bearer: str, first: dt.date, total: int) -> Iterator[Violation]:
    duties = [
        d for d in held.lines[bearer] if counts(rule, d) and spans(rule, d) and span_of(rule, d.date) == first
    ]
    # What is past and exceeds the limit alone can't be helped.
    if not all(duty.past for duty in duties):
        when = {
            "day": f"on {first}",
            "week": f"in the week from {first}",
            "horizon": "in the horizon",
        }[rule.per]
        which = "".join(f" ({', '.join(names)})" for names in (rule.roles, rule.windows) if names)
        message = (
            f"{held.facts.who(bearer)} has {total} {rule.measure}{which} {when}, {rule.maximum} are the most"
        )
        limit = Limit(rule=rule, found=total, since=None if rule.per == "horizon" else first)
        yield violation("duty_limit", bearer, duties, message, limit)


def broken_by_adding(facts: Facts, bearer: str, line: Sequence[Duty], duty: Duty) -> str | None:
    """Return the first rule from ``overlap`` to ``weekends`` that one more duty would break, or None.

    Parameters
    ----------
    line
        What the bearer carries already, history included.
    """
    if clash := clash_by_adding(facts, bearer, line, duty):
        return clash
    longer = sorted([*line, duty], key=lambda d: d.start)
    broken = {
        rule.kind for rule in facts.day_rules if any(True for _ in day_faults(facts, rule, bearer, longer))
    }
    for name in ("consecutive_days", "days_off", "succession", "weekends"):
        if name in broken:
            return name
    return None


def clash_by_adding(facts: Facts, bearer: str, line: Sequence[Duty], duty: Duty) -> str | None:
    """Return the first rule from ``overlap`` to ``duty_limit`` that one more duty would break, or None.

    A duty that clashes does so with more duties as well.
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


def _exceeds(rule: DutyLimit, bearer: str, line: Sequence[Duty], added: Duty) -> bool:
    if not counts(rule, added) or (rule.bearers and bearer not in rule.bearers):
        return False
    span = span_of(rule, added.date)
    counted = [d for d in line if counts(rule, d) and spans(rule, d) and span_of(rule, d.date) == span]
    total = len(counted) if rule.measure == "duties" else sum(d.minutes for d in counted)
    return total > rule.maximum


def spans(rule: DutyLimit, duty: Duty) -> bool:
    """Say whether a duty lies in what the limit adds up: the horizon's alone, or the past's too."""
    return rule.per != "horizon" or not duty.past


def span_of(rule: DutyLimit, date: dt.date) -> dt.date:
    """Return the first day of the day or week in which a limit counts a date, or one for the whole horizon."""
    if rule.per == "horizon":
        return dt.date.min
    return date if rule.per == "day" else _monday(date)


@cache
def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def _gap(earlier: Duty, later: Duty) -> int:
    return (later.start - earlier.end) // 60

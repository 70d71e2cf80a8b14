"""Where a report contradicts the roster it came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import HARD_RULES, LEVELS, Fairness
from solver.verify.levels import level_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models import Level, Report
    from solver.verify.held import Held
    from solver.verify.levels import LevelValue


def contradictions(held: Held, report: Report) -> tuple[str, ...]:
    """Return one sentence for each contradiction."""
    return (
        *_levels(held, report),
        *_status(report),
        *_counts(held, report),
        *_unfilled(held, report),
        *_dropped_pins(held, report),
    )


def _levels(held: Held, report: Report) -> Iterator[str]:
    names = tuple(level.name for level in report.levels)
    if names != LEVELS:
        yield f"the levels are {', '.join(names) or 'missing'}; {', '.join(LEVELS)} are expected"
    stated = {level.name: level for level in report.levels}
    for found in level_values(held):
        if found.name in stated:
            yield from _level(held, stated[found.name], found)


def _level(held: Held, level: Level, found: LevelValue) -> Iterator[str]:
    name = f"level {level.name}"
    if level.value != found.value:
        yield f"{name}: the value is {found.value}, {level.value} is stated"
    stated = sorted((term.name, term.value) for term in level.terms if term.value)
    recomputed = [(term.name, term.value) for term in found.terms]
    for term, value in sorted(set(recomputed) ^ set(stated)):
        side = "stated" if (term, value) in stated else "found"
        yield f"{name}: the term {term} with {value} is only {side}"
    if len(set(stated)) != len(stated):
        yield f"{name}: a term is stated twice"
    if level.bound > level.value:
        yield f"{name}: the bound {level.bound} is above the value {level.value}"
    rule = next((r for r in held.facts.problem.rules if isinstance(r, Fairness)), None)
    tolerant = level.name == "fairness" and rule is not None and rule.tolerance > 0
    if level.tolerance < 0 or (level.tolerance and not tolerant):
        yield f"{name}: a tolerance of {level.tolerance} is stated, 0 is expected"


def _status(report: Report) -> Iterator[str]:
    if report.status == "optimal":
        for level in report.levels:
            if not level.optimal:
                yield (
                    f"the status is optimal, but level {level.name} has the value {level.value}, "
                    f"the bound {level.bound} and the tolerance {level.tolerance}"
                )
        if report.reason:
            yield f"the status is optimal, but a reason why not is given: {report.reason}"
    elif not report.reason:
        yield f"the status is {report.status}, but no reason is given"


def _counts(held: Held, report: Report) -> Iterator[str]:
    posts = sum(duty.wished for duty in held.facts.duties.values())
    filled = sum(min(filled, duty.wished) for duty, filled in held.filled.items())
    if report.posts != posts:
        yield f"the problem has {posts} posts, {report.posts} are stated"
    if report.filled != filled:
        yield f"{filled} posts are filled, {report.filled} are stated"


def _unfilled(held: Held, report: Report) -> Iterator[str]:
    open_needs = {
        (duty.shift, duty.role): (duty.wished - filled, max(0, duty.minimum - filled))
        for duty, filled in held.filled.items()
        if filled < duty.wished
    }
    for stated in report.unfilled:
        what = f"{stated.role} of {stated.shift}"
        found = open_needs.pop((stated.shift, stated.role), None)
        if found is None:
            yield f"{what} is stated as unfilled, but isn't, or is stated twice"
        elif found != (stated.missing, stated.missing_minimum):
            yield (
                f"{what} misses {found[0]} posts, {found[1]} of the minimum; "
                f"{stated.missing} and {stated.missing_minimum} are stated"
            )
        if sum(stated.blocked.values()) > stated.candidates:
            yield f"{what} has {stated.candidates} candidates, but reasons for more"
        if unknown := sorted(stated.blocked.keys() - {*HARD_RULES, "free"}):
            yield f"{what} gives reasons that are no hard rule: {', '.join(unknown)}"
    for shift, role in open_needs:
        yield f"{role} of {shift} is unfilled, but not stated"


def _dropped_pins(held: Held, report: Report) -> Iterator[str]:
    pins = {(p.shift, p.role, p.index, p.assignee) for p in held.facts.problem.pins}
    kept = {
        (h.assignment.shift, h.assignment.role, h.assignment.index, h.assignment.assignee)
        for h in held.holdings
    }
    for dropped in report.dropped_pins:
        pin = dropped.assignment
        key = (pin.shift, pin.role, pin.index, pin.assignee)
        what = f"{pin.assignee} as {pin.role} of {pin.shift}"
        if key not in pins:
            yield f"{what} is stated as a dropped pin, but is no pin"
        elif key in kept:
            yield f"{what} is stated as a dropped pin, but is kept"
        if unknown := sorted(set(dropped.rules) - set(HARD_RULES)):
            yield f"{what} is dropped for what is no hard rule: {', '.join(unknown)}"

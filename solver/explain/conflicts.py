"""Demands that contradict each other: smallest sets, each confirmed by solving again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Union

from models import HARD_RULES, Absence, Assignment, ConsecutiveDays, Roster, Timetable
from models.explanation import Conflict, PinConflicts
from solver.regions import Regions
from solver.solve import EngineError, Settings, solve
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models import Problem, Rule, Violation

Demand = Union[Assignment, Absence, Timetable, "Rule"]


class _Tried(NamedTuple):
    """Whether all pins of a set are kept, and what the roster costs."""

    kept: bool
    cost: tuple[int, ...]


def explain_conflicts(problem: Problem) -> PinConflicts:
    """Find which pins, rules, absences and timetables can't all be kept: disjoint smallest sets.

    Each set is solved again as a whole, to confirm that it conflicts, and without each of its members, to
    confirm that any one less resolves it and to find the cheapest to drop.
    """
    regions, found = Regions(problem), []
    left = list(problem.pins)
    while (core := _smallest(problem, left, lambda demands: _break_alone(problem, demands))) is not None:
        found.append(_confirmed(regions, core))
        left = [pin for pin in left if not any(pin is d for d in core)]
    # What hangs on other duties (own_post_first, least days on and off) is seen only when it is solved.
    while dropped := _dropped(regions, left):
        near = _around(regions, dropped)
        mine = [pin for pin in left if pin.shift in near.shift_by_id]
        core = _smallest(problem, mine, partial(_cannot_be_kept, near))
        if core is None:
            break
        found.append(_confirmed(regions, core))
        left = [pin for pin in left if not any(pin is d for d in core)]
    return PinConflicts(conflicts=tuple(found))


def _smallest(
    problem: Problem, pins: Sequence[Assignment], conflict: Callable[[Sequence[Demand]], bool]
) -> list[Demand] | None:
    """Return a smallest set of demands that conflict, by leaving out what can be; None if all can be kept."""
    holders = {pin.assignee for pin in pins}
    holders |= {m for c in problem.crews if c.id in holders for m in c.members}
    demands: list[Demand] = [
        *pins,
        *(r for r in problem.rules if r.kind in HARD_RULES),
        *(a for a in problem.absences if a.assignee in holders),
        *(t for t in problem.timetables if t.person in holders),
    ]
    if not pins or not conflict(demands):
        return None
    # First rules and facts, then pins: what is left needs few pins.
    for demand in (*demands[len(pins) :], *pins):
        fewer = [d for d in demands if d is not demand]
        if conflict(fewer):
            demands = fewer
    return demands


def _break_alone(problem: Problem, demands: Sequence[Demand]) -> bool:
    return not all(_can_be_mended(v) for v in _violations(problem, demands))


def _can_be_mended(violation: Violation) -> bool:
    """Say whether more duties, of the same or of others, could mend what is broken."""
    if violation.rule == "consecutive_days" and violation.limit is not None:
        rule, found = violation.limit.rule, violation.limit.found
        assert isinstance(rule, ConsecutiveDays)
        return rule.minimum is not None and found is not None and found < rule.minimum
    return violation.rule in ("own_post_first", "days_off")


def _violations(problem: Problem, demands: Sequence[Demand]) -> tuple[Violation, ...]:
    """Return what the pins among some demands break on their own under the others."""
    pins = tuple(d for d in demands if isinstance(d, Assignment))
    laid = {pin.shift for pin in pins}
    small = _under(problem, demands).model_copy(
        update={"shifts": tuple(problem.shift_by_id[s] for s in sorted(laid))}
    )
    return Verifier(small).verify(Roster(horizon=problem.horizon, assignments=pins))


def _under(problem: Problem, demands: Sequence[Demand]) -> Problem:
    """Return a problem with some demands alone; facts about who holds no pin stay."""
    pins = tuple(d for d in demands if isinstance(d, Assignment))
    holders = {pin.assignee for pin in pins}
    holders |= {m for c in problem.crews if c.id in holders for m in c.members}
    absences = [d for d in demands if isinstance(d, Absence)]
    timetables = [d for d in demands if isinstance(d, Timetable)]
    rules = [d for d in demands if not isinstance(d, Assignment | Absence | Timetable)]
    return problem.model_copy(
        update={
            "pins": pins,
            "absences": (*absences, *(a for a in problem.absences if a.assignee not in holders)),
            "timetables": (*timetables, *(t for t in problem.timetables if t.person not in holders)),
            "rules": (*rules, *(r for r in problem.rules if r.kind not in HARD_RULES)),
        }
    )


def _dropped(regions: Regions, pins: Sequence[Assignment]) -> list[Assignment]:
    """Return the pins that a solve of their regions drops."""
    if not pins:
        return []
    region = _around(regions, pins)
    report = solve(region.model_copy(update={"pins": tuple(pins)}), Settings()).report
    return [d.assignment for d in report.dropped_pins]


def _cannot_be_kept(region: Problem, demands: Sequence[Demand]) -> bool:
    return not _try(region, demands).kept


def _around(regions: Regions, pins: Sequence[Assignment]) -> Problem:
    sites = {regions.problem.shift_by_id[pin.shift].site for pin in pins}
    return regions.around(sites=sites, assignees={pin.assignee for pin in pins})


def _try(region: Problem, demands: Sequence[Demand]) -> _Tried:
    """Solve a region under some demands alone."""
    report = solve(_under(region, demands), Settings(workers=1)).report
    return _Tried(not report.dropped_pins, tuple(level.value for level in report.levels))


def _confirmed(regions: Regions, core: Sequence[Demand]) -> Conflict:
    pins = [d for d in core if isinstance(d, Assignment)]
    region = _around(regions, pins)
    tried: list[_Tried] = []
    for demand in core:
        fewer = [d for d in core if d is not demand]
        tried.append(_try(region, fewer))
        if not tried[-1].kept:
            # Without this one, other people's duties still keep the pins from being kept.
            return _confirmed(regions, fewer)
    if _try(region, core).kept:
        raise EngineError(f"{len(core)} demands are no conflict when they are solved")
    broken = {v.rule for v in _violations(regions.problem, core)}
    return Conflict(
        pins=tuple(pins),
        rules=tuple(d for d in core if not isinstance(d, Assignment | Absence | Timetable)),
        absences=tuple(d for d in core if isinstance(d, Absence)),
        timetables=tuple(d for d in core if isinstance(d, Timetable)),
        broken=tuple(name for name in HARD_RULES if name in broken),
        cheapest=min(range(len(core)), key=lambda k: tried[k].cost),
    )

"""Which duties a calendar shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from models.formula import Need
    from models.people import Crew
    from models.problem import Problem
    from models.roster import Assignment, Roster
    from models.shift import Shift


class CalendarError(ValueError):
    """Something that no calendar can be made from."""


@dataclass(frozen=True)
class Subject:
    """Whose duties a calendar shows.

    Parameters
    ----------
    kind
        ``person`` (with the duties through crews at which the person is present), ``crew`` or ``site``.
    id
        The identifier in the problem.
    """

    kind: Literal["person", "crew", "site"]
    id: str


@dataclass(frozen=True)
class Duty:
    """An assignment with its shift and need, and who else holds a post of the shift."""

    assignment: Assignment
    shift: Shift
    need: Need
    others: tuple[Assignment, ...]


def duties_of(problem: Problem, roster: Roster, subject: Subject) -> list[Duty]:
    """Return a subject's duties in the roster's order.

    Raises
    ------
    CalendarError
        When the problem doesn't know the subject, or a post or holder of the roster.
    """
    known = {
        "person": problem.person_by_id.keys(),
        "crew": problem.crew_by_id.keys(),
        "site": problem.site_by_id.keys(),
    }
    if subject.id not in known[subject.kind]:
        raise CalendarError(f"the problem has no {subject.kind} with the id {subject.id!r}")
    crews = {c.id: c for c in problem.crews if subject.kind == "person" and subject.id in c.members}
    by_shift: dict[str, list[Assignment]] = defaultdict(list)
    duties = []
    for assignment in roster.assignments:
        shift, need = _post(problem, assignment)
        by_shift[shift.id].append(assignment)
        crew = crews.get(assignment.assignee)
        if subject.kind == "site":
            concerned = shift.site == subject.id
        elif crew is not None:
            concerned = _present(problem, subject.id, crew, shift, need)
        else:
            concerned = assignment.assignee == subject.id
        if concerned:
            duties.append((assignment, shift, need))
    return [
        Duty(assignment, shift, need, tuple(a for a in by_shift[shift.id] if a != assignment))
        for assignment, shift, need in duties
    ]


def _post(problem: Problem, assignment: Assignment) -> tuple[Shift, Need]:
    shift = problem.shift_by_id.get(assignment.shift)
    need = next((n for n in shift.needs if n.role == assignment.role), None) if shift else None
    if shift is None or need is None:
        raise CalendarError(
            f"the roster names a post that the problem doesn't have: {assignment.role} of {assignment.shift}"
        )
    if assignment.assignee not in problem.person_by_id and assignment.assignee not in problem.crew_by_id:
        raise CalendarError(f"the roster names {assignment.assignee!r}, whom the problem doesn't have")
    return shift, need


def _present(problem: Problem, person_id: str, crew: Crew, shift: Shift, need: Need) -> bool:
    """Say whether a member goes with the crew: neither absent nor teaching, and qualified."""
    person = problem.person_by_id[person_id]
    zone = ZoneInfo(problem.timezone)
    start, end = shift.on_post(need)
    absent = any(
        a.assignee == person_id and a.kind != "released" and a.start < end and start < a.end
        for a in problem.absences
    )
    lessons = [x for t in problem.timetables if t.person == person_id for x in t.lessons]
    site = problem.unit_by_id[person.unit].site or ""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    days = [first + dt.timedelta(days=k) for k in range((last - first).days + 1)] if lessons else []
    teaching = any(
        lesson.weekday == problem.calendar.school_day(day, site)
        and dt.datetime.combine(day, lesson.start, zone) < end
        and start < dt.datetime.combine(day, lesson.end, zone)
        for day in days
        for lesson in lessons
    )
    qualified = all(person.qualified(name, shift.date) for name in problem.role_by_id[crew.role].requires)
    return not absent and not teaching and qualified

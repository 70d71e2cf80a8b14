"""Which duties a calendar shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from formats.calendar.entry import Entry, Mate, Told, Words
from models.roster import duty_uid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.formula import Need
    from models.people import Crew, Role
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
        ``person`` (with the duties through crews at which the person is present), ``crew``, ``site``, or ``unit``
        (those of its people and crews).
    id
        The identifier in the problem.
    """

    kind: Literal["person", "crew", "site", "unit"]
    id: str

    @property
    def several(self) -> bool:
        """Whether its duties are held by several, so that each says by whom."""
        return self.kind in ("site", "unit")


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
        "unit": problem.unit_by_id.keys(),
    }
    if subject.id not in known[subject.kind]:
        raise CalendarError(f"the problem has no {subject.kind} with the id {subject.id!r}")
    crews = {c.id: c for c in problem.crews if subject.kind == "person" and subject.id in c.members}
    holders = {subject.id}
    if subject.kind == "unit":
        holders = {person.id for person in problem.people if person.unit == subject.id}
        holders |= {crew.id for crew in problem.crews if crew.unit == subject.id}
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
            concerned = assignment.assignee in holders
        if concerned:
            duties.append((assignment, shift, need))
    return [
        Duty(assignment, shift, need, tuple(a for a in by_shift[shift.id] if a != assignment))
        for assignment, shift, need in duties
    ]


def entry_of(problem: Problem, duty: Duty, subject: Subject, *, names: bool) -> Entry:
    """Return a duty as it stands in a subject's calendar, as if it had never changed; without ``names``, no person's."""
    shift, assignment = duty.shift, duty.assignment
    site, window = problem.site_by_id[shift.site], problem.window_by_id[shift.window]
    crew = problem.crew_by_id.get(assignment.assignee) if subject.kind == "person" else None
    start, end = shift.on_post(duty.need)
    position = site.position(assignment.role, assignment.index)
    told = Told(
        site=site.name,
        window=(window.name, window.name_en),
        role=_words(problem.role_by_id[assignment.role]),
        location=None if site.location is None else (site.location.lat, site.location.lon),
        position=None if position is None else (position.number, position.name),
        crew=None if crew is None else crew.name,
        holder=name_of(problem, assignment.assignee) if names else None,
        leaders=tuple(_leaders(problem, duty, names=names)),
        mates=tuple(_mates(problem, duty)) if names else (),
    )
    return Entry(
        uid=duty_uid(assignment.assignee, shift.id, assignment.role),
        start=start,
        end=end,
        told=told,
        sequence=0,
        changed=start,
        date=shift.date,
    )


def name_of(problem: Problem, assignee: str) -> str:
    """Return what a person or crew is called."""
    person = problem.person_by_id.get(assignee)
    return person.name if person else problem.crew_by_id[assignee].name


def _words(role: Role) -> Words:
    return role.name, role.name_en


def _leading(problem: Problem) -> list[str]:
    return [role for part in problem.parts if part.id == "leader" for role in part.roles]


def _leaders(problem: Problem, duty: Duty, *, names: bool) -> Iterator[Mate]:
    """Yield who leads a shift: by role, and by name too where names are to be told."""
    asked = {need.role for need in duty.shift.needs}
    for role in _leading(problem):
        if role in asked:
            held = [a for a in (duty.assignment, *duty.others) if a.role == role] if names else []
            leading = tuple(name_of(problem, a.assignee) for a in held)
            yield from (Mate(_words(problem.role_by_id[role]), name) for name in leading or (None,))


def _mates(problem: Problem, duty: Duty) -> Iterator[Mate]:
    leading = _leading(problem)
    for other in duty.others:
        if other.role not in leading:
            yield Mate(_words(problem.role_by_id[other.role]), name_of(problem, other.assignee))


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

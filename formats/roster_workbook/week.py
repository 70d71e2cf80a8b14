"""A problem and its roster, looked at from all the sides that the sheets show."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models import AbsenceKind

if TYPE_CHECKING:
    from models import Assignment, Crew, GatePosition, Need, Person, Problem, Roster, Shift

_DAYS = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun")


@dataclass(frozen=True, slots=True)
class Duty:
    """An assignment seen from its holder."""

    shift: Shift
    need: Need
    assignment: Assignment


class Week:
    """Everything that the sheets ask of a problem and a roster; assignments to unknown posts are left out."""

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self.problem = problem
        self.roster = roster
        self.zone = ZoneInfo(problem.timezone)
        needs = {(s.id, n.role): (s, n) for s in problem.shifts for n in s.needs}
        self.held: dict[tuple[str, str], dict[int, Assignment]] = {key: {} for key in needs}
        self.duties: defaultdict[str, list[Duty]] = defaultdict(list)
        for assignment in roster.assignments:
            found = needs.get((assignment.shift, assignment.role))
            if found is not None:
                self.held[assignment.shift, assignment.role][assignment.index] = assignment
                self.duties[assignment.assignee].append(Duty(*found, assignment))

    @cached_property
    def shifts_of(self) -> dict[str, list[Shift]]:
        """Shifts by site, in order of time."""
        found: dict[str, list[Shift]] = {site.id: [] for site in self.problem.sites}
        for shift in sorted(self.problem.shifts, key=lambda s: (s.date, s.start)):
            found[shift.site].append(shift)
        return found

    def assignee(self, key: str) -> Person | Crew | None:
        """Return the person or crew with an id."""
        return self.problem.person_by_id.get(key) or self.problem.crew_by_id.get(key)

    def called(self, key: str) -> str:
        """Return the Chinese name of a role, or the name of a person or crew."""
        found = self.problem.role_by_id.get(key) or self.assignee(key)
        return key if found is None else found.name

    def role_name(self, role: str) -> str:
        """Return a role's name in both languages."""
        found = self.problem.role_by_id.get(role)
        return role if found is None else both(found.name, found.name_en)

    def window_name(self, window: str, between: str = " ") -> str:
        """Return a window's name in both languages."""
        found = self.problem.window_by_id.get(window)
        return window if found is None else both(found.name, found.name_en, between)

    def times(self, shift: Shift, need: Need | None = None) -> str:
        """Return from when to when a shift, or one of its needs, is on post, in local time."""
        start, end = (shift.start, shift.end) if need is None else shift.on_post(need)
        return f"{start.astimezone(self.zone):%H:%M}–{end.astimezone(self.zone):%H:%M}"

    def filled(self, shift: Shift, need: Need) -> int:
        """Return how many posts of a need are held."""
        return len(self.held[shift.id, need.role])

    def position(self, shift: Shift, role: str, index: int) -> GatePosition | None:
        """Return the gate position of a post."""
        return self.problem.site_by_id[shift.site].position(role, index)

    def present(self, member: str, duty: Duty) -> bool:
        """Say whether a crew's member is there: not absent, not teaching, and qualified."""
        person = self.problem.person_by_id[member]
        role = self.problem.role_by_id[duty.need.role]
        if not all(person.qualified(name, duty.shift.date) for name in role.requires):
            return False
        start, end = duty.shift.on_post(duty.need)
        if any(a < end and start < b for a, b in self._absences.get(member, ())):
            return False
        return not any(a < end and start < b for a, b in self._lessons(member, start, end))

    def points(self, duty: Duty) -> int:
        """Return the burden points of a duty: minutes on post × the window's weight."""
        return duty.shift.minutes(duty.need) * self.problem.window_by_id[duty.shift.window].weight

    @cached_property
    def borne(self) -> dict[str, list[Duty]]:
        """Duties by bearer: one's own, and those of one's crews at which one is present."""
        found: defaultdict[str, list[Duty]] = defaultdict(list)
        for assignee, duties in self.duties.items():
            found[assignee] += duties
            crew = self.problem.crew_by_id.get(assignee)
            for member in crew.members if crew is not None else ():
                found[member] += [d for d in duties if self.present(member, d)]
        for duties in found.values():
            duties.sort(key=lambda d: d.shift.start)
        return found

    @cached_property
    def _absences(self) -> dict[str, list[tuple[dt.datetime, dt.datetime]]]:
        found: defaultdict[str, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
        for absence in self.problem.absences:
            if absence.kind is not AbsenceKind.RELEASED:
                found[absence.assignee].append((absence.start, absence.end))
        return found

    @cached_property
    def _timetables(self) -> dict[str, tuple[tuple[int, dt.time, dt.time], ...]]:
        return {
            t.person: tuple((x.weekday, x.start, x.end) for x in t.lessons) for t in self.problem.timetables
        }

    def _lessons(
        self, person: str, start: dt.datetime, end: dt.datetime
    ) -> list[tuple[dt.datetime, dt.datetime]]:
        lessons = self._timetables.get(person)
        if not lessons:
            return []
        unit = self.problem.unit_by_id[self.problem.person_by_id[person].unit]
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        found = []
        for day in {first, last}:
            weekday = self.problem.calendar.school_day(day, unit.site or "")
            found += [
                (dt.datetime.combine(day, a, self.zone), dt.datetime.combine(day, b, self.zone))
                for on, a, b in lessons
                if on == weekday
            ]
        return found


def both(zh: str, en: str, between: str = " ") -> str:
    """Return a name in both languages, once where they are the same."""
    return zh if zh == en else f"{zh}{between}{en}"


def day_name(day: dt.date, between: str = " ") -> str:
    """Return a date with its weekday in both languages."""
    return f"{day.isoformat()}{between}{_DAYS[day.weekday()]}"

"""What a problem says, laid out so that a roster can be judged quickly; computed once a problem."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models import (
    AbsenceKind,
    ConsecutiveDays,
    Crew,
    DaysOff,
    DutyLimit,
    LeastMinutes,
    Location,
    Rest,
    Scope,
    Succession,
    Travel,
    Weekends,
    shift_id,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from models import Lesson, Offer, Person, Problem

DayRule = ConsecutiveDays | DaysOff | Succession | Weekends
"""Rules on the dates on which a bearer has duties."""

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG), as docs/rules.md states it."""


@dataclass(slots=True, eq=False)
class Duty:
    """One need of one shift, or one past duty, with its on-post interval.

    All holders of a need share one object, so identity is equality.

    Attributes
    ----------
    start, end
        The half-open on-post interval, in seconds since the epoch.
    minutes, points
        Its whole minutes, and those times the window's weight.
    minimum, target, tier, wished
        Of the need; 0 for a past duty.
    preferred, under, over
        Of the need.
    past
        Whether it is of the history.
    """

    shift: str
    role: str
    site: str
    window: str
    date: dt.date
    start: int
    end: int
    minutes: int
    points: int
    minimum: int = 0
    target: int = 0
    tier: int = 0
    wished: int = 0
    preferred: int | None = None
    under: int = 0
    over: int = 0
    past: bool = False

    def meets(self, intervals: Iterable[tuple[int, int]]) -> bool:
        """Say whether any of some half-open intervals meets the on-post interval."""
        for start, end in intervals:  # noqa: SIM110 (asked some hundred thousand times a city)
            if start < self.end and self.start < end:
                return True
        return False

    def __str__(self) -> str:
        return f"{self.role} of {self.shift}" + (" (history)" if self.past else "")


class Facts:
    """A problem's content by the keys that the rules ask for.

    Parameters
    ----------
    problem
        What is to be judged by.
    usual
        Points of a usual duty by role, where the problem is part of a larger one; None: its own.

    Attributes
    ----------
    duties
        Every need of the horizon by shift and role.
    history
        Past duties by bearer, those through crews included.
    absences, releases
        Intervals by assignee, in seconds since the epoch.
    """

    def __init__(self, problem: Problem, usual: Mapping[str, int] | None = None) -> None:
        self.problem = problem
        self.usual = usual
        self.people = problem.person_by_id
        self.crews = problem.crew_by_id
        self.sites = problem.site_by_id
        self.units = problem.unit_by_id
        self.roles = problem.role_by_id
        self.zone = ZoneInfo(problem.timezone)
        self.travel_rule = next((r for r in problem.rules if isinstance(r, Travel)), None)
        self.rest_rule = next((r for r in problem.rules if isinstance(r, Rest)), None)
        self.day_rules: tuple[DayRule, ...] = tuple(r for r in problem.rules if isinstance(r, DayRule))
        self.least_rules = tuple(r for r in problem.rules if isinstance(r, LeastMinutes))
        self.last_date = problem.horizon.dates[-1]
        self.limit_rules = tuple(r for r in problem.rules if isinstance(r, DutyLimit))
        self.duties = _lay_duties(problem)
        self.history = _lay_history(problem)
        self.absences: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self.releases: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for absence in problem.absences:
            kind = self.releases if absence.kind is AbsenceKind.RELEASED else self.absences
            kind[absence.assignee].append((_epoch(absence.start), _epoch(absence.end)))
        self._lessons = {t.person: t.lessons for t in problem.timetables}
        self._travel: dict[tuple[str, str], int] = {}
        self._travel_times = {(t.origin, t.destination): t.minutes for t in problem.travel_times}
        self._longest_given = max(self._travel_times.values(), default=0)
        self._moments: dict[tuple[dt.date, dt.time], int] = {}
        self._school_days: dict[tuple[dt.date, str], int | None] = {}
        self._touched: dict[tuple[Duty, str], list[tuple[dt.date, int]]] = {}
        self._local_dates: dict[int, dt.date] = {}

    def who(self, assignee: str) -> str:
        """Return how messages call a person or crew."""
        known = self.people.get(assignee) or self.crews.get(assignee)
        return f"{known.name} ({assignee})" if known else assignee

    def known_from(self, bearer: str) -> dt.date:
        """Return the first date of which it is known whether a bearer had a duty."""
        return min((duty.date for duty in self.history.get(bearer, ())), default=self.problem.horizon.start)

    def with_a_role(self, roles: Sequence[str]) -> list[str]:
        """Return the persons and crews that have one of some roles, or any when none is named."""
        found = [p.id for p in self.problem.people if (set(p.roles) & set(roles) if roles else p.roles)]
        return found + [c.id for c in self.problem.crews if not roles or c.role in roles]

    def bound_by_minimum(self, bearer: str) -> bool:
        """Say whether a rule asks for at least so many days on, days off or minutes of a bearer."""
        return any(
            (not rule.bearers or bearer in rule.bearers)
            and (not isinstance(rule, ConsecutiveDays) or rule.minimum is not None)
            for rule in self.problem.rules
            if isinstance(rule, ConsecutiveDays | DaysOff | LeastMinutes)
        )

    # Availability

    def absent(self, assignee: str, duty: Duty) -> bool:
        """Say whether an absence of any kind but ``released`` meets a duty."""
        return assignee in self.absences and duty.meets(self.absences[assignee])

    def released(self, assignee: str, duty: Duty) -> bool:
        """Say whether an absence of the kind ``released`` meets a duty."""
        return assignee in self.releases and duty.meets(self.releases[assignee])

    def teaching(self, person: str, duty: Duty) -> bool:
        """Say whether a lesson of a person meets a duty."""
        lessons = self._lessons.get(person)
        if not lessons:
            return False
        site = self.units[self.people[person].unit].site or ""
        return any(
            duty.meets(self._laid(lessons, weekday, day)) for day, weekday in self._school_days_of(duty, site)
        )

    def _school_days_of(self, duty: Duty, site: str) -> list[tuple[dt.date, int]]:
        """Return the local dates that a duty touches and the weekdays whose lessons a site has on them."""
        found = self._touched.get((duty, site))
        if found is None:
            day, last = self._local_date(duty.start), self._local_date(duty.end - 1)
            days = [day + dt.timedelta(days=k) for k in range((last - day).days + 1)]
            followed = [(d, self._school_day(d, site)) for d in days]
            found = [(d, weekday) for d, weekday in followed if weekday is not None]
            self._touched[duty, site] = found
        return found

    def _laid(self, lessons: Sequence[Lesson], weekday: int, day: dt.date) -> list[tuple[int, int]]:
        return [
            (self._moment(day, lesson.start), self._moment(day, lesson.end))
            for lesson in lessons
            if lesson.weekday == weekday
        ]

    def _moment(self, day: dt.date, time: dt.time) -> int:
        key = (day, time)
        if key not in self._moments:
            self._moments[key] = _epoch(dt.datetime.combine(day, time, self.zone))
        return self._moments[key]

    def _local_date(self, moment: int) -> dt.date:
        if moment not in self._local_dates:
            self._local_dates[moment] = dt.datetime.fromtimestamp(moment, self.zone).date()
        return self._local_dates[moment]

    def _school_day(self, day: dt.date, site: str) -> int | None:
        key = (day, site)
        if key not in self._school_days:
            self._school_days[key] = self.problem.calendar.school_day(day, site)
        return self._school_days[key]

    @cached_property
    def offers(self) -> defaultdict[str, list[Offer]]:
        """Offers by person."""
        offers: defaultdict[str, list[Offer]] = defaultdict(list)
        for offer in self.problem.offers:
            offers[offer.person].append(offer)
        return offers

    def lacking(self, person: Person, duty: Duty) -> list[str]:
        """Return the qualifications that a duty's role requires and a person lacks on its date."""
        requires = self.roles[duty.role].requires
        return [name for name in requires if not person.qualified(name, duty.date)] if requires else []

    def present(self, member: str, duty: Duty) -> bool:
        """Say whether a member is present with a crew that holds a duty."""
        return not (
            self.absent(member, duty)
            or self.teaching(member, duty)
            or self.lacking(self.people[member], duty)
        )

    # Places

    @cached_property
    def stations(self) -> dict[tuple[str, str], str]:
        """Station by posted role and site: the site's own, else the first posted person's unit."""
        posted = [r.id for r in self.problem.roles if r.scope is Scope.POSTED]
        stations = {(r, s.id): s.station for r in posted for s in self.problem.sites if s.station is not None}
        for (role, site), owners in self.owners.items():
            stations.setdefault((role, site), owners[0].unit)
        return stations

    @cached_property
    def owners(self) -> dict[tuple[str, str], list[Person]]:
        """Those posted to a site by posted role and site, in the problem's order."""
        posted = {r.id for r in self.problem.roles if r.scope is Scope.POSTED}
        owners: dict[tuple[str, str], list[Person]] = {}
        for person in self.problem.people:
            if person.posted_to is not None:
                for role in person.roles:
                    if role in posted:
                        owners.setdefault((role, person.posted_to), []).append(person)
        return owners

    @cached_property
    def minimum_duties(self) -> dict[tuple[str, str], list[Duty]]:
        """Needs with a minimum of at least 1 by role and site."""
        found: dict[tuple[str, str], list[Duty]] = {}
        for duty in self.duties.values():
            if duty.minimum:
                found.setdefault((duty.role, duty.site), []).append(duty)
        return found

    def is_posted(self, role: str) -> bool:
        """Say whether a role has the scope ``posted``."""
        return self.roles[role].scope is Scope.POSTED

    def distance(self, assignee: Person | Crew, role: str, site: str) -> int | None:
        """Return how far from home a posted role's holder stands.

        0 at the own site, 1 for one of the same station, 2 of the same district; None is out of scope.
        """
        if not isinstance(assignee, Crew) and assignee.posted_to == site:
            return 0
        if self.stations.get((role, site)) == assignee.unit:
            return 1
        return 2 if self.units[assignee.unit].district == self.sites[site].district else None

    def in_scope(self, assignee: Person | Crew, role: str, site: str) -> bool:
        """Say whether a site is in an assignee's scope for a role."""
        scope = self.roles[role].scope
        if scope is Scope.ANYWHERE:
            return True
        if scope is Scope.POSTED:
            return self.distance(assignee, role, site) is not None
        if site in assignee.sites:
            return True
        if scope is Scope.SITE:
            return self.units[assignee.unit].site == site
        if scope is Scope.STATION:
            return self.sites[site].station == assignee.unit
        return scope is Scope.DISTRICT and self.units[assignee.unit].district == self.sites[site].district

    # Travel

    def travel(self, origin: str, destination: str) -> int:
        """Return the travel minutes between two sites."""
        key = (origin, destination)
        if key not in self._travel:
            self._travel[key] = self._compute_travel(origin, destination)
        return self._travel[key]

    def _compute_travel(self, origin: str, destination: str) -> int:
        if origin == destination:
            return 0
        given = self._travel_times.get((origin, destination), self._travel_times.get((destination, origin)))
        if given is not None:
            return given
        start, end = self.sites[origin].location, self.sites[destination].location
        rule = self.travel_rule or Travel()
        return rule.unknown_minutes if start is None or end is None else travel_minutes(start, end, rule)

    def reach(self, sites: Collection[str]) -> int:
        """Return the seconds between duties at some sites from which on neither travel nor rest can be too short."""
        minutes = self.rest_rule.minutes if self.rest_rule else 0
        if self.travel_rule and len(sites) > 1:
            located = [place for site in sites if (place := self.sites[site].location)]
            # By the triangle inequality no two sites are farther apart than twice the
            # farthest from the first; one minute covers both ceilings.
            straight = max((travel_minutes(located[0], to, self.travel_rule) for to in located), default=0)
            minutes = max(minutes, 2 * straight + 1, self._longest_given, self.travel_rule.unknown_minutes)
        return 60 * minutes


def travel_minutes(origin: Location, destination: Location, rule: Travel) -> int:
    """Return the whole minutes between two points by a rule's speed and detour."""
    lat1, lat2 = math.radians(origin.lat), math.radians(destination.lat)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(destination.lon - origin.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    km = 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))
    return math.ceil(round(km * rule.detour / rule.speed_kmh * 60, 9))


def _epoch(moment: dt.datetime) -> int:
    return math.floor(moment.timestamp())


def _lay_duties(problem: Problem) -> dict[tuple[str, str], Duty]:
    weights = {w.id: w.weight for w in problem.windows}
    duties: dict[tuple[str, str], Duty] = {}
    for shift in problem.shifts:
        start, end = _epoch(shift.start), _epoch(shift.end)
        for need in shift.needs:
            comes, leaves = start - 60 * need.early, end + 60 * need.late
            minutes = (leaves - comes) // 60
            duties[shift.id, need.role] = Duty(
                shift.id,
                need.role,
                shift.site,
                shift.window,
                shift.date,
                comes,
                leaves,
                minutes,
                minutes * weights[shift.window],
                need.minimum,
                need.target,
                need.tier,
                need.wished,
                need.preferred,
                need.under,
                need.over,
            )
    return duties


def _lay_history(problem: Problem) -> dict[str, list[Duty]]:
    history: dict[str, list[Duty]] = {}
    for past in problem.history:
        start, end = _epoch(past.start), _epoch(past.end)
        duty = Duty(
            shift_id(past.site, past.date, past.window),
            past.role,
            past.site,
            past.window,
            past.date,
            start,
            end,
            (end - start) // 60,
            0,
            past=True,
        )
        crew = problem.crew_by_id.get(past.assignee)
        for bearer in (past.assignee, *(crew.members if crew else ())):
            history.setdefault(bearer, []).append(duty)
    return history

"""People and crews that could be added to a problem."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models import Absence, AbsenceKind, Crew, Offer, Person, Problem, Qualification, Scope, Unfilled

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Opening:
    """Somebody who could be added.

    Attributes
    ----------
    sites
        In the scope beyond the unit's.
    posted_to
        The site an officer would be posted to, beside whoever is.
    like
        An assignee of the same role, unit, sites and posting; None where there is nobody.
    strength
        Of a crew; 0 for a person.
    served
        The sites in scope.
    """

    role: str
    unit: str
    sites: tuple[str, ...]
    posted_to: str | None
    like: str | None
    strength: int
    served: frozenset[str]


def openings(problem: Problem, unfilled: Iterable[Unfilled]) -> list[Opening]:
    """Return whom to add: somebody like each kind there is, and one for each open post that nobody serves."""
    found: dict[tuple[str, str, tuple[str, ...], str | None], Opening] = {}
    posted = {role.id for role in problem.roles if role.scope is Scope.POSTED}

    def find(
        role: str, unit: str, sites: tuple[str, ...], posting: str | None, like: str | None, n: int
    ) -> None:
        key = (role, unit, sites, posting)
        if key not in found:
            served = _served(problem, role, unit, sites, posting)
            found[key] = Opening(*key, like=like, strength=n, served=served)

    for person in problem.people:
        for role in person.roles:
            if role not in posted:
                find(role, person.unit, person.sites, None, person.id, 0)
                continue
            find(role, person.unit, (), None, person.id, 0)
            if person.posted_to is not None:
                find(role, person.unit, (), person.posted_to, person.id, 0)
    for crew in problem.crews:
        find(crew.role, crew.unit, crew.sites, None, crew.id, crew.minimum_strength)
    for need in unfilled:
        site = problem.shift_by_id[need.shift].site
        if not any(o.role == need.role and site in o.served for o in found.values()):
            district = problem.site_by_id[site].district
            near = sorted(
                (u for u in problem.units if u.site == site or u.district == district),
                key=lambda unit: unit.site != site,
            )
            for unit in near[:1]:
                sites = () if need.role in posted else (site,)
                find(need.role, unit.id, sites, None, None, int(problem.role_by_id[need.role].by_crew))
    return list(found.values())


def _served(
    problem: Problem, role: str, unit: str, sites: tuple[str, ...], posting: str | None
) -> frozenset[str]:
    if posting is not None:
        return frozenset((posting,))
    home, scope = problem.unit_by_id[unit], problem.role_by_id[role].scope
    return frozenset(
        site.id
        for site in problem.sites
        if scope is Scope.ANYWHERE
        or (scope is not Scope.POSTED and site.id in sites)
        or (scope is Scope.SITE and site.id == home.site)
        or (scope in (Scope.STATION, Scope.POSTED) and site.station == unit)
        or (scope in (Scope.DISTRICT, Scope.POSTED) and site.district == home.district)
    )


def added(problem: Problem, opening: Opening, window: str | None) -> Problem:
    """Return the problem with one more person or crew, who holds what the role requires.

    Parameters
    ----------
    window
        The only window in which they come; None is always. A volunteer offers it; others are away at all
        times between the window's first arrival and last departure of one date and of the next.
    """
    role = problem.role_by_id[opening.role]
    held = tuple(Qualification(name=name) for name in role.requires)
    taken = problem.person_by_id.keys() | problem.crew_by_id.keys()
    new = next(name for k in range(len(taken) + 1) if (name := f"+{k}") not in taken)
    people: list[Person] = []
    crews: list[Crew] = []
    if opening.strength:
        members = [f"{new}.{k}" for k in range(opening.strength)]
        people = [Person(id=m, name="+", unit=opening.unit, qualifications=held) for m in members]
        crews = [
            Crew(
                id=new,
                name="+",
                unit=opening.unit,
                role=role.id,
                members=tuple(members),
                minimum_strength=opening.strength,
                sites=opening.sites,
            )
        ]
    else:
        people = [
            Person(
                id=new,
                name="+",
                unit=opening.unit,
                roles=(role.id,),
                sites=opening.sites,
                posted_to=opening.posted_to,
                qualifications=held,
            )
        ]
    away = _away(problem, opening, window, new) if window is not None and not role.offered_only else ()
    offers = (Offer(person=new, window=window),) if role.offered_only else ()
    return problem.model_copy(
        update={
            "people": (*problem.people, *people),
            "crews": (*problem.crews, *crews),
            "absences": (*problem.absences, *away),
            "offers": (*problem.offers, *offers),
        }
    )


def _away(problem: Problem, opening: Opening, window: str, who: str) -> tuple[Absence, ...]:
    """Return absences that leave the window's on-post time of each date alone."""
    zone = ZoneInfo(problem.timezone)
    spans: dict[dt.date, tuple[dt.datetime, dt.datetime]] = {}
    for shift in problem.shifts:
        need = next((n for n in shift.needs if n.role == opening.role), None)
        if need is not None and shift.window == window and shift.site in opening.served:
            start, end = shift.on_post(need)
            known = spans.get(shift.date, (start, end))
            spans[shift.date] = (min(start, known[0]), max(end, known[1]))
    day = dt.timedelta(days=1)
    first = dt.datetime.combine(problem.horizon.dates[0] - 2 * day, dt.time(), zone)
    last = dt.datetime.combine(problem.horizon.dates[-1] + 3 * day, dt.time(), zone)
    edges = [(first, first), *sorted(spans.values()), (last, last)]
    return tuple(
        Absence(assignee=who, start=end, end=start, kind=AbsenceKind.OTHER)
        for (_, end), (start, _) in pairwise(edges)
        if end < start
    )

"""Weeks as sites, people, crews and units see them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.errors import NotFound
from api.plans.tables import AssignmentRow, ShiftRow
from api.roster import holders
from api.roster.places import shift_tag, shifts_inside
from api.roster.shapes import (
    CrewWeek,
    DutyShown,
    Holder,
    HolderWeek,
    PostShown,
    Route,
    ShiftShown,
    SiteWeek,
    Stop,
    UnitWeek,
)
from api.standing.kinds import SITES
from api.standing.tables import CityRow, CrewRow, PersonRow, UnitRow
from models import DEFAULT_TIMEZONE, Horizon, Problem, Travel, TravelTime
from solver.travel import Journeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from models import Site


class _Shift(NamedTuple):
    """The columns of a shift that weeks show."""

    id: str
    site: str
    date: dt.date
    window: str
    start: dt.datetime
    end: dt.datetime
    needs: list[dict[str, Any]]
    version: int


_COLUMNS = tuple(getattr(ShiftRow, name) for name in _Shift._fields)


def zone_of(session: Session) -> ZoneInfo:
    """Return the city's time zone."""
    return ZoneInfo(session.scalar(select(CityRow.timezone)) or DEFAULT_TIMEZONE)


def sites_of(session: Session, ids: Iterable[str]) -> dict[str, Site]:
    """Return some sites by id."""
    return {row["id"]: SITES.values_of([row])[0] for row in SITES.load(session, among=sorted(set(ids)))}


def site_week(session: Session, scope: Scope, plan: PlanRow, site: str) -> SiteWeek:
    """Return all shifts of a site in a plan with their posts.

    Raises
    ------
    NotFound
        When there is no such site in the scope.
    """
    place = sites_of(session, [site]).get(site)
    if place is None:
        raise NotFound
    scope.check(place.district, place.id)
    query = (
        select(*_COLUMNS)
        .where(ShiftRow.plan == plan.id, ShiftRow.site == site)
        .order_by(ShiftRow.start, ShiftRow.position)
    )
    shifts = [_Shift(*row) for row in session.execute(query)]
    held = session.execute(
        select(
            AssignmentRow.shift,
            AssignmentRow.role,
            AssignmentRow.index,
            AssignmentRow.assignee,
            AssignmentRow.pinned,
        ).where(AssignmentRow.plan == plan.id, AssignmentRow.site == site)
    ).all()
    names = holders.names_of(session, (row.assignee for row in held))
    at = {(shift, role, index): (assignee, pinned) for shift, role, index, assignee, pinned in held}
    zone = zone_of(session)
    return SiteWeek(
        plan=plan.id,
        roster_version=plan.roster_version,
        site=site,
        name=place.name,
        district=place.district,
        shifts=[
            ShiftShown(
                id=shift.id,
                date=shift.date,
                window=shift.window,
                start=shift.start.astimezone(zone),
                end=shift.end.astimezone(zone),
                etag=shift_tag(plan.id, shift.id, shift.version),
                posts=[
                    _post(place, need, index, at.get((shift.id, need["role"], index)), names)
                    for need in shift.needs
                    for index in range(need["target"])
                ],
            )
            for shift in shifts
        ],
    )


def _post(
    site: Site, need: dict[str, Any], index: int, held: tuple[str, bool] | None, names: Mapping[str, str]
) -> PostShown:
    role = need["role"]
    return PostShown(
        role=role,
        index=index,
        position=site.position(role, index),
        holder=None if held is None else Holder(id=held[0], name=names.get(held[0], held[0])),
        pinned=held is not None and held[1],
        needed=index < need["minimum"],
    )


def person_week(session: Session, scope: Scope, plan: PlanRow, person: str) -> HolderWeek:
    """Return what a person does in a plan, through crews too.

    Raises
    ------
    NotFound
        When there is no such person in the scope.
    """
    found = holders.find(session, scope, "person", person)
    return _weeks(session, plan, [found])[0]


def unit_week(session: Session, scope: Scope, plan: PlanRow, unit: str) -> UnitWeek:
    """Return what the people and crews of a unit do in a plan.

    Raises
    ------
    NotFound
        When there is no such unit in the scope.
    """
    query = select(UnitRow.id, UnitRow.name).where(UnitRow.id == unit, holders.units_inside(scope))
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound

    def here(table: type[PersonRow | CrewRow]) -> list[holders.Found]:
        query = select(table.id, table.name, table.unit).where(table.unit == unit).order_by(table.position)
        if table is PersonRow:
            query = query.where(PersonRow.left_on.is_(None))
        return [holders.Found(*row) for row in session.execute(query)]

    return UnitWeek(
        plan=plan.id,
        unit=unit,
        name=row.name,
        people=_weeks(session, plan, here(PersonRow)),
        crews=_weeks(session, plan, here(CrewRow), members=False),
    )


def crew_week(session: Session, scope: Scope, plan: PlanRow, crew: str) -> CrewWeek:
    """Return a crew's ways through the days of a plan.

    Raises
    ------
    NotFound
        When there is no such crew in the scope.
    """
    found = holders.find(session, scope, "crew", crew)
    members = session.scalar(select(CrewRow.members).where(CrewRow.id == crew)) or []
    names = holders.names_of(session, members)
    week = _weeks(session, plan, [found], members=False)[0]
    by_day: dict[dt.date, list[DutyShown]] = defaultdict(list)
    for duty in week.duties:
        by_day[duty.date].append(duty)
    journeys = _journeys(session, plan, {duty.site for duty in week.duties})
    return CrewWeek(
        id=week.id,
        name=week.name,
        unit=week.unit,
        members=[Holder(id=m, name=names.get(m, m)) for m in members],
        days=[Route(date=day, stops=_stops(journeys, duties)) for day, duties in by_day.items()],
    )


def _journeys(session: Session, plan: PlanRow, sites: Iterable[str]) -> Journeys:
    """Return what knows how long the ways between some sites take."""
    rules, times = session.execute(select(CityRow.rules, CityRow.travel_times)).one()
    # No more than ways need of a problem: a whole one takes seconds to read.
    return Journeys(
        Problem.model_construct(
            horizon=Horizon(start=plan.start, days=plan.days),
            sites=tuple(sites_of(session, sites).values()),
            rules=tuple(Travel.model_validate(rule) for rule in rules if rule["kind"] == "travel"),
            travel_times=tuple(TravelTime.model_validate(time) for time in times),
        )
    )


def _stops(journeys: Journeys, duties: Sequence[DutyShown]) -> list[Stop]:
    minutes = journeys.between_sites([duty.site for duty in duties])
    stops = [Stop(duty=duties[0], travel=None, gap=None)]
    for place, (before, duty) in enumerate(pairwise(duties)):
        stops.append(
            Stop(
                duty=duty,
                travel=int(minutes[place, place + 1]),
                gap=int((duty.start - before.end).total_seconds()) // 60,
            )
        )
    return stops


def _weeks(
    session: Session, plan: PlanRow, who: Sequence[holders.Found], *, members: bool = True
) -> list[HolderWeek]:
    """Return the weeks of some people or crews.

    Parameters
    ----------
    members
        Whether they may be members of crews.
    """
    through = holders.crews_of(session, (f.id for f in who)) if members else {}
    ids = sorted({f.id for f in who} | {crew.id for crews in through.values() for crew in crews})
    own: dict[str, list[DutyShown]] = defaultdict(list)
    for assignee, duty in _duties(session, plan, ids):
        own[assignee].append(duty)
    weeks = []
    for found in who:
        duties = list(own[found.id])
        for crew in through.get(found.id, ()):
            shown = Holder(id=crew.id, name=crew.name)
            duties += [duty.model_copy(update={"crew": shown}) for duty in own[crew.id]]
        duties.sort(key=lambda d: (d.start, d.shift, d.role))
        weeks.append(HolderWeek(id=found.id, name=found.name, unit=found.unit, duties=duties))
    return weeks


def _duties(session: Session, plan: PlanRow, assignees: Sequence[str]) -> list[tuple[str, DutyShown]]:
    query = (
        select(
            AssignmentRow.assignee, AssignmentRow.role, AssignmentRow.index, AssignmentRow.pinned, *_COLUMNS
        )
        .join(ShiftRow, (ShiftRow.plan == AssignmentRow.plan) & (ShiftRow.id == AssignmentRow.shift))
        .where(AssignmentRow.plan == plan.id, AssignmentRow.assignee.in_(assignees))
        .order_by(ShiftRow.start, ShiftRow.position, AssignmentRow.role)
    )
    rows = [(*row[:4], _Shift(*row[4:])) for row in session.execute(query)]
    sites = sites_of(session, (shift.site for *_, shift in rows))
    zone = zone_of(session)
    found = []
    for assignee, role, index, pinned, shift in rows:
        need = next((n for n in shift.needs if n["role"] == role), {"early": 0, "late": 0})
        place = sites[shift.site]
        start = shift.start - dt.timedelta(minutes=need["early"])
        end = shift.end + dt.timedelta(minutes=need["late"])
        duty = DutyShown(
            shift=shift.id,
            site=shift.site,
            site_name=place.name,
            date=shift.date,
            window=shift.window,
            role=role,
            index=index,
            position=place.position(role, index),
            start=start.astimezone(zone),
            end=end.astimezone(zone),
            pinned=pinned,
            etag=shift_tag(plan.id, shift.id, shift.version),
        )
        found.append((assignee, duty))
    return found


def shift_in(session: Session, scope: Scope, plan: PlanRow, shift: str) -> ShiftRow:
    """Return a shift of a plan.

    Raises
    ------
    NotFound
        When there is none of that id in the scope.
    """
    row = session.execute(
        select(ShiftRow).where(ShiftRow.plan == plan.id, ShiftRow.id == shift, shifts_inside(scope))
    ).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row

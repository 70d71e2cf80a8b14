"""A day as the database has it: its shifts, who holds their posts as published, and who has come."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, func, select

from api.database.base import now
from api.day.coming import Coming, coming
from api.day.tables import PresenceRow, RaisedRow, ReplacementRow
from api.plans.tables import DutyRow, PlanRow, ShiftRow
from api.roster.places import shifts_inside
from api.roster.weeks import zone_of
from api.standing.kinds import SITES
from api.standing.reach import inside
from api.standing.tables import CounterRow, CrewRow, PersonRow, SiteRow
from api.tags import etag

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope

SHOWN = ("duties", "people", "crews", "sites")
"""The kinds of data, by their counters, that a day shows."""


@dataclass(frozen=True)
class Asked:
    """Which part of a day is asked for."""

    scope: Scope
    date: dt.date
    district: str | None = None
    site: str | None = None
    window: str | None = None


@dataclass(slots=True)
class Kept:
    """A published duty of the day; nobody changes one.

    Attributes
    ----------
    gone
        Whether somebody else has taken it over.
    """

    uid: str
    shift: str
    window: str
    role: str
    index: int
    start: dt.datetime
    end: dt.datetime
    assignee: str
    name: str
    unit: str
    gone: bool
    coming: Coming
    strength: int | None


class Need(NamedTuple):
    """A role that a shift asks for."""

    role: str
    minimum: int
    target: int
    start: dt.datetime
    end: dt.datetime


@dataclass
class DayShift:
    """A shift of the day.

    Attributes
    ----------
    duties
        Those that stand, and those that others have taken over.
    """

    id: str
    plan: str
    window: str
    start: dt.datetime
    end: dt.datetime
    needs: list[Need] = field(default_factory=list)
    duties: list[Kept] = field(default_factory=list)


class DaySite(NamedTuple):
    """A school of the day.

    Attributes
    ----------
    risk
        Its own, or what it was raised to on that day, whichever is higher.
    """

    id: str
    name: str
    district: str
    risk: int
    shifts: list[DayShift]


@dataclass
class Day:
    """A day within a scope, in the order of sites and times.

    Attributes
    ----------
    takers
        By the id of a duty that was taken over, that of who came, and the other way round.
    """

    date: dt.date
    zone: ZoneInfo
    sites: list[DaySite]
    came: dict[str, str]
    went: dict[str, str]
    duties: dict[str, Kept]


def plan_of(session: Session, date: dt.date) -> PlanRow | None:
    """Return the plan that has a day, if any of it is published."""
    query = select(PlanRow).where(PlanRow.start <= date, PlanRow.revision.is_not(None))
    row = session.scalars(query.order_by(PlanRow.start.desc()).limit(1)).one_or_none()
    return row if row is not None and date < row.start + dt.timedelta(days=row.days) else None


def read(session: Session, asked: Asked, *shifts: str) -> Day:
    """Return a day as it is published.

    Parameters
    ----------
    shifts
        These alone; left out, all that are asked for.
    """
    plan, zone = plan_of(session, asked.date), zone_of(session)
    if plan is None:
        return Day(asked.date, zone, [], {}, {}, {})
    found = _shifts(session, plan, asked, shifts)
    came = {
        gone: come
        for gone, come in session.execute(
            select(ReplacementRow.gone, ReplacementRow.come)
            .where(ReplacementRow.date == asked.date)
            .order_by(ReplacementRow.id)
        )
    }
    duties: dict[str, Kept] = {}
    for kept in _duties(session, plan, asked, shifts):
        if kept.gone and kept.uid not in came:
            continue
        duties[kept.uid] = kept
        shift = found.get(kept.shift)
        if shift is None:
            # Closed in the draft, but published still.
            shift = DayShift(kept.shift, plan.id, kept.window, kept.start, kept.end)
            found[kept.shift] = shift
        shift.duties.append(kept)
    went = {
        come: gone for gone, come in came.items() if come in duties and gone in duties and duties[gone].gone
    }
    by_site: defaultdict[str, list[DayShift]] = defaultdict(list)
    for shift in found.values():
        by_site[shift.id.partition("/")[0]].append(shift)
    places = session.execute(
        select(SiteRow.id, SiteRow.name, SiteRow.district, SiteRow.risk, func.coalesce(RaisedRow.risk, 0))
        .outerjoin(RaisedRow, and_(RaisedRow.site == SiteRow.id, RaisedRow.date == asked.date))
        .order_by(SiteRow.position, SiteRow.id)
    )
    sites = [
        DaySite(id_, name, district, max(risk, raised), sorted(by_site[id_], key=lambda s: (s.start, s.id)))
        for id_, name, district, risk, raised in places
        if id_ in by_site
    ]
    return Day(asked.date, zone, sites, came, went, duties)


def _shifts(session: Session, plan: PlanRow, asked: Asked, shifts: tuple[str, ...]) -> dict[str, DayShift]:
    query = select(ShiftRow.id, ShiftRow.window, ShiftRow.start, ShiftRow.end, ShiftRow.needs).where(
        ShiftRow.plan == plan.id, ShiftRow.date == asked.date, shifts_inside(asked.scope)
    )
    if asked.district is not None:
        query = query.where(ShiftRow.district == asked.district)
    for column, wanted in ((ShiftRow.site, asked.site), (ShiftRow.window, asked.window)):
        if wanted is not None:
            query = query.where(column == wanted)
    if shifts:
        query = query.where(ShiftRow.id.in_(shifts))
    return {
        id_: DayShift(id_, plan.id, window, start, end, [need_of(n, start, end) for n in needs])
        for id_, window, start, end, needs in session.execute(query)
    }


def need_of(need: dict[str, Any], start: dt.datetime, end: dt.datetime) -> Need:
    """Return what a shift from one moment to another asks for, of a stored need."""
    return Need(
        need["role"],
        need["minimum"],
        need["target"],
        start - dt.timedelta(minutes=need["early"]) if need["early"] else start,
        end + dt.timedelta(minutes=need["late"]) if need["late"] else end,
    )


def _duties(session: Session, plan: PlanRow, asked: Asked, shifts: tuple[str, ...]) -> list[Kept]:
    query = (
        select(
            DutyRow.uid,
            DutyRow.shift,
            DutyRow.window,
            DutyRow.role,
            DutyRow.index,
            DutyRow.start,
            DutyRow.end,
            DutyRow.assignee,
            func.coalesce(PersonRow.name, CrewRow.name, DutyRow.assignee),
            func.coalesce(PersonRow.unit, CrewRow.unit, ""),
            DutyRow.cancelled_at.is_not(None),
            PresenceRow.scanned_at,
            PresenceRow.delivered_at,
            PresenceRow.marked,
            PresenceRow.came_at,
            PresenceRow.marked_how,
            PresenceRow.strength,
        )
        .outerjoin(PersonRow, PersonRow.id == DutyRow.assignee)
        .outerjoin(CrewRow, CrewRow.id == DutyRow.assignee)
        .outerjoin(PresenceRow, PresenceRow.uid == DutyRow.uid)
        .where(*_of_day(plan, asked))
    )
    if shifts:
        query = query.where(DutyRow.shift.in_(shifts))
    return [_kept(row) for row in session.execute(query)]


def _kept(row: Any) -> Kept:
    columns = (*row[:11], coming(*row[11:16]), row[16])
    return Kept(*columns)


def _of_day(plan: PlanRow, asked: Asked) -> list[ColumnElement[bool]]:
    found = [DutyRow.plan == plan.id, DutyRow.date == asked.date]
    if not asked.scope.everywhere:
        found.append(DutyRow.site.in_(select(SiteRow.id).where(inside(SITES, asked.scope))))
    if asked.district is not None:
        found.append(DutyRow.site.in_(select(SiteRow.id).where(SiteRow.district == asked.district)))
    if asked.site is not None:
        found.append(DutyRow.site == asked.site)
    if asked.window is not None:
        found.append(DutyRow.window == asked.window)
    return found


def tag(session: Session, asked: Asked, late: dt.timedelta, *shown: object) -> str:
    """Return a day's entity tag: another one when anything changed, or when time made somebody late.

    Parameters
    ----------
    late
        How long after the start somebody is late.
    shown
        What else makes an answer another one.
    """
    plan, moment = plan_of(session, asked.date), now()
    counted = session.execute(
        select(CounterRow.name, CounterRow.value).where(CounterRow.name.in_(SHOWN)).order_by(CounterRow.name)
    ).all()
    noted = session.scalar(
        select(func.coalesce(func.sum(PresenceRow.version), 0)).where(PresenceRow.date == asked.date)
    )
    replaced = session.scalar(
        select(func.coalesce(func.max(ReplacementRow.id), 0)).where(ReplacementRow.date == asked.date)
    )
    raised = session.execute(
        select(func.count(), func.sum(RaisedRow.risk)).where(RaisedRow.date == asked.date)
    ).one()
    turned = () if plan is None else _turned(session, plan, asked.date, moment, late)
    scope = asked.scope
    said = (
        (scope.everywhere, sorted(scope.districts), sorted(scope.sites)),
        (asked.district, asked.site, asked.window, *shown),
        [tuple(row) for row in counted],
        turned,
        tuple(raised),
        zone_of(session).key,
    )
    version = 0 if plan is None else plan.roster_version
    digest = hashlib.sha256(repr(said).encode()).hexdigest()[:20]
    return etag(asked.date, version, noted, replaced, digest)


def _turned(
    session: Session, plan: PlanRow, date: dt.date, moment: dt.datetime, late: dt.timedelta
) -> tuple[object, ...]:
    """Return the last moments at which time alone has changed somebody's state."""
    query = select(
        func.max(case((DutyRow.start <= moment - late, DutyRow.start))),
        func.max(case((DutyRow.end <= moment, DutyRow.end))),
    ).where(and_(DutyRow.plan == plan.id, DutyRow.date == date))
    return tuple(session.execute(query).one())

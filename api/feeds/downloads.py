"""Published duties as files: for a spreadsheet, and a school's week to be printed."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, true

from api.accounts.identity import Permission
from api.errors import NotFound
from api.feeds.duty import COLUMNS, Duty
from api.feeds.telling import Names, read_names, told_of
from api.plans import plans
from api.plans.publication import NotPublished
from api.plans.tables import DutyRow
from api.roster.holders import crews_of, names_of
from api.standing.tables import CrewRow, PersonRow, SiteRow
from formats.duty_csv import Line, write_duties
from formats.roster_workbook import write_site_week
from models import Assignment, Horizon, Roster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope
    from api.plans.problems import Problems


def _mine(session: Session, person: str | None) -> list[str]:
    """Return under whose ids a person's duties stand: their own and their crews'."""
    if person is None:
        return []
    return [person, *(crew.id for crew in crews_of(session, [person]).get(person, ()))]


def own_csv(
    session: Session, identity: Identity, first: dt.date | None = None, last: dt.date | None = None
) -> bytes:
    """Return the caller's duties, those through crews too, as CSV."""
    return _csv(session, DutyRow.assignee.in_(_mine(session, identity.person)), first=first, last=last)


def plan_csv(
    session: Session, scope: Scope, plan: str, *, site: str | None = None, unit: str | None = None
) -> bytes:
    """Return what a plan has published at the sites within a scope as CSV.

    Parameters
    ----------
    site, unit
        At this site, or of this unit's people and crews, alone.

    Raises
    ------
    NotFound
        When there is no such plan.
    """
    plans.find(session, plan)
    where: list[ColumnElement[bool]] = [DutyRow.plan == plan, _inside(scope)]
    if site is not None:
        where.append(DutyRow.site == site)
    if unit is not None:
        people = select(PersonRow.id).where(PersonRow.unit == unit)
        crews = select(CrewRow.id).where(CrewRow.unit == unit)
        where.append(or_(DutyRow.assignee.in_(people), DutyRow.assignee.in_(crews)))
    return _csv(session, *where)


def _inside(scope: Scope) -> ColumnElement[bool]:
    if scope.everywhere:
        return true()
    sites = select(SiteRow.id).where(or_(SiteRow.district.in_(scope.districts), SiteRow.id.in_(scope.sites)))
    return DutyRow.site.in_(sites)


def _csv(
    session: Session,
    *where: ColumnElement[bool],
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> bytes:
    query = (
        select(*COLUMNS)
        .where(DutyRow.cancelled_at.is_(None), *where)
        .order_by(DutyRow.start, DutyRow.site, DutyRow.role, DutyRow.index, DutyRow.uid)
    )
    if first is not None:
        query = query.where(DutyRow.date >= first)
    if last is not None:
        query = query.where(DutyRow.date <= last)
    duties = [Duty(*row) for row in session.execute(query)]
    called = names_of(session, (duty.assignee for duty in duties))
    return write_duties(_lines(read_names(session), duties, called))


def _lines(names: Names, duties: Iterable[Duty], called: dict[str, str]) -> Iterable[Line]:
    for duty in duties:
        told = told_of(names, duty, (), called)
        yield Line(
            date=duty.date,
            start=duty.start.astimezone(names.zone),
            end=duty.end.astimezone(names.zone),
            site=told.site,
            window=told.window[0],
            role=told.role[0],
            position="" if told.position is None else "{}号 {}".format(*told.position),
            holder=called.get(duty.assignee, duty.assignee),
            id=duty.assignee,
        )


def site_week(session: Session, identity: Identity, problems: Problems, plan_id: str, site: str) -> bytes:
    """Return what is published of a site's week as the workbook that hangs at the gate.

    Phone numbers are in it for who may see them there.

    Raises
    ------
    NotFound
        When there is no such plan, or no such site in the caller's scope.
    NotPublished
        When nothing of the plan is.
    """
    place = session.get(SiteRow, site)
    if place is None:
        raise NotFound
    identity.scope(Permission.READ_ROSTER).check(place.district, place.id)
    plan = plans.find(session, plan_id)
    if plan.revision is None:
        raise NotPublished
    query = (
        select(DutyRow)
        .where(DutyRow.plan == plan.id, DutyRow.site == site, DutyRow.cancelled_at.is_(None))
        .order_by(DutyRow.shift, DutyRow.role, DutyRow.index)
    )
    held = tuple(
        Assignment(shift=duty.shift, role=duty.role, index=duty.index, assignee=duty.assignee)
        for duty in session.scalars(query)
    )
    problem = problems.of(session, plan)
    if site not in problem.site_by_id:
        raise NotFound
    target = BytesIO()
    phones = identity.where(Permission.READ_PHONES).holds(place.district, place.id)
    roster = Roster(horizon=Horizon(start=plan.start, days=plan.days), assignments=held)
    write_site_week(problem, roster, site, target, phones=phones)
    return target.getvalue()

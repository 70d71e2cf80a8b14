"""Published duties as files: for a spreadsheet, and a school's week to be printed."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from sqlalchemy import or_, select, true

from api.accounts.identity import Permission
from api.errors import NotFound
from api.feeds.duty import COLUMNS, Duty
from api.feeds.telling import Names, read_names, told_of
from api.plans import plans
from api.plans.publication import NotPublished
from api.plans.tables import DutyRow
from api.roster.holders import names_of
from api.roster.own import own_duties
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

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
"""In the order in which words are given."""

POSITIONS = {"zh": "{}号 {}", "en": "No. {} {}"}


def own_csv(
    session: Session, identity: Identity, first: dt.date | None = None, last: dt.date | None = None
) -> bytes:
    """Return the caller's duties, those through crews too, as CSV in their language."""
    mine = own_duties(session, identity.person, first=first, last=last)
    return _csv(session, identity.language, DutyRow.uid.in_([duty.uid for duty in mine]))


def plan_csv(
    session: Session,
    scope: Scope,
    language: Language,
    plan: str,
    *,
    site: str | None = None,
    unit: str | None = None,
) -> bytes:
    """Return what a plan has published at the sites within a scope as CSV.

    Parameters
    ----------
    language
        Of what windows, roles and positions are called.
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
    return _csv(session, language, *where)


def _inside(scope: Scope) -> ColumnElement[bool]:
    if scope.everywhere:
        return true()
    sites = select(SiteRow.id).where(or_(SiteRow.district.in_(scope.districts), SiteRow.id.in_(scope.sites)))
    return DutyRow.site.in_(sites)


def _csv(session: Session, language: Language, *where: ColumnElement[bool]) -> bytes:
    query = (
        select(*COLUMNS)
        .where(DutyRow.cancelled_at.is_(None), *where)
        .order_by(DutyRow.start, DutyRow.site, DutyRow.role, DutyRow.index, DutyRow.uid)
    )
    duties = [Duty(*row) for row in session.execute(query)]
    called = names_of(session, (duty.assignee for duty in duties))
    return write_duties(_lines(read_names(session), language, duties, called))


def _lines(
    names: Names, language: Language, duties: Iterable[Duty], called: dict[str, str]
) -> Iterable[Line]:
    word = LANGUAGES.index(language)
    for duty in duties:
        told = told_of(names, duty, (), called)
        yield Line(
            date=duty.date,
            start=duty.start.astimezone(names.zone),
            end=duty.end.astimezone(names.zone),
            site=told.site,
            window=told.window[word],
            role=told.role[word],
            position="" if told.position is None else POSITIONS[language].format(*told.position),
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

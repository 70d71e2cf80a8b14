"""Whom a dispatcher means, by a part of the name: first those who have duties that day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, or_, select

from api.plans.tables import DutyRow
from api.roster.holders import units_inside
from api.roster.weeks import zone_of
from api.standing.people_view import people_inside
from api.standing.tables import CrewRow, PersonRow, SiteRow, UnitRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope

MOST = 8
"""People that are offered while a name is typed."""


class Duty(NamedTuple):
    """What somebody does that day."""

    start: dt.datetime
    role: str
    site: str


class Found(NamedTuple):
    """Somebody who may be meant."""

    id: str
    name: str
    unit: str
    duties: list[Duty]


def called(session: Session, scope: Scope, date: dt.date, text: str, *, exactly: bool = False) -> list[Found]:
    """Return people and crews within a scope.

    Parameters
    ----------
    text
        A part of the name, or the id.
    exactly
        Whether it is the id.
    """
    found: dict[str, Found] = {}
    for table, inside in ((PersonRow, people_inside(scope)), (CrewRow, units_inside(scope))):
        named = (
            table.id == text if exactly else or_(table.name.contains(text, autoescape=True), table.id == text)
        )
        serves = exists().where(
            DutyRow.assignee == table.id, DutyRow.date == date, DutyRow.cancelled_at.is_(None)
        )
        query = (
            select(table.id, table.name, UnitRow.name)
            .join(UnitRow, UnitRow.id == table.unit)
            .where(inside, named)
            .order_by(serves.desc(), table.position)
        )
        if table is PersonRow:
            query = query.where(PersonRow.erased_at.is_(None))
        for id_, name, unit in session.execute(query.limit(MOST)):
            found[id_] = Found(id_, name, unit, [])
    zone = zone_of(session)
    duties = (
        select(DutyRow.assignee, DutyRow.start, DutyRow.role, SiteRow.name)
        .join(SiteRow, SiteRow.id == DutyRow.site)
        .where(DutyRow.assignee.in_(found), DutyRow.date == date, DutyRow.cancelled_at.is_(None))
        .order_by(DutyRow.start)
    )
    for assignee, start, role, site in session.execute(duties):
        found[assignee].duties.append(Duty(start.astimezone(zone), role, site))
    return sorted(found.values(), key=lambda one: not one.duties)[:MOST]

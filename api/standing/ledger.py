"""The ledger as it is read: what people and crews have carried over the weeks that count."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from sqlalchemy import select, union_all

from api.database.within_json import holds
from api.pages import Page, cursor_of, key_of
from api.plans.past import counting
from api.standing.filters import Listing, Name
from api.standing.kinds import CREWS, PEOPLE
from api.standing.reach import inside
from api.standing.records import today
from api.standing.shapes import CarriedOver, LedgerWeek
from api.standing.tables import CrewRow, LedgerRow, PersonRow, UnitRow

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope


class LedgerFilters(Listing):
    """What the ledger can be narrowed to.

    Parameters
    ----------
    before
        What was carried before this day; left out, until now.
    """

    district: Name | None = None
    unit: Name | None = None
    role: Name | None = None
    assignee: Name | None = None
    before: Annotated[dt.date, Field(ge=dt.date(2000, 1, 1))] | None = None


def page(session: Session, scope: Scope, filters: LedgerFilters, *, weeks: int) -> Page[CarriedOver]:
    """Return a page of who has carried what, by id."""
    before = filters.before or today(session) + dt.timedelta(days=1)
    counts = counting(session, before, weeks)
    listed = _assignees(scope, filters).subquery()
    query = (
        select(listed.c.id, listed.c.name, listed.c.unit)
        .where(listed.c.id.in_(select(LedgerRow.assignee).where(counts)))
        .order_by(listed.c.id)
        .limit(filters.limit + 1)
    )
    if (key := key_of(filters.cursor, str)) is not None:
        query = query.where(listed.c.id > key[0])
    people = list(session.execute(query))
    shown = people[: filters.limit]
    weeks_of: defaultdict[str, list[LedgerWeek]] = defaultdict(list)
    entries = (
        select(LedgerRow)
        .where(counts, LedgerRow.assignee.in_([id_ for id_, _, _ in shown]))
        .order_by(LedgerRow.week, LedgerRow.kind)
    )
    for row in session.scalars(entries):
        weeks_of[row.assignee].append(LedgerWeek.model_validate(row, from_attributes=True))
    return Page(
        items=[
            CarriedOver(
                assignee=id_,
                name=name,
                unit=unit,
                points=sum(week.points for week in weeks_of[id_]),
                weeks=weeks_of[id_],
            )
            for id_, name, unit in shown
        ],
        next=cursor_of(shown[-1][0]) if len(people) > filters.limit else None,
    )


def _assignees(scope: Scope, filters: LedgerFilters) -> CompoundSelect[str, str, str]:
    people = select(PersonRow.id, PersonRow.name, PersonRow.unit).where(inside(PEOPLE, scope))
    crews = select(CrewRow.id, CrewRow.name, CrewRow.unit).where(inside(CREWS, scope))
    if filters.district is not None:
        units = select(UnitRow.id).where(UnitRow.district == filters.district)
        people, crews = people.where(PersonRow.unit.in_(units)), crews.where(CrewRow.unit.in_(units))
    if filters.unit is not None:
        people, crews = (
            people.where(PersonRow.unit == filters.unit),
            crews.where(CrewRow.unit == filters.unit),
        )
    if filters.role is not None:
        people, crews = (
            people.where(holds(PersonRow.roles, filters.role)),
            crews.where(CrewRow.role == filters.role),
        )
    if filters.assignee is not None:
        people, crews = (
            people.where(PersonRow.id == filters.assignee),
            crews.where(CrewRow.id == filters.assignee),
        )
    return union_all(people, crews)

"""How much is known of a school for some days, so that its admin sees what they confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from api.standing.filters import touching
from api.standing.records import zone_of
from api.standing.tables import AbsenceRow, OfferRow, PersonRow, TimetableRow, UnitRow

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session


class Known(NamedTuple):
    """How many there are of each."""

    people: int
    absences: int
    timetables: int
    offering: int


def known(session: Session, site: str, first: dt.date, last: dt.date) -> Known:
    """Return how much is known of a school's own people for some days."""
    people = select(PersonRow.id).where(
        PersonRow.unit.in_(select(UnitRow.id).where(UnitRow.site == site)), PersonRow.left_on.is_(None)
    )
    absences = select(func.count()).where(
        AbsenceRow.assignee.in_(people), *touching(first, last, zone_of(session))
    )
    offering = select(func.count(OfferRow.person.distinct())).where(
        OfferRow.person.in_(people), or_(OfferRow.date.is_(None), OfferRow.date.between(first, last))
    )
    return Known(
        people=session.scalar(select(func.count()).select_from(people.subquery())) or 0,
        absences=session.scalar(absences) or 0,
        timetables=session.scalar(select(func.count()).where(TimetableRow.person.in_(people))) or 0,
        offering=session.scalar(offering) or 0,
    )

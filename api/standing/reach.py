"""Which rows of standing data lie in a scope: places by district or school, people by their unit, the rest by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, true

from api.standing.kinds import (
    ABSENCES,
    BELLS,
    CREWS,
    OFFERS,
    PEOPLE,
    PREFERENCES,
    SITES,
    TIMETABLES,
    UNITS,
)
from api.standing.people_view import people_inside
from api.standing.tables import (
    AbsenceRow,
    BellRow,
    CrewRow,
    OfferRow,
    PersonRow,
    PreferenceRow,
    SiteRow,
    TimetableRow,
    UnitRow,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from api.accounts.identity import Scope
    from api.standing.kinds import Kind


def inside(kind: Kind, scope: Scope, *, write: bool = False) -> ColumnElement[bool]:
    """Return the condition that a row is in a scope.

    Parameters
    ----------
    write
        Whether it is to be changed: who is only posted to a school is seen there, and changed where
        they belong.
    """
    if scope.everywhere:
        return true()
    if kind is SITES:
        return _sites(scope)
    if kind is UNITS:
        return _units(scope)
    if kind is PEOPLE:
        return _people(scope, write)
    if kind is CREWS:
        return _crews(scope)
    if kind is BELLS:
        return BellRow.site.in_(select(SiteRow.id).where(_sites(scope)))
    if kind is ABSENCES:
        return _assignees(AbsenceRow.assignee, scope, write)
    if kind is PREFERENCES:
        return _assignees(PreferenceRow.assignee, scope, write)
    if kind in (TIMETABLES, OFFERS):
        person = TimetableRow.person if kind is TIMETABLES else OfferRow.person
        return person.in_(select(PersonRow.id).where(_people(scope, write)))
    return true()


def _sites(scope: Scope) -> ColumnElement[bool]:
    return or_(SiteRow.district.in_(scope.districts), SiteRow.id.in_(scope.sites))


def _units(scope: Scope) -> ColumnElement[bool]:
    return or_(UnitRow.district.in_(scope.districts), UnitRow.site.in_(scope.sites))


def _people(scope: Scope, write: bool) -> ColumnElement[bool]:
    if not write:
        return people_inside(scope)
    return PersonRow.unit.in_(select(UnitRow.id).where(_units(scope)))


def _crews(scope: Scope) -> ColumnElement[bool]:
    return CrewRow.unit.in_(select(UnitRow.id).where(_units(scope)))


def _assignees(column: InstrumentedAttribute[str], scope: Scope, write: bool) -> ColumnElement[bool]:
    return or_(
        column.in_(select(PersonRow.id).where(_people(scope, write))),
        column.in_(select(CrewRow.id).where(_crews(scope))),
    )

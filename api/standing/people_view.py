"""Who of the people somebody may see, and whose phone number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, true

from api.accounts.identity import Permission
from api.standing.tables import PersonRow, UnitRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from api.accounts.identity import Identity, Scope
    from models import Person, Unit


def people_inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of people is in a scope: by the unit, or by the school posted to."""
    if scope.everywhere:
        return true()
    units = select(UnitRow.id).where(
        or_(UnitRow.district.in_(scope.districts), UnitRow.site.in_(scope.sites))
    )
    return or_(PersonRow.unit.in_(units), PersonRow.posted_to.in_(scope.sites))


def visible(person: Person, unit: Unit, identity: Identity) -> Person:
    """Return a person as somebody may see them: without the phone number, unless it is theirs to see.

    Parameters
    ----------
    unit
        The person's.
    identity
        Who asks: for themselves, or with `Permission.READ_PHONES` where the person belongs.
    """
    if person.phone is None or identity.person == person.id:
        return person
    scope = identity.where(Permission.READ_PHONES)
    posted = person.posted_to is not None and person.posted_to in scope.sites
    if posted or scope.holds(unit.district, unit.site):
        return person
    return person.model_copy(update={"phone": None})

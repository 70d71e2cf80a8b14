"""Which of a plan's shifts somebody may see, and the tags that edits of them name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select, true

from api.plans.tables import ShiftRow
from api.routing import etag
from api.standing.tables import SiteRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope


def shifts_inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of shifts is in a scope."""
    if scope.everywhere:
        return true()
    return or_(ShiftRow.district.in_(scope.districts), ShiftRow.site.in_(scope.sites))


def shift_tag(plan: str, shift: str, version: int) -> str:
    """Return a shift's entity tag; ids may hold what a tag may not, so a hash stands for it."""
    return etag(plan, hashlib.sha256(shift.encode()).hexdigest()[:16], version)


class Place(NamedTuple):
    """A site, as far as lists of them show it."""

    id: str
    name: str
    district: str
    risk: int


def places(session: Session, scope: Scope, plan: str) -> list[Place]:
    """Return the sites within a scope that have shifts in a plan, by district, in their order."""
    there = select(ShiftRow.site).where(ShiftRow.plan == plan, shifts_inside(scope)).distinct()
    query = (
        select(SiteRow.id, SiteRow.name, SiteRow.district, SiteRow.risk)
        .where(SiteRow.id.in_(there))
        .order_by(SiteRow.district, SiteRow.position, SiteRow.id)
    )
    return [Place(*row) for row in session.execute(query)]

"""Sites: read, and listed within a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, true

from api.errors import NotFound
from api.pages import Page, cursor_of, key_of
from api.standing.kinds import SITES
from api.standing.tables import SiteRow
from models import Site

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope


def inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of sites is in a scope."""
    if scope.everywhere:
        return true()
    return or_(SiteRow.district.in_(scope.districts), SiteRow.id.in_(scope.sites))


def page(
    session: Session, scope: Scope, *, district: str | None, limit: int, cursor: str | None
) -> Page[Site]:
    """Return a page of the sites in a scope, by id."""
    query = select(SiteRow.__table__).where(inside(scope)).order_by(SiteRow.id).limit(limit + 1)
    if district is not None:
        query = query.where(SiteRow.district == district)
    if (key := key_of(cursor, str)) is not None:
        query = query.where(SiteRow.id > key[0])
    rows = [dict(row) for row in session.execute(query).mappings()]
    items = list(SITES.values_of(rows[:limit]))
    return Page[Site](items=items, next=cursor_of(items[-1].id) if len(rows) > limit else None)


def read(session: Session, scope: Scope, site: str) -> Site:
    """Return a site.

    Raises
    ------
    NotFound
        When there is none in the scope.
    """
    query = select(SiteRow.__table__).where(SiteRow.id == site, inside(scope))
    rows = [dict(row) for row in session.execute(query).mappings()]
    if not rows:
        raise NotFound
    found: Site = SITES.values_of(rows)[0]
    return found

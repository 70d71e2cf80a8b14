"""What everybody may know of places: their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.standing.shapes import SiteName
from api.standing.tables import SiteRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def names(session: Session) -> list[SiteName]:
    """Return the names of all sites, by id."""
    query = select(SiteRow.id, SiteRow.name, SiteRow.district).order_by(SiteRow.id)
    return [SiteName.model_validate(row) for row in session.execute(query)]

"""Which of a plan's shifts somebody may see, and the tags that edits of them name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select, true

from api.plans.tables import ShiftRow
from api.standing.tables import SiteRow
from api.tags import etag

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope

CHUNK = 500
"""Ids in one statement."""


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
    kind: str | None
    risk: int


def places(session: Session, scope: Scope, plan: str) -> list[Place]:
    """Return the sites within a scope that have shifts in a plan, by district, in their order."""
    there = select(ShiftRow.site).where(ShiftRow.plan == plan, shifts_inside(scope)).distinct()
    query = (
        select(SiteRow.id, SiteRow.name, SiteRow.district, SiteRow.kind, SiteRow.risk)
        .where(SiteRow.id.in_(there))
        .order_by(SiteRow.district, SiteRow.position, SiteRow.id)
    )
    return [Place(*row) for row in session.execute(query)]


class Named(NamedTuple):
    """A shift with the name of its site, and the tag that an edit of its posts builds on."""

    id: str
    site: str
    name: str
    district: str
    date: dt.date
    window: str
    tag: str


def shifts_named(session: Session, plan: str, shifts: Iterable[str]) -> list[Named]:
    """Return some shifts of a plan, in its order; those that aren't there any more are left out."""
    wanted, found = sorted(set(shifts)), []
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(
                ShiftRow.id,
                ShiftRow.site,
                SiteRow.name,
                ShiftRow.district,
                ShiftRow.date,
                ShiftRow.window,
                ShiftRow.version,
                ShiftRow.position,
            )
            .join(SiteRow, SiteRow.id == ShiftRow.site)
            .where(ShiftRow.plan == plan, ShiftRow.id.in_(wanted[start : start + CHUNK]))
        )
        found += [
            (*row[:6], shift_tag(plan, row.id, row.version), row.position) for row in session.execute(query)
        ]
    found.sort(key=lambda row: row[-1])
    return [Named(*row[:-1]) for row in found]

"""Qualifications that end soon: whose vetting or training has to be renewed before they can hold posts again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.pages import Page, cursor_of, key_of
from api.standing.people_view import people_inside
from api.standing.records import today
from api.standing.shapes import Expiring
from api.standing.tables import PersonRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope


def expiring(
    session: Session,
    scope: Scope,
    *,
    days: int,
    qualification: str | None,
    limit: int,
    cursor: str | None,
) -> Page[Expiring]:
    """Return a page of qualifications that end within some days, or have ended, the earliest first.

    One that goes on in another row of the same name is not among them.
    """
    last = today(session) + dt.timedelta(days=days)
    query = select(PersonRow.id, PersonRow.name, PersonRow.unit, PersonRow.qualifications).where(
        people_inside(scope), PersonRow.left_on.is_(None)
    )
    found = [
        Expiring(person=id_, name=name, unit=unit, qualification=held, valid_until=until)
        for id_, name, unit, listed in session.execute(query)
        for held, until in _ends(listed).items()
        if until is not None and until <= last and qualification in (None, held)
    ]
    found.sort(key=_place)
    if (after := key_of(cursor, str, str, str)) is not None:
        found = [item for item in found if _place(item) > after]
    more = len(found) > limit
    return Page(items=found[:limit], next=cursor_of(*_place(found[limit - 1])) if more else None)


def _place(item: Expiring) -> tuple[str, str, str]:
    return item.valid_until.isoformat(), item.person, item.qualification


def _ends(listed: list[dict[str, str | None]]) -> dict[str, dt.date | None]:
    """Return by name the last day of each qualification; None: it has none."""
    found: dict[str, dt.date | None] = {}
    for item in listed:
        name, until = str(item["name"]), item["valid_until"]
        day = None if until is None else dt.date.fromisoformat(until)
        known = found.get(name, day)
        found[name] = None if known is None or day is None else max(known, day)
    return found

"""Qualifications that end soon: whose vetting or training has to be renewed before they can hold posts again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

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
    last = (today(session) + dt.timedelta(days=days)).isoformat()
    query = select(PersonRow.id, PersonRow.qualifications).where(
        people_inside(scope), PersonRow.left_on.is_(None)
    )
    found = sorted(
        (until, person, held)
        for person, listed in session.execute(query)
        for held, until in _ends(listed).items()
        if until is not None and until <= last and qualification in (None, held)
    )
    if (after := key_of(cursor, str, str, str)) is not None:
        found = [place for place in found if place > after]
    shown = found[:limit]
    names = {
        id_: (name, unit)
        for id_, name, unit in session.execute(
            select(PersonRow.id, PersonRow.name, PersonRow.unit).where(
                PersonRow.id.in_({person for _, person, _ in shown})
            )
        )
    }
    items = [
        Expiring(
            person=person,
            name=names[person][0],
            unit=names[person][1],
            qualification=held,
            valid_until=dt.date.fromisoformat(until),
        )
        for until, person, held in shown
    ]
    return Page(items=items, next=cursor_of(*shown[-1]) if len(found) > limit else None)


def _ends(listed: list[dict[str, Any]]) -> dict[str, str | None]:
    """Return by name the last day of each qualification, as ISO date; None: it has none."""
    found: dict[str, str | None] = {}
    for item in listed:
        name, until = item["name"], item["valid_until"]
        known = found.get(name, until)
        found[name] = None if known is None or until is None else max(known, until)
    return found

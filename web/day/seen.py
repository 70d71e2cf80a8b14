"""What a board that asks again has seen, and the call-outs beside it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from api.accounts.identity import Permission
from api.database.base import now
from api.day import calls, reading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.day.call_out_shapes import CallOut
    from web.routing import Page

NEWS = dt.timedelta(minutes=10)
"""How long it is told how a call-out ended."""

MOST = 20
"""Call-outs that are shown."""


def tag_of(session: Session, page: Page, asked: reading.Asked, *shown: object) -> str:
    """Return the tag of a board: another one when there is anything else to be seen."""
    late = dt.timedelta(minutes=page.state.settings.late_minutes)
    going = [
        (row.id, row.state, str(row.next_at))
        for row in calls.of_day(session, page.identity.where(Permission.DIRECT_DAY), asked.date)
    ]
    return reading.tag(session, asked, late, "page", *shown, going).strip('"')


def call_outs(session: Session, page: Page, date: dt.date, site: str | None = None) -> list[CallOut]:
    """Return the call-outs that go on, or have just ended, the latest first."""
    moment = now()
    found = []
    for row in calls.of_day(session, page.identity.where(Permission.DIRECT_DAY), date):
        if row.state == "asking" or (row.ended_at is not None and row.ended_at > moment - NEWS):
            shown = calls.shown(session, page.identity, row)
            if site in (None, shown.site):
                found.append(shown)
            if len(found) == MOST:
                break
    return found

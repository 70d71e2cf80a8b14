"""The day at a school: who has come to each post, and who comes instead."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.day import board, reading
from api.routing import InSession
from api.standing.records import today
from web.day.seen import call_outs, tag_of
from web.gate.sight import sight
from web.routing import InPage, Pages
from web.school.office import office

pages = Pages()

READ = Permission.READ_ROSTER


@pages.on("GET", "/school/{site}/day", READ)
def show_day(
    page: InPage,
    session: InSession,
    site: str,
    date: dt.date | None = None,
    seen: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show every post of a school's day with its state."""
    found, here = office(session, page, site, READ, "/day"), today(session)
    asked = reading.Asked(page.identity.scope(READ), date or here, site=site)
    tag = tag_of(session, page, asked)
    if seen == tag:
        return Response(status_code=NO_CONTENT)
    day = board.board(session, page.state.settings, asked)
    return page.show(
        "school/_day.html" if page.by_htmx else "school/day.html",
        office=found,
        date=asked.date,
        day=dt.timedelta(days=1),
        today=here,
        tag=tag,
        shifts=day.sites[0].shifts if day.sites else [],
        counts=day.counts,
        calls=call_outs(session, page, asked.date, site),
        sight=sight(session, page),
    )

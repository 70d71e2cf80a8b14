"""The day board: where in the city who has come, what is wrong first, and a school's posts on a click."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.day import reading
from api.day.coming import State
from api.routing import InSession
from api.standing.records import today
from web.day import sums
from web.day.happened import KINDS
from web.day.seen import call_outs, tag_of
from web.gate.sight import sight
from web.routing import InPage, Page, Pages

pages = Pages()

READ = Permission.READ_ROSTER

Text = Annotated[str | None, Query(max_length=64)]


@pages.on("GET", "/day", READ)
def show_day(
    page: InPage,
    session: InSession,
    date: dt.date | None = None,
    district: Text = None,
    window: Text = None,
    state: Annotated[State | None, Query()] = None,
    opened: Annotated[list[str], Query(max_length=500, alias="open")] = [],  # noqa: B006
    seen: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show a day; without a window, today's that goes on or comes next."""
    day, here = date or today(session), today(session)
    at = sums.window_now(session, day) if window is None and day == here else window or None
    wanted = sums.Wanted(day, district or None, at, state, opened)
    scope = page.identity.scope(READ)
    tag = tag_of(session, page, reading.Asked(scope, day, wanted.district, window=at), state)
    if seen == tag:
        return Response(status_code=NO_CONTENT)
    asked = {"date": date, "district": district, "window": window, "state": state}

    def address(**others: object) -> str:
        """Return where the same day is, with another choice."""
        chosen = {name: value for name, value in {**asked, **others}.items() if value is not None}
        return f"/day?{urlencode(chosen)}" if chosen else "/day"

    return page.show(
        "day/_board.html" if page.by_htmx else "day/board.html",
        address=address,
        tag=tag,
        today=here,
        day=dt.timedelta(days=1),
        wanted=wanted,
        sums=sums.sums(session, page.state.settings, scope, wanted),
        calls=call_outs(session, page, day),
        sight=sight(session, page),
        kinds=KINDS,
    )


@pages.on("GET", "/day/sites/{site}", READ)
def show_site(
    page: InPage,
    session: InSession,
    site: Annotated[str, Path(max_length=64)],
    date: dt.date,
    window: Text = None,
    state: Annotated[State | None, Query()] = None,
) -> Response:
    """Show a school's posts."""
    wanted = sums.Wanted(date, None, window or None, state)
    return page.show(
        "day/_site.html", id=site, wanted=wanted, shifts=_posts(page, session, wanted, site),
        sight=sight(session, page),
    )  # fmt: skip


def _posts(page: Page, session: Session, wanted: sums.Wanted, site: str) -> object:
    return sums.posts_of(session, page.state.settings, page.identity.scope(READ), wanted, site)

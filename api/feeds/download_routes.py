"""Files of published duties over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Query, Request, Response

from api.accounts.identity import Permission
from api.accounts.links import base_of
from api.feeds import downloads, single
from api.feeds.content import DUTY_PAGE
from api.routing import Current, InSession, InState, Routes

of_own = Routes("/me", "Own duties")
of_plan = Routes("/plans/{plan}", "Roster")

CALENDAR = "text/calendar; charset=utf-8"
CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Key = Annotated[str, Path(max_length=64)]
Uid = Annotated[
    str, Path(max_length=64, description="The duty's lasting id, as lists of duties and calendars have it.")
]
Only = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "format": "binary" if media_type == WORKBOOK else "text"}
    content = {media_type.partition(";")[0]: {"schema": schema}}
    return {200: {"description": "The file.", "content": content}}


def _sent(content: bytes, media_type: str, name: str) -> Response:
    # Ids may hold what a header can't.
    place = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": place, "Cache-Control": "private, no-store"}
    return Response(content, media_type=media_type, headers=headers)


@of_own.on("GET", "/duties.csv", Permission.SELF, response_class=Response, responses=_file(CSV))
def download_own_duties(
    session: InSession, identity: Current, first: dt.date | None = None, last: dt.date | None = None
) -> Response:
    """Download one's own published duties as CSV."""
    return _sent(downloads.own_csv(session, identity, first, last), CSV, "duties.csv")


@of_own.on("GET", "/duties/{uid}.ics", Permission.SELF, response_class=Response, responses=_file(CALENDAR))
def download_own_duty(
    session: InSession, state: InState, identity: Current, request: Request, uid: Uid
) -> Response:
    """Download one of one's own duties for a calendar."""
    duty = single.own(session, identity.person, uid)
    link = DUTY_PAGE.format(base=base_of(request, state.settings), uid=uid)
    return _sent(single.calendar_of(session, identity, duty, link), CALENDAR, "duty.ics")


@of_plan.on("GET", "/duties.csv", Permission.READ_ROSTER, response_class=Response, responses=_file(CSV))
def download_duties(
    session: InSession, identity: Current, plan: Key, site: Only = None, unit: Only = None
) -> Response:
    """Download what is published of a plan, within the caller's scope, as CSV."""
    scope = identity.scope(Permission.READ_ROSTER)
    content = downloads.plan_csv(session, scope, identity.language, plan, site=site, unit=unit)
    return _sent(content, CSV, "duties.csv")


@of_plan.on(
    "GET",
    "/sites/{site}/week.xlsx",
    Permission.READ_ROSTER,
    response_class=Response,
    responses=_file(WORKBOOK),
)
def download_site_week(
    session: InSession, state: InState, identity: Current, plan: Key, site: Key
) -> Response:
    """Download what is published of a site's week as a workbook to be printed (值班表)."""
    content = downloads.site_week(session, identity, state.problems, plan, site)
    return _sent(content, WORKBOOK, f"{site}-{plan}.xlsx")

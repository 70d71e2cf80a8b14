"""Rosters over HTTP: how far they are filled, and whose week looks how."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import TypeAdapter

from api.accounts.identity import Permission
from api.plans import plans
from api.roster import own, weeks
from api.roster.coverage import coverage, tag
from api.roster.shapes import Covered, CrewWeek, HolderWeek, OwnDuty, SiteWeek, UnitWeek
from api.routing import Current, InSession, Routes

routes = Routes("/plans/{plan}", "Roster")
mine = Routes("/me", "Own duties")

_ROWS = TypeAdapter(list[Covered])

Open = Annotated[bool, Query(alias="open", description="Only shifts with open posts.")]


@routes.on(
    "GET",
    "/coverage",
    Permission.READ_ROSTER,
    response_model=list[Covered],
    responses={304: {"description": "Nothing has changed since the tag in If-None-Match."}},
)
def read_coverage(
    request: Request,
    session: InSession,
    identity: Current,
    plan: str,
    district: str | None = None,
    site: str | None = None,
    date: dt.date | None = None,
    only_open: Open = False,
) -> Response:
    """Read how far each shift is filled."""
    scope, row = identity.scope(Permission.READ_ROSTER), plans.find(session, plan)
    headers = {"ETag": tag(row, scope), "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    rows = coverage(session, scope, row, district=district, site=site, date=date, only_open=only_open)
    # Thousands of rows of our own: written as they are, without being checked against their shape again.
    return Response(_ROWS.dump_json(rows), media_type="application/json", headers=headers)


@routes.on("GET", "/sites/{site}/week", Permission.READ_ROSTER)
def read_site_week(session: InSession, identity: Current, plan: str, site: str) -> SiteWeek:
    """Read all shifts of a site with their posts, and the tags that edits of them need."""
    scope = identity.scope(Permission.READ_ROSTER)
    return weeks.site_week(session, scope, plans.find(session, plan), site)


@routes.on("GET", "/people/{person}/week", Permission.READ_ROSTER)
def read_person_week(session: InSession, identity: Current, plan: str, person: str) -> HolderWeek:
    """Read what a person does, through crews too."""
    scope = identity.scope(Permission.READ_ROSTER)
    return weeks.person_week(session, scope, plans.find(session, plan), person)


@routes.on("GET", "/crews/{crew}/week", Permission.READ_ROSTER)
def read_crew_week(session: InSession, identity: Current, plan: str, crew: str) -> CrewWeek:
    """Read a crew's ways through the days, with the minutes between stops."""
    scope = identity.scope(Permission.READ_ROSTER)
    return weeks.crew_week(session, scope, plans.find(session, plan), crew)


@routes.on("GET", "/units/{unit}/week", Permission.READ_ROSTER)
def read_unit_week(session: InSession, identity: Current, plan: str, unit: str) -> UnitWeek:
    """Read what the people and crews of a unit do."""
    scope = identity.scope(Permission.READ_ROSTER)
    return weeks.unit_week(session, scope, plans.find(session, plan), unit)


@mine.on("GET", "/duties", Permission.SELF)
def read_own_duties(
    session: InSession, identity: Current, first: dt.date | None = None, last: dt.date | None = None
) -> list[OwnDuty]:
    """Read one's own published duties; nobody else is named in them."""
    return own.own_duties(session, identity.person, first=first, last=last)

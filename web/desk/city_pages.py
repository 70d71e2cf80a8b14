"""The city's week on a page."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.plans import plans
from api.routing import InSession
from web.desk.heat import Wanted, heat
from web.desk.named import windows_of
from web.desk.plan_head import head_of
from web.routing import InPage, Pages

pages = Pages()

P = Permission.READ_ROSTER


@pages.on("GET", "/plans/{plan}", P)
def show_city(
    page: InPage,
    session: InSession,
    plan: str,
    district: str = "",
    kind: str = "",
    risk: Annotated[int, Query(ge=1, le=5)] = 1,
    only_open: Annotated[bool, Query(alias="open")] = False,
) -> Response:
    """Show how full each school's shifts are."""
    row, scope = plans.find(session, plan), page.identity.scope(P)
    wanted = Wanted(district or None, kind or None, risk, only_open)
    found = heat(session, scope, row, windows_of(session), wanted)
    template = "desk/_heat.html" if page.by_htmx else "desk/city.html"
    return page.show(template, plan=row, heat=found, wanted=wanted, head=head_of(session, page, row, ""))


@pages.on("GET", "/plans/{plan}/changes", P)
def look_for_changes(session: InSession, plan: str, seen: int) -> Response:
    """Say, as an event, that a week was changed since a page was made."""
    if plans.find(session, plan).version == seen:
        return Response(status_code=NO_CONTENT)
    return Response(status_code=NO_CONTENT, headers={"HX-Trigger": json.dumps({"planchanged": plan})})

"""The list of weeks, and making one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from fastapi import Form
from fastapi.responses import Response
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.plans import plans
from api.roster.coverage import totals
from api.roster.weeks import zone_of
from api.routing import InSession, InState
from api.standing import city
from web.desk.states import PLAN_STATES
from web.routing import InPage, Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.plans.tables import PlanRow

pages = Pages()

WEEK = 7


@pages.on("GET", "/plans", Permission.READ_ROSTER)
def list_plans(page: InPage, session: InSession) -> Response:
    """List all weeks, the latest first."""
    return page.show(
        "desk/plans.html",
        plans=plans.listed(session),
        totals=totals(session, page.identity.scope(Permission.READ_ROSTER)),
        states=PLAN_STATES,
        city=city.exists(session),
    )


@pages.on("GET", "/plans/new", Permission.PUBLISH)
def ask_for_plan(page: InPage, session: InSession, start: dt.date | None = None) -> Response:
    """Ask for the days of a new week."""
    first = start or _next(plans.listed(session), zone_of(session))
    return page.show("desk/_new_plan.html", start=first)


@pages.on("POST", "/plans", Permission.PUBLISH)
def create_plan(
    page: InPage,
    session: InSession,
    state: InState,
    start: Annotated[dt.date, Form()],
    days: Annotated[int, Form(ge=1, le=62)] = WEEK,
    collects_until: Annotated[str, Form()] = "",
) -> Response:
    """Make a week, and go there."""
    until = (
        dt.datetime.fromisoformat(collects_until).replace(tzinfo=zone_of(session)) if collects_until else None
    )
    plan = plans.create(session, page.identity.actor, state.problems, start, days=days, collects_until=until)
    return Response(status_code=NO_CONTENT, headers={"HX-Redirect": f"/plans/{plan.id}"})


def _next(known: Sequence[PlanRow], zone: ZoneInfo) -> dt.date:
    """Return the first Monday from today on that no plan has."""
    today = dt.datetime.now(zone).date()
    first = today + dt.timedelta(days=-today.weekday() % WEEK)
    return max([first, *(p.start + dt.timedelta(days=p.days) for p in known)])

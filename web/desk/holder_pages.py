"""The week of a person, a crew or a unit, and why it is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.plans import plans
from api.roster import questions, weeks
from api.routing import InSession, InState
from web.desk.costs import dearer
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.desk.route_map import hours_of, route_map
from web.desk.shifts import labels
from web.routing import InPage, Page, Pages

if TYPE_CHECKING:
    from api.plans.tables import PlanRow

pages = Pages()

P = Permission.READ_ROSTER


@pages.on("GET", "/plans/{plan}/people/{person}", P)
def show_person(page: InPage, session: InSession, plan: str, person: str) -> Response:
    """Show what a person does in a week."""
    row = plans.find(session, plan)
    week = weeks.person_week(session, page.identity.scope(P), row, person)
    return page.show("desk/person.html", week=week, kind="people", **_around(page, session, row))


@pages.on("GET", "/plans/{plan}/crews/{crew}", P)
def show_crew(page: InPage, session: InSession, plan: str, crew: str) -> Response:
    """Show a crew's way through each day."""
    row = plans.find(session, plan)
    week = weeks.crew_week(session, page.identity.scope(P), row, crew)
    sites = weeks.sites_of(session, (stop.duty.site for route in week.days for stop in route.stops))
    hours = hours_of(week.days)
    return page.show(
        "desk/crew.html",
        week=week,
        kind="crews",
        hours=hours,
        days=[(route, route_map(route, sites), hours.bars(route)) for route in week.days],
        **_around(page, session, row),
    )


@pages.on("GET", "/plans/{plan}/units/{unit}", P)
def show_unit(page: InPage, session: InSession, plan: str, unit: str) -> Response:
    """Show what the people and crews of a unit do."""
    row = plans.find(session, plan)
    week = weeks.unit_week(session, page.identity.scope(P), row, unit)
    return page.show("desk/unit.html", week=week, **_around(page, session, row))


@pages.on("GET", "/plans/{plan}/{kind}/{holder}/explanation", Permission.ADVISE)
def explain_holder(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    kind: Literal["people", "crews"],
    holder: str,
) -> Response:
    """Say why somebody has these duties, who else could have them, and what peers carry."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.ADVISE)
    which: Literal["person", "crew"] = "person" if kind == "people" else "crew"
    found = questions.holder_explained(session, scope, state.desk, row, which, holder)
    duties = found.answer.duties
    return page.show(
        "desk/_holder_explained.html",
        carried=found.answer.carried,
        duties=[
            (d.assignment, d.others, dearer(d.others.free[0].levels, page.words) if d.others.free else [])
            for d in duties
        ],
        names=found.names,
        labels=labels(session, row, windows_of(session), (d.assignment.shift for d in duties)),
        roles=roles_of(session),
    )


def _around(page: Page, session: Session, row: PlanRow) -> dict[str, object]:
    """Return what these pages have in common."""
    return {
        "plan": row,
        "head": head_of(session, page, row),
        "roles": roles_of(session),
        "windows": windows_of(session),
        "advises": page.identity.may(Permission.ADVISE),
    }

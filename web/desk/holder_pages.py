"""The week of a person, a crew or a unit, and why it is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.plans import plans
from api.roster import questions, weeks
from api.routing import InSession, InState
from api.standing.tables import CrewRow, PersonRow, UnitRow
from formats.words import BLOCKS
from web.desk.chosen import Table, meant, offered
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


KINDS: dict[Table, str] = {PersonRow: "people", CrewRow: "crews", UnitRow: "units"}
"""Whose weeks can be found, as addresses have them."""

Text = Annotated[str, Query(max_length=200)]


@pages.on("GET", "/plans/{plan}/find", P)
def find_holder(page: InPage, session: InSession, plan: str, find: Text = "") -> Response:
    """Go to the week of whom or what was typed."""
    row = plans.find(session, plan)
    table, found = meant(session, page.identity.scope(P), find, tuple(KINDS))
    address = f"/plans/{row.id}/{KINDS[table]}/{quote(found, safe='')}"
    return Response(status_code=NO_CONTENT, headers={"HX-Redirect": address})


@pages.on("GET", "/plans/{plan}/find/names", P)
def offer_holders(page: InPage, session: InSession, plan: str, find: Text = "") -> Response:
    """List the people, crews and units whose name or id has what is being typed."""
    plans.find(session, plan)
    return page.show("school/_names.html", names=offered(session, page.identity.scope(P), find, tuple(KINDS)))


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
    idle = None if duties else questions.holder_idle(session, scope, state.desk, row, which, holder)
    shifts = {d.assignment.shift for d in duties} | {shift for shift, _ in (idle.could if idle else ())}
    return page.show(
        "desk/_holder_explained.html",
        carried=found.answer.carried,
        duties=[
            (d.assignment, d.others, dearer(d.others.free[0].levels, page.words) if d.others.free else [])
            for d in duties
        ],
        names=found.names,
        idle=idle,
        kept=[(page.words.pair(BLOCKS[rule]), count) for rule, count in idle.kept.items()] if idle else [],
        labels=labels(session, row, windows_of(session), shifts),
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

"""Something has happened: the fewest changes that mend the week, looked at before they are taken over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Path, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.database.engine import reading
from api.errors import NotFound
from api.plans import plans
from api.roster import repairs
from api.roster.holders import names_of
from api.roster.places import places
from api.roster.weeks import zone_of
from api.routing import InSession, InState
from api.standing.tables import UnitRow
from web.desk.chosen import HOLDERS, UNITS, offered
from web.desk.named import roles_of, windows_of
from web.desk.open_pages import reasons
from web.desk.plan_head import MEND, head_of
from web.desk.shifts import labels
from web.repairs.found import changed, concerned
from web.repairs.happened import KINDS, Filled, NothingSaid, happenings, said_of
from web.repairs.sentences import Telling
from web.routing import InPage, Page, Pages
from web.school.absences import KINDS as WHY
from web.school.forms import named

if TYPE_CHECKING:
    from api.plans.tables import PlanRow

pages = Pages()

P = Permission.EDIT_ROSTER
SECONDS = 20.0
"""How long the search may take."""

LISTED = 20
"""Earlier repairs that are listed."""

Number = Annotated[int, Path(ge=1, lt=2**31)]


@pages.on("GET", "/plans/{plan}/repairs", P)
def show_repairs(page: InPage, session: InSession, plan: str, filled: Annotated[Filled, Query()]) -> Response:
    """Ask what has happened, and list what was mended before."""
    row, scope = plans.find(session, plan), page.identity.scope(P)
    listed, _ = repairs.page(session, scope, plan, before=None, limit=LISTED)
    earlier = [repairs.shown(session, repair) for repair in listed]
    telling = Telling(session, page.words, row, [h for one in earlier for h in one.happenings])
    # Who reads and fills in the form gives the engine the time to read the week.
    page.state.desk.prepare(page.state.engine, plan)
    return page.show(
        "repairs/repairs.html",
        plan=row,
        head=head_of(session, page, row, MEND.address),
        earlier=[(one, [telling.tell(h) for h in one.happenings]) for one in earlier],
        **_form(page, session, row, _named(session, filled)),
    )


@pages.on("GET", "/plans/{plan}/repairs/form", P)
def ask_again(page: InPage, session: InSession, plan: str, filled: Annotated[Filled, Query()]) -> Response:
    """Ask for something of another kind, or for one thing more."""
    row = plans.find(session, plan)
    if filled.add:
        said = happenings(session, page.identity.scope(P), filled)
        kept = [one.model_dump_json() for one in said]
        filled = Filled(kind=filled.kind, first=filled.first, last=filled.last, said=kept)
    return page.show("repairs/_form.html", plan=row, **_form(page, session, row, filled))


@pages.on("GET", "/plans/{plan}/repairs/names", P)
def offer_names(page: InPage, session: InSession, who: str = "", unit: str = "") -> Response:
    """List whose name or id has what is being typed."""
    scope, tables = page.identity.scope(P), UNITS if unit else HOLDERS
    return page.show("school/_names.html", names=offered(session, scope, unit or who, tables))


@pages.on("POST", "/plans/{plan}/repairs", P)
def propose_repair(
    page: InPage, session: InSession, state: InState, plan: str, filled: Annotated[Filled, Form()]
) -> Response:
    """Find the fewest changes, and go where they are shown; nothing of the week changes."""
    scope = page.identity.scope(P)
    # The search keeps nobody waiting: the session that writes begins after it.
    with reading(state.engine) as alone:
        said = happenings(alone, scope, filled)
        if not said:
            raise NothingSaid
        proposal = repairs.propose(alone, scope, state.desk, plan, said, seconds=SECONDS)
    row = repairs.keep(session, page.identity.actor, proposal)
    return Response(status_code=NO_CONTENT, headers={"HX-Redirect": f"/plans/{plan}/repairs/{row.id}"})


@pages.on("GET", "/plans/{plan}/repairs/{repair}", P)
def show_repair(page: InPage, session: InSession, plan: str, repair: Number) -> Response:
    """Show what a repair changes, whom that concerns, and what stays open."""
    row = plans.find(session, plan)
    found = repairs.shown(session, repairs.read(session, page.identity.scope(P), repair))
    if found.plan != row.id:
        raise NotFound
    roles, windows = roles_of(session), windows_of(session)
    telling = Telling(session, page.words, row, found.happenings)
    shifts = {change.shift for change in found.repair.changes} | {one.shift for one in found.repair.opened}
    changes = changed(found, roles)
    return page.show(
        "repairs/repair.html",
        plan=row,
        head=head_of(session, page, row, MEND.address),
        found=found,
        told=[telling.tell(happening) for happening in found.happenings],
        said=[happening.model_dump_json() for happening in found.happenings],
        changes=changes,
        taken=sum(one.outcome == "taken" for one in changes),
        gone=sum(one.outcome == "gone" for one in changes),
        concerned=concerned(found, roles),
        opened=[(one, reasons(page, one)) for one in found.repair.opened],
        labels=labels(session, row, windows, shifts),
        roles=roles,
        zone=zone_of(session),
        stale=found.applied_at is None and found.roster_version != row.roster_version,
        waits=found.applied_at is None and row.state in plans.CHANGEABLE,
    )


@pages.on("POST", "/plans/{plan}/repairs/{repair}/apply", P)
def take_over(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    repair: Number,
    publish: Annotated[bool, Form()] = False,
) -> Response:
    """Put what was proposed into force, and publish what it touches if that is asked for."""
    scope = page.identity.scope(P)
    row = repairs.put_in_force(session, page.identity.actor, scope, state.desk, repair, publish=publish)
    if row.plan != plan:
        raise NotFound
    return Response(status_code=NO_CONTENT, headers={"HX-Redirect": f"/plans/{plan}/repairs/{repair}"})


def _form(page: Page, session: Session, plan: PlanRow, filled: Filled) -> dict[str, object]:
    """Return what the form is made with."""
    sites = places(session, page.identity.scope(P), plan.id)
    days = [plan.start + dt.timedelta(days=day) for day in range(plan.days)]
    said = said_of(filled)
    telling = Telling(session, page.words, plan, said)
    today = dt.datetime.now(zone_of(session)).date()
    return {
        "filled": filled,
        "first": filled.first or max(plan.start, min(today, days[-1])),
        "kinds": KINDS,
        "whys": WHY,
        "sites": sites,
        "windows": windows_of(session),
        "days": days,
        "said": list(zip(filled.said, [telling.tell(one) for one in said], strict=True)),
    }


def _named(session: Session, filled: Filled) -> Filled:
    """Return a form that another page has begun by ids, with names beside them."""
    known = names_of(session, [filled.who]) if filled.who else {}
    unit = session.get(UnitRow, filled.unit) if filled.unit else None
    return filled.model_copy(
        update={
            "who": named(known[filled.who], filled.who) if filled.who in known else filled.who,
            "unit": named(unit.name, unit.id) if unit is not None else filled.unit,
        }
    )

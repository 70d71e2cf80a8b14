"""A school's office as one enters it: what waits for its word, and how its week stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts.identity import Permission, Scope
from api.plans import confirmations, plans
from api.roster.coverage import coverage
from api.roster.weeks import zone_of
from api.routing import InSession
from api.standing.qualifications import expiring
from api.standing.records import today
from web.routing import InPage, Page, Pages
from web.school.counts import Known, known
from web.school.note_pages import note_of
from web.school.office import office, own_sites
from web.school.weeks import current

if TYPE_CHECKING:
    from api.plans.confirmations import Confirmed
    from api.plans.tables import PlanRow

pages = Pages()

P = Permission.CONFIRM_INPUT
SOON = 30
"""Days within which a qualification ends that is told."""
SHOWN = 20


class Wanted(NamedTuple):
    """A week for which a school's input is collected."""

    plan: PlanRow
    confirmed: Confirmed
    known: Known


@pages.on("GET", "/school", P)
def find_school(page: InPage, session: InSession) -> Response:
    """Lead to the school that somebody looks after; who looks after many, to the weeks."""
    own = own_sites(session, page)
    place = f"/school/{next(iter(own))}" if own else "/plans"
    return RedirectResponse(place, SEE_OTHER, headers={"Cache-Control": "no-store"})


@pages.on("GET", "/school/{site}", P)
def show_overview(page: InPage, session: InSession, site: str) -> Response:
    """Show what waits for a school's word, and how its week stands."""
    return page.show("school/overview.html", **_shown(session, page, site), **note_of(session, page, site))


@pages.on("POST", "/school/{site}/input/{plan}", P)
def confirm(page: InPage, session: InSession, site: str, plan: str, given: bool = True) -> Response:
    """Say that a school's input for a week is complete, or isn't after all."""
    confirmations.confirm(session, page.identity.actor, page.identity.scope(P), plan, site, given=given)
    text = (
        page._("Confirmed: thank you.") if given else page._("Taken back: it can be changed and confirmed.")
    )
    return page.show("school/_input.html", done=text, **_shown(session, page, site))


def _shown(session: Session, page: Page, site: str) -> dict[str, object]:
    found = office(session, page, site, P, "")
    here, zone = Scope(sites=frozenset({site})), zone_of(session)
    plan = current(session)
    shifts = [] if plan is None else [s for s in coverage(session, here, plan) if s.site == site]
    return {
        "office": found,
        "zone": zone,
        "wanted": _wanted(session, here, site),
        "plan": plan,
        "posts": sum(shift.target for shift in shifts),
        "filled": sum(min(shift.filled, shift.target) for shift in shifts),
        "short": sum(shift.short for shift in shifts),
        "expiring": expiring(session, here, days=SOON, qualification=None, limit=SHOWN, cursor=None).items,
        "today": today(session),
    }


def _wanted(session: Session, here: Scope, site: str) -> list[Wanted]:
    """Return the weeks that collect the school's input, the next first."""
    found = []
    for plan in reversed(plans.listed(session)):
        if plan.state == "collecting":
            for confirmed in confirmations.listed(session, here, plan.id):
                if confirmed.site == site:
                    last = plan.start + dt.timedelta(days=plan.days - 1)
                    found.append(Wanted(plan, confirmed, known(session, site, plan.start, last)))
    return found

"""Which schools have confirmed that a week's input is complete."""

from __future__ import annotations

import json

from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.plans import confirmations, plans
from api.roster.weeks import zone_of
from api.routing import InSession
from web.desk.plan_head import head_of
from web.routing import InPage, Page, Pages

pages = Pages()

P = Permission.READ_ROSTER


@pages.on("GET", "/plans/{plan}/input", P)
def show_input(page: InPage, session: InSession, plan: str) -> Response:
    """List the schools, those first that haven't confirmed."""
    return _shown(page, session, plan)


def _shown(page: Page, session: Session, plan: str) -> Response:
    row = plans.find(session, plan)
    listed = confirmations.listed(session, page.identity.scope(P), plan)
    collecting = row.state == "collecting"
    return page.show(
        "desk/_input.html" if page.by_htmx else "desk/input.html",
        plan=row,
        head=head_of(session, page, row, "/input"),
        schools=sorted(listed, key=lambda school: school.confirmed_at is not None),
        confirmed=sum(school.confirmed_at is not None for school in listed),
        reminds=collecting and page.identity.may(Permission.EDIT_ROSTER),
        confirms=collecting and page.identity.may(Permission.CONFIRM_INPUT),
        zone=zone_of(session),
    )


@pages.on("POST", "/plans/{plan}/input/reminders", Permission.EDIT_ROSTER)
def remind(page: InPage, session: InSession, plan: str) -> Response:
    """Remind the schools that haven't confirmed."""
    scope = page.identity.scope(Permission.EDIT_ROSTER)
    late = confirmations.remind(session, page.identity.actor, scope, plan)
    text = page.words.count("%(num)s school was reminded.", "%(num)s schools were reminded.", len(late))
    answer = page.show("shell/_done.html", text=text)
    answer.headers["HX-Trigger"] = json.dumps({"planchanged": {}})
    return answer


@pages.on("POST", "/plans/{plan}/input/{site}", Permission.CONFIRM_INPUT)
def confirm(page: InPage, session: InSession, plan: str, site: str, given: bool = True) -> Response:
    """Note that a school's input is complete, or isn't after all."""
    scope = page.identity.scope(Permission.CONFIRM_INPUT)
    confirmations.confirm(session, page.identity.actor, scope, plan, site, given=given)
    return _shown(page, session, plan)

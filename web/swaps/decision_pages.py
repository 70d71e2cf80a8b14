"""Swaps at the desk: approved or denied, wishes matched, and who approves what."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from fastapi.responses import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.database.engine import reading
from api.plans.tables import PlanRow
from api.routing import InSession, InState
from api.standing.tables import RoleRow, UnitRow
from api.swaps import clearing, policy
from api.swaps.policy import STRICTNESS
from api.swaps.shapes import SwapPolicy
from api.swaps.tables import SwapPolicyRow, SwapWishRow
from web.routing import InPage, Page, Pages
from web.swaps import deciding
from web.swaps.deciding import Number, Reason

pages = Pages()

P = Permission.DECIDE_SWAPS
BASE = "/decisions"


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


APPROVERS = {
    "nobody": _("Nobody: it is in force at once"),
    "school_admin": _("The school's admin"),
    "dispatcher": _("A dispatcher"),
}


@pages.on("GET", BASE, P)
def list_decisions(page: InPage, session: InSession) -> Response:
    """List the swaps that wait for a word, the wishes that could be matched, and who approves what."""
    if page.by_htmx:
        return page.show("swaps/_decisions.html", **_listed(session, page))
    return page.show(
        "swaps/decisions.html",
        wished=_wished(session),
        matches=page.identity.may(Permission.EDIT_ROSTER),
        states=page.identity.may(Permission.WRITE_CITY),
        **_listed(session, page),
    )


@pages.on("GET", BASE + "/{number}/deny", P)
def ask_to_deny(page: InPage, session: InSession, number: Number) -> Response:
    """Ask why a swap is denied."""
    return deciding.question(session, page, number, BASE)


@pages.on("POST", BASE + "/{number}/approve", P)
def approve(page: InPage, session: InSession, number: Number) -> Response:
    """Approve a swap, which is in force at once."""
    return _done(session, page, deciding.approve(session, page, number))


@pages.on("POST", BASE + "/{number}/deny", P)
def deny(page: InPage, session: InSession, number: Number, reason: Reason) -> Response:
    """Deny a swap; those concerned are told why."""
    return _done(session, page, deciding.deny(session, page, number, reason))


@pages.on("POST", "/plans/{plan}/clearing", Permission.EDIT_ROSTER)
def match_wishes(page: InPage, session: InSession, state: InState, plan: str) -> Response:
    """Match the wishes for a week: what comes of it waits for approval."""
    scope = page.identity.scope(Permission.EDIT_ROSTER)
    with reading(state.engine) as alone:
        found = clearing.clear(alone, scope, state.desk, state.settings, plan)
    rows, fulfilled = clearing.propose(session, page.identity.actor, state.desk, state.settings, found)
    session.flush()
    if rows:
        text = page._(
            "%(wishes)s of %(of)s wishes can come true: %(swaps)s swaps wait below for approval.",
            wishes=len(fulfilled), of=len(found.wishes), swaps=len(rows),
        )  # fmt: skip
    else:
        text = page._("No wish fits another by now; they stay for the next time.")
    return _done(session, page, text)


@pages.on("GET", BASE + "/policies", Permission.WRITE_CITY)
def show_policies(page: InPage, session: InSession) -> Response:
    """Show who approves what."""
    return page.show("swaps/policies.html", **_policies(session))


@pages.on("POST", BASE + "/policies", Permission.WRITE_CITY)
def state_policies(
    page: InPage,
    session: InSession,
    role: Annotated[list[str], Form()],
    unit: Annotated[list[str], Form()],
    approver: Annotated[list[str], Form()],
    automatic: Annotated[list[str], Form()],
) -> Response:
    """State who approves what; a line without an approver goes by the default."""
    lines = [
        SwapPolicy(role=of, unit=in_unit.strip() or None, approver=by, automatic=alone == "yes")
        for of, in_unit, by, alone in zip(role, unit, approver, automatic, strict=True)
        if of and by in STRICTNESS
    ]
    policy.replace(session, page.identity.actor, lines)
    session.flush()
    return page.show(
        "swaps/_policies.html",
        done=page._("Kept: it holds for what is approved from now on."),
        **_policies(session),
    )


def _done(session: Session, page: Page, text: str) -> Response:
    return deciding.done(page.show("swaps/_decisions.html", done=text, **_listed(session, page)))


def _listed(session: Session, page: Page) -> dict[str, object]:
    return {"base": BASE, **deciding.lists(session, page, page.identity.scope(P))}


def _wished(session: Session) -> list[tuple[PlanRow, int]]:
    """Return the published weeks for which wishes wait, with how many."""
    counts = select(SwapWishRow.plan, func.count()).group_by(SwapWishRow.plan)
    waiting = {plan: count for plan, count in session.execute(counts)}
    query = select(PlanRow).where(PlanRow.state == "published", PlanRow.id.in_(waiting))
    return [(plan, waiting[plan.id]) for plan in session.scalars(query.order_by(PlanRow.start))]


def _policies(session: Session) -> dict[str, object]:
    stated = {(row.role, row.unit): row for row in session.scalars(select(SwapPolicyRow))}
    roles = {row.id: row for row in session.scalars(select(RoleRow).order_by(RoleRow.position))}
    units = {unit for _, unit in stated if unit}
    return {
        "lines": [*((role, "") for role in roles), *sorted(key for key in stated if key[1])],
        "stated": stated,
        "defaults": {role: policy.default_of(session, role).approver for role in roles},
        "roles": roles,
        "units": {row.id: row.name for row in session.scalars(select(UnitRow).where(UnitRow.id.in_(units)))},
        "approvers": APPROVERS,
    }

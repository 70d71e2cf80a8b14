"""Swaps at a school: approved or denied by who decides there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission, Scope
from api.errors import Invalid
from api.routing import InSession, InState
from api.swaps import life, reading
from web.routing import InPage, Page, Pages
from web.school.office import office
from web.swaps.cards import cards

pages = Pages()

P = Permission.DECIDE_SWAPS
SHOWN = 60

Number = Annotated[int, Path(ge=1, lt=2**31)]


class NoReason(Invalid):
    code = "no_reason"
    title = "Say why: those concerned are told"


@pages.on("GET", "/school/{site}/swaps", P)
def list_swaps(page: InPage, session: InSession, site: str) -> Response:
    """List a school's swaps, those first that wait for a word."""
    template = "school/_swaps.html" if page.by_htmx else "school/swaps.html"
    return page.show(template, **_listed(session, page, site))


@pages.on("GET", "/school/{site}/swaps/{number}/deny", P)
def ask_to_deny(page: InPage, session: InSession, site: str, number: Number) -> Response:
    """Ask why a swap is denied."""
    (card,) = cards(session, page, [reading.find(session, page.identity, number)])
    return page.show("school/_deny.html", card=card, office=office(session, page, site, P, "/swaps"))


@pages.on("POST", "/school/{site}/swaps/{number}/approve", P)
def approve(page: InPage, session: InSession, state: InState, site: str, number: Number) -> Response:
    """Approve a swap, which is in force at once."""
    life.approve(session, page.identity, state.desk, number)
    session.flush()
    return _done(session, page, site, page._("Approved: it is in force, and both are told."))


@pages.on("POST", "/school/{site}/swaps/{number}/deny", P)
def deny(
    page: InPage,
    session: InSession,
    site: str,
    number: Number,
    reason: Annotated[str, Form(max_length=500)],
) -> Response:
    """Deny a swap; those concerned are told why."""
    if not reason.strip():
        raise NoReason
    life.deny(session, page.identity, number, reason.strip())
    session.flush()
    return _done(session, page, site, page._("Denied: both are told why."))


def _done(session: Session, page: Page, site: str, text: str) -> Response:
    answer = page.show("school/_swaps.html", done=text, **_listed(session, page, site))
    answer.headers["HX-Trigger"] = '{"closedialog": {}}'
    return answer


def _listed(session: Session, page: Page, site: str) -> dict[str, object]:
    found = office(session, page, site, P, "/swaps")
    here = Scope(sites=frozenset({site}))
    rows, _ = reading.page(session, here, plan=None, site=site, state=None, before=None, limit=SHOWN)
    shown = [card for card in cards(session, page, rows) if card.swap.state != "draft"]
    return {
        "office": found,
        "wanted": [card for card in shown if "approve" in card.swap.may],
        "going": [card for card in shown if card.live and "approve" not in card.swap.may],
        "over": [card for card in shown if not card.live],
    }

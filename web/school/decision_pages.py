"""Swaps at a school: approved or denied by who decides there."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission, Scope
from api.routing import InSession
from web.routing import InPage, Page, Pages
from web.school.office import office
from web.swaps import deciding
from web.swaps.deciding import Number, Reason

pages = Pages()

P = Permission.DECIDE_SWAPS


@pages.on("GET", "/school/{site}/swaps", P)
def list_swaps(page: InPage, session: InSession, site: str) -> Response:
    """List a school's swaps, those first that wait for a word."""
    template = "swaps/_decisions.html" if page.by_htmx else "school/swaps.html"
    return page.show(template, **_listed(session, page, site))


@pages.on("GET", "/school/{site}/swaps/{number}/deny", P)
def ask_to_deny(page: InPage, session: InSession, site: str, number: Number) -> Response:
    """Ask why a swap is denied."""
    return deciding.question(session, page, number, _base(site))


@pages.on("POST", "/school/{site}/swaps/{number}/approve", P)
def approve(page: InPage, session: InSession, site: str, number: Number) -> Response:
    """Approve a swap, which is in force at once."""
    return _done(session, page, site, deciding.approve(session, page, number))


@pages.on("POST", "/school/{site}/swaps/{number}/deny", P)
def deny(page: InPage, session: InSession, site: str, number: Number, reason: Reason) -> Response:
    """Deny a swap; those concerned are told why."""
    return _done(session, page, site, deciding.deny(session, page, number, reason))


def _done(session: Session, page: Page, site: str, text: str) -> Response:
    return deciding.done(page.show("school/_decided.html", done=text, **_listed(session, page, site)))


def _listed(session: Session, page: Page, site: str) -> dict[str, object]:
    found = office(session, page, site, P, "/swaps")
    here = Scope(sites=frozenset({site}))
    return {"office": found, "base": _base(site), **deciding.lists(session, page, here)}


def _base(site: str) -> str:
    return f"/school/{quote(site, safe='')}/swaps"

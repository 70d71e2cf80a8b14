"""Swaps that wait for the word of whoever decides, approved or denied, at a school and at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Path

from api.errors import Invalid
from api.swaps import life, reading
from web.swaps.cards import cards

if TYPE_CHECKING:
    from fastapi.responses import Response
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.swaps.tables import SwapRow
    from web.routing import Page

AGREED = 200
"""How many swaps are looked at that all have agreed on."""

LATEST = 60
"""And of all others."""

Number = Annotated[int, Path(ge=1, lt=2**31)]
Reason = Annotated[str, Form(max_length=500)]


class NoReason(Invalid):
    code = "no_reason"
    title = "Say why: those concerned are told"


def lists(session: Session, page: Page, scope: Scope) -> dict[str, object]:
    """Return the swaps within a scope: those that wait for the caller's word, those under way, and those over."""
    found: dict[int, SwapRow] = {}
    for state, limit in (("accepted", AGREED), (None, LATEST)):
        rows, _ = reading.page(session, scope, plan=None, site=None, state=state, before=None, limit=limit)
        found |= {row.id: row for row in rows}
    rows = [found[number] for number in sorted(found, reverse=True)]
    shown = [card for card in cards(session, page, rows) if card.swap.state != "draft"]
    return {
        "wanted": [card for card in shown if "approve" in card.swap.may],
        "going": [card for card in shown if card.live and "approve" not in card.swap.may],
        "over": [card for card in shown if not card.live],
    }


def approve(session: Session, page: Page, number: int) -> str:
    """Approve a swap, which is in force at once, and return what to say of it."""
    life.approve(session, page.identity, page.state.desk, number)
    session.flush()
    return page._("Approved: it is in force, and calendars follow.")


def question(session: Session, page: Page, number: int, base: str) -> Response:
    """Ask why a swap is denied; the answer goes to an address below the base."""
    (card,) = cards(session, page, [reading.find(session, page.identity, number)])
    return page.show("swaps/_deny.html", card=card, base=base)


def deny(session: Session, page: Page, number: int, reason: str) -> str:
    """Deny a swap, and return what to say of it.

    Raises
    ------
    NoReason
        When none is given.
    """
    if not reason.strip():
        raise NoReason
    life.deny(session, page.identity, number, reason.strip())
    session.flush()
    return page._("Denied: both see why.")


def done(answer: Response) -> Response:
    """Close the dialog that a word was said in."""
    answer.headers["HX-Trigger"] = '{"closedialog": {}}'
    return answer

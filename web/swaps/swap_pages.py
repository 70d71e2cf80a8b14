"""One's own swaps: what one is asked, what one has asked for, and what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.errors import NotFound
from api.routing import InSession, InState
from api.swaps import life, reading, ways
from web.routing import InPage, Page, Pages
from web.swaps.cards import cards
from web.swaps.ways import listed
from web.swaps.wishing import wishes_of

pages = Pages()

SELF = Permission.SELF
OVER = 20
"""How many of those that are over are listed."""

Number = Annotated[int, Path(ge=1, lt=2**31)]
Place = Annotated[int | None, Query(ge=1, lt=2**31)]


@pages.on("GET", "/swaps", SELF)
def list_swaps(page: InPage, session: InSession, asked: Place = None) -> Response:
    """List one's swaps: first those that wait for one's own word."""
    template = "swaps/_list.html" if page.by_htmx else "swaps/list.html"
    return page.show(template, fresh=asked, wishes=wishes_of(session, page), **_listed(session, page))


@pages.on("GET", "/swaps/{number}/accept", SELF)
def ask_for_return(page: InPage, session: InSession, state: InState, number: Number) -> Response:
    """Ask which of one's duties one gives for what is offered to all."""
    found = ways.back(session, page.identity, state.desk, number)
    (card,) = cards(session, page, [reading.find(session, page.identity, number)])
    return page.show(
        "swaps/_return.html", card=card, ways=listed(session, page, found, found.partners.exchanges)
    )


@pages.on("POST", "/swaps/{number}/{step}", SELF)
def take_step(
    page: InPage,
    session: InSession,
    state: InState,
    number: Number,
    step: str,
    back: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say one's word on a swap, and show how all stand then."""
    me = page.identity
    if step == "accept":
        row = life.accept(session, me, state.desk, state.settings, number, assignee=None, back=back or None)
    elif step == "decline":
        row = life.decline(session, me, number, assignee=None)
    elif step == "withdraw":
        row = life.withdraw(session, me, number)
    elif step == "offer":
        row = life.offer(session, me, state.desk, number)
    else:
        raise NotFound
    session.flush()
    answer = page.show(
        "swaps/_list.html", fresh=row.id, done=_done(page, step, row.state), **_listed(session, page)
    )
    answer.headers["HX-Trigger"] = '{"closedialog": {}}'
    return answer


def _listed(session: Session, page: Page) -> dict[str, object]:
    found = cards(session, page, reading.own(session, page.identity.person, live=False))
    live = [card for card in found if card.live]
    return {
        "wanted": [card for card in live if card.asks],
        "going": [card for card in live if not card.asks],
        "over": [card for card in found if not card.live][:OVER],
    }


def _done(page: Page, step: str, state: str) -> str:
    if step == "accept":
        if state == "applied":
            return page._("Agreed, and in force: your calendar follows.")
        return page._("Agreed. It now waits for approval.") if state == "accepted" else page._("Agreed.")
    told = {"decline": page._("Declined."), "withdraw": page._("Taken back."), "offer": page._("Asked.")}
    return told[step]

"""Asking for a swap: the ways for a duty, then one question, then it is asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query
from fastapi.responses import Response
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.errors import NotFound, Stale
from api.plans.tables import DutyRow
from api.routing import InSession, InState
from api.swaps import asking, policy, ways
from api.swaps.shapes import NewSwap
from formats.words import BLOCKS
from models.swap import SwapKind
from web.routing import InPage, Page, Pages
from web.swaps.ways import LONGEST, Way, asked, best_of_each, key_of, listed

pages = Pages()

SELF = Permission.SELF
FIRST = 5
"""How many ways of each kind are shown at once."""

Uid = Annotated[str, Path(min_length=1, max_length=64)]
Key = Annotated[str, Query(alias="way", max_length=LONGEST)]
_KIND: TypeAdapter[SwapKind] = TypeAdapter(SwapKind)


@pages.on("GET", "/duties/{uid}/ways", SELF)
def list_ways(page: InPage, session: InSession, state: InState, uid: Uid, more: bool = False) -> Response:
    """List who could take a duty of one's own, and what would come in return."""
    found = ways.of(session, page.identity, state.desk, uid, chains=not more)
    partners = found.partners
    exchanges = listed(session, page, found, partners.exchanges)
    takers = listed(session, page, found, partners.takers)
    shown = exchanges if more else best_of_each(exchanges)[:FIRST]
    return page.show(
        "swaps/_ways.html",
        uid=uid,
        exchanges=shown,
        takers=takers if more else takers[:FIRST],
        chains=listed(session, page, found, partners.chains)[:FIRST],
        left=len(exchanges) - len(shown) + (0 if more else max(0, len(takers) - FIRST)),
        several=len(takers) > 1,
        to_all={kind: key_of(kind, [(uid, "")]) for kind in ("give_away", "exchange")},
        blocked=[(page.words.pair(BLOCKS[rule]), count) for rule, count in found.blocked.items()],
    )


@pages.on("GET", "/duties/{uid}/ask", SELF)
def ask_about(page: InPage, session: InSession, state: InState, uid: Uid, key: Key) -> Response:
    """Say what a way means before it is asked for."""
    found = ways.of(session, page.identity, state.desk, uid, chains=True)
    partners = found.partners
    kind, handovers = asked(key)
    trials = (*partners.exchanges, *partners.takers, *partners.chains)
    known = {way.key: way for way in listed(session, page, found, trials)}
    to_all = handovers[0].taker is None
    if not to_all and key not in known:
        # Somebody's duties have changed since the ways were listed.
        raise Stale
    way = None if to_all else known[key]
    return page.show(
        "swaps/_ask.html",
        uid=uid,
        key=key,
        kind=kind,
        way=way,
        count=len(
            {t.handovers[0].taker for t in (partners.takers if kind == "give_away" else partners.exchanges)}
        ),
        approval=_approval(session, page, uid, way),
    )


@pages.on("POST", "/duties/{uid}/ask", SELF)
def ask(
    page: InPage,
    session: InSession,
    state: InState,
    uid: Uid,
    way: Annotated[str, Form(max_length=LONGEST)],
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Ask for a swap, and go where it can be followed."""
    kind, handovers = asked(way)
    if handovers[0].duty != uid:
        raise NotFound
    new = NewSwap(kind=_KIND.validate_python(kind), handovers=handovers, note=note)
    row = asking.ask(session, page.identity, state.desk, state.settings, new)
    return Response(status_code=NO_CONTENT, headers={"HX-Redirect": f"/swaps?asked={row.id}"})


def _approval(session: Session, page: Page, uid: str, way: Way | None) -> str:
    """Return who has to approve a way once all have agreed."""
    row = session.get_one(DutyRow, uid)
    duties = [(row.role, row.assignee)]
    if way is not None:
        rows = [session.get_one(DutyRow, one.uid) for one in way.passed]
        duties = [(one.role, one.assignee) for one in rows]
    found = policy.approval_of(session, duties)
    dearer = way is None or any(not effect.better for effect in way.effects)
    if found.approver == "nobody" or (found.automatic and not dearer):
        return page._("As soon as all have agreed, it is in force.")
    if found.approver == "school_admin":
        return page._("When all have agreed, the school approves it.")
    return page._("When all have agreed, a dispatcher approves it.")

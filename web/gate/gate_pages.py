"""At the gate: the leader's phone shows a code and who has come, everybody else's checks in with it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts.identity import Permission
from api.accounts.links import base_of
from api.database.base import now
from api.day import board, presence
from api.day.access import directed
from api.errors import NotFound
from api.plans.tables import DutyRow
from api.roster.own import own_duties
from api.roster.weeks import sites_of
from api.routing import InSession, InState
from web.desk.named import roles_of, windows_of
from web.gate.codes import pictures
from web.gate.sight import of_leader
from web.routing import InPage, Page, Pages

pages = Pages()

SELF = Permission.SELF

Uid = Annotated[str, Path(min_length=1, max_length=64)]
Code = Annotated[str, Path(min_length=1, max_length=100)]
At = Annotated[int | None, Query(ge=0, lt=2**35)]
"""When somebody arrived, in seconds since 1970."""

NOT_KEPT = {"Cache-Control": "no-store"}


@pages.on("GET", "/check-in/{uid}/{code}", Permission.ANYBODY)
def arrive(page: InPage, session: InSession, uid: Uid, code: Code, at: At = None) -> Response:
    """Show for which duty somebody is about to check in, who has scanned a gate's code.

    The address keeps when they arrived: who has to log in first, or loads the page anew, checks in as of then, since codes
    don't last that long.
    """
    if at is None:
        here = f"{quote(page.request.url.path)}?at={int(now().timestamp())}"
        return RedirectResponse(here, SEE_OTHER, headers=NOT_KEPT)
    if page.identity.account is None:
        wanted = f"{page.request.url.path}?at={at}"
        return RedirectResponse(f"/login?{urlencode({'next': wanted})}", SEE_OTHER, headers=NOT_KEPT)
    row = session.get(DutyRow, uid)
    mine = [
        duty
        for duty in (
            [] if row is None else own_duties(session, page.identity.person, first=row.date, last=row.date)
        )
        if row is not None and duty.shift == row.shift
    ]
    return page.show(
        "gate/arrive.html",
        duty=mine[0] if mine else None,
        code=code,
        at=at,
        key=uuid.uuid4().hex,
        windows=windows_of(session),
        roles=roles_of(session),
    )


@pages.on("POST", "/check-in/{uid}/{code}", SELF)
def check_in(
    page: InPage,
    session: InSession,
    state: InState,
    uid: Uid,
    code: Code,
    key: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
    at: Annotated[int, Form(ge=0, lt=2**35)],
    strength: Annotated[str, Form(pattern=r"^\d{0,3}$")] = "",
) -> Response:
    """Check in."""
    state.codes.prepare()
    found = presence.check_in(
        session,
        page.identity,
        state.codes,
        state.settings,
        uid,
        code=code,
        at=dt.datetime.fromtimestamp(at, dt.UTC),
        key=key,
        strength=int(strength) if strength else None,
    )
    return page.show("gate/_here.html", presence=found)


@pages.on("GET", "/duties/{uid}/gate", SELF)
def show_gate(page: InPage, session: InSession, state: InState, request: Request, uid: Uid) -> Response:
    """Show the leader of a shift its code, and who has come."""
    duty, how = directed(session, page.identity, uid)
    return page.show(
        "gate/gate.html",
        uid=uid,
        back=f"/school/{quote(duty.site)}/day" if how == "admin" else "/duties",
        site=sites_of(session, [duty.site])[duty.site],
        **_codes(session, page, request, uid),
        **_listed(session, page, uid),
    )


@pages.on("GET", "/duties/{uid}/gate/codes", SELF)
def show_codes(page: InPage, session: InSession, request: Request, uid: Uid) -> Response:
    """Show the codes of the next minutes."""
    return page.show("gate/_codes.html", uid=uid, **_codes(session, page, request, uid))


@pages.on("GET", "/duties/{uid}/gate/posts", SELF)
def show_posts(page: InPage, session: InSession, uid: Uid) -> Response:
    """Show who has come."""
    return page.show("gate/_posts.html", uid=uid, **_listed(session, page, uid))


@pages.on("POST", "/presence/{uid}/{word}", SELF)
def mark(page: InPage, session: InSession, uid: Uid, word: Literal["present", "absent", "undo"]) -> Response:
    """Say that the holder of a duty has come, or won't, or take that back; who is in charge of it does."""
    settings = page.state.settings
    if word == "undo":
        presence.unmark(session, page.identity, settings, uid)
    else:
        presence.mark(session, page.identity, settings, uid, word, at=None, strength=None)
    return Response(status_code=NO_CONTENT, headers={"HX-Trigger": json.dumps({"planchanged": {}})})


def _codes(session: Session, page: Page, request: Request, uid: str) -> dict[str, object]:
    page.state.codes.prepare()
    try:
        codes = presence.codes(session, page.identity, page.state.codes, uid)
    except presence.CheckInClosed:
        return {"pictures": [], "moment": 0}
    base = base_of(request, page.state.settings)
    return {"pictures": pictures(codes, base, uid), "moment": int(now().timestamp() * 1000)}


def _listed(session: Session, page: Page, uid: str) -> dict[str, object]:
    row = session.get(DutyRow, uid)
    if row is None:
        raise NotFound
    shift = board.of_duty(session, page.identity, page.state.settings, uid)
    return {"shift": shift, "date": row.date, "sight": of_leader(session)}

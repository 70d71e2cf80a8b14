"""Somebody else for a duty, now: who could come, the best first, replaced with a press, or asked one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Path, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.database.base import now
from api.day import calling, calls, opened, replacing, standins
from api.day.shapes import DayPost, StandIns
from api.day.standins import OpenPost
from api.errors import Conflict, Forbidden
from api.plans.tables import DutyRow
from api.roster.holders import names_of
from api.roster.weeks import sites_of, zone_of
from api.routing import InSession, InState
from formats.words import BLOCKS
from web.desk.named import roles_of
from web.routing import InPage, Page, Pages
from web.swaps.costs import effects_of

pages = Pages()

DIRECT = Permission.DIRECT_DAY
FIRST = 12
"""Stand-ins that are listed."""

Uid = Annotated[str, Path(min_length=1, max_length=64)]
Text = Annotated[str, Form(min_length=1, max_length=64)]


@pages.on("GET", "/day/stand-ins/{uid}", DIRECT)
def offer_stand_ins(page: InPage, session: InSession, state: InState, uid: Uid) -> Response:
    """List who could come instead, the best first, and why."""
    found = standins.of(session, page.identity, state.desk, uid)
    row = session.get_one(DutyRow, uid)
    return _offered(page, session, found, row, press=f"/day/stand-ins/{quote(uid)}", values={"uid": uid})


@pages.on("GET", "/day/stand-ins/{uid}/best", DIRECT)
def offer_best(page: InPage, session: InSession, state: InState, uid: Uid) -> Response:
    """Offer the first who could come instead, to be pressed at once; nothing where nobody can be found now."""
    best, places = None, {}
    # What is refused is said to who asks, and this wasn't asked by anybody.
    with suppress(Conflict, Forbidden):
        found = standins.of(session, page.identity, state.desk, uid).candidates
        best = found[0] if found else None
    row = session.get_one(DutyRow, uid)
    if best is not None:
        places = sites_of(session, [row.site, *([best.origin] if best.origin is not None else [])])
    return page.show("day/_best.html", uid=uid, row=row, best=best, places=places)


@pages.on("GET", "/day/posts", DIRECT)
def offer_for_post(
    page: InPage,
    session: InSession,
    state: InState,
    date: dt.date,
    shift: Annotated[str, Query(min_length=1, max_length=200)],
    role: Annotated[str, Query(min_length=1, max_length=64)],
    index: Annotated[int, Query(ge=0, lt=1000)],
) -> Response:
    """List who could take an open post, the best first, and why."""
    asked = DayPost(shift=shift, role=role, index=index)
    _, post = opened.find(session, page.identity, date, asked)
    found = opened.stand_ins(session, page.identity, state.desk, date, asked)
    values = {"date": date.isoformat(), **asked.model_dump()}
    return _offered(page, session, found, post, press="/day/posts", values=values)


@pages.on("POST", "/day/posts", DIRECT)
def fill(
    page: InPage,
    session: InSession,
    state: InState,
    date: Annotated[dt.date, Form()],
    shift: Annotated[str, Form(min_length=1, max_length=200)],
    role: Text,
    index: Annotated[int, Form(ge=0, lt=1000)],
    assignee: Text,
) -> Response:
    """Give an open post to somebody at once."""
    asked = DayPost(shift=shift, role=role, index=index)
    found = opened.fill(session, page.identity, state.desk, date, asked, assignee)
    return done(page, page._("%(name)s takes it, and is told.", name=found.name))


def _offered(
    page: Page,
    session: Session,
    found: StandIns,
    row: DutyRow | OpenPost,
    *,
    press: str,
    values: Mapping[str, object],
) -> Response:
    """Return the dialog in which somebody is chosen.

    Parameters
    ----------
    press, values
        Where it is sent who was chosen, and with what.
    """
    zone = zone_of(session)
    holder = row.assignee and names_of(session, [row.assignee]).get(row.assignee, row.assignee)
    mends = page.identity.may(Permission.EDIT_ROSTER)
    first = found.candidates[:FIRST]
    places = sites_of(session, [row.site, *(one.origin for one in first if one.origin is not None)])
    return page.show(
        "day/_stand_ins.html",
        press=press,
        values=values,
        row=row,
        start=row.start.astimezone(zone),
        end=row.end.astimezone(zone),
        holder=holder,
        role=roles_of(session)[row.role],
        places=places,
        candidates=[(one, effects_of(one.rises, page.words)) for one in first],
        left=len(found.candidates) - len(first),
        blocked=[
            (page.words.pair(BLOCKS.get(rule, BLOCKS["absence"])), count)
            for rule, count in sorted(found.blocked.items(), key=lambda item: -item[1])
        ],
        mends=mends,
        coming=row.start > now(),
    )


@pages.on("POST", "/day/stand-ins/{uid}", DIRECT)
def replace(page: InPage, session: InSession, state: InState, uid: Uid, assignee: Text) -> Response:
    """Have somebody else take a duty over at once."""
    row, rises = replacing.replace(session, page.identity, state.desk, uid, assignee)
    found = replacing.shown(session, row, rises)
    return done(
        page, page._("%(name)s takes it over: both are told.", name=found.names.get(found.by, found.by))
    )


@pages.on("POST", "/day/call-outs", DIRECT)
def call_out(page: InPage, session: InSession, state: InState, uid: Text) -> Response:
    """Ask all who could come, one after the other."""
    row = calling.start(
        session, page.identity, state.desk, state.settings, uid, candidates=None, seconds=None
    )
    asked = len(calls.shown(session, page.identity, row).asks)
    text = page.words.count(
        "One person is asked.", "%(num)s people are asked in turn; who says yes first has it.", asked
    )
    return done(page, text)


@pages.on("POST", "/day/call-outs/{number}/cancel", DIRECT)
def cancel_call_out(
    page: InPage, session: InSession, number: Annotated[int, Path(ge=1, lt=2**31)]
) -> Response:
    """Ask nobody any more."""
    calling.cancel(session, page.identity, number)
    return done(page, page._("Nobody is asked any more."))


def done(page: Page, text: str) -> Response:
    """Return that something is done: the dialog closes, and boards look again."""
    answer = page.show("shell/_done.html", text=text)
    answer.headers["HX-Trigger"] = json.dumps({"closedialog": {}, "planchanged": {}})
    return answer

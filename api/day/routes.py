"""The day over HTTP: the board, coming to a duty, and what follows when somebody doesn't."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from fastapi import Body, Depends, Path, Query, Request, Response

from api.accounts.identity import Permission
from api.day import (
    board,
    calling,
    calls,
    happening,
    opened,
    presence,
    reading,
    replacing,
    reporting,
    standins,
)
from api.day.call_out_shapes import CallOut, CallOutWord, NewCallOut
from api.day.coming import State
from api.day.shapes import (
    Board,
    BoardShift,
    CheckIn,
    DayCounts,
    DayHappenings,
    DayPost,
    GateCode,
    Mark,
    NewHolder,
    NewReplacement,
    PostFilled,
    Presence,
    Raised,
    Replacement,
    RiskTried,
    StandIns,
)
from api.roster import repairs
from api.roster.holders import names_of
from api.roster.shapes import RepairShown
from api.routing import Current, InSession, InState, Routes
from api.standing.file_routes import WORKBOOK, WORKBOOK_CONTENT
from api.state import State as Held
from api.swaps.shapes import Uid
from formats.collector import uncollected
from models.day import DayReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel
    from sqlalchemy.orm import Session

    from api.state import State as Held

routes = Routes("/days", "The day")
of_duty = Routes("/duties", "The day")
mine = Routes("/me", "Own duties")
call_outs = Routes("/call-outs", "The day")

SELF, READ, DIRECT = Permission.SELF, Permission.READ_ROSTER, Permission.DIRECT_DAY
NOT_CHANGED: dict[int | str, dict[str, object]] = {
    304: {"description": "Nothing has changed since the tag in If-None-Match."}
}

Duty = Annotated[Uid, Path()]
Number = Annotated[int, Path(ge=1, lt=2**31)]
Answer = Annotated[CallOutWord, Body(default_factory=CallOutWord)]
Key = Annotated[str | None, Query(max_length=64)]


def _asked(
    identity: Current, date: dt.date, district: Key = None, site: Key = None, window: Key = None
) -> reading.Asked:
    return reading.Asked(identity.scope(READ), date, district, site, window)


Asked = Annotated[reading.Asked, Depends(_asked, scope="function")]
"""Which part of a day is asked for."""


@routes.on("GET", "/{date}", READ, response_model=Board, responses=NOT_CHANGED)
def read_day(
    request: Request,
    session: InSession,
    state: InState,
    asked: Asked,
    in_state: Annotated[State | None, Query(alias="state", description="List only such posts.")] = None,
) -> Response:
    """Read every post of a day with its state, as published: due, here, late, absent, replaced or open."""
    late = dt.timedelta(minutes=state.settings.late_minutes)
    tag = reading.tag(session, asked, late, "posts", in_state)
    return _unless(request, tag) or _written(
        lambda: board.board(session, state.settings, asked, in_state), _headers(tag)
    )


@routes.on("GET", "/{date}/counts", READ, response_model=DayCounts, responses=NOT_CHANGED)
def read_day_counts(request: Request, session: InSession, state: InState, asked: Asked) -> Response:
    """Read how many posts of a day are in which state: in all, by district, by school and by window."""
    tag = reading.tag(session, asked, dt.timedelta(minutes=state.settings.late_minutes), "counts")
    return _unless(request, tag) or _written(
        lambda: board.counts(session, state.settings, asked), _headers(tag)
    )


@routes.on("GET", "/{date}/report", READ, response_model=DayReport)
def read_day_report(session: InSession, state: InState, asked: Asked) -> Response:
    """Read what a day came to, as far as it is over: by school, unit and person, with every exception."""
    return _written(
        lambda: reporting.report(session, state.settings, state.desk, asked),
        {"Cache-Control": "private, no-store"},
    )


@routes.on("GET", "/{date}/report.xlsx", READ, response_class=Response, responses=WORKBOOK_CONTENT)
def download_day_report(session: InSession, state: InState, asked: Asked) -> Response:
    """Download the same as a workbook."""
    headers = {
        "Content-Disposition": f'attachment; filename="huxue-day-{asked.date}.xlsx"',
        "Cache-Control": "no-store",
    }
    content = reporting.workbook(session, state.settings, state.desk, asked)
    return Response(content, media_type=WORKBOOK, headers=headers)


@routes.on("GET", "/{date}/posts/stand-ins", DIRECT)
def list_stand_ins_for_post(
    session: InSession, identity: Current, state: InState, date: dt.date, post: Annotated[DayPost, Query()]
) -> StandIns:
    """List who could take an open post now, the best first. 409 `not_open`, `duty_over`, `being_replanned`."""
    return opened.stand_ins(session, identity, state.desk, date, post)


@routes.on("POST", "/{date}/posts/replacement", DIRECT, status_code=201)
def fill_post(
    session: InSession, identity: Current, state: InState, date: dt.date, body: NewHolder
) -> PostFilled:
    """Give an open post to somebody at once, also while its shift goes on.

    409 `rules_broken`, `not_open`, `duty_over`, `being_replanned`.
    """
    return opened.fill(session, identity, state.desk, date, body, body.assignee)


@routes.on("GET", "/{date}/risk", Permission.EDIT_ROSTER)
def try_risk(
    identity: Current,
    session: InSession,
    state: InState,
    date: dt.date,
    site: Annotated[str, Query(min_length=1, max_length=64)],
    risk: Annotated[int, Query(ge=1, le=5, description="To which it would be raised.")],
) -> RiskTried:
    """Read what a raised risk would ask for at a school's coming shifts, and who would come; nothing changes."""
    scope, raised = identity.scope(Permission.EDIT_ROSTER), Raised(kind="raised", site=site, risk=risk)
    _, asks, repair = happening.tried(session, scope, state.desk, date, raised, seconds=20)
    who = {one for change in repair.changes for one in (change.before, change.after) if one is not None}
    return RiskTried(asks=asks, repair=repair, names=names_of(session, who))


@routes.on("POST", "/{date}/happenings", Permission.EDIT_ROSTER, status_code=201)
def repair_day(
    session: InSession, identity: Current, state: InState, date: dt.date, body: DayHappenings
) -> RepairShown:
    """Mend a day after something happened with the fewest changes, and publish what that touches at once.

    409 `being_replanned`: the draft isn't there as it is published. `dry_run` only proposes: see `/repairs/{repair}/apply`.
    """
    return repairs.shown(session, happening.mend(session, identity, state, date, body))


def _unless(request: Request, tag: str) -> Response | None:
    """Return that nothing has changed, if the caller has it."""
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=_headers(tag))
    return None


def _written(answer: Callable[[], BaseModel], headers: Mapping[str, str]) -> Response:
    # Tens of thousands of values of our own, without a cycle among them: written as they are, without being checked
    # against their shape again, and gone before the collector looks.
    with uncollected():
        content = answer().model_dump_json()
    return Response(content, media_type="application/json", headers=dict(headers))


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache"}


@of_duty.on("GET", "/{duty}/shift", SELF)
def read_shift_of_duty(session: InSession, identity: Current, state: InState, duty: Duty) -> BoardShift:
    """Read the posts of a duty's shift, for its leader and who directs the day."""
    return board.of_duty(session, identity, state.settings, duty)


@of_duty.on("GET", "/{duty}/codes", SELF)
def read_gate_codes(session: InSession, identity: Current, state: InState, duty: Duty) -> list[GateCode]:
    """Read the codes of a duty's shift for the next ten minutes, for its leader's phone: another every 30 seconds."""
    state.codes.prepare()
    found = presence.codes(session, identity, state.codes, duty)
    return [GateCode(**code._asdict()) for code in found]


@of_duty.on("GET", "/{duty}/presence", SELF)
def read_presence(session: InSession, identity: Current, state: InState, duty: Duty) -> Presence:
    """Read whether a duty is being kept, for its holder, its leader and who directs the day."""
    return presence.read(session, identity, state.settings, duty)


@of_duty.on("PUT", "/{duty}/presence", SELF)
def mark_presence(session: InSession, identity: Current, state: InState, duty: Duty, body: Mark) -> Presence:
    """Say that the holder of a duty has come, or won't; for its leader and who directs the day."""
    return presence.mark(
        session, identity, state.settings, duty, body.state, at=body.at, strength=body.strength
    )


@of_duty.on("DELETE", "/{duty}/presence", SELF)
def unmark_presence(session: InSession, identity: Current, state: InState, duty: Duty) -> Presence:
    """Take that word back: what was scanned counts again."""
    return presence.unmark(session, identity, state.settings, duty)


@mine.on("POST", "/duties/{duty}/check-in", SELF)
def check_in(session: InSession, identity: Current, state: InState, duty: Duty, body: CheckIn) -> Presence:
    """Check in with the code on the leader's phone; sent again, it changes nothing.

    A scan that couldn't be delivered at once is sent with `at`, and counts as of then. 409 `wrong_code`, `code_expired`,
    `check_in_closed`, `duty_gone`.
    """
    state.codes.prepare()
    return presence.check_in(
        session, identity, state.codes, state.settings, duty,
        code=body.code, at=body.at, key=body.key, strength=body.strength,
    )  # fmt: skip


@of_duty.on("GET", "/{duty}/stand-ins", DIRECT)
def list_stand_ins(session: InSession, identity: Current, state: InState, duty: Duty) -> StandIns:
    """List who could take a duty over now, the best first, with the minutes until they are there."""
    return standins.of(session, identity, state.desk, duty)


@of_duty.on("POST", "/{duty}/replacement", DIRECT, status_code=201)
def replace_holder(
    session: InSession, identity: Current, state: InState, duty: Duty, body: NewReplacement
) -> Replacement:
    """Have somebody take a duty over at once: in the roster, the published duties and both calendars.

    409 `rules_broken`, `already_replaced`, `duty_over`, `being_replanned`.
    """
    row, rises = replacing.replace(session, identity, state.desk, duty, body.assignee)
    return replacing.shown(session, row, rises)


@of_duty.on("POST", "/{duty}/call-out", DIRECT, status_code=201)
def call_out(
    session: InSession,
    identity: Current,
    state: InState,
    duty: Duty,
    body: Annotated[NewCallOut, Body(default_factory=NewCallOut)],
) -> CallOut:
    """Ask people in order to take a duty over; the first who says yes has it. 409 `already_calling`, `nobody_could`."""
    row = calling.start(
        session, identity, state.desk, state.settings, duty, candidates=body.candidates, seconds=body.seconds
    )
    return calls.shown(session, identity, row)


@call_outs.on("GET", "", DIRECT)
def list_call_outs(session: InSession, identity: Current, state: InState, date: dt.date) -> list[CallOut]:
    """List the call-outs of a day within the scope, the latest first."""
    _caught_up(session, state)
    return [
        calls.shown(session, identity, row) for row in calls.of_day(session, identity.scope(DIRECT), date)
    ]


@call_outs.on("GET", "/{call_out}", SELF)
def read_call_out(session: InSession, identity: Current, state: InState, call_out: Number) -> CallOut:
    """Read a call-out in which one was asked, or which one directs."""
    _caught_up(session, state)
    return calls.shown(session, identity, calls.find(session, identity, call_out))


@call_outs.on("POST", "/{call_out}/accept", SELF)
def accept_call_out(
    session: InSession, identity: Current, state: InState, call_out: Number, body: Answer
) -> CallOut:
    """Say yes: the duty is one's own at once. `refused`: a rule forbids it by now. 409 `call_out_ended`."""
    row = calling.accept(session, identity, state.desk, call_out, body.assignee)
    return calls.shown(session, identity, row)


@call_outs.on("POST", "/{call_out}/decline", SELF)
def decline_call_out(session: InSession, identity: Current, call_out: Number, body: Answer) -> CallOut:
    """Say no: the next is asked at once."""
    return calls.shown(session, identity, calling.decline(session, identity, call_out, body.assignee))


@call_outs.on("POST", "/{call_out}/cancel", DIRECT)
def cancel_call_out(session: InSession, identity: Current, call_out: Number) -> CallOut:
    """Ask nobody any more."""
    return calls.shown(session, identity, calling.cancel(session, identity, call_out))


@mine.on("GET", "/call-outs", SELF)
def list_own_call_outs(session: InSession, identity: Current, state: InState) -> list[CallOut]:
    """List the call-outs that go on and in which one is asked."""
    _caught_up(session, state)
    return [calls.shown(session, identity, row) for row in calls.own(session, identity)]


def _caught_up(session: Session, state: Held) -> None:
    """See that whoever's turn it is has been asked: what is read is how things stand now."""
    # What the session has seen so far is from before.
    session.rollback()
    state.caller.call()

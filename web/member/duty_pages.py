"""A member's own duties: the next one first, then week by week, each with a page of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import Path, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts.identity import Permission
from api.accounts.links import base_of
from api.database.base import now
from api.day import calls, presence
from api.day.access import leading
from api.day.shapes import Presence
from api.errors import NotFound
from api.feeds import single
from api.plans.tables import DutyRow
from api.roster.own import own_duties
from api.routing import InSession, InState
from api.standing.records import today
from api.swaps import reading as swaps
from api.swaps.parties import holds_sites
from web.desk.named import roles_of, windows_of
from web.member.duties import company, role_of, soon, upcoming, weeks, window_of
from web.routing import InPage, Page, Pages
from web.swaps.cards import cards

if TYPE_CHECKING:
    from api.roster.shapes import OwnDuty

pages = Pages()

SELF = Permission.SELF

PAST = dt.timedelta(weeks=12)
"""How far back one's duties are listed."""

Uid = Annotated[str, Path(min_length=1, max_length=64)]


@pages.on("GET", "/duties", SELF)
def list_duties(page: InPage, session: InSession) -> Response:
    """List one's duties from now on, the next one first."""
    person, date = page.identity.person, today(session)
    following, others = upcoming(own_duties(session, person, first=date - dt.timedelta(days=1)))
    live = cards(session, page, swaps.own(session, person, live=True))
    return page.show(
        "member/duties.html",
        next=None if following is None else _told(session, page, following),
        weeks=weeks(others),
        swapped={line.uid for card in live for line in card.lines},
        asked=sum(card.asks for card in live),
        calls=[calls.shown(session, page.identity, row) for row in calls.own(session, page.identity)],
        **_named(session, page),
    )


@pages.on("GET", "/duties/past", SELF)
def list_past_duties(page: InPage, session: InSession) -> Response:
    """List one's duties of the last weeks, the latest week first."""
    date = today(session)
    found = own_duties(session, page.identity.person, first=date - PAST, last=date)
    following, _ = upcoming(found)
    past = [duty for duty in found if following is None or duty.end < following.end]
    return page.show("member/past.html", weeks=weeks(past)[::-1], **_named(session, page))


@pages.on("GET", "/duties/{uid}", SELF)
def show_duty(page: InPage, session: InSession, uid: Uid) -> Response:
    """Show a duty of one's own; who looks after the school is led to its week, where calendars link here."""
    try:
        duty = single.own(session, page.identity.person, uid)
    except NotFound:
        return _elsewhere(session, page, uid)
    mine = [
        card
        for card in cards(session, page, swaps.own(session, page.identity.person, live=True))
        if any(line.uid == uid for line in card.lines)
    ]
    return page.show("member/duty.html", told=_told(session, page, duty), swaps=mine, **_named(session, page))


@pages.on("GET", "/duties/{uid}/duty.ics", SELF)
def save_duty(page: InPage, session: InSession, state: InState, request: Request, uid: Uid) -> Response:
    """Give a duty as a file that any calendar takes."""
    duty = single.own(session, page.identity.person, uid)
    link = f"{base_of(request, state.settings)}/duties/{quote(uid)}"
    content = single.calendar_of(session, page.identity, duty, link)
    name = f"huxue-{duty.date.isoformat()}.ics"
    return Response(
        content,
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _told(session: Session, page: Page, duty: OwnDuty) -> dict[str, object]:
    """Return what there is to know of a duty."""
    entry = single.entry_of(session, duty)
    return {
        "duty": duty,
        "soon": soon(duty, page.words),
        "ahead": duty.start > now(),
        "today": _presence(session, page, duty),
        "leads": duty.role in leading(session),
        "company": company(duty, entry.told, roles_of(session), page.words),
        "bring": [page.words.pair(pair) for pair in entry.told.bring],
    }


def _presence(session: Session, page: Page, duty: OwnDuty) -> Presence | None:
    """Return whether somebody has come, while they could check in."""
    if not duty.start - presence.EARLY <= now() < duty.end:
        return None
    return presence.read(session, page.identity, page.state.settings, duty.uid)


def _named(session: Session, page: Page) -> dict[str, object]:
    """Return how templates name what a duty is."""
    windows, roles = windows_of(session), roles_of(session)
    return {
        "window_of": lambda duty: window_of(duty, windows, page.words),
        "role_of": lambda duty: role_of(duty, roles, page.words),
    }


def _elsewhere(session: Session, page: Page, uid: str) -> Response:
    """Lead who looks after a duty's school to its week there.

    Raises
    ------
    NotFound
        When it is none of theirs.
    """
    row = session.get(DutyRow, uid)
    if row is None or not holds_sites(session, page.identity, Permission.READ_ROSTER, [row.site]):
        raise NotFound
    place = f"/plans/{row.plan}/sites/{quote(row.site)}#{row.date.isoformat()}/{row.window}"
    return RedirectResponse(place, SEE_OTHER, headers={"Cache-Control": "no-store"})

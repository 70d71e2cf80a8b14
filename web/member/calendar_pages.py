"""Subscribing to calendars: one address a device, shown once, listed and revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from api.accounts.identity import Identity, Permission
from api.accounts.links import base_of
from api.errors import NotFound
from api.feeds import feeds, subjects
from api.feeds.shapes import MadeFeed, NewFeed
from api.roster.weeks import sites_of, zone_of
from api.routing import InSession, InState
from web.member.devices import DEVICES, program
from web.routing import InPage, Page, Pages

pages = Pages()

SELF = Permission.SELF
KINDS = ("person", "crew", "site", "unit")
MOST = 20
"""How many that match are offered."""

Number = Annotated[int, Path(ge=1, lt=2**31)]


@pages.on("GET", "/subscribe", SELF)
def show_subscriptions(page: InPage, session: InSession) -> Response:
    """Show where one's calendars are subscribed to, and how to subscribe on one more device."""
    return page.show(
        "member/subscribe.html",
        devices=DEVICES,
        subjects=_subjects(session, page),
        finds=_finds(page.identity),
        nothing=False,
        **_listed(session, page),
    )


@pages.on("GET", "/subscribe/subjects", SELF)
def find_subjects(
    page: InPage, session: InSession, find: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Offer the calendars whose name or id has a text, besides those that are always offered."""
    found = subjects.matching(session, page.identity, find, MOST) if find and _finds(page.identity) else []
    offered = [*((f"{one.kind}/{one.id}", one.name) for one in found), *_subjects(session, page)]
    return page.show("member/_subjects.html", subjects=offered, nothing=bool(find) and not found)


@pages.on("POST", "/subscribe", SELF)
def subscribe(
    page: InPage,
    session: InSession,
    state: InState,
    request: Request,
    device: Annotated[str, Form(max_length=20)],
    subject: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Make an address for a device, and show it with what to do there."""
    kind, _, key = subject.partition("/")
    if device not in DEVICES or kind not in KINDS:
        raise NotFound
    new = NewFeed.model_validate(
        {"device": page._(DEVICES[device].name), "kind": kind, "subject": key or None}
    )
    made = feeds.create(session, page.identity, new, base_of(request, state.settings))
    return _made(session, page, made, device)


@pages.on("POST", "/subscribe/{number}/renew", SELF)
def renew(page: InPage, session: InSession, state: InState, request: Request, number: Number) -> Response:
    """Put a new address in the place of one that others may know."""
    made = feeds.rotate(session, page.identity, number, base_of(request, state.settings))
    known = [key for key, device in DEVICES.items() if page._(device.name) == made.device]
    return _made(session, page, made, known[0] if known else "other")


@pages.on("POST", "/subscribe/{number}/revoke", SELF)
def revoke(page: InPage, session: InSession, number: Number) -> Response:
    """Have an address open nothing any more."""
    feeds.revoke(session, page.identity, number)
    session.flush()
    return page.show(
        "member/_feeds.html", done=page._("Revoked: it opens nothing any more."), **_listed(session, page)
    )


def _made(session: Session, page: Page, made: MadeFeed, device: str) -> Response:
    return page.show(
        "member/_made.html",
        made=made,
        # Our own drawing of our own address.
        qr=Markup(made.qr),
        device=DEVICES[device],
        **_listed(session, page),
    )


def _listed(session: Session, page: Page) -> dict[str, object]:
    assert page.identity.account is not None
    return {
        "feeds": feeds.own(session, page.identity.account),
        "zone": zone_of(session),
        "program": program,
    }


def _subjects(session: Session, page: Page) -> list[tuple[str, str]]:
    """Return whose calendars are always offered: one's own, one's crews', and those of the schools one looks after."""
    person = page.identity.person
    found = [("person", page._("My duties"))] if person is not None else []
    crews = subjects.crews_of(session, person) if person is not None else []
    sites = sites_of(session, [grant.site for grant in page.identity.grants if grant.site is not None])
    return [
        *found,
        *((f"crew/{crew.id}", crew.name) for crew in crews),
        *((f"site/{id_}", site.name) for id_, site in sites.items()),
    ]


def _finds(identity: Identity) -> bool:
    """Say whether somebody sees the rosters of so many that these have to be looked for."""
    scope = identity.where(Permission.READ_ROSTER)
    return scope.everywhere or bool(scope.districts)

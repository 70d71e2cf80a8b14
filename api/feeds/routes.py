"""Calendar addresses, choices and notes over HTTP."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Request, Response

from api.accounts.identity import Permission
from api.accounts.links import base_of
from api.feeds import choices, feeds, notes, subjects
from api.feeds.shapes import CalendarChoices, Feed, MadeFeed, NewFeed, RoleNote, SiteNote
from api.feeds.subjects import SubjectKind
from api.routing import Current, Demanded, InSession, InState, Routes

own = Routes("/me", "Calendars")
places = Routes("", "Calendars")

Number = Annotated[int, Path(ge=1, lt=2**31)]
Key = Annotated[str, Path(max_length=64)]


@own.on("GET", "/feeds", Permission.SELF)
def list_own_feeds(session: InSession, identity: Current) -> list[Feed]:
    """List the caller's calendar addresses, the latest first, with when they were last fetched."""
    assert identity.account is not None
    return feeds.own(session, identity.account)


@own.on("POST", "/feeds", Permission.SELF, status_code=201)
def create_feed(
    session: InSession,
    state: InState,
    identity: Current,
    request: Request,
    response: Response,
    new: NewFeed,
) -> MadeFeed:
    """Make a calendar address for one device; the answer holds it, once."""
    response.headers["Cache-Control"] = "no-store"
    return feeds.create(session, identity, new, base_of(request, state.settings))


@own.on("POST", "/feeds/{feed}/rotate", Permission.SELF, status_code=201)
def rotate_feed(
    session: InSession, state: InState, identity: Current, request: Request, response: Response, feed: Number
) -> MadeFeed:
    """Put another address in the place of one, which says for 30 days that it has expired."""
    response.headers["Cache-Control"] = "no-store"
    return feeds.rotate(session, identity, feed, base_of(request, state.settings))


@own.on("DELETE", "/feeds/{feed}", Permission.SELF, status_code=204)
def revoke_feed(session: InSession, identity: Current, feed: Number) -> None:
    """Have one of the caller's calendar addresses open nothing any more."""
    feeds.revoke(session, identity, feed)


@own.on("GET", "/calendar", Permission.SELF)
def read_calendar_choices(session: InSession, identity: Current, response: Response) -> CalendarChoices:
    """Read in which language one's calendars are, and when alarms ring."""
    found, response.headers["ETag"] = choices.read(session, identity)
    return found


@own.on("PUT", "/calendar", Permission.SELF)
def replace_calendar_choices(
    session: InSession, identity: Current, response: Response, tags: Demanded, new: CalendarChoices
) -> CalendarChoices:
    """Choose the language of one's calendars, and when alarms ring before each duty."""
    found, response.headers["ETag"] = choices.replace(session, identity, new, tags)
    return found


@places.on("GET", "/sites/{site}/calendar", Permission.READ_PLACES)
def read_site_note(session: InSession, identity: Current, response: Response, site: Key) -> SiteNote:
    """Read what calendars say about all duties at a site."""
    scope = identity.scope(Permission.READ_PLACES)
    found, response.headers["ETag"] = notes.of_site(session, scope, site)
    return found


@places.on("PUT", "/sites/{site}/calendar", Permission.WRITE_PEOPLE)
def replace_site_note(
    session: InSession, identity: Current, response: Response, tags: Demanded, site: Key, new: SiteNote
) -> SiteNote:
    """Have calendars say what to bring to a site, and whether they may name people."""
    scope = identity.scope(Permission.WRITE_PEOPLE)
    found, response.headers["ETag"] = notes.replace_of_site(session, identity, scope, site, new, tags)
    return found


@places.on("GET", "/roles/{role}/calendar", Permission.SELF)
def read_role_note(session: InSession, response: Response, role: Key) -> RoleNote:
    """Read what calendars say about all duties of a role."""
    found, response.headers["ETag"] = notes.of_role(session, role)
    return found


@places.on("PUT", "/roles/{role}/calendar", Permission.WRITE_CITY)
def replace_role_note(
    session: InSession, identity: Current, response: Response, tags: Demanded, role: Key, new: RoleNote
) -> RoleNote:
    """Have calendars say what holders of a role bring."""
    found, response.headers["ETag"] = notes.replace_of_role(session, identity, role, new, tags)
    return found


def _offer(one: SubjectKind, many: str) -> None:
    """Declare the routes by which all addresses of a subject's calendar are seen and revoked."""
    key = Annotated[str, Path(alias=one, max_length=64)]

    def listed(session: InSession, identity: Current, subject: str) -> list[Feed]:
        scope = identity.scope(Permission.READ_ROSTER)
        return feeds.of_subject(session, subjects.inside(session, scope, one, subject))

    def revoked(session: InSession, identity: Current, subject: str, feed: Number) -> None:
        scope = identity.scope(Permission.WRITE_PEOPLE)
        feeds.revoke_of(session, identity.actor, subjects.inside(session, scope, one, subject), feed)

    for endpoint, name, doc in (
        (listed, f"list_{one}_feeds", f"List all addresses of a {one}'s calendar, whoever made them."),
        (revoked, f"revoke_{one}_feed", f"Have an address of a {one}'s calendar open nothing any more."),
    ):
        endpoint.__name__, endpoint.__doc__ = name, doc
        endpoint.__annotations__["subject"] = key
    places.on("GET", f"/{many}/{{{one}}}/feeds", Permission.READ_ROSTER)(listed)
    path = f"/{many}/{{{one}}}/feeds/{{feed}}"
    places.on("DELETE", path, Permission.WRITE_PEOPLE, status_code=204)(revoked)


for _kind, _many in (("person", "people"), ("crew", "crews"), ("site", "sites"), ("unit", "units")):
    _offer(cast("SubjectKind", _kind), _many)

"""When one can come and what one would rather do: volunteers' offers, and everybody's wishes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import Form, Path
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.errors import Invalid, Stale
from api.routing import InSession
from api.standing import own
from api.standing.kinds import OFFERS, PREFERENCES
from api.standing.records import today
from web.desk.named import windows_of
from web.member.offers import Offers, offers_of, said
from web.routing import InPage, Page, Pages
from web.swaps.wishing import weekdays

pages = Pages()

SELF = Permission.SELF
MOST = 100

Key = Annotated[str, Path(max_length=64)]
Tag = Annotated[str, Form(max_length=100)]
Optional = Annotated[str, Form(max_length=64)]


@pages.on("GET", "/availability", SELF)
def show_availability(page: InPage, session: InSession) -> Response:
    """Show what somebody has offered and wished."""
    if page.identity.person is None:
        return page.show("member/availability.html", nobody=True)
    template = "member/_availability.html" if page.by_htmx else "member/availability.html"
    return page.show(template, nobody=False, **_shown(session, page))


@pages.on("POST", "/availability/weekly", SELF)
def offer_weekly(
    page: InPage,
    session: InSession,
    on: Annotated[list[str], Form(max_length=MOST)] = [],  # noqa: B006
    seen: Annotated[list[str], Form(max_length=MOST)] = [],  # noqa: B006
) -> Response:
    """Offer to come every week, at what is ticked and at nothing else."""
    offers = _offers(session, page)
    if {f"{record.id} {record.etag}" for record in offers.weekly.values()} != set(seen):
        raise Stale
    wanted = {_window_and_day(one) for one in on}
    for key, record in offers.weekly.items():
        if key not in wanted:
            own.delete(session, page.identity, OFFERS, record.id, {record.etag})
    for window, weekday in sorted(wanted - offers.weekly.keys()):
        own.create(session, page.identity, OFFERS, {"window": window, "weekday": weekday})
    return _changed(session, page, page._("Kept: the next week that is planned knows it."))


@pages.on("POST", "/availability/offers", SELF)
def offer_once(
    page: InPage, session: InSession, date: Annotated[dt.date, Form()], window: Optional = ""
) -> Response:
    """Offer to come on one day."""
    own.create(session, page.identity, OFFERS, {"date": date, "window": window or None})
    return _changed(session, page, page._("Kept: the next week that is planned knows it."))


@pages.on("POST", "/availability/offers/{key}/remove", SELF)
def take_offer_back(page: InPage, session: InSession, key: Key, tag: Tag) -> Response:
    """Take an offer back."""
    own.delete(session, page.identity, OFFERS, key, {tag})
    return _changed(session, page, page._("Removed."))


@pages.on("POST", "/availability/wishes", SELF)
def add_wish(
    page: InPage,
    session: InSession,
    kind: Annotated[Literal["want", "avoid"], Form()],
    weight: Annotated[int, Form(ge=1, le=5)] = 1,
    weekday: Annotated[str, Form(pattern=r"^[1-7]?$")] = "",
    window: Optional = "",
) -> Response:
    """Wish for duties, or for none, on some days or at some times."""
    if not weekday and not window:
        raise NothingSaid
    told = {
        "kind": kind,
        "weight": weight,
        "weekday": int(weekday) if weekday else None,
        "window": window or None,
    }
    own.create(session, page.identity, PREFERENCES, told)
    return _changed(session, page, page._("Kept: the next week that is planned knows it."))


@pages.on("POST", "/availability/wishes/{key}/remove", SELF)
def take_wish_back(page: InPage, session: InSession, key: Key, tag: Tag) -> Response:
    """Take a wish back."""
    own.delete(session, page.identity, PREFERENCES, key, {tag})
    return _changed(session, page, page._("Removed."))


class NothingSaid(Invalid):
    code = "nothing_said"
    title = "Say on which day or at what time"


def _window_and_day(one: str) -> tuple[str, int]:
    window, _, weekday = one.rpartition("|")
    if not window or weekday not in "1234567":
        raise Invalid
    return window, int(weekday)


def _changed(session: Session, page: Page, done: str) -> Response:
    return page.show("member/_availability.html", done=done, **_shown(session, page))


def _offers(session: Session, page: Page) -> Offers:
    return offers_of(own.listed(session, page.identity, OFFERS), windows_of(session))


def _shown(session: Session, page: Page) -> dict[str, object]:
    windows, words = windows_of(session), page.words
    return {
        "volunteer": own.comes_by_offer(session, page.identity),
        "offers": _offers(session, page),
        "wishes": own.listed(session, page.identity, PREFERENCES),
        "windows": [(window.id, words.name(window.name, window.name_en)) for window in windows.values()],
        "weekdays": weekdays(words),
        "said": lambda value: said(value, windows, words),
        "today": today(session),
    }

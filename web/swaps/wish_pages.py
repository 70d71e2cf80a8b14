"""Wishing for a swap in the weekly clearing, and taking that back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path
from fastapi.responses import Response
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.errors import NotFound
from api.routing import InSession
from api.swaps import wishes
from api.swaps.shapes import NewWish
from models import Given
from web.desk.named import roles_of, windows_of
from web.member.duties import role_of, window_of
from web.routing import InPage, Pages
from web.swaps.wishing import offered, wanted, weekdays

pages = Pages()

SELF = Permission.SELF
Number = Annotated[int, Path(ge=1, lt=2**31)]


@pages.on("GET", "/swaps/wishes/new", SELF)
def ask_for_wish(page: InPage, session: InSession, duty: str = "") -> Response:
    """Ask which duty one would give, and for which others."""
    windows, roles = windows_of(session), roles_of(session)
    return page.show(
        "swaps/_wish.html",
        duties=offered(session, page),
        chosen=duty,
        weekdays=weekdays(page.words),
        windows=[(w.id, page.words.name(w.name, w.name_en)) for w in windows.values()],
        window_of=lambda one: window_of(one, windows, page.words),
        role_of=lambda one: role_of(one, roles, page.words),
    )


@pages.on("POST", "/swaps/wishes", SELF)
def add_wish(
    page: InPage,
    session: InSession,
    duty: Annotated[str, Form(max_length=64)],
    weekday: Annotated[list[int], Form(max_length=7)] = [],  # noqa: B006
    window: Annotated[list[str], Form(max_length=20)] = [],  # noqa: B006
) -> Response:
    """Keep a wish for the next clearing."""
    give = next((one for one in offered(session, page) if one.uid == duty), None)
    if give is None:
        raise NotFound
    take = wanted({day for day in weekday if 1 <= day <= 7}, set(window))
    new = NewWish(give=Given(shift=give.shift, role=give.role), take=take)
    wishes.wish(session, page.identity, give.plan, new)
    return Response(status_code=NO_CONTENT, headers={"HX-Refresh": "true"})


@pages.on("POST", "/swaps/wishes/{number}/remove", SELF)
def remove_wish(session: InSession, page: InPage, number: Number) -> Response:
    """Take a wish back."""
    wishes.unwish(session, page.identity, number)
    return Response(status_code=NO_CONTENT, headers={"HX-Refresh": "true"})

"""Walking into a demo: nothing of this is there in any other service."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts import accounts, logins
from api.accounts.identity import Permission
from api.accounts.links import set_cookie
from api.accounts.tables import AccountRow
from api.audit import Actor
from api.errors import NotFound
from api.routing import InSession
from web.routing import InPage, Pages
from web.shell.inside import inside

pages = Pages()


@pages.on("GET", "/demo", Permission.ANYBODY)
def show_door(page: InPage) -> Response:
    """Show who can be tried."""
    if page.demo is None:
        raise NotFound
    return page.show("demo/door.html", demo=page.demo)


@pages.on("POST", "/demo", Permission.ANYBODY)
def walk_in(
    page: InPage,
    session: InSession,
    login: Annotated[str, Form(max_length=100)],
    next: Annotated[str, Form(max_length=300)] = "/",
) -> Response:
    """Log in as one of the demo's users, without a password."""
    if page.demo is None or login not in page.demo.places:
        raise NotFound
    account = session.scalar(
        select(AccountRow).where(AccountRow.login == login, AccountRow.disabled_at.is_(None))
    )
    if account is None:
        raise NotFound
    # Whoever tries several users stays in one language.
    accounts.speak(session, Actor(account.id), account.id, page.language)
    cookie = logins.begin(session, page.state.settings, account, "demo", how="demo")
    answer: Response = RedirectResponse(inside(next), SEE_OTHER, headers={"Cache-Control": "no-store"})
    if page.by_htmx:
        answer = Response(status_code=NO_CONTENT, headers={"HX-Redirect": inside(next)})
    set_cookie(answer, page.state.settings, cookie)
    return answer

"""Logging in and out, setting the password that an invitation is for, and the language."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine, select
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts import accounts, invitations, logins
from api.accounts.access import COOKIE, identity_by_cookie
from api.accounts.identity import Permission
from api.accounts.links import came, drop_cookie, set_cookie
from api.accounts.logins import WrongLogin
from api.accounts.passwords import BadPassword
from api.accounts.secrets import csrf_of, hash_of
from api.accounts.tables import AccountRow
from api.database.engine import reading
from api.errors import Invalid, NotFound, ServiceError, TooMany
from api.routing import Current, InSession, InState
from web.language import COOKIE as LANGUAGE
from web.language import Language
from web.refusal_words import sentences
from web.routing import InPage, Page, Pages
from web.shell.inside import inside

pages = Pages()

YEAR = 365 * 24 * 3600

Text = Annotated[str, Form(max_length=1000)]


class NotAlike(Invalid):
    code = "not_alike"
    title = "The two passwords differ: type the same twice"


@pages.on("GET", "/login", Permission.ANYBODY)
def show_login(page: InPage, next: str = "/") -> Response:
    """Show the log-in; who is logged in goes on."""
    if page.identity.account is not None:
        return RedirectResponse(inside(next), SEE_OTHER)
    if page.demo is not None and next == "/":
        return RedirectResponse("/demo", SEE_OTHER)
    return page.show(
        "shell/login.html", next=inside(next), login="", wrong=None, nobody=_is_new(page.state.engine)
    )


def _is_new(engine: Engine) -> bool:
    """Say whether nobody can log in yet."""
    with reading(engine) as session:
        return session.scalar(select(AccountRow.id).limit(1)) is None


@pages.on("POST", "/login", Permission.ANYBODY)
def log_in(
    page: InPage,
    request: Request,
    state: InState,
    login: Text,
    password: Text,
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Log in, from the log-in's page or from the dialog of one that is over."""
    try:
        cookie = logins.log_in(state.engine, state.settings, login, password, came(request))
    except (WrongLogin, TooMany) as refusal:
        template = "shell/_log_in_again.html" if page.by_htmx else "shell/login.html"
        said = {"login": login, "next": inside(next), "wrong": _said(page, refusal), "nobody": False}
        answer: Response = page.refuse(refusal.status, template, **said)
        if isinstance(refusal, TooMany):
            answer.headers["Retry-After"] = str(refusal.seconds)
        return answer
    if page.by_htmx:
        with reading(state.engine) as session:
            identity = identity_by_cookie(session, cookie, request, state.settings)
        told = {"csrf": csrf_of(cookie), "account": str(identity.account)}
        answer = Response(status_code=NO_CONTENT, headers={"HX-Trigger": json.dumps({"loggedin": told})})
    else:
        answer = RedirectResponse(inside(next), SEE_OTHER)
    answer.headers["Cache-Control"] = "no-store"
    set_cookie(answer, state.settings, cookie)
    return answer


@pages.on("POST", "/logout", Permission.SELF)
def log_out(request: Request, session: InSession, state: InState, identity: Current) -> Response:
    """Log out: the cookie opens nothing any more."""
    if cookie := request.cookies.get(COOKIE):
        logins.end(session, identity, hash_of(cookie))
    answer = Response(status_code=NO_CONTENT, headers={"HX-Redirect": "/login"})
    drop_cookie(answer, state.settings)
    return answer


@pages.on("POST", "/language", Permission.ANYBODY)
def choose_language(
    session: InSession,
    state: InState,
    page: InPage,
    language: Annotated[Language, Form()],
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Take another language, for this browser and, of who is logged in, for the account."""
    if page.identity.account is not None:
        accounts.speak(session, page.identity.actor, page.identity.account, language)
    answer = RedirectResponse(inside(back), SEE_OTHER, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        LANGUAGE,
        language,
        max_age=YEAR,
        httponly=True,
        samesite="lax",
        secure=state.settings.cookies_are_secure,
    )
    if page.by_htmx:
        answer.status_code = NO_CONTENT
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.on("GET", "/invitations/{secret}", Permission.ANYBODY)
def show_invitation(page: InPage, state: InState, secret: str) -> Response:
    """Show whom an invitation is for, and ask for their password."""
    with reading(state.engine) as session:
        try:
            awaited = invitations.awaited(session, secret)
        except NotFound as refusal:
            return page.refuse(refusal.status, "shell/invitation_over.html")
    return page.show("shell/invitation.html", awaited=awaited, wrong=None)


@pages.on("POST", "/invitations/{secret}", Permission.ANYBODY)
def redeem_invitation(
    page: InPage, request: Request, state: InState, secret: str, password: Text, again: Text
) -> Response:
    """Set the password that an invitation is for, and log in."""
    with reading(state.engine) as session:
        try:
            awaited = invitations.awaited(session, secret)
        except NotFound as refusal:
            return page.refuse(refusal.status, "shell/invitation_over.html")
    try:
        if password != again:
            raise NotAlike
        cookie = invitations.redeem(state.engine, state.settings, secret, password, came(request).device)
    except (NotAlike, BadPassword, TooMany) as refusal:
        wrong = _said(page, refusal)
        return page.refuse(refusal.status, "shell/invitation.html", awaited=awaited, wrong=wrong)
    answer = RedirectResponse("/", SEE_OTHER, headers={"Cache-Control": "no-store"})
    set_cookie(answer, state.settings, cookie)
    return answer


def _said(page: Page, refusal: ServiceError) -> str:
    """Return in one line what is refused."""
    return page.words.pair(("：", ": ")).join([page._(refusal.title), *sentences(refusal, page)])

"""What is refused, said to people: what happened, and what to do.

A part of a page that htmx asked for is answered by a notice beside the page, which stays as it is; where the log-in is
over, by a dialog to log in again, after which what was asked for is asked once more. So no form is lost.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from starlette.exceptions import HTTPException
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts.access import COOKIE, NoCsrf, identity_by_cookie
from api.accounts.identity import NOBODY
from api.database.engine import reading
from api.errors import Conflict, Invalid, NotFound, NotLoggedIn, ServiceError, Stale, TooLarge, TooMany
from api.problems import methods_of
from api.routing import state_of
from web.language import language_of, words_in
from web.refusal_words import advice, sentences
from web.routing import Page

if TYPE_CHECKING:
    from fastapi import FastAPI

log = structlog.get_logger("huxue.pages")


class Defect(ServiceError):
    code = "defect"
    title = "The service failed"
    status = 500


class Elsewhere(ServiceError):
    code = "method_not_allowed"
    title = "That can't be done here"
    status = 405


def install(app: FastAPI) -> None:
    """Have everything that is refused said to people."""
    for kind in (ServiceError, RequestValidationError, HTTPException, DataError, IntegrityError, Exception):
        app.add_exception_handler(kind, _refused)


def _refused(request: Request, error: Exception) -> Response:
    refusal = _refusal(error)
    if refusal.status >= 500:
        log.error("a page failed", request_id=getattr(request.state, "request_id", None), exc_info=error)
    page = _page(request)
    if isinstance(refusal, NotLoggedIn) and refusal.code == NotLoggedIn.code:
        return _to_log_in(page)
    if isinstance(refusal, NoCsrf) and page.by_htmx and page.identity.account is not None:
        # Logged in anew in another tab: the page gets the new token, and asks once more.
        told = json.dumps({"loggedin": {"csrf": page.csrf, "account": str(page.identity.account)}})
        return Response(status_code=refusal.status, headers={"HX-Trigger": told, "HX-Reswap": "none"})
    said = {
        "refusal": refusal,
        "title": page._(refusal.title),
        "sentences": sentences(refusal, page),
        "advice": advice(refusal, page),
    }
    if page.by_htmx:
        answer: Response = page.refuse(refusal.status, "shell/_refusal.html", **said)
        answer.headers.update({"HX-Retarget": "#notices", "HX-Reswap": "beforeend"})
        if isinstance(refusal, Stale | Conflict):
            answer.headers["HX-Trigger"] = json.dumps({"planchanged": {}})
    else:
        answer = page.refuse(refusal.status, "shell/refusal.html", **said)
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.seconds)
    if isinstance(refusal, Elsewhere):
        answer.headers["Allow"] = ", ".join(sorted(methods_of(request)))
    return answer


def _refusal(error: Exception) -> ServiceError:
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, HTTPException):
        for known in (NotFound, TooLarge, Elsewhere):
            if error.status_code == known.status:
                return known()
        return Invalid()
    if isinstance(error, RequestValidationError | DataError):
        return Invalid()
    return Conflict() if isinstance(error, IntegrityError) else Defect()


def _page(request: Request) -> Page:
    """Return what a page about a refusal is made with; of somebody unknown, where even that fails."""
    state = state_of(request)
    try:
        with reading(state.engine) as session:
            cookie = request.cookies.get(COOKIE, "")
            identity = identity_by_cookie(session, cookie, request, state.settings)
    except (ServiceError, DBAPIError):
        identity = NOBODY
    return Page(request, state, identity, words_in(language_of(request, identity)))


def _to_log_in(page: Page) -> Response:
    if page.by_htmx:
        answer = page.refuse(NotLoggedIn.status, "shell/_log_in_again.html")
        answer.headers.update({"HX-Retarget": "#again", "HX-Reswap": "innerHTML"})
        return answer
    wanted = page.request.url.path + (f"?{page.request.url.query}" if page.request.url.query else "")
    query = "" if wanted == "/" else f"?{urlencode({'next': wanted})}"
    return RedirectResponse(f"/login{query}", SEE_OTHER, headers={"Cache-Control": "no-store"})

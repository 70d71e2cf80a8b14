"""Log-ins by an identity provider over HTTP: there, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.accounts.identity import Permission
from api.accounts.links import base_of, came, set_cookie
from api.database.engine import writing
from api.errors import NotFound
from api.routing import API, InState, Routes

if TYPE_CHECKING:
    from api.accounts.oidc import Provider
    from api.state import State

routes = Routes("/session/oidc", "Log-ins")

COOKIE = "huxue_oidc"
PATH = f"{API}/session/oidc"
MINUTES = 10
"""How long somebody may take at the provider."""

REDIRECTS = {302: {"description": "On to the address in `Location`."}}


@routes.on("GET", "", Permission.ANYBODY, status_code=302, response_class=Response, responses=REDIRECTS)
def begin_oidc(state: InState, request: Request) -> Response:
    """Go to the identity provider to log in; there is nothing here when none is set up."""
    url, begun = _provider(state).begin(_back(request, state))
    answer = RedirectResponse(url, 302, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        begun.packed(),
        max_age=60 * MINUTES,
        httponly=True,
        samesite="lax",
        secure=state.settings.cookies_are_secure,
        path=PATH,
    )
    return answer


@routes.on(
    "GET",
    "/callback",
    Permission.ANYBODY,
    status_code=302,
    response_class=Response,
    responses=REDIRECTS,
    takes_any=True,  # providers add some of their own
)
def finish_oidc(
    state: InState,
    request: Request,
    code: Annotated[str, Query(max_length=4000)] = "",
    given: Annotated[str, Query(alias="state", max_length=200)] = "",
) -> Response:
    """Come back from the identity provider, and be logged in."""
    from api.accounts import oidc

    provider = _provider(state)
    begun = oidc.Begun.unpacked(request.cookies.get(COOKIE))
    claims = provider.confirmed(begun, given, code, _back(request, state))
    with writing(state.engine) as session:
        cookie = oidc.log_in(session, state.settings, claims, came(request).device)
    answer = RedirectResponse("/", 302, headers={"Cache-Control": "no-store"})
    set_cookie(answer, state.settings, cookie)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _provider(state: State) -> Provider:
    if state.provider is None:
        raise NotFound
    return state.provider


def _back(request: Request, state: State) -> str:
    return f"{base_of(request, state.settings)}{PATH}/callback"

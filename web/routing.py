"""How a page is declared: a path, the permission that it needs, and what it shows.

As with the API's routes, a page without a permission is refused. Changes come from htmx, with the log-in's
token in a header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute, iter_route_contexts

from api.accounts.access import COOKIE
from api.accounts.identity import Identity, Permission
from api.accounts.secrets import csrf_of
from api.errors import Forbidden
from api.routing import Current, InState, gate, permission_of
from api.state import State
from web.language import Language, Words, language_of, words_in
from web.rendering import rendered

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.demo.offers import Demo

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}
"""What every page says of itself: it is nobody else's to keep, and runs nothing but our script."""


class Pages(APIRouter):
    """A router whose every page names its permission."""

    def on(
        self, method: str, path: str, permission: Permission, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a page: ``@pages.on("GET", "/plans", Permission.READ_ROSTER)``."""
        needs = [gate(permission)]
        if method != "GET" and permission is Permission.ANYBODY:
            needs.append(Depends(_from_here))

        def declare(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            self.add_api_route(
                path, endpoint, methods=[method], dependencies=needs, response_model=None, **options
            )
            return endpoint

        return declare


def _from_here(request: Request, state: InState) -> None:
    """See that a form which needs no log-in, such as the log-in's own, was sent by a page of ours.

    Raises
    ------
    Forbidden
        When another site's page sent it.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        hosts = {request.url.netloc, urlsplit(str(state.settings.public_url or "")).netloc}
        ours = origin is None or urlsplit(origin).netloc in hosts
    if not ours:
        raise Forbidden


def permissions_of(app: FastAPI) -> Iterator[tuple[str, str, Permission]]:
    """Yield the method, path and permission of each page."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                yield method, context.path or "", permission_of(route)


@dataclass(frozen=True)
class Page:
    """What a page is made with: who asks, in which language.

    Attributes
    ----------
    words
        The language's.
    """

    request: Request
    state: State
    identity: Identity
    words: Words

    @property
    def language(self) -> Language:
        """The caller's language."""
        return self.words.language

    def _(self, text: str, **values: object) -> str:
        """Return a text in the caller's language."""
        return self.words.say(text, **values)

    @property
    def demo(self) -> Demo | None:
        """What a demo offers; None in any other service."""
        found: Demo | None = getattr(self.request.app.state, "demo", None)
        return found

    @property
    def by_htmx(self) -> bool:
        """Whether a part of a page is asked for."""
        return (
            "hx-request" in self.request.headers and "hx-history-restore-request" not in self.request.headers
        )

    @property
    def csrf(self) -> str:
        """What changes of this log-in must carry; API tokens need none."""
        cookie = self.request.cookies.get(COOKIE)
        return csrf_of(cookie) if cookie and self.identity.account is not None else ""

    def show(self, template: str, /, **values: object) -> HTMLResponse:
        """Return a template, filled in."""
        return self.refuse(200, template, **values)

    def refuse(self, status: int, template: str, /, **values: object) -> HTMLResponse:
        """Return a template, filled in, with another status than that all is well."""
        content = rendered(template, self.language, page=self, me=self.identity, **values)
        return HTMLResponse(content, status, headers=HEADERS)


def page_of(request: Request, state: InState, identity: Current) -> Page:
    """Return what the page of a request is made with."""
    return Page(request, state, identity, words_in(language_of(request, identity)))


InPage = Annotated[Page, Depends(page_of, scope="function")]

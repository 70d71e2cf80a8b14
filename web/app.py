"""The application that is served: the API, and the pages around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Mount

from api.app import create_app as create_api
from api.routing import API
from web import refusals
from web.assets import served
from web.features import PAGES
from web.reference.page import show_reference

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from api.settings import Settings
    from api.state import State
    from web.demo.offers import Demo

APART = ("/api", "/calendar", "/healthz", "/readyz", "/metrics")
"""Where programs ask: what isn't found there is said to them in their way."""


class _Pages(Mount):
    """Everything but what programs ask for."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path: str = scope["path"]
        if any(path == place or path.startswith(f"{place}/") for place in APART):
            return Match.NONE, {}
        return super().matches(scope)


def create_app(
    settings: Settings | None = None, *, state: State | None = None, demo: Demo | None = None
) -> FastAPI:
    """Return the API with the pages.

    Parameters
    ----------
    settings, state
        As of `api.app.create_app`.
    demo
        Who can walk in without a password; None: nobody, as in every service that is no demo.
    """
    app = create_api(settings, state=state)
    app.add_api_route(f"{API}/docs", show_reference, include_in_schema=False)
    app.router.routes.append(_Pages("/", pages(app.state.huxue, demo)))
    return app


def pages(state: State, demo: Demo | None) -> ASGIApp:
    """Return the pages as an application of their own."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.huxue, app.state.demo = state, demo
    for routes in PAGES:
        app.include_router(routes)
    refusals.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    return cast("ASGIApp", served(app))

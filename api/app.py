"""The application: its routes, what happens around each request, and what starts and ends with the process."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from api import problems
from api.features import ROUTES
from api.feeds.polls import route as calendars
from api.middleware import Around
from api.openapi import document
from api.operation.routes import routes as operation
from api.routing import API, permissions_of
from api.settings import Settings
from api.state import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def create_app(settings: Settings | None = None, *, state: State | None = None) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    settings
        Left out, those of the environment.
    state
        An open database with its settings; left out, it is opened.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        held: State = app.state.huxue
        held.start()
        try:
            yield
        finally:
            held.stop()

    app = FastAPI(
        title="Huxue",
        version="1",
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # a page, and so made where pages are
        redoc_url=None,
    )
    app.state.huxue = state or State.open(settings or Settings())
    app.router.routes.insert(0, calendars)
    app.include_router(operation)
    for routes in ROUTES:
        app.include_router(routes)
    permissions_of(app)
    problems.install(app)
    document.install(app)
    app.add_middleware(Around)
    return app

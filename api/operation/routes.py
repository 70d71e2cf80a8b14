"""Whether the service lives and is ready, and its figures: outside of the API, for machines beside it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import DBAPIError

from api.database.schema import is_current
from api.operation.figures import exposition
from api.problems import problem
from api.routing import state_of

routes = APIRouter(include_in_schema=False)


@routes.get("/healthz")
def health() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "ok"}


@routes.get("/readyz")
def readiness(request: Request) -> Response:
    """Say whether requests can be answered: the database is there, with this program's tables."""
    try:
        current = is_current(state_of(request).engine)
    except DBAPIError:
        return problem(request, 503, "no_database", "The database doesn't answer")
    if not current:
        return problem(request, 503, "old_tables", "The tables are of another version: run huxue db upgrade")
    return Response('{"status": "ready"}', media_type="application/json")


@routes.get("/metrics")
def metrics(request: Request) -> Response:
    """Return the figures for Prometheus."""
    content, media_type = exposition(state_of(request).engine)
    return Response(content, media_type=media_type)

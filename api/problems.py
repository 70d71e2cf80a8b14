"""Errors as RFC 9457 problems: one shape for all that is refused."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from api.errors import Conflict, Invalid, NotFound, ServiceError, TooLarge, TooMany, Unavailable

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

log = structlog.get_logger("huxue.database")

MEDIA_TYPE = "application/problem+json"


def problem(request: Request, status: int, code: str, title: str, detail: str = "", **extra: Any) -> Response:
    """Return a problem as a response."""
    members = {
        "type": f"urn:huxue:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "request_id": getattr(request.state, "request_id", ""),
        **extra,
    }
    content = json.dumps(jsonable_encoder(members), ensure_ascii=False)
    return Response(content, status, media_type=MEDIA_TYPE)


def methods_of(request: Request) -> set[str]:
    """Return what a path can be asked with; the framework names the methods of one of its routes alone."""
    routes = [context.original_route for context in iter_route_contexts(request.app.routes)]
    return {
        method
        for route in routes
        if isinstance(route, Route) and route.path_regex.match(request.scope["path"])
        for method in route.methods or ()
    }


def install(app: FastAPI) -> None:
    """Have everything that is refused answered as a problem."""

    @app.exception_handler(ServiceError)
    def refused(request: Request, error: ServiceError) -> Response:
        found = problem(request, error.status, error.code, error.title, error.detail, **error.extra)
        if isinstance(error, TooMany | Unavailable):
            found.headers["Retry-After"] = str(error.seconds)
        if error.status == HTTPStatus.UNAUTHORIZED:
            found.headers["WWW-Authenticate"] = "Bearer"
        return found

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        # What was sent stays out of the answer: it may be a password.
        faults = [{"path": [str(p) for p in e["loc"]], "expected": e["msg"]} for e in error.errors()]
        return problem(
            request,
            422,
            "invalid",
            "The input can't be used",
            "See faults for what was expected where",
            faults=faults,
        )

    @app.exception_handler(HTTPException)
    def by_framework(request: Request, error: HTTPException) -> Response:
        for known in (NotFound, TooLarge):
            if error.status_code == known.status:
                return problem(request, known.status, known.code, known.title)
        phrase = HTTPStatus(error.status_code).phrase
        found = problem(request, error.status_code, phrase.lower().replace(" ", "_"), phrase)
        found.headers.update(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            found.headers["Allow"] = ", ".join(sorted(methods_of(request)))
        return found

    @app.exception_handler(DataError)
    def out_of_range(request: Request, error: DataError) -> Response:
        # Such as a number or a character that the database can't hold.
        return refused(
            request, Invalid("A value is one that can't be kept: look for odd characters and sizes")
        )

    @app.exception_handler(IntegrityError)
    def overtaken(request: Request, error: IntegrityError) -> Response:
        return refused(
            request, Conflict("Somebody else changed what this builds on: read it again, then decide")
        )

    @app.exception_handler(OperationalError)
    @app.exception_handler(PoolTimeout)
    def unavailable(request: Request, error: SQLAlchemyError) -> Response:
        # Such as one that is being started again, or whose writers keep each other waiting for too long.
        log.error("database_unavailable", exc_info=error)
        return refused(request, Unavailable())

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        return problem(
            request,
            500,
            "defect",
            "The service failed",
            "This is a defect in Huxue; the log has more under the request id",
        )

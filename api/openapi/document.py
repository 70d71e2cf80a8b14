"""The OpenAPI of the service: FastAPI's, with readable names, all texts, refusals, and examples."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from api.accounts.access import COOKIE
from api.accounts.identity import Permission
from api.openapi import examples, refusals
from api.openapi.names import renamed
from api.openapi.texts import INTRODUCTION, PARAMETERS, TAGS
from formats.field_texts import described, parted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

Document = dict[str, Any]

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "A log-in; changes also send its `csrf` as `X-CSRF-Token`.",
    },
}


def install(app: FastAPI) -> None:
    """Have an application answer with the completed document."""
    app.openapi = partial(document, app)  # type: ignore[method-assign]


def document(app: FastAPI) -> Document:
    """Return the OpenAPI of an application; it is put together once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> Document:
    made = renamed(
        get_openapi(
            title=app.title,
            version=app.version,
            description=INTRODUCTION.strip(),
            tags=[{"name": name, "description": text} for name, text in TAGS.items()],
            routes=app.routes,
        )
    )
    components = made["components"]
    components["schemas"] = {
        **{name: described(schema) for name, schema in components["schemas"].items()},
        **refusals.SCHEMAS,
    }
    components["responses"] = refusals.RESPONSES
    components["securitySchemes"] = SCHEMES
    for _, _, operation in operations(made):
        _tell(operation)
        examples.enter(operation)
    return made


def operations(of: Document) -> Iterator[tuple[str, str, Document]]:
    """Give method, path and operation of everything that a document has."""
    for path, methods in of["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _tell(operation: Document) -> None:
    """Complete what is said of an operation."""
    text, _ = parted(operation.get("description", ""))
    # A docstring's first line says what it does; what follows a colon is how.
    operation["summary"] = re.split(r"[.:;](?:\s|$)", text, maxsplit=1)[0]
    operation["description"] = text
    for parameter in operation.get("parameters", ()):
        if "description" not in parameter and (words := PARAMETERS.get(parameter["name"])):
            parameter["description"] = words
    open_to_all = operation.get("x-permission") == Permission.ANYBODY
    operation["security"] = [] if open_to_all else [{name: []} for name in SCHEMES]
    operation["responses"] |= {
        **{str(status): refusals.reference(status) for status in refused(operation, open_to_all=open_to_all)},
        "4XX": refusals.reference(None),
        "503": refusals.reference(HTTPStatus.SERVICE_UNAVAILABLE),
    }


def refused(operation: Document, *, open_to_all: bool) -> list[HTTPStatus]:
    """Return with which statuses an operation may be refused, besides those that any one can give."""
    where = {parameter["in"] for parameter in operation.get("parameters", ())}
    named = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    conditions = {
        HTTPStatus.UNAUTHORIZED: not open_to_all,
        HTTPStatus.FORBIDDEN: not open_to_all,
        HTTPStatus.NOT_FOUND: "path" in where,
        HTTPStatus.PRECONDITION_FAILED: "if-match" in named,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "requestBody" in operation,
        HTTPStatus.UNPROCESSABLE_ENTITY: "requestBody" in operation or bool(where),
        HTTPStatus.PRECONDITION_REQUIRED: "if-match" in named,
    }
    return [status for status, so in conditions.items() if so]

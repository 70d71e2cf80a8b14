"""How refusals are documented: one shape, and an answer for each status with an example."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from api.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NoPrecondition,
    NotFound,
    NotLoggedIn,
    ServiceError,
    Stale,
    TooLarge,
    TooMany,
    Unavailable,
)
from api.problems import MEDIA_TYPE

KINDS: tuple[type[ServiceError], ...] = (
    NotLoggedIn,
    Forbidden,
    NotFound,
    Conflict,
    Stale,
    TooLarge,
    Invalid,
    NoPrecondition,
    TooMany,
    Unavailable,
)
"""What a status means; others of the same status say more exactly what, by their own `code`."""

ANY = "Refused"

_EXAMPLE_ID = "5b8c7f0e9d3a4f6c8a1b2c3d4e5f6a7b"

SCHEMAS: dict[str, Any] = {
    "Refusal": {
        "title": "Refusal",
        "type": "object",
        "description": "What is refused, and why: a problem as of RFC 9457. Some have members of their own besides.",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": {
            "type": {"type": "string", "title": "Type", "description": "The code as a URN."},
            "title": {"type": "string", "title": "Title", "description": "The code in words."},
            "status": {"type": "integer", "title": "Status", "description": "As of HTTP."},
            "code": {"type": "string", "title": "Code", "description": "For programs: it stays the same."},
            "detail": {"type": "string", "title": "Detail", "description": "What to do, for people."},
            "request_id": {"type": "string", "title": "Request id", "description": "As it is in the log."},
            "faults": {
                "type": "array",
                "title": "Faults",
                "description": "What was expected where, one by one.",
                "items": {"$ref": "#/components/schemas/Fault"},
            },
        },
    },
    "Fault": {
        "title": "Fault",
        "type": "object",
        "description": "One thing that isn't as it must be; where, is a path or (in a workbook) sheet, row and column.",
        "properties": {
            "expected": {"type": "string", "title": "Expected", "description": "How it must be."},
        },
        "required": ["expected"],
    },
}


def _problem(kind: type[ServiceError]) -> dict[str, Any]:
    """Return what a refusal looks like."""
    told: dict[str, Any] = {
        "type": f"urn:huxue:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": kind.title,
        "request_id": _EXAMPLE_ID,
    }
    if kind is Invalid:
        told["faults"] = [{"path": ["body", "start"], "expected": "Field required"}]
    return told


def _response(description: str, examples: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}


_OF_STATUS = {kind.status: kind for kind in KINDS}

RESPONSES: dict[str, Any] = {
    **{kind.__name__: _response(f"{kind.title}.", {kind.code: {"value": _problem(kind)}}) for kind in KINDS},
    ANY: _response(
        "What is refused, and why.", {kind.code: {"value": _problem(kind)} for kind in (Conflict, TooMany)}
    ),
}


def reference(status: HTTPStatus | None) -> dict[str, str]:
    """Return the reference to the answer of a status; None: of any other."""
    return {"$ref": f"#/components/responses/{ANY if status is None else _OF_STATUS[status].__name__}"}

"""Examples of bodies and answers: what was really sent and answered when they were recorded.

``tests/api/recorded.py`` writes them; a test sees that each still fits its shape.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")

JSON = "application/json"


@cache
def recorded() -> dict[str, Any]:
    """Return the examples by operation id: ``body``, ``answer``, and whether the answer has an ETag."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def enter(operation: dict[str, Any]) -> None:
    """Enter an operation's examples where it has none of its own."""
    known = recorded().get(operation["operationId"], {})
    body = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if body is not None and "body" in known and not {"example", "examples"} & body.keys():
        body["example"] = known["body"]
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get(JSON)
        if content is None or not status.startswith("2"):
            continue
        if "answer" in known and not {"example", "examples"} & content.keys():
            content["example"] = known["answer"]
        if known.get("etag"):
            tag = {"schema": {"type": "string"}, "description": "For `If-Match` of a change."}
            answer.setdefault("headers", {})["ETag"] = tag

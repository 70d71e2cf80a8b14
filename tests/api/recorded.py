"""Records what tests send and are answered as the examples of the OpenAPI.

After a new route: ``HUXUE_RECORD_EXAMPLES=1 pytest tests/api/test_of_that_route.py`` adds what is missing or fits no more,
and leaves the other examples as they are.
"""

from __future__ import annotations

import json
import os
import re
import threading
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from api.app import create_app
from api.openapi.document import operations
from api.openapi.examples import FILE, JSON
from api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from httpx2 import Response

ASKED = "HUXUE_RECORD_EXAMPLES" in os.environ

LONGEST = 6000
"""Characters that an example may have."""

MOST = 2
"""Items of a list that an answer shows."""

SECRETS = {"secret", "csrf", "password", "current", "new"}
"""What of an answer or a body is shown as something else."""

_one_at_a_time = threading.Lock()

SHOWN = "Kq3v0b7Xn2d8mZtYw5sR1cJ6hLfGpE9a"


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder)))
        app.state.huxue.engine.dispose()
        return app.openapi()


def faults(schema: Mapping[str, Any], example: object) -> list[str]:
    """Return how an example doesn't fit a schema of the document."""
    whole = {**schema, "components": document()["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(example)]


def body_schema(operation: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the schema of an operation's JSON body; None: it takes none."""
    found: dict[str, Any] | None = (
        operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
    )
    return found


def has_own(operation: Mapping[str, Any]) -> bool:
    """Say whether an operation's body has examples in the code: in its route, or with its class."""
    content = operation["requestBody"]["content"][JSON]
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    return "examples" in content or "examples" in document()["components"]["schemas"].get(name, {})


def answer_schema(operation: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the schema of an operation's own JSON answer; None: it gives none."""
    for status, answer in operation["responses"].items():
        if status.startswith("2") and JSON in answer.get("content", {}):
            found: dict[str, Any] = answer["content"][JSON].get("schema", {})
            return found
    return None


def note(response: Response) -> None:
    """Keep an answer, and what was sent for it, where there is no example yet."""
    if not response.is_success or (operation := _operation(response)) is None:
        return
    response.read()
    with _one_at_a_time:
        _enter(operation, response)


def _enter(operation: Mapping[str, Any], response: Response) -> None:
    file = json.loads(FILE.read_text("utf-8"))
    known = file.setdefault(operation["operationId"], {})
    body, answer = body_schema(operation), answer_schema(operation)
    if body is not None and not has_own(operation) and _is_json(response.request.headers):
        _keep(known, "body", body, _shortened(json.loads(response.request.read())))
    if answer is not None and _is_json(response.headers):
        _keep(known, "answer", answer, _shortened(response.json()))
    if "etag" in response.headers:
        known["etag"] = True
    write(file)


def write(file: Mapping[str, Any]) -> None:
    """Write the examples, one operation a line."""
    lines = (
        f'"{name}": {json.dumps(said, ensure_ascii=False)}' for name, said in sorted(file.items()) if said
    )
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _keep(known: dict[str, Any], name: str, schema: Mapping[str, Any], example: object) -> None:
    """Keep an example when there is none that fits, or only one that shows nothing."""
    example = _veiled(example)
    before = known.get(name)
    if _weight(before) and not faults(schema, before):
        return
    if (_weight(example) and len(json.dumps(example)) <= LONGEST) or before is None:
        known[name] = example


def _weight(example: object) -> bool:
    """Say whether an example shows anything: an empty list or page doesn't."""
    return bool(example["items"] if isinstance(example, dict) and "items" in example else example)


def _operation(response: Response) -> dict[str, Any] | None:
    method, path = response.request.method, response.request.url.path
    # Fixed parts before placeholders: /people/expiring isn't a person.
    for found, pattern, operation in sorted(operations(document()), key=lambda each: each[1].count("{")):
        if found == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
            return operation
    return None


def _is_json(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").startswith(JSON)


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(item) for item in value[:MOST]]
    if isinstance(value, dict):
        return {
            name: _shortened(inner) for name, inner in list(value.items())[: 40 if len(value) < 40 else MOST]
        }
    return value


def _veiled(value: Any) -> Any:
    if isinstance(value, list):
        return [_veiled(item) for item in value]
    if isinstance(value, dict):
        return {
            name: SHOWN if name in SECRETS and isinstance(inner, str) else _veiled(inner)
            for name, inner in value.items()
        }
    if isinstance(value, str) and "/invitations/" in value:
        return f"https://huxue.example.org/invitations/{SHOWN}"
    return value

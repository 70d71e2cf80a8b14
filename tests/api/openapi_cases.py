"""The OpenAPI document, and bodies that fit each operation."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings

DOCUMENT = create_app(Settings(database=SecretStr("sqlite:///never-opened"), _env_file=None)).openapi()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
"""By method and path."""


def example_of(operation: dict[str, Any]) -> Any:
    """Return a JSON body that fits an operation, from the document's examples; None where there is none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    if "example" in content:
        return content["example"]
    schema = content["schema"]
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema.get("examples", [None])[0]

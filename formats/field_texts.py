"""What the docstrings of values say of their fields, as JSON Schema says it: with each field."""

from __future__ import annotations

import re
from typing import Any

_SECTION = re.compile(r"^(Parameters|Attributes|Raises|Returns|Notes)\n-+$\n?", re.MULTILINE)
_FIELDS = re.compile(r"^(\S[^\n]*)\n((?:[ \t]+[^\n]*\n?|\n)+)", re.MULTILINE)


def parted(docstring: str) -> tuple[str, dict[str, str]]:
    """Return a numpydoc docstring's text without sections, and what it says of each field."""
    text, *sections = _SECTION.split(docstring)
    said: dict[str, str] = {}
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        if name in ("Parameters", "Attributes"):
            for names, about in _FIELDS.findall(body):
                words = " ".join(about.split())
                said |= {field.strip(): marked(words) for field in names.split(",")}
    return marked(text.strip()), said


def marked(text: str) -> str:
    """Return reStructuredText's code as Markdown's, which is what JSON Schema and OpenAPI take."""
    return re.sub(r"``(.+?)``", r"`\1`", text)


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Have each field of an object say what its docstring says of it; what says so already stays."""
    if not isinstance(text := schema.get("description"), str):
        return schema
    text, said = parted(text)
    fields = {
        name: {**field, "description": said[name]} if name in said and "description" not in field else field
        for name, field in schema.get("properties", {}).items()
    }
    return {**schema, "description": text, **({"properties": fields} if fields else {})}

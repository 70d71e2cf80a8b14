"""Names of schemas that read well, also as the classes of generated clients."""

from __future__ import annotations

import re
from typing import Any

_GENERIC = re.compile(r"(?P<outer>[A-Za-z]+)_(?P<inner>\w+)_")
_REFERENCE = "#/components/schemas/"


def readable(name: str) -> str:
    """Return a schema's name: ``Page_Record_Site__`` is a ``SiteRecordPage``, ``City-Output`` a ``CityShown``."""
    if name.startswith("Body_"):
        return "".join(word.title() for word in name.split("_")[1:]) + "Body"
    name = name.removesuffix("-Input").replace("-Output", "Shown")
    if found := _GENERIC.fullmatch(name):
        return readable(found["inner"]) + found["outer"]
    return name


def renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with readable names of schemas.

    Raises
    ------
    RuntimeError
        When two schemas would have one name.
    """
    schemas = document["components"]["schemas"]
    names = {name: readable(name) for name in schemas}
    if len(set(names.values())) < len(names):
        twice = sorted(n for n in names if sum(other == names[n] for other in names.values()) > 1)
        raise RuntimeError(f"schemas with one name: {', '.join(twice)}")
    document["components"]["schemas"] = {
        names[name]: {**schema, "title": names[name]} if "title" in schema else schema
        for name, schema in sorted(schemas.items(), key=lambda pair: names[pair[0]])
    }
    found: dict[str, Any] = _pointed(
        document, {_REFERENCE + old: _REFERENCE + new for old, new in names.items()}
    )
    return found


def _pointed(value: Any, names: dict[str, str]) -> Any:
    """Return a part of the document with its references, mappings of discriminators among them, under new names."""
    if isinstance(value, dict):
        return {key: _pointed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_pointed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value

"""How changes of standing data are written in the history: as JSON, without what nobody may look up later."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from api.audit import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.standing.kinds import Kind

HIDDEN = {"phone"}
"""Columns whose values stay out of the history."""


def entry_of(
    kind: Kind,
    action: str,
    row: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Entry:
    """Return the history's entry of a row that was added, changed or removed."""
    key = str(row[kind.key]) if kind.key else str(row.get("id", ""))
    return Entry(f"{kind.name}.{action}", kind.name, key, shown(kind, before), shown(kind, after))


def shown(kind: Kind, row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a row as the history keeps it: as JSON, and without what is hidden."""
    if row is None:
        return None
    kept = {name: row[name] for name in kind.fields if name not in HIDDEN and name in row}
    found: dict[str, Any] = json.loads(json.dumps(kept, ensure_ascii=False, default=_plain))
    return found


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)

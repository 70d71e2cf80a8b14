"""Long lists in pages: each page names where the next begins."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from api.errors import Invalid

ItemT = TypeVar("ItemT")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="The `next` of the page before.")]


class Page(BaseModel, Generic[ItemT]):
    """Some of a list.

    Parameters
    ----------
    next
        The cursor of the next page; None: this is the last.
    """

    items: list[ItemT]
    next: str | None = None


def cursor_of(*key: Any) -> str:
    """Return what names a place in a list, by the key of its last item."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode()


def key_of(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """Return the key in a cursor.

    Raises
    ------
    Invalid
        When it is none of ours.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if len(key) == len(kinds) and all(_is_a(kind, k) for k, kind in zip(key, kinds, strict=True)):
            return tuple(key)
    except (ValueError, TypeError, RecursionError):
        pass
    raise Invalid("The cursor is none of ours: begin again without one")


def _is_a(kind: type, part: Any) -> bool:
    """Say whether a part of a key is of a kind, and one that a database can compare with."""
    if type(part) is not kind:
        return False
    return abs(part) < 2**63 if isinstance(part, int) else "\0" not in str(part)

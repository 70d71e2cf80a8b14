"""Which of a plan's shifts somebody may see, and the tags that edits of them name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import or_, true

from api.plans.tables import ShiftRow
from api.routing import etag

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from api.accounts.identity import Scope


def shifts_inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of shifts is in a scope."""
    if scope.everywhere:
        return true()
    return or_(ShiftRow.district.in_(scope.districts), ShiftRow.site.in_(scope.sites))


def shift_tag(plan: str, shift: str, version: int) -> str:
    """Return a shift's entity tag; ids may hold what a tag may not, so a hash stands for it."""
    return etag(plan, hashlib.sha256(shift.encode()).hexdigest()[:16], version)

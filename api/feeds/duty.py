"""A published duty as feeds hold it in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from api.plans.tables import DutyRow

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Duty:
    """The columns of a duty that calendars need; see `api.plans.tables.DutyRow`. Nobody changes one."""

    uid: str
    assignee: str
    shift: str
    role: str
    index: int
    site: str
    date: dt.date
    window: str
    start: dt.datetime
    end: dt.datetime
    sequence: int
    changed_at: dt.datetime
    cancelled_at: dt.datetime | None
    told: str


NAMES = tuple(field.name for field in fields(Duty))

COLUMNS = tuple(getattr(DutyRow, name) for name in NAMES)
"""What a query for duties selects, in the order in which a duty takes it."""


def duty_of(row: Mapping[str, object]) -> Duty:
    """Return the duty of a row by the names of its columns."""
    return Duty(*[row[name] for name in NAMES])  # type: ignore[arg-type]

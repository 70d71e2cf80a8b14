"""What was done and carried before a horizon: imported, published, and closed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import func, select

from api.plans.tables import DutyRow
from api.standing.tables import LedgerRow, PastDutyRow
from models import LedgerEntry, PastDuty

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_PAST = TypeAdapter(list[PastDuty])


def duties_before(
    session: Session,
    start: dt.date,
    days: int,
    zone: ZoneInfo,
    *,
    but_of: str | None = None,
    assignees: Collection[str] | None = None,
) -> list[PastDuty]:
    """Return what was done in so many days before a date: published duties, and what was imported.

    Parameters
    ----------
    but_of
        A plan whose duties are left out.
    assignees
        Of these alone; None: of all.
    """
    first = start - dt.timedelta(days=days)
    names = list(PastDuty.model_fields)
    rows: list[dict[str, Any]] = []
    for table in (PastDutyRow, DutyRow):
        query = select(*(getattr(table, name) for name in names)).where(
            table.date >= first, table.date < start
        )
        if assignees is not None:
            query = query.where(table.assignee.in_(assignees))
        if table is DutyRow:
            query = query.where(DutyRow.cancelled_at.is_(None))
            if but_of is not None:
                query = query.where(DutyRow.plan != but_of)
        for row in session.execute(query.order_by(table.start)).mappings():
            local = {name: row[name].astimezone(zone) for name in ("start", "end")}
            rows.append({**row, **local})
    seen: set[tuple[str, dt.date, str, str, str]] = set()
    found = []
    for duty in _PAST.validate_python(rows):
        key = (duty.assignee, duty.date, duty.role, duty.site, duty.window)
        if key not in seen:
            seen.add(key)
            found.append(duty)
    return found


def counting(session: Session, before: dt.date, weeks: int) -> ColumnElement[bool]:
    """Return the condition of the ledger's rows that count before a date: from what was last brought along on."""
    found = (LedgerRow.week >= before - dt.timedelta(weeks=weeks)) & (LedgerRow.week < before)
    brought = session.scalar(select(func.max(LedgerRow.week)).where(LedgerRow.kind == "brought", found))
    return found if brought is None else found & (LedgerRow.week >= brought)


def ledger_before(session: Session, start: dt.date, weeks: int) -> list[LedgerEntry]:
    """Return what everybody has carried in so many weeks before a date."""
    query = (
        select(LedgerRow.assignee, func.sum(LedgerRow.points))
        .where(counting(session, start, weeks))
        .group_by(LedgerRow.assignee)
        .order_by(LedgerRow.assignee)
    )
    return [LedgerEntry(assignee=name, points=int(points)) for name, points in session.execute(query)]

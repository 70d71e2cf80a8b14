"""The audit, read within a scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, true

from api.accounts.tables import AccountRow
from api.pages import Page, cursor_of, key_of
from api.plans.tables import AuditRow
from api.trail.shapes import AuditEntry

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope


@dataclass(frozen=True)
class Wanted:
    """Which entries; what is None is any.

    Attributes
    ----------
    since, until
        From a moment on, and before one.
    """

    kind: str | None = None
    key: str | None = None
    action: str | None = None
    plan: str | None = None
    account: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def entries_inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of the audit belongs to a scope."""
    if scope.everywhere:
        return true()
    return or_(AuditRow.district.in_(scope.districts), AuditRow.site.in_(scope.sites))


def page(
    session: Session, scope: Scope, wanted: Wanted, *, limit: int, cursor: str | None
) -> Page[AuditEntry]:
    """Return a page of entries, the latest first."""
    query = (
        select(*AuditRow.__table__.columns, AccountRow.login)
        .outerjoin(AccountRow, AccountRow.id == AuditRow.account)
        .where(entries_inside(scope))
        .order_by(AuditRow.id.desc())
        .limit(limit + 1)
    )
    for name in ("kind", "key", "action", "plan", "account"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(AuditRow, name) == value)
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    if (after := key_of(cursor, int)) is not None:
        query = query.where(AuditRow.id < after[0])
    found = [AuditEntry.model_validate(row) for row in session.execute(query)]
    items = found[:limit]
    return Page[AuditEntry](items=items, next=cursor_of(items[-1].id) if len(found) > limit else None)

"""Who changed a row of standing data, when, from which values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.accounts.identity import Permission
from api.accounts.tables import AccountRow
from api.plans.tables import AuditRow
from api.standing.records import find
from api.standing.shapes import HistoryEntry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.standing.resources import Resource

MOST = 1000
"""Entries of one row that are shown."""


def permission(resource: Resource) -> Permission:
    """Return who may ask: who may read the row, and of what everybody reads, who may read the audit."""
    return Permission.READ_AUDIT if resource.read is Permission.READ_CITY else resource.read


def of(session: Session, identity: Identity, resource: Resource, key: str) -> list[HistoryEntry]:
    """Return the history of one row, the latest first.

    Raises
    ------
    NotFound
        When there is none in the scope; what is gone is in the whole city's alone.
    """
    scope = identity.scope(permission(resource))
    if not scope.everywhere:
        find(session, resource.kind, key, scope)
    found = entries(session, resource.kind.name, key)
    if not found and scope.everywhere:
        find(session, resource.kind, key, scope)
    return found


def entries(session: Session, kind: str, key: str) -> list[HistoryEntry]:
    """Return all entries of something, the latest first."""
    query = (
        select(AuditRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == AuditRow.account)
        .where(AuditRow.kind == kind, AuditRow.key == key)
        .order_by(AuditRow.id.desc())
        .limit(MOST)
    )
    return [
        HistoryEntry(
            at=row.at, who=who, action=row.action, before=row.before, after=row.after, request=row.request
        )
        for row, who in session.execute(query)
    ]

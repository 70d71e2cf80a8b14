"""Where in the audit a person is mentioned: as the key, as a part of it, or among the values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, or_, select

from api.plans.tables import AuditRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def entries_about(session: Session, person: str, login: str | None) -> Sequence[AuditRow]:
    """Return the entries that mention a person or their login, the earliest first. It reads the whole audit."""
    # Databases keep JSON's strings as they are, or with what isn't ASCII escaped.
    tokens = {json.dumps(person), json.dumps(person, ensure_ascii=False)}
    conditions = [
        cast(column, Text).contains(token, autoescape=True)
        for column in (AuditRow.before, AuditRow.after)
        for token in sorted(tokens)
    ]
    conditions.append(AuditRow.key.contains(person, autoescape=True))
    if login is not None:
        conditions.append(AuditRow.key == login)
    found = session.scalars(select(AuditRow).where(or_(*conditions)).order_by(AuditRow.id))
    return [row for row in found if _mentions(row, person, login)]


def _mentions(row: AuditRow, person: str, login: str | None) -> bool:
    """Say whether it is the person, and nobody whose id only contains theirs."""
    if person in parts(row.key) or (row.kind in ("accounts", "logins") and row.key == login):
        return True
    return any(_holds(value, person) for value in (row.before, row.after))


def parts(key: str) -> list[str]:
    """Return the ids in a key."""
    return key.replace("|", "/").split("/")


def _holds(value: object, person: str) -> bool:
    if isinstance(value, dict):
        return any(k == person or _holds(v, person) for k, v in value.items())
    if isinstance(value, list):
        return any(_holds(v, person) for v in value)
    return value == person

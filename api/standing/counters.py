"""How often each kind of data was changed: the sign by which caches know what is still good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, select, update

from api.database.base import now
from api.standing.tables import CounterRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CALENDARS = frozenset({"duties", "feeds", "notes", "erased"})
"""What is published, and how calendars show it: nothing that a problem is put together from."""


def changed(session: Session, *names: str) -> int:
    """Note that some kinds of data have changed, by the names of their kinds or ``city``.

    Returns
    -------
    int
        How often the last of them has been. On PostgreSQL nobody else changes a kind until this session ends, so
        whoever sees this number sees what was changed with all those before.
    """
    number, moment = 0, now()
    for name in sorted(set(names)):
        row = update(CounterRow).where(CounterRow.name == name)
        later = case((CounterRow.changed_at > moment, CounterRow.changed_at), else_=moment)
        found = session.execute(
            row.values(value=CounterRow.value + 1, changed_at=later).returning(CounterRow.value)
        ).scalar_one_or_none()
        if found is None:
            session.add(CounterRow(name=name, value=1, changed_at=moment))
        number = found or 1
    session.flush()
    return number


def counts(session: Session) -> dict[str, int]:
    """Return how often each kind of standing data was changed."""
    query = select(CounterRow.name, CounterRow.value).where(CounterRow.name.not_in(CALENDARS))
    return {name: value for name, value in session.execute(query)}

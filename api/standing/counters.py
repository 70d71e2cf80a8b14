"""How often each kind of standing data was changed: the sign by which caches know what is still good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from api.standing.tables import CounterRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def changed(session: Session, *names: str) -> None:
    """Note that some kinds of standing data, by the names of their kinds or ``city``, have changed."""
    for name in sorted(set(names)):
        counted = session.execute(
            update(CounterRow).where(CounterRow.name == name).values(value=CounterRow.value + 1)
        )
        if not counted.rowcount:  # type: ignore[attr-defined]
            session.add(CounterRow(name=name, value=1))
    session.flush()


def counts(session: Session) -> dict[str, int]:
    """Return how often each kind was changed."""
    return {name: value for name, value in session.execute(select(CounterRow.name, CounterRow.value))}

"""Rows of standing data added, changed and taken away, each with its entry in the history."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text, update

from api.audit import Entry, record
from api.feeds import feeds
from api.feeds.telling import removed, renamed
from api.plans.tables import ShiftRow
from api.standing.counters import changed, counts
from api.standing.entries import entry_of
from api.standing.kinds import PEOPLE, ROLES, SITES
from api.standing.tables import PersonRow
from api.tags import etag

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.standing.kinds import Kind, Row

_LOCK = 0x68757875
"""The number of the lock on PostgreSQL."""


def alone(session: Session) -> None:
    """Let nobody else change standing data until this session ends: what is checked together stays true.

    Where a plan is locked as well, the plan comes first. On SQLite a writing session is alone from its begin.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def tag(row: Row) -> str:
    """Return a row's entity tag."""
    return etag(row["version"])


def key_of(kind: Kind, row: Row) -> str:
    """Return what names a row in its address."""
    return str(row[kind.key or "id"])


def add(session: Session, actor: Actor, kind: Kind, values: Sequence[Any]) -> list[Row]:
    """Store new rows, and return them."""
    if not values:
        return []
    table = kind.table
    place = session.scalar(select(func.coalesce(func.max(table.c.position), -1))) or 0
    # Of one id, no later row has a version that an earlier one had: an old ETag never fits.
    version = counts(session).get(kind.name, 0) + 1
    rows = [
        kind.row_of(value) | {"position": place + k, "version": version}
        for k, value in enumerate(values, start=1)
    ]
    stored = session.execute(insert(table).returning(table, sort_by_parameter_order=True), rows)
    found = [dict(row) for row in stored.mappings()]
    record(session, actor, [entry_of(kind, "add", row, None, row) for row in found])
    changed(session, kind.name)
    return found


def change(session: Session, actor: Actor, kind: Kind, pairs: Sequence[tuple[Row, Any]]) -> list[Row]:
    """Store other values in rows, and return these."""
    entries, found = [], []
    for before, value in pairs:
        after = before | kind.row_of(value) | {"version": before["version"] + 1}
        _update(session, kind, before, {**kind.row_of(value), "version": after["version"]})
        if kind is SITES and after["district"] != before["district"]:
            session.execute(
                update(ShiftRow).where(ShiftRow.site == after["id"]).values(district=after["district"])
            )
        entries.append(entry_of(kind, "change", after, before, after))
        found.append(after)
    record(session, actor, entries)
    if pairs:
        changed(session, kind.name)
        renamed(session, kind, [(before, after) for (before, _), after in zip(pairs, found, strict=True)])
    return found


def remove(
    session: Session, actor: Actor, kind: Kind, rows: Sequence[Row], *, on: dt.date | None = None
) -> list[Row]:
    """Take rows away, and return what is left of them: people leave on a day, and stay known."""
    found = []
    for row in rows:
        if kind is PEOPLE:
            left = {"left_on": on, "version": row["version"] + 1}
            _update(session, kind, row, left)
            found.append(row | left)
        else:
            name = kind.key or "id"
            session.execute(delete(kind.table).where(kind.table.c[name] == row[name]))
    if kind is PEOPLE:
        record(session, actor, [_moved("leave", row, on) for row in rows])
    else:
        record(session, actor, [entry_of(kind, "remove", row, row, None) for row in rows])
    if rows:
        changed(session, kind.name)
        if kind is not PEOPLE:
            removed(session, kind, rows)
    return found


def bring_back(session: Session, actor: Actor, row: Row) -> Row:
    """Let a person who has left serve again; their calendars' addresses open nothing any more."""
    back = {"left_on": None, "version": row["version"] + 1}
    _update(session, PEOPLE, row, back)
    record(session, actor, [_moved("return", row, None)])
    changed(session, PEOPLE.name)
    feeds.revoke_all(session, actor, row["id"])
    return row | back


def forget(session: Session, kind: Kind, keys: Collection[str]) -> None:
    """Take sites or roles that go out of the rows of people who have left: nothing else refers to them."""
    gone = set(keys)
    query = select(PEOPLE.table).where(PersonRow.left_on.is_not(None))
    for row in session.execute(query).mappings():
        fields = ("roles",) if kind is ROLES else ("sites",)
        values: Row = {name: [x for x in row[name] if x not in gone] for name in fields}
        if kind is SITES and row["posted_to"] in gone:
            values["posted_to"] = None
        if any(row[name] != value for name, value in values.items()):
            _update(session, PEOPLE, dict(row), values)


def _moved(action: str, row: Row, on: dt.date | None) -> Entry:
    before, after = ({"left_on": day and day.isoformat()} for day in (row["left_on"], on))
    return Entry(f"people.{action}", "people", row["id"], before, after)


def _update(session: Session, kind: Kind, row: Row, values: Row) -> None:
    name = kind.key or "id"
    session.execute(update(kind.table).where(kind.table.c[name] == row[name]).values(values))

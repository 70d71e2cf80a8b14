"""A unit's people, absences, timetables and offers as lists that are replaced as a whole: all rows, or none."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from api.errors import Stale
from api.standing import rows
from api.standing.filters import touching
from api.standing.kinds import ABSENCES, OFFERS, PEOPLE, UNITS
from api.standing.reach import inside
from api.standing.records import find, leave_all, shown, today, zone_of
from api.standing.references import faults_of, refuse
from api.standing.shapes import Done, GridAnswer, GridDone, GridRecords
from api.standing.tables import AbsenceRow, CrewRow, OfferRow, PersonRow
from api.tags import etag
from models.checks import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope
    from api.standing.kinds import Kind, Row
    from api.standing.resources import Resource
    from api.standing.shapes import GridRow

Dates = tuple[dt.date, dt.date]
"""The first and the last; both included."""


def read(
    session: Session, identity: Identity, resource: Resource, unit: str, dates: Dates | None
) -> GridRecords[Any]:
    """Return a unit's list.

    Parameters
    ----------
    dates
        Of absences, those that touch these days; of offers, those for them and those for every week.

    Raises
    ------
    NotFound
        When the unit isn't in the scope.
    """
    scope = identity.scope(resource.read)
    find(session, UNITS, unit, scope)
    listed = _rows(session, resource.kind, unit, dates, scope, write=False)
    return GridRecords(etag=_tag(listed), rows=shown(session, identity, resource.kind, listed))


def replace(
    session: Session,
    identity: Identity,
    resource: Resource,
    unit: str,
    dates: Dates | None,
    tags: Collection[str],
    sent: Sequence[GridRow[Any]],
) -> GridAnswer:
    """Make a unit's list be what is sent: add, change and remove rows as needed, or refuse all.

    People who are not in the list leave today.

    Raises
    ------
    NotFound
        When the unit isn't in the scope.
    Stale
        When the list was changed meanwhile.
    Invalid
        With the faults of all rows.
    ReferredTo
        When somebody who would leave holds posts.
    """
    kind, scope = resource.kind, identity.scope(resource.write)
    rows.alone(session)
    find(session, UNITS, unit, scope, write=True)
    stored = _rows(session, kind, unit, dates, scope, write=True)
    if _tag(stored) not in tags and "*" not in tags:
        raise Stale
    by_key = {rows.key_of(kind, row): row for row in stored}
    keys = [row.id if kind.key is None else str(getattr(row.value, kind.key)) for row in sent]
    faults = _faults_of_keys(session, kind, keys, sent, by_key)
    faults += _outside(session, kind, unit, dates, [row.value for row in sent])
    before = [by_key.get(key) if key is not None else None for key in keys]
    faults += [
        (k, Fault(("value", *fault.path), fault.found, fault.expected))
        for k, fault in faults_of(session, kind, [row.value for row in sent], before, scope)
    ]
    refuse([Fault(("body", "rows", k, *f.path), f.found, f.expected) for k, f in sorted(faults)])
    gone = [row for key, row in by_key.items() if key not in keys]
    if kind is PEOPLE:
        leave_all(session, identity, gone, today(session))
    else:
        rows.remove(session, identity.actor, kind, gone)
    done = _store(session, identity, kind, sent, before)
    tag = _tag(_rows(session, kind, unit, dates, scope, write=True))
    return GridAnswer(etag=tag, rows=done, removed=[rows.key_of(kind, row) for row in gone])


def _rows(
    session: Session, kind: Kind, unit: str, dates: Dates | None, scope: Scope, *, write: bool
) -> list[Row]:
    table = kind.table
    people = select(PersonRow.id).where(PersonRow.unit == unit, PersonRow.left_on.is_(None))
    query = select(table).where(inside(kind, scope, write=write))
    if kind is PEOPLE:
        query = query.where(PersonRow.id.in_(people))
    elif kind is ABSENCES:
        crews = select(CrewRow.id).where(CrewRow.unit == unit)
        query = query.where(or_(AbsenceRow.assignee.in_(people), AbsenceRow.assignee.in_(crews)))
        first, last = dates or (None, None)
        query = query.where(*touching(first, last, zone_of(session)))
    else:
        query = query.where(table.c.person.in_(people))
    if kind is OFFERS and dates is not None:
        query = query.where(or_(OfferRow.date.is_(None), OfferRow.date.between(*dates)))
    query = query.order_by(*([table.c.position] if kind is PEOPLE else []), *table.primary_key.columns)
    return [dict(row) for row in session.execute(query).mappings()]


def _tag(listed: Sequence[Row]) -> str:
    """Return a list's entity tag: it tells which rows there are, in which versions."""
    said = "|".join(f"{row.get('id', row.get('person'))} {row['version']}" for row in listed)
    return etag(len(listed), hashlib.sha256(said.encode()).hexdigest()[:16])


def _faults_of_keys(
    session: Session,
    kind: Kind,
    keys: Sequence[str | None],
    sent: Sequence[GridRow[Any]],
    by_key: dict[str, Row],
) -> list[tuple[int, Fault]]:
    """Return what is wrong with which rows are meant."""
    found: list[tuple[int, Fault]] = []
    seen: set[str] = set()
    fresh = [key for key in keys if key is not None and key not in by_key] if kind is PEOPLE else []
    column = kind.table.c[kind.key or "id"]
    taken = set(session.scalars(select(column).where(column.in_(fresh)))) if fresh else set()
    for k, (key, row) in enumerate(zip(keys, sent, strict=True)):
        if kind.key and row.id not in (None, key):
            found.append((k, Fault(("id",), str(row.id), f"{key}, as the value says, or nothing")))
        if key is None:
            continue
        if not kind.key and key not in by_key:
            found.append((k, Fault(("id",), key, "the id of a row of this list, or nothing for a new row")))
        if key in taken:
            found.append((k, Fault(("value", kind.key or "id"), key, "an id that nothing else has, or had")))
        if key in seen:
            found.append((k, Fault(("id",), key, "each row once")))
        seen.add(key)
    return found


def _outside(
    session: Session, kind: Kind, unit: str, dates: Dates | None, values: Sequence[Any]
) -> list[tuple[int, Fault]]:
    """Return the rows that would not be in the list: they belong to another unit, or to other days."""
    if kind is PEOPLE:
        return [
            (k, Fault(("value", "unit"), person.unit, f"{unit}, the unit of this list"))
            for k, person in enumerate(values)
            if person.unit != unit
        ]
    name = "assignee" if kind is ABSENCES else "person"
    asked = {getattr(value, name) for value in values}
    there = set(
        session.scalars(
            select(PersonRow.id).where(
                PersonRow.id.in_(asked), PersonRow.unit == unit, PersonRow.left_on.is_(None)
            )
        )
    )
    if kind is ABSENCES:
        there |= set(session.scalars(select(CrewRow.id).where(CrewRow.id.in_(asked), CrewRow.unit == unit)))
    found = [
        (k, Fault(("value", name), getattr(value, name), f"somebody of {unit}"))
        for k, value in enumerate(values)
        if getattr(value, name) not in there
    ]
    if dates is not None:
        zone = zone_of(session)
        expected = f"days of this list, {dates[0]} to {dates[1]}"
        found += [
            (k, Fault(("value",), "other days", expected))
            for k, value in enumerate(values)
            if not _on(kind, value, dates, zone)
        ]
    return found


def _on(kind: Kind, value: Any, dates: Dates, zone: ZoneInfo) -> bool:
    if kind is OFFERS:
        return value.date is None or dates[0] <= value.date <= dates[1]
    if kind is not ABSENCES:
        return True
    first = dt.datetime.combine(dates[0], dt.time(), zone)
    after = dt.datetime.combine(dates[1] + dt.timedelta(days=1), dt.time(), zone)
    return bool(value.end > first and value.start < after)


def _store(
    session: Session,
    identity: Identity,
    kind: Kind,
    sent: Sequence[GridRow[Any]],
    before: Sequence[Row | None],
) -> list[GridDone]:
    fresh = [row.value for row, old in zip(sent, before, strict=True) if old is None]
    pairs = [
        (old, row.value)
        for row, old in zip(sent, before, strict=True)
        if old is not None and kind.values_of([old])[0] != row.value
    ]
    changed = {row[kind.key or "id"]: row for row in rows.change(session, identity.actor, kind, pairs)}
    added = iter(rows.add(session, identity.actor, kind, fresh))
    answers = []
    for old in before:
        row = next(added) if old is None else changed.get(old[kind.key or "id"], old)
        done: Done = "added" if old is None else "kept" if row is old else "changed"
        answers.append(GridDone(id=rows.key_of(kind, row), etag=rows.tag(row), done=done))
    return answers

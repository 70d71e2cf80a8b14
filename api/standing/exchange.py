"""A whole city in, all or nothing, and out again: what a workbook would change, and changing it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from api.audit import Entry, record
from api.standing.counters import changed
from api.standing.kinds import ABSENCES, BELLS, CITY_FIELDS, KINDS, OFFERS, PEOPLE, PREFERENCES, Kind, Row
from api.standing.tables import CityRow, LedgerRow, PastDutyRow, PersonRow
from models import LedgerEntry, PastDuty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from models import Problem

HIDDEN = {"phone"}
"""Columns whose values stay out of the history."""


@dataclass(frozen=True)
class Change:
    """What would change, or has changed, of one kind.

    Attributes
    ----------
    added, changed, removed
        Keys, or for rows without one what they say.
    """

    kind: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True)
class _Step:
    """The rows of one kind that come, change and go."""

    kind: Kind
    added: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]
    removed: tuple[Row, ...]
    moved: tuple[tuple[Any, int], ...] = ()


def compare(session: Session, problem: Problem) -> tuple[Change, ...]:
    """Return what storing a problem's standing data would change, leaving out kinds that stay."""
    return _changes(session, problem, _steps(session, problem))


def _changes(session: Session, problem: Problem, steps: Iterable[_Step]) -> tuple[Change, ...]:
    found = [_city_change(session, problem), *(_told(step) for step in steps)]
    found += [_past_change(session, problem), _ledger_change(session, problem)]
    return tuple(change for change in found if change)


def store(session: Session, problem: Problem, actor: Actor) -> tuple[Change, ...]:
    """Make a problem's standing data the city's, and return what has changed.

    Rows that a problem can't show, because they lie outside its horizon, stay. People who are in it no more
    have left: what they did stays known.
    """
    steps = _steps(session, problem)
    told = _changes(session, problem, steps)
    _store_city(session, problem)
    entries: list[Entry] = []
    for step in steps:
        entries += _insert_and_update(session, step)
    for step in reversed(steps):
        entries += _remove(session, step, problem.horizon.start)
    _store_past(session, problem)
    _store_ledger(session, problem)
    record(session, actor, entries)
    if told:
        record(session, actor, [Entry("city.import", "city", "1", None, _counted(told))])
        changed(session, *(change.kind for change in told))
    return told


def _counted(told: Iterable[Change]) -> dict[str, Any]:
    return {c.kind: [len(c.added), len(c.changed), len(c.removed)] for c in told}


# What there is one of


def _city_of(problem: Problem) -> dict[str, Any]:
    return problem.model_dump(mode="json", include=set(CITY_FIELDS))


def _city_row(session: Session) -> CityRow | None:
    return session.get(CityRow, 1)


def _city_change(session: Session, problem: Problem) -> Change:
    row, new = _city_row(session), _city_of(problem)
    if row is None:
        return Change("city", added=CITY_FIELDS)
    return Change("city", changed=tuple(name for name in CITY_FIELDS if getattr(row, name) != new[name]))


def _store_city(session: Session, problem: Problem) -> None:
    row, new = _city_row(session), _city_of(problem)
    if row is None:
        session.add(CityRow(id=1, **new))
    elif any(getattr(row, name) != new[name] for name in CITY_FIELDS):
        for name in CITY_FIELDS:
            setattr(row, name, new[name])
        row.version += 1
    session.flush()


# What there are many of


def _steps(session: Session, problem: Problem) -> list[_Step]:
    return [
        (_named_step if kind.key else _unnamed_step)(session, kind, getattr(problem, kind.name), problem)
        for kind in KINDS
    ]


def _named_step(session: Session, kind: Kind, values: Sequence[Any], problem: Problem) -> _Step:
    assert kind.key is not None
    old = {row[kind.key]: row for row in kind.load(session)}
    added, differing, moved = [], [], []
    for place, value in enumerate(values):
        new = kind.row_of(value) | {"position": place}
        before = old.pop(new[kind.key], None)
        if before is None:
            added.append(new)
        elif any(before[name] != new[name] for name in kind.fields) or before.get("left_on") is not None:
            differing.append((before, new))
        elif before["position"] != place:
            moved.append((new[kind.key], place))
    gone = [row for row in old.values() if row.get("left_on") is None]
    return _Step(kind, tuple(added), tuple(differing), tuple(gone), tuple(moved))


def _unnamed_step(session: Session, kind: Kind, values: Sequence[Any], problem: Problem) -> _Step:
    """Match rows by all they say; those that the problem can't show stay."""
    old: defaultdict[str, list[Row]] = defaultdict(list)
    for row in kind.load(session):
        if _shown(kind, row, problem):
            old[_said(kind, row)].append(row)
    added = []
    for place, value in enumerate(values):
        new = kind.row_of(value) | {"position": place}
        same = old.get(_said(kind, new))
        if same:
            same.pop(0)
        else:
            added.append(new)
    return _Step(kind, tuple(added), (), tuple(row for rows in old.values() for row in rows))


def _said(kind: Kind, row: Mapping[str, Any]) -> str:
    """Return all that a row says, moments in one zone."""
    said = [
        found.astimezone(dt.UTC).isoformat() if isinstance(found, dt.datetime) else found
        for found in (row[name] for name in kind.fields)
    ]
    return json.dumps(said, ensure_ascii=False, default=str)


def _shown(kind: Kind, row: Row, problem: Problem) -> bool:
    """Say whether a row would stand in a workbook for the problem's horizon."""
    dates = problem.horizon.dates
    if kind is ABSENCES:
        zone = ZoneInfo(problem.timezone)
        first = dt.datetime.combine(dates[0], dt.time(), zone)
        after = dt.datetime.combine(dates[-1] + dt.timedelta(days=2), dt.time(), zone)
        return bool(row["end"] > first and row["start"] < after)
    if kind in (BELLS, OFFERS, PREFERENCES):
        return row["date"] is None or row["date"] in dates
    return True


def _told(step: _Step) -> Change:
    kind = step.kind

    def named(rows: Iterable[Row]) -> tuple[str, ...]:
        return tuple(str(row[kind.key]) if kind.key else _said(kind, row) for row in rows)

    return Change(kind.name, named(step.added), named(new for _, new in step.changed), named(step.removed))


def _insert_and_update(session: Session, step: _Step) -> list[Entry]:
    kind, table = step.kind, step.kind.table
    entries = []
    if step.added:
        session.execute(insert(table), list(step.added))
        entries += [entry_of(kind, "add", row, None, row) for row in step.added if kind.key]
    for before, new in step.changed:
        assert kind.key is not None
        values = {**new, "version": before["version"] + 1}
        if kind is PEOPLE:
            values["left_on"] = None
        session.execute(update(table).where(table.c[kind.key] == new[kind.key]).values(values))
        entries.append(entry_of(kind, "change", new, before, new))
    for key, place in step.moved:
        assert kind.key is not None
        session.execute(update(table).where(table.c[kind.key] == key).values(position=place))
    return entries


def _remove(session: Session, step: _Step, day: dt.date) -> list[Entry]:
    kind, table = step.kind, step.kind.table
    for row in step.removed:
        if kind is PEOPLE:
            session.execute(
                update(PersonRow)
                .where(PersonRow.id == row["id"])
                .values(left_on=day, version=PersonRow.version + 1)
            )
        else:
            column = kind.key or "id"
            session.execute(delete(table).where(table.c[column] == row[column]))
    return [entry_of(kind, "remove", row, row, None) for row in step.removed]


def entry_of(
    kind: Kind,
    action: str,
    row: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Entry:
    """Return the history's entry of a row that was added, changed or removed."""
    key = str(row[kind.key]) if kind.key else str(row.get("id", ""))
    return Entry(f"{kind.name}.{action}", kind.name, key, shown(kind, before), shown(kind, after))


def shown(kind: Kind, row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a row as the history keeps it: as JSON, and without what is hidden."""
    if row is None:
        return None
    kept = {name: row[name] for name in kind.fields if name not in HIDDEN and name in row}
    found: dict[str, Any] = json.loads(json.dumps(kept, ensure_ascii=False, default=_plain))
    return found


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


# What people carried before


def _past_of(duty: PastDuty) -> Row:
    return {name: getattr(duty, name) for name in PastDuty.model_fields}


def _past_change(session: Session, problem: Problem) -> Change:
    old = Counter(_past_key(row) for row in _past_rows(session))
    new = Counter(_past_key(_past_of(duty)) for duty in problem.history)
    return Change("past_duties", tuple((new - old).elements()), (), tuple((old - new).elements()))


def _past_rows(session: Session) -> list[Row]:
    return [dict(row) for row in session.execute(select(PastDutyRow.__table__)).mappings()]


def _past_key(row: Mapping[str, Any]) -> str:
    return "|".join(
        found.astimezone(dt.UTC).isoformat() if isinstance(found, dt.datetime) else str(found)
        for found in (row[name] for name in PastDuty.model_fields)
    )


def _store_past(session: Session, problem: Problem) -> None:
    if _past_change(session, problem):
        session.execute(delete(PastDutyRow))
        rows = [_past_of(duty) for duty in problem.history]
        if rows:
            session.execute(insert(PastDutyRow), rows)


def _brought(problem: Problem) -> dt.date:
    return problem.horizon.start - dt.timedelta(days=1)


def _ledger_change(session: Session, problem: Problem) -> Change:
    query = select(LedgerRow.assignee, LedgerRow.points).where(
        LedgerRow.kind == "brought", LedgerRow.week == _brought(problem)
    )
    old = {assignee: points for assignee, points in session.execute(query)}
    new = {entry.assignee: entry.points for entry in problem.ledger}
    return Change(
        "ledger",
        tuple(new.keys() - old.keys()),
        tuple(k for k in new.keys() & old.keys() if new[k] != old[k]),
        tuple(old.keys() - new.keys()),
    )


def _store_ledger(session: Session, problem: Problem) -> None:
    if not _ledger_change(session, problem):
        return
    week = _brought(problem)
    session.execute(delete(LedgerRow).where(LedgerRow.kind == "brought", LedgerRow.week == week))
    rows = [_ledger_row(entry, week) for entry in problem.ledger]
    if rows:
        session.execute(insert(LedgerRow), rows)


def _ledger_row(entry: LedgerEntry, week: dt.date) -> Row:
    return {"assignee": entry.assignee, "week": week, "kind": "brought", "points": entry.points}

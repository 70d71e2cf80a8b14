"""A whole city in, all or nothing: what a workbook would change, and changing it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, func, insert, select, update

from api.audit import Entry, record
from api.feeds.telling import retell
from api.plans.past import duties_before, ledger_before
from api.plans.tables import AssignmentRow, PlanRow, ShiftRow
from api.settings import Settings
from api.standing.counters import changed, counts
from api.standing.entries import entry_of, shown
from api.standing.kinds import CITY_FIELDS, PEOPLE, ROLES, SITES
from api.standing.rows import alone, forget
from api.standing.shapes import Changed, KindChange, Some, SomeChanged
from api.standing.steps import steps
from api.standing.tables import CityRow, LedgerRow, PastDutyRow
from models import PastDuty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.standing.kinds import Kind, Row
    from api.standing.steps import Step
    from models import Problem

FIRST = 100
"""Rows of each sort that are named; the others are counted."""

AT_ONCE = 5000
"""Rows that one statement takes away."""


@dataclass(frozen=True)
class Reach:
    """How many days of duties and weeks of the ledger a problem looks back on."""

    days: int
    weeks: int


REACH = Reach(
    days=Settings.model_fields["history_days"].default, weeks=Settings.model_fields["ledger_weeks"].default
)
"""By default."""


def compare(session: Session, problem: Problem, reach: Reach = REACH) -> tuple[KindChange, ...]:
    """Return what storing a problem's standing data would change, leaving out kinds that stay."""
    return _changes(session, problem, steps(session, problem), reach)


def _changes(
    session: Session, problem: Problem, found: Iterable[Step], reach: Reach
) -> tuple[KindChange, ...]:
    told = [_city_change(session, problem), *(_told(step) for step in found)]
    told += [_past_change(session, problem, reach), _ledger_change(session, problem, reach)]
    return tuple(change for change in told if change.says_something)


def store(session: Session, problem: Problem, actor: Actor, reach: Reach = REACH) -> tuple[KindChange, ...]:
    """Make a problem's standing data the city's, and return what has changed.

    Rows that a problem can't show, because they lie outside its horizon, stay. People who are in it no more
    have left: what they did stays known.
    """
    alone(session)
    found = steps(session, problem)
    told = _changes(session, problem, found, reach)
    _store_city(session, problem)
    entries: list[Entry] = []
    known = counts(session)
    for step in found:
        entries += _insert_and_update(session, step, known.get(step.kind.name, 0) + 1)
    for step in reversed(found):
        entries += _remove(session, step, problem.horizon.start)
    for kind, write in (("past_duties", _store_past), ("ledger", _store_ledger)):
        if any(change.kind == kind for change in told):
            write(session, problem)
    record(session, actor, entries)
    if told:
        record(session, actor, [Entry("city.import", "city", "1", None, _counted(told))])
        changed(session, *(change.kind for change in told))
        retell(session)
    return told


def held_by_leavers(session: Session, problem: Problem) -> int:
    """Return how many posts of plans that aren't closed are held by who is not in a problem."""
    query = (
        select(AssignmentRow.assignee, func.count())
        .join(PlanRow, PlanRow.id == AssignmentRow.plan)
        .join(ShiftRow, (ShiftRow.plan == AssignmentRow.plan) & (ShiftRow.id == AssignmentRow.shift))
        .where(PlanRow.state != "closed", ShiftRow.date >= problem.horizon.start)
        .group_by(AssignmentRow.assignee)
    )
    there = problem.person_by_id.keys() | problem.crew_by_id.keys()
    return sum(count for assignee, count in session.execute(query) if assignee not in there)


def _counted(told: Iterable[KindChange]) -> dict[str, Any]:
    return {c.kind: [c.added.count, c.changed.count, c.removed.count] for c in told}


def _told(step: Step) -> KindChange:
    kind = step.kind

    def some(rows: Sequence[Row]) -> Some:
        first = [str(row[kind.key]) if kind.key else shown(kind, row) or {} for row in rows[:FIRST]]
        return Some(count=len(rows), first=first)

    changed_rows = [
        Changed(
            id=str(new[kind.key or "id"]),
            fields=[name for name in (*kind.fields, "left_on") if before.get(name) != new.get(name)],
        )
        for before, new in step.changed[:FIRST]
    ]
    return KindChange(
        kind=kind.name,
        added=some(step.added),
        changed=SomeChanged(count=len(step.changed), first=changed_rows),
        removed=some(step.removed),
        kept=some(step.kept),
    )


# What there is one of


def _city_of(problem: Problem) -> dict[str, Any]:
    return problem.model_dump(mode="json", include=set(CITY_FIELDS))


def _city_change(session: Session, problem: Problem) -> KindChange:
    row, new = session.get(CityRow, 1), _city_of(problem)
    if row is None:
        return KindChange(kind="city", added=Some(count=1, first=["1"]))
    fields = [name for name in CITY_FIELDS if getattr(row, name) != new[name]]
    first = [Changed(id="1", fields=fields)] if fields else []
    return KindChange(kind="city", changed=SomeChanged(count=len(first), first=first))


def _store_city(session: Session, problem: Problem) -> None:
    row, new = session.get(CityRow, 1), _city_of(problem)
    if row is None:
        session.add(CityRow(id=1, **new))
    elif any(getattr(row, name) != new[name] for name in CITY_FIELDS):
        for name in CITY_FIELDS:
            setattr(row, name, new[name])
        row.version += 1
    session.flush()


# What there are many of


def _insert_and_update(session: Session, step: Step, version: int) -> list[Entry]:
    kind = step.kind
    entries = []
    if step.added:
        session.execute(insert(kind.table), [row | {"version": version} for row in step.added])
        entries += [entry_of(kind, "add", row, None, row) for row in step.added if kind.key]
    pairs = [*step.changed, *step.bared]
    if pairs:
        fresh = [_changed_row(kind, before, new) for before, new in pairs]
        _update_many(session, kind, fresh)
        entries += [entry_of(kind, "change", new, before, new) for before, new in pairs]
    if step.moved:
        _update_many(session, kind, [{kind.key or "id": key, "position": n} for key, n in step.moved])
    if kind is SITES:
        for before, new in step.changed:
            if before["district"] != new["district"]:
                moved = update(ShiftRow).where(ShiftRow.site == new["id"])
                session.execute(moved.values(district=new["district"]))
    return entries


def _changed_row(kind: Kind, before: Row, new: Row) -> Row:
    names = (*kind.fields, "position", *(["left_on"] if kind is PEOPLE else []))
    return {name: new[name] for name in names} | {"version": before["version"] + 1}


def _update_many(session: Session, kind: Kind, rows: Sequence[Row]) -> None:
    """Store rows that all have the same columns, by their key."""
    table, key = kind.table, kind.key or "id"
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in rows[0] if name != key}
    statement = update(table).where(table.c[key] == bindparam("the_key")).values(values)
    session.connection().execute(
        statement,
        [{"the_key": row[key]} | {f"new_{name}": row[name] for name in values} for row in rows],
    )


def _remove(session: Session, step: Step, day: dt.date) -> list[Entry]:
    kind, key = step.kind, step.kind.key or "id"
    if not step.removed:
        return []
    if kind is PEOPLE:
        rows = [{"id": r["id"], "left_on": day, "version": r["version"] + 1} for r in step.removed]
        _update_many(session, kind, rows)
    else:
        if kind in (SITES, ROLES):
            forget(session, kind, [row[key] for row in step.removed])
        for ids in _parts([row[key] for row in step.removed]):
            session.execute(delete(kind.table).where(kind.table.c[key].in_(ids)))
    return [entry_of(kind, "remove", row, row, None) for row in step.removed]


def _parts(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


# What people carried before


def _past_change(session: Session, problem: Problem, reach: Reach) -> KindChange:
    """Return which duties differ from those that a problem of these days would name."""
    zone = ZoneInfo(problem.timezone)
    there = problem.person_by_id.keys() | problem.crew_by_id.keys()
    known = duties_before(session, problem.horizon.start, reach.days, zone)
    old = Counter(duty for duty in known if duty.assignee in there)
    new = Counter(problem.history)
    added, removed = list((new - old).elements()), list((old - new).elements())
    return KindChange(
        kind="past_duties",
        added=Some(count=len(added), first=[d.model_dump(mode="json") for d in added[:FIRST]]),
        removed=Some(count=len(removed), first=[d.model_dump(mode="json") for d in removed[:FIRST]]),
    )


def _store_past(session: Session, problem: Problem) -> None:
    session.execute(delete(PastDutyRow))
    rows = [{name: getattr(duty, name) for name in PastDuty.model_fields} for duty in problem.history]
    if rows:
        session.execute(insert(PastDutyRow), rows)


def _ledger_change(session: Session, problem: Problem, reach: Reach) -> KindChange:
    """Return who has carried something else than the service would say for these days."""
    there = problem.person_by_id.keys() | problem.crew_by_id.keys()
    known = ledger_before(session, problem.horizon.start, reach.weeks)
    old = {entry.assignee: entry.points for entry in known if entry.assignee in there}
    new = {entry.assignee: entry.points for entry in problem.ledger}
    added, removed = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    differing = sorted(key for key in new.keys() & old.keys() if new[key] != old[key])
    return KindChange(
        kind="ledger",
        added=Some(count=len(added), first=[*added[:FIRST]]),
        changed=SomeChanged(
            count=len(differing), first=[Changed(id=key, fields=["points"]) for key in differing[:FIRST]]
        ),
        removed=Some(count=len(removed), first=[*removed[:FIRST]]),
    )


def _store_ledger(session: Session, problem: Problem) -> None:
    week = problem.horizon.start - dt.timedelta(days=1)
    session.execute(delete(LedgerRow).where(LedgerRow.kind == "brought", LedgerRow.week == week))
    rows = [
        {"assignee": entry.assignee, "week": week, "kind": "brought", "points": entry.points}
        for entry in problem.ledger
    ]
    if rows:
        session.execute(insert(LedgerRow), rows)

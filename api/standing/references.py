"""Whether values fit to what stands: judged by the checks of a problem, on the few rows concerned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.errors import Invalid
from api.standing.kinds import (
    ABSENCES,
    BELLS,
    CREWS,
    OFFERS,
    PEOPLE,
    PREFERENCES,
    ROLES,
    SITES,
    TIMETABLES,
    UNITS,
    WINDOWS,
    city_values,
)
from api.standing.reach import inside
from api.standing.tables import AbsenceRow, BellRow, CityRow, CrewRow, PersonRow
from models import Horizon, Problem
from models.checks import Fault, find_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.standing.kinds import Kind, Row

_FIELDS: dict[Kind, dict[str, tuple[Kind, ...]]] = {
    UNITS: {"site": (SITES,)},
    SITES: {"station": (UNITS,)},
    PEOPLE: {"unit": (UNITS,), "sites": (SITES,), "posted_to": (SITES,)},
    CREWS: {"unit": (UNITS,), "members": (PEOPLE,), "sites": (SITES,)},
    BELLS: {"site": (SITES,), "window": (WINDOWS,)},
    ABSENCES: {"assignee": (PEOPLE, CREWS)},
    TIMETABLES: {"person": (PEOPLE,)},
    OFFERS: {"person": (PEOPLE,), "window": (WINDOWS,)},
    PREFERENCES: {"assignee": (PEOPLE, CREWS), "site": (SITES,), "window": (WINDOWS,)},
}
"""Which fields refer to rows of which kinds; roles are few and always known."""

_WORDS = {SITES: "site", UNITS: "unit", PEOPLE: "person", CREWS: "crew", WINDOWS: "window"}

MOST_FAULTS = 200
"""How many an answer lists."""


def refuse(faults: Sequence[Fault]) -> None:
    """Raise `Invalid` with faults, if there are any; their paths begin with ``body``."""
    if faults:
        count = len(faults)
        raise Invalid(
            "1 fault: see faults" if count == 1 else f"{count} faults: see faults",
            faults=[
                {"path": [str(p) for p in fault.path], "found": fault.found, "expected": fault.expected}
                for fault in faults[:MOST_FAULTS]
            ],
        )


def faults_of(
    session: Session, kind: Kind, values: Sequence[Any], before: Sequence[Row | None], scope: Scope
) -> list[tuple[int, Fault]]:
    """Return what doesn't fit in values that are to be stored, each with the position of its value.

    Parameters
    ----------
    before
        The row that each value replaces; None: it is new.
    scope
        Where its author may write: what lies outside is unknown, unless the row named it before.
    """
    olds = kind.values_of([row for row in before if row is not None])
    kept = dict(zip((k for k, row in enumerate(before) if row is not None), olds, strict=True))
    known, found = _references(session, kind, values, kept, scope)
    parts = {
        owner.name: owner.values_of(owner.load(session, among=sorted(ids))) for owner, ids in known.items()
    }
    stored = _others(session, kind, values, before)
    parts[kind.name] = (*parts.get(kind.name, ()), *stored, *values)
    offset = len(parts[kind.name]) - len(values)
    for fault in find_faults(_small_problem(session, parts)):
        # The dates of a horizon are no matter here: these hold for any.
        ours = fault.path[0] == kind.name and isinstance(fault.path[1], int) and fault.path[1] >= offset
        if ours and not (len(fault.path) > 2 and fault.path[2] in ("date", "start")):
            found.append((int(fault.path[1]) - offset, Fault(fault.path[2:], fault.found, fault.expected)))
    unknown = {k for k, fault in found if fault.path == ("assignee",)}  # of whom nothing is said
    found += [(k, fault) for k, fault in _further(session, kind, values, before) if k not in unknown]
    return sorted(set(found), key=lambda numbered: (numbered[0], str(numbered[1].path)))


def _references(
    session: Session, kind: Kind, values: Sequence[Any], kept: Mapping[int, Any], scope: Scope
) -> tuple[dict[Kind, set[str]], list[tuple[int, Fault]]]:
    """Return the rows that may be referred to, and the references that leave the scope."""
    asked: defaultdict[Kind, set[str]] = defaultdict(set)
    for value in (*values, *kept.values()):
        for name, owners in _FIELDS.get(kind, {}).items():
            for owner in owners:
                asked[owner].update(_named(value, name))
    reachable = {owner: _reachable(session, owner, ids, scope) for owner, ids in asked.items()}
    known = {owner: set(ids) for owner, ids in reachable.items()}
    found = []
    for k, value in enumerate(values):
        for name, owners in _FIELDS.get(kind, {}).items():
            here, then = _named(value, name), _named(kept[k], name) if k in kept else set()
            within = {i for owner in owners for i in reachable[owner]}
            for owner in owners:
                known[owner] |= then
            foreign = then - within if kind is PEOPLE and not scope.everywhere else set()
            for lost in sorted(foreign - here):
                found.append((k, Fault((name,), "nothing", f"{lost} to stay: it is not yours to change")))
            others = {i for ids in (_named(v, name) for v in kept.values()) for i in ids}
            for taken in sorted((here & others) - then - within):
                found.append((k, Fault((name,), taken, f"the id of a {_WORDS[owners[0]]}")))
    return known, found


def _named(value: Any, name: str) -> set[str]:
    found = getattr(value, name)
    return set() if found is None else {found} if isinstance(found, str) else set(found)


def _reachable(session: Session, kind: Kind, ids: Iterable[str], scope: Scope) -> set[str]:
    """Return the ids of rows that there are in a scope; who was erased is not known any more."""
    query = select(kind.table.c.id).where(kind.table.c.id.in_(sorted(ids)))
    if kind in (SITES, UNITS, PEOPLE, CREWS):
        query = query.where(inside(kind, scope, write=True))
    if kind is PEOPLE:
        query = query.where(PersonRow.erased_at.is_(None))
    return set(session.scalars(query))


def _others(
    session: Session, kind: Kind, values: Sequence[Any], before: Sequence[Row | None]
) -> tuple[Any, ...]:
    """Return what else stands with which the values must not collide."""
    if kind is not BELLS:
        return ()
    replaced = [row["id"] for row in before if row is not None]
    query = select(kind.table).where(
        BellRow.site.in_({bell.site for bell in values}), BellRow.id.not_in(replaced)
    )
    return kind.values_of([dict(row) for row in session.execute(query).mappings()])


def _small_problem(session: Session, parts: Mapping[str, tuple[Any, ...]]) -> Problem:
    """Return a problem of the few values concerned, unchecked; no shift of it is ever laid."""
    row = session.get(CityRow, 1)
    city = {} if row is None else city_values(row) | {"rules": (), "formulas": (), "travel_times": ()}
    city.pop("calendar", None)
    roles = ROLES.values_of(ROLES.load(session))
    return unchecked({"roles": roles, **city, **parts})


def unchecked(fields: Mapping[str, Any]) -> Problem:
    """Return a problem of some fields that nothing has checked, to be asked for its faults."""
    day = Horizon(start=dt.date(2026, 1, 1), days=1)
    return Problem.model_construct(**{"horizon": day, **fields})


def _further(
    session: Session, kind: Kind, values: Sequence[Any], before: Sequence[Row | None]
) -> list[tuple[int, Fault]]:
    """Return what the checks of a problem can't see on so few rows."""
    if kind is ABSENCES:
        return _overlaps(session, values, before)
    if kind is PEOPLE:
        taken = set(session.scalars(select(CrewRow.id).where(CrewRow.id.in_([p.id for p in values]))))
        return [
            (k, Fault(("id",), p.id, "an id that no crew has")) for k, p in enumerate(values) if p.id in taken
        ]
    if kind is CREWS:
        taken = set(session.scalars(select(PersonRow.id).where(PersonRow.id.in_([c.id for c in values]))))
        return [
            (k, Fault(("id",), c.id, "an id that no person has"))
            for k, c in enumerate(values)
            if c.id in taken
        ]
    if kind is SITES:
        return [
            (k, Fault(("formula",), f"{len(s.formula)} characters", "at most 200"))
            for k, s in enumerate(values)
            if s.formula is not None and len(s.formula) > 200
        ]
    return []


def _overlaps(
    session: Session, values: Sequence[Any], before: Sequence[Row | None]
) -> list[tuple[int, Fault]]:
    replaced = [row["id"] for row in before if row is not None]
    query = select(AbsenceRow.assignee, AbsenceRow.start, AbsenceRow.end).where(
        AbsenceRow.assignee.in_({a.assignee for a in values}), AbsenceRow.id.not_in(replaced)
    )
    spans: defaultdict[str, list[tuple[dt.datetime, dt.datetime, int]]] = defaultdict(list)
    for assignee, start, end in session.execute(query):
        spans[assignee].append((start, end, -1))
    for k, absence in enumerate(values):
        spans[absence.assignee].append((absence.start, absence.end, k))
    found = []
    for listed in spans.values():
        for (start, end, k), (after, _, other) in pairwise(sorted(listed)):
            if after < end and max(k, other) >= 0:
                ours, with_ = (other, start) if other >= 0 else (k, after)
                expected = f"no overlap with the absence that starts at {with_.isoformat()}"
                found.append((ours, Fault(("start",), values[ours].start.isoformat(), expected)))
    return found

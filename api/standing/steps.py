"""What a workbook would change in each kind of standing data: which rows come, change, go and stay all the same."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.accounts.tables import GrantRow
from api.plans.tables import AssignmentRow, ConfirmationRow, DutyRow, ShiftRow
from api.standing.kinds import (
    ABSENCES,
    BELLS,
    CREWS,
    KINDS,
    OFFERS,
    PEOPLE,
    PREFERENCES,
    ROLES,
    SITES,
    TIMETABLES,
    UNITS,
    WINDOWS,
    Kind,
    Row,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from models import Problem

BARE: Mapping[Kind, Row] = {
    SITES: {"formula": None, "positions": [], "station": None},
    WINDOWS: {"roles": []},
}
"""What is taken out of rows that stay for what refers to them: they name nothing that may be gone."""


@dataclass(frozen=True)
class Step:
    """The rows of one kind that come, change and go.

    Attributes
    ----------
    changed
        Each before and after.
    kept
        Rows that the workbook has no more, and that stay since the past refers to them.
    bared
        Those of them that change, before and after.
    moved
        Keys of rows that have another place in the list alone, with the place.
    """

    kind: Kind
    added: Sequence[Row] = ()
    changed: Sequence[tuple[Row, Row]] = ()
    removed: Sequence[Row] = ()
    kept: Sequence[Row] = ()
    bared: Sequence[tuple[Row, Row]] = ()
    moved: Sequence[tuple[str, int]] = ()


def steps(session: Session, problem: Problem) -> list[Step]:
    """Return what storing a problem's lists would change, by kind, each after those that it refers to."""
    stored = {kind: kind.load(session) for kind in KINDS}
    view = _View(problem, stored)
    stays = _stays(session, problem, stored)
    found: list[Step] = []
    gone: dict[Kind, set[str]] = {}
    for kind in KINDS:
        values = getattr(problem, kind.name)
        if kind.key is None:
            found.append(_unnamed(kind, values, stored[kind], view, gone))
        else:
            step = _named(kind, kind.key, values, stored[kind], view, stays.get(kind, set()))
            gone[kind] = {str(row[kind.key]) for row in step.removed}
            found.append(step)
    return found


class _View:
    """Which rows a workbook for the problem's horizon shows; the others are none of its business.

    Parameters
    ----------
    stored
        All rows that there are.
    """

    def __init__(self, problem: Problem, stored: Mapping[Kind, Sequence[Row]]) -> None:
        self._dates = frozenset(problem.horizon.dates)
        self._zone = ZoneInfo(problem.timezone)
        self._first = self._midnight(problem.horizon.start)
        self._after = self._midnight(problem.horizon.dates[-1] + dt.timedelta(days=2))
        self.start = problem.horizon.start
        left = {row["id"]: row["left_on"] for row in stored[PEOPLE] if row["left_on"] is not None}
        self._leaving = {id_: self._midnight(day) for id_, day in left.items() if day > self.start}
        self._gone = left.keys() - self._leaving.keys()
        # Who comes back brings what they had.
        self._away = self._gone - problem.person_by_id.keys()
        idle = {row["id"] for row in stored[CREWS] if self._is_idle(row)}
        self._hidden = self._away | (idle - problem.crew_by_id.keys())

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self._zone)

    def _is_idle(self, crew: Row) -> bool:
        return bool(len(self.members(crew)) < crew["minimum_strength"])

    def members(self, crew: Row) -> list[str]:
        """Return a crew's members who haven't left."""
        return [member for member in crew["members"] if member not in self._away]

    def has(self, kind: Kind, row: Row) -> bool:
        """Say whether a row is shown."""
        if kind is PEOPLE:
            return row["id"] not in self._gone
        if kind is CREWS:
            return row["id"] not in self._hidden
        if kind in (ABSENCES, PREFERENCES) and row["assignee"] in self._hidden:
            return False
        if kind in (TIMETABLES, OFFERS) and row["person"] in self._hidden:
            return False
        if kind is ABSENCES:
            return bool(row["end"] > self._first and row["start"] < self._after) and not self.is_after(row)
        if kind in (BELLS, OFFERS, PREFERENCES):
            return row["date"] is None or row["date"] in self._dates
        return True

    def is_after(self, absence: Row) -> bool:
        """Say whether an absence begins after its person has left: a workbook makes some of those up."""
        left = self._leaving.get(absence["assignee"])
        return left is not None and bool(absence["start"] >= left)


def _stays(session: Session, problem: Problem, stored: Mapping[Kind, Sequence[Row]]) -> dict[Kind, set[str]]:
    """Return the rows that something refers to which no workbook changes: plans, grants, people who have left."""
    units = {row["unit"] for row in stored[PEOPLE] if row["id"] not in problem.person_by_id}
    sites = {row["site"] for row in stored[UNITS] if row["id"] in units and row["site"] is not None}
    windows: set[str] = set()
    roles: set[str] = set()
    for found, columns in (
        (sites, (ShiftRow.site, DutyRow.site, GrantRow.site, ConfirmationRow.site)),
        (windows, (ShiftRow.window, DutyRow.window)),
        (roles, (AssignmentRow.role, DutyRow.role)),
    ):
        for column in columns:
            found.update(name for name in session.scalars(select(column).distinct()) if name is not None)
    for needs in session.scalars(select(ShiftRow.needs).distinct()):
        roles.update(need["role"] for need in needs)
    return {ROLES: roles, WINDOWS: windows, SITES: sites, UNITS: units}


def _named(
    kind: Kind, key: str, values: Iterable[Any], stored: Iterable[Row], view: _View, stays: Collection[str]
) -> Step:
    old = {row[key]: row for row in stored}
    added, changed, moved = [], [], []
    for place, value in enumerate(values):
        new = kind.row_of(value) | {"position": place}
        before = old.pop(new[key], None)
        if kind is PEOPLE and before is not None:
            new["left_on"] = before["left_on"] if view.has(kind, before) else None
        if before is None:
            added.append(new)
        elif not view.has(kind, before) or _differ(kind, before, new, view):
            changed.append((before, new))
        elif before["position"] != place:
            moved.append((new[key], place))
    missing = [row for row in old.values() if view.has(kind, row)]
    kept = [row for row in missing if row[key] in stays]
    bare = BARE.get(kind, {})
    bared = [(row, row | bare) for row in kept if row | bare != row]
    removed = [row for row in missing if row[key] not in stays]
    return Step(kind, added, changed, removed, kept, bared, moved)


def _differ(kind: Kind, before: Row, new: Row, view: _View) -> bool:
    if kind is CREWS:
        before = before | {"members": view.members(before)}
    return any(before[name] != new[name] for name in kind.fields)


def _unnamed(
    kind: Kind, values: Iterable[Any], stored: Iterable[Row], view: _View, gone: Mapping[Kind, set[str]]
) -> Step:
    """Match rows by all they say; of those that aren't shown, only what names something gone goes."""
    old: defaultdict[str, list[Row]] = defaultdict(list)
    unseen = []
    for row in stored:
        if view.has(kind, row):
            old[said(kind, row)].append(row)
        else:
            unseen.append(row)
    added = []
    for place, value in enumerate(values):
        new = kind.row_of(value) | {"position": place}
        if kind is ABSENCES and view.is_after(new):
            continue
        same = old.get(said(kind, new))
        if same:
            same.pop(0)
        else:
            added.append(new)
    removed = [row for rows in old.values() for row in rows]
    removed += [row for row in unseen if _names(row, gone)]
    if kind is ABSENCES:
        removed += _overlapping(unseen, added)
    return Step(kind, added, (), removed)


def _names(row: Row, gone: Mapping[Kind, set[str]]) -> bool:
    return row.get("site") in gone.get(SITES, ()) or row.get("window") in gone.get(WINDOWS, ())


def _overlapping(unseen: Iterable[Row], added: Iterable[Row]) -> list[Row]:
    """Return absences on other days that new ones reach into: what was said last holds."""
    spans: defaultdict[str, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for row in added:
        spans[row["assignee"]].append((row["start"], row["end"]))
    return [
        row
        for row in unseen
        if any(row["start"] < end and start < row["end"] for start, end in spans[row["assignee"]])
    ]


def said(kind: Kind, row: Mapping[str, Any]) -> str:
    """Return all that a row says, moments in one zone."""
    values = [
        found.astimezone(dt.UTC).isoformat() if isinstance(found, dt.datetime) else found
        for found in (row[name] for name in kind.fields)
    ]
    return json.dumps(values, ensure_ascii=False, default=str)

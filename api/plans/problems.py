"""A plan's problem, put together from what stands, what the plan changed, and what was carried before."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import func, select

from api.errors import Invalid
from api.plans.past import duties_before, ledger_before
from api.plans.tables import AssignmentRow, PlanRow, ShiftRow
from api.standing.leavers import settled
from api.standing.shelf import Shelf
from api.standing.tables import CityRow
from models import (
    DEFAULT_TIMEZONE,
    Assignment,
    Horizon,
    InvalidProblem,
    Problem,
    Roster,
    Shift,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from api.settings import Settings

KEPT = 4
"""Plans whose problems one process keeps."""

PASSING = frozenset({"absences", "timetables", "offers", "preferences"})
"""Kinds that come and go all day; a change of them alone leaves places, holders, shifts and the past as they are."""

_SHIFTS = TypeAdapter(list[Shift])
_ASSIGNMENTS = TypeAdapter(list[Assignment])


class _Key(NamedTuple):
    """What a problem was put together from.

    Attributes
    ----------
    counts
        How often each kind of standing data had been changed.
    rest
        What tells whether the plan's shifts and its past have changed.
    """

    counts: dict[str, int]
    rest: tuple[object, ...]

    def changed(self, new: _Key) -> set[str] | None:
        """Return which kinds have changed; None when it is more than kinds."""
        if self.rest != new.rest:
            return None
        names = self.counts.keys() | new.counts.keys()
        return {name for name in names if self.counts.get(name, 0) != new.counts.get(name, 0)}


class Problems:
    """The problems of plans, one of these a process: put together once, and kept while nothing changes.

    Parameters
    ----------
    settings
        How far ledger and history look back.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = Shelf()
        self._kept: OrderedDict[str, tuple[_Key, Problem]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session, plan: PlanRow) -> Problem:
        """Return a plan's problem as it is now, without pins.

        Raises
        ------
        NoCity
            When nothing was imported yet.
        Invalid
            When what stands doesn't fit together any more, with the faults.
        """
        fields, known = self._shelf.fields(session)
        key = _Key(dict(known), (_shift_state(session, plan.id), _past_state(session, plan)))
        with self._lock:
            kept = self._kept.get(plan.id)
            if kept is None or kept[0] != key:
                changed = None if kept is None else kept[0].changed(key)
                if kept is None or changed is None or not changed <= PASSING:
                    problem = self._made(session, plan, fields)
                else:
                    # Such rows are checked one by one when they are stored.
                    current = within(fields, Horizon(start=plan.start, days=plan.days))
                    problem = kept[1].model_copy(update={name: current[name] for name in changed})
                self._kept[plan.id] = key, problem
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(plan.id)
            return self._kept[plan.id][1]

    @property
    def history_days(self) -> int:
        """How many days before a plan its rules look back on."""
        return self._settings.history_days

    def standing(self, session: Session) -> dict[str, Any]:
        """Return what stands from week to week, by the fields of a problem."""
        return self._shelf.fields(session)[0]

    def laid(self, session: Session, start: dt.date, days: int) -> tuple[Shift, ...]:
        """Return the shifts that the bells give for some days."""
        fields, _ = self._shelf.fields(session)
        horizon = Horizon(start=start, days=days)
        return valid_problem(**within(fields, horizon), horizon=horizon).shifts

    def _made(self, session: Session, plan: PlanRow, fields: dict[str, Any]) -> Problem:
        horizon = Horizon(start=plan.start, days=plan.days)
        current = within(fields, horizon)
        past = self._past(session, current, plan.start, plan.id)
        return valid_problem(**current, **past, horizon=horizon, shifts=shifts_of(session, plan.id))

    def of_week(self, session: Session, start: dt.date, days: int = 7) -> Problem:
        """Return the problem of days that have no plan, with the shifts that the bells give.

        Raises
        ------
        NoCity
            When nothing was imported yet.
        Invalid
            When what stands doesn't fit together any more, with the faults.
        """
        fields, _ = self._shelf.fields(session)
        horizon = Horizon(start=start, days=days)
        current = within(fields, horizon)
        return valid_problem(**current, **self._past(session, current, start), horizon=horizon)

    def _past(
        self, session: Session, current: dict[str, Any], start: dt.date, plan: str | None = None
    ) -> dict[str, Any]:
        """Return what those who are there have done and carried before."""
        known = {p.id for p in current["people"]} | {c.id for c in current["crews"]}
        zone, settings = ZoneInfo(current["timezone"]), self._settings
        history = duties_before(session, start, settings.history_days, zone, but_of=plan)
        ledger = ledger_before(session, start, settings.ledger_weeks)
        return {
            "history": tuple(duty for duty in history if duty.assignee in known),
            "ledger": tuple(entry for entry in ledger if entry.assignee in known),
        }


def within(fields: dict[str, Any], horizon: Horizon) -> dict[str, Any]:
    """Return a problem's standing fields, of what is dated only what touches a horizon."""
    fields = settled(fields, horizon)
    zone = ZoneInfo(fields["timezone"])
    dates = set(horizon.dates)
    first = dt.datetime.combine(horizon.start, dt.time(), zone)
    after = dt.datetime.combine(max(dates) + dt.timedelta(days=2), dt.time(), zone)
    dated = {
        name: tuple(x for x in fields[name] if x.date is None or x.date in dates)
        for name in ("bells", "offers", "preferences")
    }
    here = {p.id for p in fields["people"]}
    everybody = here | {c.id for c in fields["crews"]}
    return {
        **fields,
        **dated,
        "absences": tuple(
            a for a in fields["absences"] if a.end > first and a.start < after and a.assignee in everybody
        ),
        "offers": tuple(o for o in dated["offers"] if o.person in here),
        "preferences": tuple(p for p in dated["preferences"] if p.assignee in everybody),
        "timetables": tuple(t for t in fields["timetables"] if t.person in here),
    }


def valid_problem(**fields: Any) -> Problem:
    """Return a problem.

    Raises
    ------
    Invalid
        With the first faults when its parts don't fit together.
    """
    try:
        return Problem(**fields)
    except InvalidProblem as error:
        faults = [{"path": [*fault.path], "expected": fault.expected} for fault in error.faults[:50]]
        raise Invalid(
            f"What stands doesn't fit together ({len(error.faults)} faults): mend it, then try again",
            faults=list(faults),
        ) from error


def shifts_of(session: Session, plan: str, among: Collection[str] | None = None) -> tuple[Shift, ...]:
    """Return a plan's shifts in their order, those of some ids or all."""
    columns = [getattr(ShiftRow, name) for name in Shift.model_fields]
    query = select(*columns).where(ShiftRow.plan == plan).order_by(ShiftRow.position)
    if among is not None:
        query = query.where(ShiftRow.id.in_(among))
    zone = ZoneInfo(session.scalar(select(CityRow.timezone)) or DEFAULT_TIMEZONE)
    rows = [
        {**row, "start": row["start"].astimezone(zone), "end": row["end"].astimezone(zone)}
        for row in session.execute(query).mappings()
    ]
    return tuple(_SHIFTS.validate_python(rows))


def roster_of(session: Session, plan: PlanRow, *, sites: Iterable[str] | None = None) -> Roster:
    """Return a plan's roster, or its part at some sites, in the shifts' order."""
    names = list(Assignment.model_fields)
    query = (
        select(*(getattr(AssignmentRow, name) for name in names))
        .join(ShiftRow, (ShiftRow.plan == AssignmentRow.plan) & (ShiftRow.id == AssignmentRow.shift))
        .where(AssignmentRow.plan == plan.id)
        .order_by(ShiftRow.position, AssignmentRow.role, AssignmentRow.index)
    )
    if sites is not None:
        query = query.where(AssignmentRow.site.in_(list(sites)))
    rows = [dict(row) for row in session.execute(query).mappings()]
    return Roster(
        horizon=Horizon(start=plan.start, days=plan.days),
        assignments=tuple(_ASSIGNMENTS.validate_python(rows)),
    )


def _shift_state(session: Session, plan: str) -> tuple[int, int]:
    """Return what tells whether a plan's shifts themselves have changed."""
    count, moved = session.execute(
        select(func.count(), func.coalesce(func.sum(ShiftRow.moved), 0)).where(ShiftRow.plan == plan)
    ).one()
    return int(count), int(moved)


def _past_state(session: Session, plan: PlanRow) -> tuple[tuple[str, int], ...]:
    """Return what tells whether published duties of the weeks before have changed."""
    query = (
        select(PlanRow.id, PlanRow.duties_version).where(PlanRow.start < plan.start).order_by(PlanRow.start)
    )
    return tuple((name, version) for name, version in session.execute(query))

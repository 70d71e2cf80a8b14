"""Everything known for one horizon, valid from birth."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from models.availability import Absence, Offer, Preference, Timetable
from models.base import Name, Value
from models.checks import InvalidProblem, can_lay_shifts, find_faults, find_faults_of_pins
from models.formula import DEFAULT_FORMULA, DEFAULT_PARTS, FormulaChoice, FormulaPart
from models.ledger import LedgerEntry, PastDuty
from models.people import DEFAULT_ROLES, Crew, Person, Role
from models.place import Site, Unit
from models.roster import Assignment
from models.rules import Rule, TravelTime
from models.school_calendar import SchoolCalendar
from models.shift import Bell, Horizon, Shift, Window, shifts_from_bells

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEZONE = "Asia/Shanghai"


class Problem(Value):
    """What has to be held in a horizon, by whom it can be, and under which rules.

    Parameters
    ----------
    version
        Of the JSON shape.
    title
        What the pages and sheets are headed with.
    timezone
        An IANA name; local dates and timetables are in it.
    shifts
        The shifts to fill. Left out, they are laid from ``windows``, ``bells``,
        ``formulas`` and ``calendar``; given, they stand as they are.
    history
        Duties before the horizon, as far back as any rule looks.
    pins
        Assignments to keep; the engine drops as few as it can of those that can't be kept.

    Raises
    ------
    InvalidProblem
        With every fault found: duplicate ids, unknown references, dates outside the
        horizon, overlapping absences, formulas that don't parse.
    """

    version: Literal["1"] = "1"
    title: Name = "护学岗 School guard"
    timezone: str = DEFAULT_TIMEZONE
    horizon: Horizon
    roles: tuple[Role, ...] = DEFAULT_ROLES
    parts: tuple[FormulaPart, ...] = DEFAULT_PARTS
    formula: str = DEFAULT_FORMULA
    formulas: tuple[FormulaChoice, ...] = ()
    sites: tuple[Site, ...] = ()
    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    crews: tuple[Crew, ...] = ()
    windows: tuple[Window, ...] = ()
    bells: tuple[Bell, ...] = ()
    calendar: SchoolCalendar = SchoolCalendar()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    timetables: tuple[Timetable, ...] = ()
    offers: tuple[Offer, ...] = ()
    preferences: tuple[Preference, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    history: tuple[PastDuty, ...] = ()
    travel_times: tuple[TravelTime, ...] = ()
    rules: tuple[Rule, ...] = ()
    pins: Annotated[tuple[Assignment, ...], Field(description="Assignments to keep.")] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Problem:
        faults = find_faults(self)
        if not self.shifts and self.bells and can_lay_shifts(faults):
            object.__setattr__(self, "shifts", self.lay_shifts())
        if faults := faults + find_faults_of_pins(self, shifts_known=can_lay_shifts(faults)):
            raise InvalidProblem(faults)
        return self

    def lay_shifts(self) -> tuple[Shift, ...]:
        """Return the shifts that the bells give."""
        return shifts_from_bells(
            self.horizon,
            self.sites,
            self.windows,
            self.bells,
            self.calendar,
            formulas=self.formulas,
            parts=self.parts,
            default=self.formula,
            timezone=self.timezone,
        )

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields replaced, which nothing checks (shifts stay as they are).

        What was looked up in the original is looked up anew in the copy.
        """
        copied = super().model_copy(update=update, deep=deep)
        for name in _LOOKED_UP:
            copied.__dict__.pop(name, None)
        return copied

    def for_week(self, start: dt.date, days: int | None = None) -> Problem:
        """Return the same standing data for another horizon.

        Shifts are laid anew from the bells. What lies outside the new horizon (absences,
        dated offers, bells and wishes, pins) and past duties that are not past any more are left out.
        """
        horizon = Horizon(start=start, days=self.horizon.days if days is None else days)
        dates = set(horizon.dates)
        first = horizon.dates[0]
        last = horizon.dates[-1] + dt.timedelta(days=1)
        return Problem(
            **{name: getattr(self, name) for name in Problem.model_fields if name not in _DATED},
            horizon=horizon,
            absences=tuple(a for a in self.absences if a.start.date() < last and a.end.date() >= first),
            offers=tuple(o for o in self.offers if o.date is None or o.date in dates),
            preferences=tuple(p for p in self.preferences if p.date is None or p.date in dates),
            bells=tuple(b for b in self.bells if b.date is None or b.date in dates),
            history=tuple(d for d in self.history if d.date < first),
        )

    @cached_property
    def shift_by_id(self) -> dict[str, Shift]:
        """Shifts by id."""
        return {s.id: s for s in self.shifts}

    @cached_property
    def person_by_id(self) -> dict[str, Person]:
        """People by id."""
        return {p.id: p for p in self.people}

    @cached_property
    def crew_by_id(self) -> dict[str, Crew]:
        """Crews by id."""
        return {c.id: c for c in self.crews}

    @cached_property
    def site_by_id(self) -> dict[str, Site]:
        """Sites by id."""
        return {s.id: s for s in self.sites}

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        """Units by id."""
        return {u.id: u for u in self.units}

    @cached_property
    def role_by_id(self) -> dict[str, Role]:
        """Roles by id."""
        return {r.id: r for r in self.roles}

    @cached_property
    def window_by_id(self) -> dict[str, Window]:
        """Windows by id."""
        return {w.id: w for w in self.windows}


_DATED = {"horizon", "shifts", "absences", "offers", "preferences", "bells", "history", "pins"}

_LOOKED_UP = tuple(name for name, kept in vars(Problem).items() if isinstance(kept, cached_property))

"""What a list can be narrowed to, a set of filters for each kind."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, or_, select

from api.database.within_json import holds
from api.standing.tables import (
    AbsenceRow,
    BellRow,
    CrewRow,
    OfferRow,
    PersonRow,
    PreferenceRow,
    SiteRow,
    TimetableRow,
    UnitRow,
)
from models import AbsenceKind, PreferenceKind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

Name = Annotated[str, Field(max_length=64, description="An id.")]
SearchText = Annotated[str, Field(max_length=100, description="A part of the id or the name.")]


class Listing(BaseModel):
    """Which page of a list.

    Parameters
    ----------
    limit
        How many at most.
    cursor
        The `next` of the page before.
    """

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[str, Field(max_length=500)] | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        return []


class Named(Listing):
    """What has an id and a name."""

    text: SearchText | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = super().conditions(rows, zone)
        if self.text:
            found.append(
                or_(
                    rows.id.icontains(self.text, autoescape=True),
                    rows.name.icontains(self.text, autoescape=True),
                )
            )
        return found


class SiteFilters(Named):
    """Of sites."""

    district: Name | None = None
    kind: Annotated[str, Field(max_length=120)] | None = None
    station: Name | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = super().conditions(rows, zone)
        for column in (SiteRow.district, SiteRow.kind, SiteRow.station):
            if (wanted := getattr(self, column.key)) is not None:
                found.append(column == wanted)
        return found


class UnitFilters(Named):
    """Of units."""

    district: Name | None = None
    site: Name | None = None
    kind: Annotated[str, Field(max_length=120)] | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = super().conditions(rows, zone)
        for column in (UnitRow.district, UnitRow.site, UnitRow.kind):
            if (wanted := getattr(self, column.key)) is not None:
                found.append(column == wanted)
        return found


class _Belonging(BaseModel):
    """Where an assignee belongs: by unit, the unit's district, or the school's site."""

    district: Name | None = None
    site: Name | None = None
    unit: Name | None = None

    def of_units(self) -> Select[str] | None:
        """Return the units' ids, or None for all."""
        query = select(UnitRow.id)
        if self.district is None and self.site is None and self.unit is None:
            return None
        for column, wanted in (
            (UnitRow.district, self.district),
            (UnitRow.site, self.site),
            (UnitRow.id, self.unit),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        return query


class PersonFilters(Named, _Belonging):
    """Of people.

    Parameters
    ----------
    role
        Who can take it.
    posted_to
        The school of a resident officer.
    left
        Those who have left, in place of those who are there.
    """

    role: Name | None = None
    posted_to: Name | None = None
    left: bool = False

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = super().conditions(rows, zone)
        if (units := self.of_units()) is not None:
            found.append(PersonRow.unit.in_(units))
        if self.role is not None:
            found.append(holds(PersonRow.roles, self.role))
        if self.posted_to is not None:
            found.append(PersonRow.posted_to == self.posted_to)
        found.append(PersonRow.left_on.is_not(None) if self.left else PersonRow.left_on.is_(None))
        return found


class CrewFilters(Named, _Belonging):
    """Of crews."""

    role: Name | None = None
    person: Name | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = super().conditions(rows, zone)
        if (units := self.of_units()) is not None:
            found.append(CrewRow.unit.in_(units))
        if self.role is not None:
            found.append(CrewRow.role == self.role)
        if self.person is not None:
            found.append(holds(CrewRow.members, self.person))
        return found


class _Dated(BaseModel):
    """The first and the last date; both included."""

    first: dt.date | None = None
    last: dt.date | None = None

    def on_dates(self, column: Any) -> list[ColumnElement[bool]]:
        """Return the condition of a date; what has none holds on every day."""
        found: list[ColumnElement[bool]] = []
        if self.first is not None:
            found.append(or_(column.is_(None), column >= self.first))
        if self.last is not None:
            found.append(or_(column.is_(None), column <= self.last))
        return found


class BellFilters(Listing, _Dated):
    """Of bells."""

    district: Name | None = None
    site: Name | None = None
    window: Name | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = self.on_dates(BellRow.date)
        if self.district is not None:
            found.append(BellRow.site.in_(select(SiteRow.id).where(SiteRow.district == self.district)))
        for column in (BellRow.site, BellRow.window):
            if (wanted := getattr(self, column.key)) is not None:
                found.append(column == wanted)
        return found


class _OfSomebody(Listing, _Belonging):
    """What belongs to a person, or to a person or crew.

    Parameters
    ----------
    person
        Whose; the id of a crew where crews have it too.
    """

    person: Name | None = None

    def of(self, column: Any, *, crews: bool) -> list[ColumnElement[bool]]:
        """Return the condition of whose it is."""
        found: list[ColumnElement[bool]] = []
        if self.person is not None:
            found.append(column == self.person)
        if (units := self.of_units()) is not None:
            there = column.in_(select(PersonRow.id).where(PersonRow.unit.in_(units)))
            if crews:
                there = or_(there, column.in_(select(CrewRow.id).where(CrewRow.unit.in_(units))))
            found.append(there)
        return found


class AbsenceFilters(_OfSomebody, _Dated):
    """Of absences; by date, those that touch one of the days."""

    kind: AbsenceKind | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = self.of(AbsenceRow.assignee, crews=True)
        if self.kind is not None:
            found.append(AbsenceRow.kind == self.kind.value)
        return found + touching(self.first, self.last, zone)


class TimetableFilters(_OfSomebody):
    """Of timetables."""

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        return self.of(TimetableRow.person, crews=False)


class OfferFilters(_OfSomebody, _Dated):
    """Of offers; by date, also those that hold on every day or weekday."""

    window: Name | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = self.of(OfferRow.person, crews=False) + self.on_dates(OfferRow.date)
        if self.window is not None:
            found.append(or_(OfferRow.window.is_(None), OfferRow.window == self.window))
        return found


class PreferenceFilters(_OfSomebody, _Dated):
    """Of wishes."""

    kind: PreferenceKind | None = None

    def conditions(self, rows: Any, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """Return what a row has to fulfil."""
        found = self.of(PreferenceRow.assignee, crews=True) + self.on_dates(PreferenceRow.date)
        if self.kind is not None:
            found.append(PreferenceRow.kind == self.kind.value)
        return found


def touching(first: dt.date | None, last: dt.date | None, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """Return the condition of an absence that touches some days, both included."""
    found: list[ColumnElement[bool]] = []
    if first is not None and first > dt.date.min:
        found.append(AbsenceRow.end > dt.datetime.combine(first, dt.time(), zone))
    if last is not None and last < dt.date(9999, 12, 1):
        found.append(AbsenceRow.start < dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone))
    return [and_(*found)] if found else []

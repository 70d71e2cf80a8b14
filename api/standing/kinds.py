"""The kinds of standing data: which table holds which of the domain's values, and how they turn into each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import JSON, select

from api.standing.tables import (
    AbsenceRow,
    BellRow,
    CityRow,
    CrewRow,
    Listed,
    OfferRow,
    PersonRow,
    PreferenceRow,
    RoleRow,
    SiteRow,
    TimetableRow,
    UnitRow,
    WindowRow,
)
from models import (
    Absence,
    Bell,
    Crew,
    Offer,
    Person,
    Preference,
    Problem,
    Role,
    Site,
    Timetable,
    Unit,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pydantic import BaseModel
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

Row = dict[str, Any]
"""A row by the names of its columns."""


@dataclass(frozen=True)
class Kind:
    """One kind of standing data.

    Attributes
    ----------
    name
        The field of `models.Problem` that lists it, and what the API calls it.
    rows
        The class of its table.
    value
        The class of its values.
    key
        The field that names one; None: rows are told apart by all they say.
    """

    name: str
    rows: type[Listed]
    value: type[BaseModel]
    key: str | None

    @property
    def table(self) -> Table:
        """The table."""
        table: Table = self.rows.__table__  # type: ignore[attr-defined]
        return table

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields of its values, which are columns of its table."""
        return tuple(self.value.model_fields)

    @cached_property
    def _nested(self) -> frozenset[str]:
        return frozenset(c.name for c in self.table.columns if isinstance(c.type, JSON))

    @cached_property
    def _values(self) -> TypeAdapter[list[Any]]:
        return TypeAdapter(list[self.value])  # type: ignore[name-defined]

    def row_of(self, value: BaseModel) -> Row:
        """Return the columns of a value."""
        nested = value.model_dump(mode="json", include=set(self._nested)) if self._nested else {}
        row = {name: nested[name] if name in nested else getattr(value, name) for name in self.fields}
        return {name: found.value if isinstance(found, Enum) else found for name, found in row.items()}

    def values_of(self, rows: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
        """Return the values of some rows.

        Raises
        ------
        pydantic.ValidationError
            When a row isn't one that this program wrote.
        """
        fields = self.fields
        return tuple(self._values.validate_python([{name: row[name] for name in fields} for row in rows]))

    def load(self, session: Session, *, among: Sequence[str] | None = None) -> list[Row]:
        """Return rows in their order, those of some keys alone or all."""
        query = select(self.table).order_by(self.table.c.position, *self.table.primary_key.columns)
        if among is not None:
            query = query.where(self.table.c[self.key or "id"].in_(among))
        return [dict(row) for row in session.execute(query).mappings()]


ROLES = Kind("roles", RoleRow, Role, "id")
WINDOWS = Kind("windows", WindowRow, Window, "id")
SITES = Kind("sites", SiteRow, Site, "id")
UNITS = Kind("units", UnitRow, Unit, "id")
PEOPLE = Kind("people", PersonRow, Person, "id")
CREWS = Kind("crews", CrewRow, Crew, "id")
BELLS = Kind("bells", BellRow, Bell, None)
ABSENCES = Kind("absences", AbsenceRow, Absence, None)
TIMETABLES = Kind("timetables", TimetableRow, Timetable, "person")
OFFERS = Kind("offers", OfferRow, Offer, None)
PREFERENCES = Kind("preferences", PreferenceRow, Preference, None)

KINDS = (ROLES, WINDOWS, SITES, UNITS, PEOPLE, CREWS, BELLS, ABSENCES, TIMETABLES, OFFERS, PREFERENCES)
"""All kinds, each after those that it refers to."""

CITY_FIELDS = ("title", "timezone", "formula", "parts", "formulas", "calendar", "rules", "travel_times")
"""The fields of a problem that there is one of."""

_CITY: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(get_type_hints(Problem)[name]) for name in CITY_FIELDS
}


def city_values(row: CityRow) -> dict[str, Any]:
    """Return what there is one of as the engine's values, by the fields of a problem."""
    return {name: adapter.validate_python(getattr(row, name)) for name, adapter in _CITY.items()}


def in_zone(absences: Iterable[Absence], zone: ZoneInfo) -> tuple[Absence, ...]:
    """Return absences with their moments in a time zone; a database gives them in UTC."""
    return tuple(
        a.model_copy(update={"start": a.start.astimezone(zone), "end": a.end.astimezone(zone)})
        for a in absences
    )

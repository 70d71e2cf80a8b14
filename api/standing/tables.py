"""The tables of standing data.

Columns are named as the fields of the values in `models`; nested values are JSON, as those write them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import Base, Json, Key, Moment, Text, Value, Values

NEVER_AGAIN = {"sqlite_autoincrement": True}
"""Numbers of rows that are gone aren't given to others: the history names them."""


class Listed:
    """Columns of everything that has a place in a list and can be changed by several people.

    Attributes
    ----------
    position
        Its place in the lists that the engine is given.
    version
        Rises with each change; its ETag.
    """

    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class CityRow(Base):
    """What there is one of: how the city guards its schools."""

    __tablename__ = "city"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Text]
    timezone: Mapped[Key]
    formula: Mapped[Text]
    parts: Mapped[Values]
    formulas: Mapped[Values]
    calendar: Mapped[Value]
    rules: Mapped[Values]
    travel_times: Mapped[Values]
    version: Mapped[int] = mapped_column(default=1)


class CounterRow(Base):
    """How often each kind of data was changed, and when last: what was read before is as good while this stays."""

    __tablename__ = "counters"

    name: Mapped[Key] = mapped_column(primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[Moment]


class RoleRow(Listed, Base):
    """A role."""

    __tablename__ = "roles"

    id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Text]
    name_en: Mapped[Text]
    scope: Mapped[Key]
    by_crew: Mapped[bool]
    offered_only: Mapped[bool]
    requires: Mapped[Values]
    missing_weight: Mapped[int]


class WindowRow(Listed, Base):
    """A window."""

    __tablename__ = "windows"

    id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Text]
    name_en: Mapped[Text]
    lead: Mapped[int]
    trail: Mapped[int]
    weight: Mapped[int]
    roles: Mapped[Values]


class SiteRow(Listed, Base):
    """A site."""

    __tablename__ = "sites"

    id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Text]
    district: Mapped[Key] = mapped_column(index=True)
    kind: Mapped[str | None] = mapped_column(String(120))
    location: Mapped[dict[str, Any] | None] = mapped_column(Json)
    risk: Mapped[int]
    station: Mapped[str | None] = mapped_column(String(64))
    volunteers: Mapped[Values]
    formula: Mapped[str | None] = mapped_column(String(200))
    positions: Mapped[Values]


class UnitRow(Listed, Base):
    """A unit."""

    __tablename__ = "units"

    id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Text]
    kind: Mapped[Text]
    district: Mapped[str | None] = mapped_column(String(64))
    site: Mapped[str | None] = mapped_column(String(64), ForeignKey("sites.id"), index=True)
    location: Mapped[dict[str, Any] | None] = mapped_column(Json)


class PersonRow(Listed, Base):
    """A person.

    Attributes
    ----------
    left_on
        From when on the person serves no more; None: does.
    erased_at
        When everything personal was taken out.
    """

    __tablename__ = "people"

    id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Text] = mapped_column(index=True)
    unit: Mapped[Key] = mapped_column(ForeignKey("units.id"), index=True)
    roles: Mapped[Values]
    sites: Mapped[Values]
    posted_to: Mapped[str | None] = mapped_column(String(64), ForeignKey("sites.id"))
    base: Mapped[dict[str, Any] | None] = mapped_column(Json)
    capacity: Mapped[int]
    qualifications: Mapped[Values]
    newcomer: Mapped[bool]
    phone: Mapped[str | None] = mapped_column(String(40))
    left_on: Mapped[dt.date | None] = mapped_column(default=None)
    erased_at: Mapped[Moment | None] = mapped_column(default=None)


class CrewRow(Listed, Base):
    """A crew."""

    __tablename__ = "crews"

    id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Text]
    unit: Mapped[Key] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[Key] = mapped_column(ForeignKey("roles.id"))
    members: Mapped[Values]
    minimum_strength: Mapped[int]
    sites: Mapped[Values]
    base: Mapped[dict[str, Any] | None] = mapped_column(Json)
    capacity: Mapped[int]


class BellRow(Listed, Base):
    """A bell."""

    __tablename__ = "bells"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[Key] = mapped_column(ForeignKey("sites.id"), index=True)
    window: Mapped[Key] = mapped_column(ForeignKey("windows.id"))
    time: Mapped[dt.time]
    weekdays: Mapped[Values]
    date: Mapped[dt.date | None]


class AbsenceRow(Listed, Base):
    """An absence of a person or crew."""

    __tablename__ = "absences"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[Key] = mapped_column(index=True)
    start: Mapped[Moment]
    end: Mapped[Moment] = mapped_column(index=True)
    kind: Mapped[Key]


class TimetableRow(Listed, Base):
    """A person's timetable."""

    __tablename__ = "timetables"

    person: Mapped[Key] = mapped_column(ForeignKey("people.id"), primary_key=True)
    lessons: Mapped[Values]


class OfferRow(Listed, Base):
    """When a volunteer offered to come."""

    __tablename__ = "offers"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[Key] = mapped_column(ForeignKey("people.id"), index=True)
    window: Mapped[str | None] = mapped_column(String(64), ForeignKey("windows.id"))
    weekday: Mapped[int | None]
    date: Mapped[dt.date | None]


class PreferenceRow(Listed, Base):
    """A wish about duties."""

    __tablename__ = "preferences"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[Key] = mapped_column(index=True)
    kind: Mapped[Key]
    weight: Mapped[int]
    site: Mapped[str | None] = mapped_column(String(64), ForeignKey("sites.id"))
    window: Mapped[str | None] = mapped_column(String(64), ForeignKey("windows.id"))
    weekday: Mapped[int | None]
    date: Mapped[dt.date | None]


class LedgerRow(Base):
    """What somebody carried in one week, or brought along.

    Attributes
    ----------
    week
        The first day of the horizon in which it was carried; of what was brought along, the day before
        the first horizon that knows it.
    kind
        ``carried``, ``credited`` (the group's mean, for excused absence and for newcomers) or
        ``brought`` (imported).
    plan
        The plan whose closing wrote it; None: it was imported.
    """

    __tablename__ = "ledger"

    assignee: Mapped[Key] = mapped_column(primary_key=True)
    week: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)
    points: Mapped[int]
    plan: Mapped[Key | None] = mapped_column(index=True)


class PastDutyRow(Base):
    """A duty before the first plan, which rules look back on; later ones are the plans' own."""

    __tablename__ = "past_duties"
    __table_args__ = (Index("ix_past_duties_date_assignee", "date", "assignee"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[Key]
    role: Mapped[Key]
    site: Mapped[Key]
    window: Mapped[Key]
    date: Mapped[dt.date]
    start: Mapped[Moment]
    end: Mapped[Moment]

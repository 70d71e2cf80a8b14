"""What standing data looks like over HTTP: the values of `models`, with what names and dates them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from models import Person
from models.base import Id, Weekday

ValueT = TypeVar("ValueT")

Done = Literal["added", "changed", "kept", "removed"]


class Record(BaseModel, Generic[ValueT]):
    """One row.

    Parameters
    ----------
    id
        What its address ends in; rows that have no id of their own are numbered.
    etag
        What If-Match names to change it.
    """

    id: str
    etag: str
    value: ValueT


class PersonShown(Record[Person]):
    """One person.

    Parameters
    ----------
    left_on
        From when on the person serves no more; None: does.
    """

    left_on: dt.date | None = None


class GridRow(BaseModel, Generic[ValueT]):
    """One row of a list that is replaced as a whole.

    Parameters
    ----------
    id
        The row's, as it was read; left out where the value has an id of its own, and for a new row.
    """

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=64)] | None = None
    value: ValueT


class Grid(BaseModel, Generic[ValueT]):
    """A list that is replaced as a whole: rows that are not in it go."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[list[GridRow[ValueT]], Field(max_length=5000)]


class GridRecords(BaseModel, Generic[ValueT]):
    """A list that can be replaced as a whole.

    Parameters
    ----------
    etag
        What If-Match names to replace it.
    """

    etag: str
    rows: list[Record[ValueT]]


class GridDone(BaseModel):
    """What became of one row."""

    id: str
    etag: str
    done: Done


class GridAnswer(BaseModel):
    """What became of a list.

    Parameters
    ----------
    rows
        One for each row that was sent, in the same order.
    removed
        The ids of rows that have gone.
    """

    etag: str
    rows: list[GridDone]
    removed: list[str]


class SiteName(BaseModel):
    """What everybody may know of a site."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    district: str


class Expiring(BaseModel):
    """A qualification that ends soon, or has ended.

    Parameters
    ----------
    valid_until
        The last valid day.
    """

    person: str
    name: str
    unit: str
    qualification: str
    valid_until: dt.date


class LedgerWeek(BaseModel):
    """What somebody carried in one week.

    Parameters
    ----------
    week
        The first day of the plan; of what was brought along, the day before the first plan.
    kind
        ``carried``, ``credited`` for excused absence, or ``brought`` along by an import.
    """

    week: dt.date
    kind: Literal["carried", "credited", "brought"]
    points: int


class CarriedOver(BaseModel):
    """What an assignee has carried over the weeks that count.

    Parameters
    ----------
    points
        Their sum.
    """

    assignee: str
    name: str
    unit: str
    points: int
    weeks: list[LedgerWeek]


class HistoryEntry(BaseModel):
    """One change.

    Parameters
    ----------
    who
        The name of the account; None: the service itself.
    before, after
        What differs; None: there was, or is, nothing.
    """

    at: dt.datetime
    who: str | None
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request: str | None


class Some(BaseModel):
    """Rows of an import.

    Parameters
    ----------
    count
        How many.
    first
        The first hundred: ids, or for rows that have none what they say.
    """

    count: int = 0
    first: list[str | dict[str, Any]] = []


class Changed(BaseModel):
    """A row that an import changes, and in which fields."""

    id: str
    fields: list[str]


class SomeChanged(BaseModel):
    """Rows that an import changes.

    Parameters
    ----------
    first
        The first hundred.
    """

    count: int = 0
    first: list[Changed] = []


class KindChange(BaseModel):
    """What an import would change, or has changed, of one kind.

    Parameters
    ----------
    removed
        Of people: who leaves.
    kept
        What the file has no more and what stays all the same, since plans, or people who have left, refer to it.
    """

    kind: str
    added: Some = Some()
    changed: SomeChanged = SomeChanged()
    removed: Some = Some()
    kept: Some = Some()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell."""
        return any(found.count for found in (self.added, self.changed, self.removed, self.kept))


class ImportAnswer(BaseModel):
    """What an import would change, or has changed.

    Parameters
    ----------
    etag
        Of all standing data, as it was compared; what If-Match names to import after a dry run.
    week
        The first day of the file's horizon.
    held_by_leavers
        Posts from that day on, in plans that aren't closed, held by people and crews that the file has no more.
    """

    dry_run: bool
    etag: str
    week: dt.date
    changes: list[KindChange]
    held_by_leavers: int


class OwnOffer(BaseModel):
    """When a volunteer offers to come: as `Offer`, without saying who."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"window": "morning_arrival", "weekday": 2}]}
    )

    window: Id | None = None
    weekday: Weekday | None = None
    date: dt.date | None = None


class OwnPreference(BaseModel):
    """A wish about one's own duties: as `Preference`, without saying whose."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "avoid", "weekday": 5}]}
    )

    kind: Literal["want", "avoid"]
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
    site: Id | None = None
    window: Id | None = None
    weekday: Weekday | None = None
    date: dt.date | None = None

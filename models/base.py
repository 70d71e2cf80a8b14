"""The ground every value stands on: frozen, closed, and equal by content."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

Id = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f/|]+$"),
]
"""An identifier: 1 to 64 characters, no control character, no ``/`` and no ``|``."""

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
]
"""A name that people read: 1 to 120 characters on one line."""

Weekday = Annotated[int, Field(ge=1, le=7)]
"""ISO weekday: Monday is 1, Sunday is 7."""

Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


Clock = TypeVar("Clock", dt.datetime, dt.time)


def _whole_minute(time: Clock) -> Clock:
    if time.second or time.microsecond:
        raise ValueError(f"{time.isoformat()} is not on a whole minute; leave out the seconds")
    return time


def _in_calendar(moment: dt.datetime) -> dt.datetime:
    # Within a day of the calendar's ends, another zone's date would not exist.
    if not 2 <= moment.year <= 9998:
        raise ValueError(f"{moment.isoformat()} is not in the years 2 to 9998")
    return moment


def _local(time: dt.time) -> dt.time:
    if time.tzinfo is not None:
        raise ValueError(f"{time.isoformat()} names a time zone; leave it out")
    return time


Moment = Annotated[AwareDatetime, AfterValidator(_whole_minute), AfterValidator(_in_calendar)]
"""An aware date and time on a whole minute."""

TimeOfDay = Annotated[
    dt.time,
    AfterValidator(_whole_minute),
    AfterValidator(_local),
    # The format ``time`` of JSON Schema has a zone.
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:00)?$", "examples": ["07:50"]}),
]
"""A local time of day on a whole minute."""


def elapsed(start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Return the time from one moment to another: plain subtraction counts the wall clock within one zone."""
    return end.astimezone(dt.UTC) - start.astimezone(dt.UTC)


class Value(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")

"""A period (节次) of the school day, which timetables may name in place of times."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from models.base import Id, TimeOfDay, Value, Weekday


class Period(Value):
    """One period of a school day, half-open, in local time.

    Parameters
    ----------
    site
        The school whose period it is; None is every school that has no periods of its own.
    number
        What timetables call it.
    weekdays
        The weekdays on which it is then; empty is each one that no other row names.
    """

    site: Id | None = None
    number: Annotated[int, Field(ge=1, le=99)]
    weekdays: tuple[Weekday, ...] = ()
    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _ends_after_start(self) -> Period:
        if self.end <= self.start:
            raise ValueError(f"period {self.number} ends at {self.end}, not after {self.start}")
        return self

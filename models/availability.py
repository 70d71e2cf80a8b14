"""When people can't come, and when volunteers offered to."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from models.base import Id, Moment, TimeOfDay, Value, Weekday, elapsed


class AbsenceKind(StrEnum):
    """Why an assignee can't come.

    Attributes
    ----------
    RELEASED
        Freed from the own post only (一校一警): it may go to a stand-in although the
        person could hold it. Every other kind keeps the assignee from all duties.
    """

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    WITHDRAWN = "withdrawn"
    OTHER = "other"
    RELEASED = "released"


class Absence(Value):
    """A stretch of time in which an assignee can't hold a post (请假).

    Parameters
    ----------
    assignee
        A person or a crew.
    start, end
        Half-open.
    """

    assignee: Id
    start: Moment
    end: Moment
    kind: AbsenceKind = AbsenceKind.LEAVE

    @model_validator(mode="after")
    def _ends_after_start(self) -> Absence:
        if elapsed(self.start, self.end) <= dt.timedelta():
            raise ValueError(
                f"absence of {self.assignee} ends at {self.end}, not after its start at {self.start}"
            )
        return self


class Lesson(Value):
    """One lesson of a week's timetable, half-open, in local time."""

    weekday: Weekday
    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _ends_after_start(self) -> Lesson:
        if self.end <= self.start:
            raise ValueError(f"lesson on weekday {self.weekday} ends at {self.end}, not after {self.start}")
        return self


class Timetable(Value):
    """A person's lessons (课表); on a make-up workday those of the weekday it follows.

    The school day is the one of the person's unit's site; without one, of no site in particular.
    """

    person: Id
    lessons: tuple[Lesson, ...]


class Offer(Value):
    """When a volunteer offered to come.

    An offer covers a post when its window (None is any) and its day match: ``date`` when
    given, otherwise ``weekday`` (the date's own, also on make-up workdays), otherwise every day.
    """

    person: Id
    window: Id | None = None
    weekday: Weekday | None = None
    date: dt.date | None = None

    def covers(self, window: str, day: dt.date) -> bool:
        """Say whether the offer covers a window on a day."""
        if self.window is not None and self.window != window:
            return False
        if self.date is not None:
            return self.date == day
        return self.weekday is None or self.weekday == day.isoweekday()


class PreferenceKind(StrEnum):
    """Whether an assignee would rather or rather not."""

    WANT = "want"
    AVOID = "avoid"


class Preference(Value):
    """A wish about duties, by any of site, window, weekday and date.

    ``avoid`` costs its weight for every matching duty the assignee gets; ``want`` costs its
    weight once when the assignee gets no matching duty. A person's duties include those
    through a crew at which the person is present.

    Parameters
    ----------
    weight
        Cost in the level ``wishes``, before the rule's own weight.
    """

    assignee: Id
    kind: PreferenceKind
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
    site: Id | None = None
    window: Id | None = None
    weekday: Weekday | None = None
    date: dt.date | None = None

    def matches(self, site: str, window: str, day: dt.date) -> bool:
        """Say whether a duty is one the wish speaks of."""
        return (
            (self.site is None or self.site == site)
            and (self.window is None or self.window == window)
            and (self.weekday is None or self.weekday == day.isoweekday())
            and (self.date is None or self.date == day)
        )

"""Which days are school days: the public calendar with make-up workdays 调休, terms, exceptions."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import chinese_calendar
from pydantic import model_validator

from models.base import Id, Name, Value, Weekday

FIRST_KNOWN_YEAR = min(chinese_calendar.holidays).year
LAST_KNOWN_YEAR = max(chinese_calendar.holidays).year
"""The first and the last year whose public holidays the calendar library knows."""


class Term(Value):
    """A school term: first and last day, both included."""

    name: Name
    first: dt.date
    last: dt.date

    @model_validator(mode="after")
    def _ends_after_start(self) -> Term:
        if self.last < self.first:
            raise ValueError(f"term {self.name} ends on {self.last}, before it starts on {self.first}")
        return self


class DayException(Value):
    """A day that differs from the calendar.

    Parameters
    ----------
    school
        Whether there is school.
    follows
        The weekday whose bells and timetable hold, where there is school; None takes the day's own.
    sites
        The sites it concerns; empty is all.
    """

    date: dt.date
    school: bool
    follows: Weekday | None = None
    sites: tuple[Id, ...] = ()
    note: str = ""


class SchoolCalendar(Value):
    """School days of a city.

    Parameters
    ----------
    country
        ``CN`` follows the State Council's holidays and make-up workdays (through the
        library chinesecalendar; years it doesn't know count Monday to Friday);
        None has school from Monday to Friday.
    terms
        When given, there is school only inside a term.
    exceptions
        Win over everything else; one that names a site wins over one for all.
    makeup_follows
        The weekday whose bells hold on a make-up workday that no exception mentions.
    """

    country: Literal["CN"] | None = "CN"
    terms: tuple[Term, ...] = ()
    exceptions: tuple[DayException, ...] = ()
    makeup_follows: Weekday = 1

    def school_day(self, day: dt.date, site: str) -> int | None:
        """Return the ISO weekday whose bells and timetable hold, or None without school."""
        found = [e for e in self.exceptions if e.date == day and (not e.sites or site in e.sites)]
        if found:
            exception = max(found, key=lambda e: bool(e.sites))
            return (exception.follows or day.isoweekday()) if exception.school else None
        if self.terms and not any(t.first <= day <= t.last for t in self.terms):
            return None
        if self.country == "CN" and FIRST_KNOWN_YEAR <= day.year <= LAST_KNOWN_YEAR:
            if not chinese_calendar.is_workday(day):
                return None
            return day.isoweekday() if day.isoweekday() <= 5 else self.makeup_follows
        return day.isoweekday() if day.isoweekday() <= 5 else None

"""School days: public holidays, make-up workdays, terms and exceptions."""

from __future__ import annotations

import datetime as dt

from models import DayException, SchoolCalendar, Term

NATIONAL_DAY = dt.date(2026, 10, 1)
MAKE_UP_SATURDAY = dt.date(2026, 10, 10)


def test_holidays_are_free_and_make_up_workdays_are_not() -> None:
    calendar = SchoolCalendar(makeup_follows=3)
    assert calendar.school_day(NATIONAL_DAY, "s") is None
    assert calendar.school_day(MAKE_UP_SATURDAY, "s") == 3
    assert calendar.school_day(dt.date(2026, 11, 28), "s") is None
    assert calendar.school_day(dt.date(2026, 11, 30), "s") == 1


def test_without_a_country_there_is_school_from_monday_to_friday() -> None:
    calendar = SchoolCalendar(country=None)
    assert calendar.school_day(NATIONAL_DAY, "s") == 4
    assert calendar.school_day(MAKE_UP_SATURDAY, "s") is None


def test_there_is_no_school_outside_a_term() -> None:
    calendar = SchoolCalendar(
        terms=(Term(name="autumn", first=dt.date(2026, 9, 1), last=dt.date(2026, 11, 30)),)
    )
    assert calendar.school_day(dt.date(2026, 11, 30), "s") == 1
    assert calendar.school_day(dt.date(2026, 12, 1), "s") is None


def test_an_exception_wins_and_one_for_a_site_wins_over_one_for_all() -> None:
    day = dt.date(2026, 11, 30)
    calendar = SchoolCalendar(
        exceptions=(
            DayException(date=day, school=False),
            DayException(date=day, school=True, follows=5, sites=("a",)),
        )
    )
    assert calendar.school_day(day, "a") == 5
    assert calendar.school_day(day, "b") is None

"""A problem is valid from birth: its parts know each other, and shifts come from bells."""

from __future__ import annotations

import datetime as dt

import pytest

from models import (
    Absence,
    Assignment,
    Bell,
    DayException,
    Horizon,
    InvalidProblem,
    Person,
    Problem,
    RoleTime,
    SchoolCalendar,
    Site,
    Unit,
    Window,
)

MONDAY = dt.date(2026, 11, 30)
ZONE = dt.timezone(dt.timedelta(hours=8))


def problem(**more: object) -> Problem:
    given: dict[str, object] = {
        "horizon": Horizon(start=MONDAY),
        "sites": (Site(id="s", name="First", district="d"),),
        "units": (Unit(id="u", name="First", site="s"),),
        "people": (Person(id="p", name="P", unit="u", roles=("staff",)),),
        "windows": (
            Window(id="w", name="上学", name_en="Arrival", roles=(RoleTime(role="staff", lead=30, trail=5),)),
        ),
        "bells": (
            Bell(site="s", window="w", time=dt.time(8)),
            Bell(site="s", window="w", time=dt.time(9), date=MONDAY),
        ),
    }
    return Problem(**(given | more))


def test_shifts_are_laid_around_bells_and_a_dated_bell_wins() -> None:
    found = problem()
    assert len(found.shifts) == 5
    monday, tuesday = found.shifts[:2]
    # Lead 20 and trail 10 around 9:00 and 8:00.
    assert (monday.start.hour, monday.start.minute, monday.end.minute) == (8, 40, 10)
    assert (tuesday.id, tuesday.start.hour) == ("s/2026-12-01/w", 7)
    staff = next(n for n in tuesday.needs if n.role == "staff")
    # Staff come 30 before and stay 5: 10 minutes early, 5 minutes less at the end.
    assert (staff.early, staff.late, tuesday.minutes(staff)) == (10, -5, 35)


def test_it_comes_back_from_json_as_it_was() -> None:
    found = problem()
    assert Problem.model_validate_json(found.model_dump_json()) == found


def test_a_changed_copy_looks_its_own_parts_up() -> None:
    first = problem()
    assert first.person_by_id.keys() == {"p"}
    assert first.role_by_id["staff"].name == "教职员工"
    second = first.model_copy(update={"people": (Person(id="q", name="Q", unit="u"),)})
    assert second.person_by_id.keys() == {"q"}
    assert second.role_by_id == first.role_by_id
    assert first.person_by_id.keys() == {"p"}
    assert first.model_copy() == first


def test_another_week_keeps_what_stands_and_drops_what_is_dated() -> None:
    start = dt.datetime(2026, 11, 30, 8, tzinfo=ZONE)
    absence = Absence(assignee="p", start=start, end=start + dt.timedelta(hours=1))
    pin = Assignment(shift="s/2026-11-30/w", role="staff", index=0, assignee="p", pinned=True)
    moved = problem(absences=(absence,), pins=(pin,)).for_week(MONDAY + dt.timedelta(days=7))
    assert [s.date.isoweekday() for s in moved.shifts] == [1, 2, 3, 4, 5]
    assert (moved.absences, moved.pins, len(moved.bells)) == ((), (), 1)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "people",
            (Person(id="p", name="P", unit="x"),),
            r"people\[0\].unit: found 'x', expected the id of a unit",
        ),
        (
            "people",
            (Person(id="p", name="P", unit="u", roles=("patrol_crew",)),),
            "a role that single persons hold",
        ),
        (
            "bells",
            (Bell(site="s", window="w", time=dt.time(8)),) * 2,
            "one bell for each site, window and day",
        ),
        ("units", (Unit(id="u", name="U"),) * 2, "an id that no other row has"),
        ("timezone", "Mars/Olympus", "an IANA time zone"),
        ("formula", "3+1", "summands"),
        (
            "pins",
            (Assignment(shift="s/2026-11-30/w", role="staff", index=7, assignee="p"),),
            "an index from 0 to 1",
        ),
        (
            "pins",
            (Assignment(shift="nowhere", role="staff", index=0, assignee="p"),),
            "a shift of the horizon",
        ),
    ],
)
def test_each_fault_says_where_it_is_and_what_was_expected(field: str, value: object, said: str) -> None:
    with pytest.raises(InvalidProblem, match=said):
        problem(**{field: value})


def test_all_faults_come_at_once() -> None:
    start = dt.datetime(2026, 11, 30, 8, tzinfo=ZONE)
    twice = tuple(
        Absence(assignee="p", start=start + dt.timedelta(hours=h), end=start + dt.timedelta(hours=h + 2))
        for h in (0, 1)
    )
    early = Absence(assignee="nobody", start=start - dt.timedelta(days=9), end=start - dt.timedelta(days=8))
    with pytest.raises(InvalidProblem) as caught:
        problem(absences=(*twice, early))
    paths = [fault.path for fault in caught.value.faults]
    assert paths == [("absences", 2, "assignee"), ("absences", 2, "start"), ("absences", 1, "start")]


def test_faults_of_pins_come_with_all_others() -> None:
    def pin(shift: str, role: str, assignee: str) -> Assignment:
        return Assignment(shift=shift, role=role, index=0, assignee=assignee)

    pins = (pin("nowhere", "staff", "p"), pin("s/2026-11-30/w", "staff", "nobody"))
    homeless = Person(id="h", name="H", unit="nowhere")
    with pytest.raises(InvalidProblem) as caught:
        problem(people=(*problem().people, homeless), pins=pins)
    paths = [fault.path for fault in caught.value.faults]
    assert paths == [("people", 1, "unit"), ("pins", 0, "shift"), ("pins", 1, "assignee")]
    # No shift is known while a bell rings nowhere: then only roles and holders can be judged.
    with pytest.raises(InvalidProblem) as caught:
        problem(
            bells=(Bell(site="nowhere", window="w", time=dt.time(8)),),
            pins=(*pins, pin("s/2026-11-30/w", "cook", "p")),
        )
    paths = [fault.path for fault in caught.value.faults]
    assert paths == [("bells", 0, "site"), ("pins", 1, "assignee"), ("pins", 2, "role")]


def test_seconds_are_refused_everywhere() -> None:
    start = dt.datetime(2026, 11, 30, 8, 0, 30, tzinfo=ZONE)
    with pytest.raises(ValueError, match="leave out the seconds"):
        Absence(assignee="p", start=start, end=start + dt.timedelta(hours=1))
    with pytest.raises(ValueError, match="leave out the seconds"):
        Bell(site="s", window="w", time=dt.time(8, 0, 1))


def test_minutes_on_post_are_elapsed_ones_on_the_night_the_clock_changes() -> None:
    # In Berlin 2027-03-28 has no 2:00 to 3:00: 20 minutes before 3:05 is 1:45, and 10 after is 3:15.
    found = problem(
        timezone="Europe/Berlin",
        horizon=Horizon(start=dt.date(2027, 3, 28), days=1),
        bells=(Bell(site="s", window="w", time=dt.time(3, 5), weekdays=(7,), date=dt.date(2027, 3, 28)),),
        calendar=SchoolCalendar(
            country=None, exceptions=(DayException(date=dt.date(2027, 3, 28), school=True),)
        ),
    )
    (shift,) = found.shifts
    assert (shift.start.hour, shift.start.minute, shift.end.minute) == (1, 45, 15)
    assert shift.minutes(shift.needs[0]) == 30

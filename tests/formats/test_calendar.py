"""Calendars as real clients' libraries read them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event, vText

from formats.calendar import CalendarError, Subject, calendar_for
from models import (
    Absence,
    Assignment,
    Bell,
    Crew,
    GatePosition,
    Horizon,
    Lesson,
    Location,
    Person,
    Problem,
    Qualification,
    Role,
    Roster,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    Timetable,
    Unit,
    Window,
)
from models.people import DEFAULT_ROLES

MONDAY = dt.date(2026, 9, 7)
NOW = dt.datetime(2026, 9, 1, 4, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
ANNA = Subject("person", "t1")


def make_problem(
    start: dt.date = MONDAY,
    timezone: str = "Asia/Shanghai",
    bell: dt.time = dt.time(7, 40),
    name: str = "王老师",
    **more: object,
) -> Problem:
    """One school with a morning window (7:20 to 7:50), two staff and a crew of two."""
    fields: dict[str, object] = {
        "timezone": timezone,
        "horizon": Horizon(start=start),
        "calendar": SchoolCalendar(country=None),
        "sites": (
            Site(
                id="s1",
                name="第1小学",
                district="d1",
                location=Location(lat=22.543096, lon=114.057865),
                positions=(GatePosition(number=3, name="东门斑马线", role="staff"),),
            ),
        ),
        "units": (
            Unit(id="u1", name="第1小学", site="s1", district="d1"),
            Unit(id="u2", name="巡警队", district="d1"),
        ),
        "people": (
            Person(id="t1", name=name, unit="u1", roles=("staff",), phone="13800000000"),
            Person(id="t2", name="李老师", unit="u1", roles=("staff",), phone="13900000000"),
            Person(id="p1", name="甲", unit="u2"),
            Person(id="p2", name="乙", unit="u2"),
        ),
        "crews": (Crew(id="c1", name="巡组一", unit="u2", role="patrol_crew", members=("p1", "p2")),),
        "windows": (Window(id="am", name="上午上学", name_en="Morning arrival"),),
        "bells": (Bell(site="s1", window="am", time=bell),),
    }
    return Problem.model_validate(fields | more)


def make_roster(problem: Problem, *held: tuple[str, str, int, str]) -> Roster:
    """Turn (date, role, index, assignee) into a roster."""
    return Roster(
        horizon=problem.horizon,
        assignments=tuple(
            Assignment(shift=f"s1/{date}/am", role=role, index=index, assignee=who)
            for date, role, index, who in held
        ),
    )


def events_of(exported: bytes) -> list[Event]:
    return Calendar.from_ical(exported).events


PROBLEM = make_problem()
MON_TUE = make_roster(PROBLEM, ("2026-09-07", "staff", 0, "t1"), ("2026-09-08", "staff", 0, "t1"))


def test_an_entry_says_what_where_and_when() -> None:
    (event,) = events_of(
        calendar_for(PROBLEM, make_roster(PROBLEM, ("2026-09-07", "staff", 0, "t1")), ANNA, now=NOW)
    )
    assert str(event["SUMMARY"]) == "护学 第1小学 上午上学 · 教职员工"
    assert str(event["LOCATION"]) == "第1小学"
    assert event["GEO"].to_ical() == "22.543096;114.057865"
    # The bell rings at 7:40; the window leads by 20 minutes and trails by 10.
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.start == dt.datetime(2026, 9, 7, 7, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert event.end == dt.datetime(2026, 9, 7, 7, 50, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert str(event["DESCRIPTION"]).splitlines() == [
        "定岗：3号 东门斑马线",
        "带班：值班领导",
    ]
    assert event["SEQUENCE"] == 0
    assert event.decoded("DTSTAMP") == event.decoded("LAST-MODIFIED") == NOW
    assert not {"ATTENDEE", "ORGANIZER", "RRULE"} & set(event)


def test_english() -> None:
    exported = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW, language="en")
    event = events_of(exported)[0]
    assert str(event["SUMMARY"]) == "School guard 第1小学 Morning arrival · Staff"
    assert str(event["DESCRIPTION"]) == "Position: no. 3, 东门斑马线\nLed by: Duty leader"


def test_the_calendar_names_itself_and_how_often_to_ask() -> None:
    exported = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in exported.decode()
    calendar = Calendar.from_ical(exported)
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "护学 · 王老师"
    # A UID of the calendar makes some clients take the whole feed for one entry; METHOD makes it a message.
    assert "UID" not in calendar
    assert "METHOD" not in calendar


def test_a_need_that_comes_early_and_stays_late() -> None:
    shift = PROBLEM.shifts[0]
    needs = tuple(
        n.model_copy(update={"early": 30, "late": 5}) if n.role == "staff" else n for n in shift.needs
    )
    early = make_problem(bells=(), shifts=(shift.model_copy(update={"needs": needs}),))
    roster = make_roster(early, ("2026-09-07", "staff", 0, "t1"))
    (event,) = events_of(calendar_for(early, roster, ANNA, now=NOW))
    # 7:20 - 30 minutes = 6:50; 7:50 + 5 minutes = 7:55.
    assert (event.start.strftime("%H:%M"), event.end.strftime("%H:%M")) == ("06:50", "07:55")


def test_shanghai_has_one_standard_block() -> None:
    (zone,) = Calendar.from_ical(calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)).timezones
    (block,) = zone.subcomponents
    assert block.name == "STANDARD"
    assert block.TZOFFSETFROM == block.TZOFFSETTO == dt.timedelta(hours=8)


@pytest.mark.parametrize("monday", [dt.date(2026, 1, 12), dt.date(2026, 7, 6)], ids=["winter", "summer"])
def test_occurrences_in_winter_and_summer(monday: dt.date) -> None:
    problem = make_problem(monday)
    roster = make_roster(problem, (monday.isoformat(), "staff", 0, "t1"))
    calendar = Calendar.from_ical(calendar_for(problem, roster, ANNA, now=NOW))
    (event,) = recurring_ical_events.of(calendar).at(monday)
    # 7:20 in Shanghai is 23:20 UTC the day before, all year round.
    expected = dt.datetime.combine(monday - dt.timedelta(days=1), dt.time(23, 20), dt.UTC)
    assert event.start.astimezone(dt.UTC) == expected


def test_another_zone_over_a_change_of_time() -> None:
    """Berlin leaves summer time on Sunday 2026-10-25 at 01:00 UTC."""
    friday, monday = dt.date(2026, 10, 23), dt.date(2026, 10, 26)
    problem = make_problem(friday, "Europe/Berlin")
    roster = make_roster(problem, ("2026-10-23", "staff", 0, "t1"), ("2026-10-26", "staff", 0, "t1"))
    exported = calendar_for(problem, roster, ANNA, now=NOW)
    calendar = Calendar.from_ical(exported)
    (before,) = recurring_ical_events.of(calendar).at(friday)
    (after,) = recurring_ical_events.of(calendar).at(monday)
    assert before.start.astimezone(dt.UTC).time() == dt.time(5, 20)  # 7:20 - 2 h
    assert after.start.astimezone(dt.UTC).time() == dt.time(6, 20)  # 7:20 - 1 h
    # Who reads the block alone, without a time zone database, comes to the same.
    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    for event in (before, after):
        assert event.start.replace(tzinfo=zone).utcoffset() == event.start.utcoffset()
    # The onsets are in the time before the change: 2:00 CET in spring, 3:00 CEST in autumn.
    text = exported.decode()
    assert "DTSTART:20260329T020000\r\n" in text
    assert "DTSTART:20261025T030000\r\n" in text


def test_nothing_changes_while_nothing_changes() -> None:
    first = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    assert calendar_for(PROBLEM, MON_TUE, ANNA, now=LATER, previous=first) == first


def test_a_moved_bell_keeps_the_uid_and_raises_the_sequence() -> None:
    first = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    bells = (
        Bell(site="s1", window="am", time=dt.time(7, 40)),
        Bell(site="s1", window="am", time=dt.time(8, 0), date=dt.date(2026, 9, 8)),
    )
    moved = make_problem(bells=bells)
    second = calendar_for(moved, MON_TUE, ANNA, now=LATER, previous=first)
    old, new = events_of(first), events_of(second)
    assert [e["UID"] for e in new] == [e["UID"] for e in old]
    assert new[0].to_ical() == old[0].to_ical()
    assert (new[1]["SEQUENCE"], new[1].decoded("LAST-MODIFIED"), new[1].decoded("DTSTAMP")) == (
        1,
        LATER,
        LATER,
    )
    assert new[1].decoded("DTSTART").time() == dt.time(7, 40)  # 8:00 - 20 minutes


def test_a_vanished_entry_stays_cancelled_then_goes_and_a_returning_one_is_taken_up() -> None:
    monday_only = make_roster(PROBLEM, ("2026-09-07", "staff", 0, "t1"))
    first = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    second = calendar_for(PROBLEM, monday_only, ANNA, now=LATER, previous=first)
    kept, gone = events_of(second)
    assert kept.to_ical() == events_of(first)[0].to_ical()
    assert str(gone["SUMMARY"]) == "【已取消】护学 第1小学 上午上学 · 教职员工"
    assert (str(gone["STATUS"]), str(gone["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert (gone["SEQUENCE"], gone.decoded("LAST-MODIFIED")) == (1, LATER)

    almost = LATER + dt.timedelta(days=14) - dt.timedelta(seconds=1)
    assert calendar_for(PROBLEM, monday_only, ANNA, now=almost, previous=second) == second
    after = LATER + dt.timedelta(days=14)
    assert len(events_of(calendar_for(PROBLEM, monday_only, ANNA, now=after, previous=second))) == 1

    third = calendar_for(PROBLEM, MON_TUE, ANNA, now=almost, previous=second)
    back = events_of(third)[1]
    assert back["UID"] == gone["UID"]
    assert (str(back["STATUS"]), back["SEQUENCE"]) == ("CONFIRMED", 2)
    assert str(back["SUMMARY"]) == "护学 第1小学 上午上学 · 教职员工"


def test_last_modified_rises_although_the_clock_went_back() -> None:
    first = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    earlier = NOW - dt.timedelta(hours=1)
    changed = calendar_for(PROBLEM, MON_TUE, ANNA, now=earlier, previous=first, language="en")
    assert {e.decoded("LAST-MODIFIED") for e in events_of(changed)} == {NOW + dt.timedelta(seconds=1)}


def test_another_week_leaves_last_week_as_it_is() -> None:
    first = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    week = make_problem(dt.date(2026, 9, 14))
    roster = make_roster(week, ("2026-09-14", "staff", 0, "t1"))
    second = events_of(calendar_for(week, roster, ANNA, now=LATER, previous=first))
    assert [e.to_ical() for e in second[:2]] == [e.to_ical() for e in events_of(first)]
    assert len(second) == 3
    year = dt.datetime(2027, 9, 10, tzinfo=dt.UTC)  # over 366 days after both
    assert len(events_of(calendar_for(week, roster, ANNA, now=year, previous=first))) == 1


CREW_WEEK = (("2026-09-07", "patrol_crew", 0, "c1"), ("2026-09-08", "patrol_crew", 0, "c1"))


def test_a_unit_has_the_duties_of_its_people_and_crews() -> None:
    roster = make_roster(PROBLEM, *CREW_WEEK, ("2026-09-07", "staff", 0, "t1"))
    brigade = calendar_for(PROBLEM, roster, Subject("unit", "u2"), now=NOW)
    crew = calendar_for(PROBLEM, roster, Subject("crew", "c1"), now=NOW)
    assert [e["UID"] for e in events_of(brigade)] == [e["UID"] for e in events_of(crew)]
    assert str(Calendar.from_ical(brigade)["NAME"]) == f"护学 · {PROBLEM.unit_by_id['u2'].name}"
    school = calendar_for(PROBLEM, roster, Subject("unit", "u1"), now=NOW, names=True)
    (event,) = events_of(school)
    assert PROBLEM.person_by_id["t1"].name in str(event["SUMMARY"]) + str(event["DESCRIPTION"])


def test_a_person_has_the_crews_duties() -> None:
    exported = calendar_for(PROBLEM, make_roster(PROBLEM, *CREW_WEEK), Subject("person", "p1"), now=NOW)
    assert [e.start.day for e in events_of(exported)] == [7, 8]
    assert "巡组：巡组一" in str(events_of(exported)[0]["DESCRIPTION"])
    crew = calendar_for(PROBLEM, make_roster(PROBLEM, *CREW_WEEK), Subject("crew", "c1"), now=NOW)
    assert [e["UID"] for e in events_of(crew)] == [e["UID"] for e in events_of(exported)]


def _on_leave() -> Problem:
    zone = ZoneInfo("Asia/Shanghai")
    # 7:45 to 9:00 meets the duty from 7:20 to 7:50.
    start, end = (dt.datetime(2026, 9, 7, h, m, tzinfo=zone) for h, m in ((7, 45), (9, 0)))
    return make_problem(absences=(Absence(assignee="p1", start=start, end=end),))


def _teaching() -> Problem:
    lesson = Lesson(weekday=1, start=dt.time(7, 0), end=dt.time(7, 21))
    return make_problem(timetables=(Timetable(person="p1", lessons=(lesson,)),))


def _unqualified() -> Problem:
    crew_role = Role(
        id="patrol_crew",
        name="巡组",
        name_en="Patrol",
        scope=Scope.DISTRICT,
        by_crew=True,
        requires=("driving",),
    )
    roles = tuple(crew_role if r.id == "patrol_crew" else r for r in DEFAULT_ROLES)
    people = tuple(
        p.model_copy(
            update={"qualifications": (Qualification(name="driving", valid_from=dt.date(2026, 9, 8)),)}
        )
        if p.id == "p1"
        else p
        for p in PROBLEM.people
    )
    return make_problem(roles=roles, people=people)


@pytest.mark.parametrize("make", [_on_leave, _teaching, _unqualified])
def test_a_member_who_is_not_present_on_monday_has_tuesday_alone(make: object) -> None:
    assert callable(make)
    problem: Problem = make()
    exported = calendar_for(problem, make_roster(problem, *CREW_WEEK), Subject("person", "p1"), now=NOW)
    assert [e.start.day for e in events_of(exported)] == [8]


SCHOOL = (
    ("2026-09-07", "staff", 0, "t1"),
    ("2026-09-07", "staff", 1, "t2"),
    ("2026-09-07", "patrol_crew", 0, "c1"),
)


def test_a_school_has_all_its_posts_and_names_nobody() -> None:
    text = calendar_for(PROBLEM, make_roster(PROBLEM, *SCHOOL), Subject("site", "s1"), now=NOW).decode()
    assert text.count("BEGIN:VEVENT") == 3
    unfolded = text.replace("\r\n ", "")
    for private in ("王老师", "李老师", "13800000000", "13900000000", "t1", "t2"):
        assert private not in unfolded


def test_names_when_the_admin_allows_them_and_never_a_phone() -> None:
    roster = make_roster(PROBLEM, *SCHOOL)
    school = calendar_for(PROBLEM, roster, Subject("site", "s1"), now=NOW, names=True)
    assert "护学 第1小学 上午上学 · 教职员工 · 李老师" in {str(e["SUMMARY"]) for e in events_of(school)}
    own = calendar_for(PROBLEM, roster, ANNA, now=NOW, names=True)
    assert "同岗：教职员工 李老师、巡组 巡组一" in str(events_of(own)[0]["DESCRIPTION"])
    assert b"13900000000" not in school + own


@pytest.mark.parametrize("sting", ["\n", "\r\n", "\u2028", "\x85", "\x0b"])
def test_no_name_injects_a_line(sting: str) -> None:
    name = f"王{sting}ATTENDEE:mailto:x@example.org;,\\"
    # The values refuse control characters; who builds one without validation gets past that.
    people = (PROBLEM.people[0].model_copy(update={"name": name}), *PROBLEM.people[1:])
    site = PROBLEM.sites[0].model_copy(update={"name": name})
    fields = {field: getattr(PROBLEM, field) for field in Problem.model_fields}
    problem = Problem.model_construct(**fields | {"people": people, "sites": (site,)})
    exported = calendar_for(problem, MON_TUE, ANNA, now=NOW)
    lines = exported.decode().replace("\r\n ", "").splitlines()
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    clean = "王 ATTENDEE:mailto:x@example.org;,\\"
    # The library leaves NAME escaped when it reads.
    assert Calendar.from_ical(exported)["NAME"].to_ical() == vText(f"护学 · {clean}").to_ical()
    assert str(events_of(exported)[0]["LOCATION"]) == clean
    assert calendar_for(problem, MON_TUE, ANNA, now=LATER, previous=exported) == exported


def test_an_id_with_every_special_character() -> None:
    people = (PROBLEM.people[0].model_copy(update={"id": "t,1;\\:\"'^ x"}), *PROBLEM.people[1:])
    problem = make_problem(people=people)
    roster = make_roster(problem, ("2026-09-07", "staff", 0, people[0].id))
    subject = Subject("person", people[0].id)
    exported = calendar_for(problem, roster, subject, now=NOW)
    assert calendar_for(problem, roster, subject, now=LATER, previous=exported) == exported


def test_lines_fold_within_75_octets_and_between_characters() -> None:
    problem = make_problem(name="很长的名字" * 20)
    exported = calendar_for(problem, MON_TUE, ANNA, now=NOW)
    lines = exported.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
    assert str(Calendar.from_ical(exported)["NAME"]) == "护学 · " + "很长的名字" * 20


def test_a_strange_previous_calendar_is_refused() -> None:
    whole = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    other = calendar_for(PROBLEM, MON_TUE, Subject("person", "t2"), now=NOW)
    for previous in (
        b"",
        b"no calendar",
        b"\xff\xfe\x00",
        whole[:-40],
        whole.replace(b"SEQUENCE:0", b"SEQUENCE:x"),
    ):
        with pytest.raises(CalendarError, match="not one that huxue exported"):
            calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW, previous=previous)
    with pytest.raises(CalendarError, match="not that of the person t1"):
        calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW, previous=other)


def test_strangers_are_named() -> None:
    with pytest.raises(CalendarError, match="no crew with the id 't1'"):
        calendar_for(PROBLEM, MON_TUE, Subject("crew", "t1"), now=NOW)
    with pytest.raises(CalendarError, match="staff of s1/2026-09-06/am"):
        calendar_for(PROBLEM, make_roster(PROBLEM, ("2026-09-06", "staff", 0, "t1")), ANNA, now=NOW)
    with pytest.raises(ValueError, match="time zone"):
        calendar_for(PROBLEM, MON_TUE, ANNA, now=dt.datetime(2026, 9, 1))


def test_an_empty_calendar_is_one() -> None:
    exported = calendar_for(PROBLEM, make_roster(PROBLEM), ANNA, now=NOW)
    assert events_of(exported) == []
    assert calendar_for(PROBLEM, make_roster(PROBLEM), ANNA, now=LATER, previous=exported) == exported


@given(
    minutes=st.integers(0, 23 * 60),
    index=st.integers(0, 1),
    hours=st.integers(0, 2000),
    language=st.sampled_from(["zh", "en"]),
    before=st.booleans(),
)
def test_the_uid_comes_from_assignee_shift_and_role_alone(
    minutes: int, index: int, hours: int, language: str, before: bool
) -> None:
    """Time, index, language, company and clock change what an entry says, never which one it is."""
    assert language in ("zh", "en")
    start = dt.datetime(2026, 9, 7, tzinfo=ZoneInfo("Asia/Shanghai")) + dt.timedelta(minutes=minutes)
    shift: Shift = PROBLEM.shifts[0].model_copy(
        update={"start": start, "end": start + dt.timedelta(minutes=30)}
    )
    problem = make_problem(bells=(), shifts=(shift,))
    company = (("2026-09-07", "staff", 1 - index, "t2"),) if before else ()
    roster = make_roster(problem, *company, ("2026-09-07", "staff", index, "t1"))
    now = NOW + dt.timedelta(hours=hours)
    first = calendar_for(PROBLEM, MON_TUE, ANNA, now=NOW)
    second = calendar_for(
        problem,
        roster,
        ANNA,
        now=now,
        previous=first,
        language="zh" if language == "zh" else "en",
        names=True,
    )
    old = events_of(first)[0]
    new = next(e for e in events_of(second) if e["STATUS"] == "CONFIRMED")
    assert new["UID"] == old["UID"]
    changed = {k: v for k, v in new.items() if k in ("SUMMARY", "DTSTART", "DESCRIPTION")} != {
        k: v for k, v in old.items() if k in ("SUMMARY", "DTSTART", "DESCRIPTION")
    }
    assert new["SEQUENCE"] == int(changed)
    assert (
        calendar_for(problem, roster, Subject("person", "t2"), now=now).count(str(new["UID"]).encode()) == 0
    )

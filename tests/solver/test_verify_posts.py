"""The hard rules that a single assignment or post can break, and the pins."""

from __future__ import annotations

import datetime as dt

import pytest
from verify_cases import (
    CREWS,
    MONDAY,
    PEOPLE,
    ROLES,
    Post,
    absence,
    broken,
    city,
    hold,
    lessons,
    person,
    role,
    shift,
)

from models import (
    HARD_RULES,
    AbsenceKind,
    Assignment,
    DayException,
    Horizon,
    Need,
    Offer,
    Qualification,
    Role,
    Roster,
    SchoolCalendar,
    Scope,
    Timetable,
)
from solver.verify import evaluate, verify
from solver.verify.hard import RULES


def test_each_hard_rule_has_its_function() -> None:
    assert (*(rule.__name__ for rule in RULES), "pin") == HARD_RULES


# one_holder


def test_a_post_has_one_holder() -> None:
    gate = shift("A", 0, "07:00", "07:30", Need(role="staff", minimum=2, target=2))
    assert broken(city(gate), (gate, "staff", "s1", 0), (gate, "staff", "s2", 0)) == [("one_holder", "")]
    assert broken(city(gate), (gate, "staff", "s1", 0), (gate, "staff", "s2", 1)) == []


def test_nobody_holds_two_posts_of_a_need() -> None:
    gate = shift("A", 0, "07:00", "07:30", Need(role="staff", minimum=2, target=2))
    found = broken(city(gate), (gate, "staff", "s1", 0), (gate, "staff", "s1", 1))
    # Two duties at the same time are on two posts at once as well.
    assert found == [("one_holder", "s1"), ("overlap", "s1")]


# known_post


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"shift": "nowhere"}, "there is no shift nowhere"),
        ({"role": "traffic"}, "asks for no traffic"),
        ({"role": "nonsense"}, "asks for no nonsense"),
        ({"index": 1}, "no staff post 1"),
        ({"assignee": "nobody"}, "no person or crew nobody"),
    ],
)
def test_post_and_holder_exist(changes: dict[str, str | int], says: str) -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    good = Assignment(shift=gate.id, role="staff", index=0, assignee="s1")
    roster = Roster(horizon=Horizon(start=MONDAY), assignments=(good, good.model_copy(update=changes)))
    (violation,) = verify(city(gate), roster)
    assert violation.rule == "known_post"
    assert says in violation.message
    # The unknown one counts nowhere: the one post is filled by the good one.
    alone = Roster(horizon=Horizon(start=MONDAY), assignments=(good,))
    assert evaluate(city(gate), roster) == evaluate(city(gate), alone)


def test_a_negative_index_is_no_post() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    bad = Assignment.model_construct(shift=gate.id, role="staff", index=-1, assignee="s1", pinned=False)
    roster = Roster.model_construct(version="1", horizon=Horizon(start=MONDAY), assignments=(bad,))
    assert [v.rule for v in verify(city(gate), roster)] == ["known_post"]


# role


@pytest.mark.parametrize(
    ("asked", "holder", "clean"),
    [
        ("traffic", "t1", True),
        ("any", "t1", True),
        ("any", "t2", False),
        ("crew", "k1", True),
        ("any", "k1", False),
        ("crew", "m1", False),
    ],
)
def test_holder_has_the_role(asked: str, holder: str, clean: bool) -> None:
    gate = shift("A", 0, "07:00", "07:30", asked)
    assert broken(city(gate), (gate, asked, holder)) == ([] if clean else [("role", holder)])


def test_a_crew_has_its_own_role_alone() -> None:
    convoys = (*ROLES, Role(id="convoy", name="护送", name_en="Convoy", scope=Scope.ANYWHERE, by_crew=True))
    gate = shift("A", 0, "07:00", "07:30", "convoy")
    assert broken(city(gate, roles=convoys), (gate, "convoy", "k1")) == [("role", "k1")]
    convoy = tuple(c.model_copy(update={"role": "convoy"}) for c in CREWS)
    assert broken(city(gate, roles=convoys, crews=convoy), (gate, "convoy", "k1")) == []


# qualification


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "clean"),
    [
        (None, None, True),
        (MONDAY, MONDAY, True),
        (MONDAY + dt.timedelta(days=1), None, False),
        (None, MONDAY - dt.timedelta(days=1), False),
    ],
)
def test_qualification_is_valid_on_the_day(
    valid_from: dt.date | None, valid_until: dt.date | None, clean: bool
) -> None:
    gate = shift("A", 0, "07:00", "07:30", "volunteer")
    vetting = Qualification(name="vetting", valid_from=valid_from, valid_until=valid_until)
    problem = city(gate, people=person("v1", qualifications=(vetting,)), offers=(Offer(person="v1"),))
    assert broken(problem, (gate, "volunteer", "v1")) == ([] if clean else [("qualification", "v1")])


# scope


@pytest.mark.parametrize(
    ("asked", "holder", "site", "clean"),
    [
        ("staff", "s1", "A", True),
        ("staff", "s1", "B", False),
        ("beat", "near", "A", True),
        # B names no station; only a posted role falls back to the posted person's unit.
        ("beat", "near", "B", False),
        ("traffic", "t2", "B", True),
        ("traffic", "t2", "C", False),
        ("named", "n1", "B", True),
        ("named", "n1", "A", False),
        ("any", "t1", "C", True),
        ("officer", "own_a", "A", True),
        ("crew", "k1", "B", True),
        ("crew", "k1", "C", False),
        # ``sites`` play no part in ``posted``: far lists A, but is of another district.
        ("officer", "far", "A", False),
        ("officer", "far", "C", True),
    ],
)
def test_site_is_in_scope(asked: str, holder: str, site: str, clean: bool) -> None:
    gate = shift(site, 0, "07:00", "07:30", asked)
    away = absence("own_a", 0, "06:00", "09:00")
    problem = city(gate, absences=() if holder == "own_a" else (away,))
    assert broken(problem, (gate, asked, holder)) == ([] if clean else [("scope", holder)])


@pytest.mark.parametrize(("asked", "holder"), [("staff", "s1"), ("beat", "near"), ("traffic", "t2")])
def test_own_sites_widen_a_scope(asked: str, holder: str) -> None:
    gate = shift("C", 0, "07:00", "07:30", asked)
    assert broken(city(gate), (gate, asked, holder)) == [("scope", holder)]
    assert broken(city(gate, people=person(holder, sites=("C",))), (gate, asked, holder)) == []


def test_a_unit_without_district_serves_none() -> None:
    gate = shift("A", 0, "07:00", "07:30", "traffic")
    units = tuple(u.model_copy(update={"district": None}) if u.id == "TB" else u for u in city(gate).units)
    assert broken(city(gate, units=units), (gate, "traffic", "t1")) == [("scope", "t1")]


# absence


@pytest.mark.parametrize(
    ("start", "end", "clean"),
    [
        ("06:00", "07:00", True),
        ("07:30", "09:00", True),
        ("06:00", "07:01", False),
        ("07:29", "09:00", False),
        ("07:10", "07:20", False),
    ],
)
def test_absence_is_half_open(start: str, end: str, clean: bool) -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    problem = city(gate, absences=(absence("s1", 0, start, end),))
    assert broken(problem, (gate, "staff", "s1")) == ([] if clean else [("absence", "s1")])


@pytest.mark.parametrize("kind", list(AbsenceKind))
def test_a_release_is_no_absence(kind: AbsenceKind) -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    problem = city(gate, absences=(absence("s1", 0, "06:00", "09:00", kind),))
    expected = [] if kind is AbsenceKind.RELEASED else [("absence", "s1")]
    assert broken(problem, (gate, "staff", "s1")) == expected


def test_absence_meets_the_on_post_interval() -> None:
    # On post from 06:30, half an hour before the shift; the absence ends at 06:45.
    early = shift("A", 0, "07:00", "07:30", Need(role="staff", minimum=1, target=1, early=30))
    late = shift("A", 0, "07:00", "07:30", Need(role="staff", minimum=1, target=1, early=-15))
    away = (absence("s1", 0, "06:00", "06:45"),)
    assert broken(city(early, absences=away), (early, "staff", "s1")) == [("absence", "s1")]
    assert broken(city(late, absences=away), (late, "staff", "s1")) == []


def test_a_crews_own_absence() -> None:
    gate = shift("A", 0, "07:00", "07:30", "crew")
    problem = city(gate, absences=(absence("k1", 0, "07:00", "08:00"),))
    assert broken(problem, (gate, "crew", "k1")) == [("absence", "k1")]
    assert broken(problem, (gate, "crew", "k2")) == []


# timetable


@pytest.mark.parametrize(
    ("row", "clean"),
    [
        ((1, "07:30", "08:10"), True),
        ((1, "06:00", "07:00"), True),
        ((1, "07:29", "08:10"), False),
        ((2, "07:00", "07:30"), True),
    ],
)
def test_lessons_keep_people_away(row: tuple[int, str, str], clean: bool) -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    problem = city(gate, timetables=(lessons("s1", row),))
    assert broken(problem, (gate, "staff", "s1")) == ([] if clean else [("timetable", "s1")])


def test_a_make_up_workday_has_the_lessons_of_the_day_it_follows() -> None:
    saturday = shift("A", 5, "07:00", "07:30", "staff")
    makeup = DayException(date=MONDAY + dt.timedelta(days=5), school=True, follows=3, sites=("A",))
    calendar = SchoolCalendar(country=None, exceptions=(makeup,))
    wednesday = (lessons("s1", (3, "07:00", "07:40")),)
    on_saturday = (lessons("s1", (6, "07:00", "07:40")),)
    assert broken(city(saturday, timetables=wednesday), (saturday, "staff", "s1")) == []
    assert broken(city(saturday, timetables=wednesday, calendar=calendar), (saturday, "staff", "s1")) == [
        ("timetable", "s1")
    ]
    assert broken(city(saturday, timetables=on_saturday, calendar=calendar), (saturday, "staff", "s1")) == []


def test_lessons_follow_the_school_days_of_the_units_site() -> None:
    # School A has a day off; t1's unit has no site, so the exception for A doesn't concern it.
    gate = shift("A", 0, "07:00", "07:30", "staff", "traffic")
    calendar = SchoolCalendar(
        country=None, exceptions=(DayException(date=MONDAY, school=False, sites=("A",)),)
    )
    row = (1, "07:00", "07:40")
    problem = city(gate, timetables=(lessons("s1", row), lessons("t1", row)), calendar=calendar)
    assert broken(problem, (gate, "staff", "s1"), (gate, "traffic", "t1")) == [("timetable", "t1")]


def test_a_post_across_midnight_meets_lessons_of_both_days() -> None:
    night = shift("A", 0, "22:00", "07:00", "staff", ends_next_day=True)
    for row, clean in (
        ((1, "21:00", "22:00"), True),
        ((1, "21:00", "22:01"), False),
        ((2, "06:59", "08:00"), False),
        ((2, "07:00", "08:00"), True),
        ((1, "06:00", "06:30"), True),
    ):
        found = broken(city(night, timetables=(lessons("s1", row),)), (night, "staff", "s1"))
        assert found == ([] if clean else [("timetable", "s1")]), row


@pytest.mark.parametrize(
    ("monday", "clean_hour"),
    # In Berlin 07:00 is 06:00 UTC in winter and 05:00 UTC in summer.
    [(dt.date(2026, 1, 12), 7), (dt.date(2026, 7, 6), 6)],
)
def test_lessons_are_in_local_time_in_winter_and_summer(monday: dt.date, clean_hour: int) -> None:
    def at_hour(hour: int) -> list[tuple[str, str]]:
        start = dt.datetime.combine(monday, dt.time(hour), dt.UTC)
        gate = shift("A", 0, "07:00", "07:30", "staff").model_copy(
            update={"date": monday, "start": start, "end": start + dt.timedelta(hours=1)}
        )
        problem = city(
            gate,
            horizon=Horizon(start=monday),
            timezone="Europe/Berlin",
            timetables=(lessons("s1", (1, "07:00", "08:00")),),
        )
        return broken(problem, (gate, "staff", "s1"))

    lesson_hour = clean_hour - 1
    assert at_hour(lesson_hour) == [("timetable", "s1")]
    assert at_hour(lesson_hour - 1) == []
    assert at_hour(clean_hour) == []


def test_an_empty_timetable_keeps_nobody() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    assert broken(city(gate, timetables=(Timetable(person="s1", lessons=()),)), (gate, "staff", "s1")) == []


# offer


@pytest.mark.parametrize(
    ("offers", "clean"),
    [
        ((), False),
        ((Offer(person="v1"),), True),
        ((Offer(person="v1", window="am"),), True),
        ((Offer(person="v1", window="pm"),), False),
        ((Offer(person="v1", weekday=2),), False),
        ((Offer(person="v1", weekday=2), Offer(person="v1", weekday=1)), True),
        ((Offer(person="v1", date=MONDAY),), True),
        ((Offer(person="v1", date=MONDAY + dt.timedelta(days=1)),), False),
        ((Offer(person="s1"),), False),
    ],
)
def test_volunteers_come_when_they_offered(offers: tuple[Offer, ...], clean: bool) -> None:
    gate = shift("A", 0, "07:00", "07:30", "volunteer")
    found = broken(city(gate, offers=offers), (gate, "volunteer", "v1"))
    assert found == ([] if clean else [("offer", "v1")])


def test_nobody_asks_a_crew_for_offers() -> None:
    gate = shift("A", 0, "07:00", "07:30", "crew")
    assert broken(city(gate, roles=role("crew", offered_only=True)), (gate, "crew", "k1")) == []


# crew_strength


@pytest.mark.parametrize(
    ("changes", "clean"),
    [
        ({}, True),
        ({"absences": (absence("m1", 0, "07:29", "09:00"),)}, False),
        ({"absences": (absence("m1", 0, "07:30", "09:00"),)}, True),
        ({"absences": (absence("m1", 0, "06:00", "09:00", AbsenceKind.RELEASED),)}, True),
        ({"timetables": (lessons("m2", (1, "06:00", "07:01")),)}, False),
        ({"people": person("m2", qualifications=())}, False),
    ],
)
def test_a_crew_has_its_strength(changes: dict[str, object], clean: bool) -> None:
    gate = shift("A", 0, "07:00", "07:30", "crew")
    crews = (CREWS[0].model_copy(update={"minimum_strength": 2}),)
    found = broken(city(gate, crews=crews, **changes), (gate, "crew", "k1"))
    assert found == ([] if clean else [("crew_strength", "k1")])


# pin


def test_pins_are_kept_or_dropped() -> None:
    gate = shift("A", 0, "07:00", "07:30", Need(role="staff", minimum=1, target=2))
    pin = Assignment(shift=gate.id, role="staff", index=0, assignee="s1", pinned=True)
    problem = city(gate, pins=(pin,))

    def rules(*posts: Post, dropped: tuple[Assignment, ...] = ()) -> list[tuple[str, str]]:
        return [(v.rule, v.bearer) for v in verify(problem, hold(*posts), dropped)]

    assert rules((gate, "staff", "s1")) == []
    assert rules() == [("pin", "s1")]
    assert rules((gate, "staff", "s2")) == [("pin", "s1")]
    # A pin is to a post, not to any post of the need: the gate position hangs on the index.
    assert rules((gate, "staff", "s1", 1)) == [("pin", "s1")]
    assert rules((gate, "staff", "s2"), dropped=(pin,)) == []
    # Whether the roster or the list still calls it pinned is of no matter.
    assert rules(dropped=(pin.model_copy(update={"pinned": False}),)) == []


def test_messages_name_no_phone_number() -> None:
    gate = shift("B", 0, "07:00", "07:30", "staff")
    people = tuple(p.model_copy(update={"phone": "+86 555 0100"}) for p in PEOPLE)
    found = verify(city(gate, people=people), hold((gate, "staff", "t1")))
    assert [v.rule for v in found] == ["role", "scope"]
    assert all("T1 (t1)" in v.message and "555" not in v.message for v in found)

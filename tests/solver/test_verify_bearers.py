"""The hard rules on all that one bearer carries, and that the own post comes first."""

from __future__ import annotations

import pytest
from verify_cases import (
    CREWS,
    absence,
    broken,
    city,
    hold,
    lessons,
    past,
    person,
    role,
    shift,
)

from models import (
    AbsenceKind,
    ConsecutiveDays,
    DutyLimit,
    Need,
    Rest,
    Rule,
    Scope,
    Travel,
    TravelTime,
)
from solver.verify import verify

# overlap


@pytest.mark.parametrize(
    ("start", "clean"), [("07:29", False), ("07:30", True), ("06:45", False), ("06:30", True)]
)
def test_nobody_is_on_two_posts_at_once(start: str, clean: bool) -> None:
    one = shift("A", 0, "07:00", "07:30", "traffic")
    end = "07:00" if start < "07:00" else "08:00"
    other = shift("B", 0, start, "07:01" if start == "06:45" else end, "traffic")
    found = broken(city(one, other), (one, "traffic", "t1"), (other, "traffic", "t1"))
    assert found == ([] if clean else [("overlap", "t1")])


def test_overlap_counts_lead_and_trail() -> None:
    one = shift("A", 0, "07:00", "07:30", Need(role="traffic", minimum=1, target=1, late=1))
    other = shift("A", 0, "07:30", "08:00", "traffic")
    shorter = other.model_copy(update={"needs": (Need(role="traffic", minimum=1, target=1, early=-1),)})
    assert broken(city(one, other), (one, "traffic", "t1"), (other, "traffic", "t1")) == [("overlap", "t1")]
    assert broken(city(one, shorter), (one, "traffic", "t1"), (shorter, "traffic", "t1")) == []


def test_a_member_stands_with_the_crew() -> None:
    crewed = shift("A", 0, "07:00", "07:30", "crew")
    alone = shift("B", 0, "07:10", "07:40", "any")
    held = ((crewed, "crew", "k1"), (alone, "any", "m1"))
    assert broken(city(crewed, alone), *held) == [("overlap", "m1")]
    # Not present with the crew (absent until 07:10, then free), m1 is in one place only.
    assert broken(city(crewed, alone, absences=(absence("m1", 0, "07:00", "07:10"),)), *held) == []


def test_a_member_of_two_crews_is_in_one_place() -> None:
    one, other = shift("A", 0, "07:00", "07:30", "crew"), shift("B", 0, "07:20", "07:50", "crew")
    held = ((one, "crew", "k1"), (other, "crew", "k2"))
    assert broken(city(one, other), *held) == [("overlap", "m2")]
    assert broken(city(one, other), (one, "crew", "k1"), (other, "crew", "k1")) == [
        ("overlap", "k1"),
        ("overlap", "m1"),
        ("overlap", "m2"),
    ]


def test_overlap_with_last_night() -> None:
    early = shift("A", 0, "05:00", "06:00", "any")
    ends_at = {"05:01": False, "05:00": True}
    for end, clean in ends_at.items():
        problem = city(early, history=(past("t1", "A", -1, "22:00", end),))
        assert broken(problem, (early, "any", "t1")) == ([] if clean else [("overlap", "t1")])


# travel


@pytest.mark.parametrize(("start", "clean"), [("07:57", True), ("07:56", False), ("07:30", False)])
def test_there_is_time_to_travel(start: str, clean: bool) -> None:
    # A to B takes 27 minutes, see verify_cases.
    one, other = shift("A", 0, "07:00", "07:30", "traffic"), shift("B", 0, start, "08:30", "traffic")
    held = ((one, "traffic", "t1"), (other, "traffic", "t1"))
    assert broken(city(one, other, rules=(Travel(),)), *held) == ([] if clean else [("travel", "t1")])
    assert broken(city(one, other), *held) == []


def test_overlapping_posts_are_no_matter_of_travel() -> None:
    one, other = shift("A", 0, "07:00", "07:30", "traffic"), shift("B", 0, "07:29", "08:30", "traffic")
    held = ((one, "traffic", "t1"), (other, "traffic", "t1"))
    assert broken(city(one, other, rules=(Travel(),)), *held) == [("overlap", "t1")]


def test_no_travel_within_a_site() -> None:
    one, other = shift("C", 0, "07:00", "07:30", "any"), shift("C", 0, "07:30", "08:00", "any")
    assert broken(city(one, other, rules=(Travel(),)), (one, "any", "t1"), (other, "any", "t1")) == []


@pytest.mark.parametrize(("minutes", "clean"), [(20, True), (21, False)])
def test_an_unknown_way_takes_the_rules_minutes(minutes: int, clean: bool) -> None:
    one, other = shift("A", 0, "07:00", "07:30", "any"), shift("C", 0, "07:50", "08:30", "any")
    problem = city(one, other, rules=(Travel(unknown_minutes=minutes),))
    assert broken(problem, (one, "any", "t1"), (other, "any", "t1")) == ([] if clean else [("travel", "t1")])


@pytest.mark.parametrize(
    ("table", "clean"),
    [
        ((("A", "B", 30),), True),
        ((("A", "B", 31),), False),
        # The other direction serves where the own isn't given.
        ((("B", "A", 31),), False),
        ((("A", "B", 30), ("B", "A", 31)), True),
        # A table entry wins over the 27 minutes of the formula, shorter too.
        ((("A", "B", 0),), True),
    ],
)
def test_the_table_wins_in_its_direction(table: tuple[tuple[str, str, int], ...], clean: bool) -> None:
    one, other = shift("A", 0, "07:00", "07:30", "any"), shift("B", 0, "08:00", "08:30", "any")
    times = tuple(TravelTime(origin=o, destination=d, minutes=m) for o, d, m in table)
    problem = city(one, other, rules=(Travel(),), travel_times=times)
    assert broken(problem, (one, "any", "t1"), (other, "any", "t1")) == ([] if clean else [("travel", "t1")])


def test_travel_looks_past_the_next_duty() -> None:
    # A to B directly takes 60 minutes by the table, 27 by way of nowhere: A ends 07:30, C 07:35 to
    # 07:40, B starts 08:00. Each leg fits; A to B has 30 minutes of the 60.
    one = shift("A", 0, "07:00", "07:30", "any")
    middle, last = shift("C", 0, "07:35", "07:40", "any"), shift("B", 0, "08:00", "08:30", "any")
    times = (
        TravelTime(origin="A", destination="C", minutes=5),
        TravelTime(origin="C", destination="B", minutes=20),
        TravelTime(origin="A", destination="B", minutes=60),
    )
    problem = city(one, middle, last, rules=(Travel(),), travel_times=times)
    held = tuple((s, "any", "t1") for s in (one, middle, last))
    assert [(v.rule, v.shifts) for v in verify(problem, hold(*held))] == [("travel", (one.id, last.id))]


def test_travel_from_a_past_duty_and_through_a_crew() -> None:
    # k1 ended at B at 06:40 on Sunday night's duty; A at 07:00 leaves 20 of 27 minutes.
    gate = shift("A", 0, "07:00", "07:30", "any")
    history = (past("k1", "B", -1, "22:00", "06:40", role="crew"),)
    problem = city(gate, rules=(Travel(),), history=history)
    assert broken(problem, (gate, "any", "m1")) == [("travel", "m1")]
    in_time = city(gate, rules=(Travel(),), history=(past("k1", "B", -1, "22:00", "06:33", role="crew"),))
    assert broken(in_time, (gate, "any", "m1")) == []
    # In the history every member is taken as present, k2's included.
    away = city(gate, rules=(Travel(),), history=history, absences=(absence("m1", 0, "00:00", "06:50"),))
    assert broken(away, (gate, "any", "m1")) == [("travel", "m1")]


# rest


@pytest.mark.parametrize(("minutes", "clean"), [(530, True), (531, False)])
def test_rest_between_evening_and_morning(minutes: int, clean: bool) -> None:
    # 22:10 to 07:00 are 8 h 50 min = 530 minutes.
    evening, morning = shift("A", 0, "21:40", "22:10", "any"), shift("A", 1, "07:00", "07:30", "any")
    problem = city(evening, morning, rules=(Rest(minutes=minutes),))
    held = ((evening, "any", "t1"), (morning, "any", "t1"))
    assert broken(problem, *held) == ([] if clean else [("rest", "t1")])


def test_rest_is_between_dates_alone() -> None:
    one, other = shift("A", 0, "07:00", "07:30", "any"), shift("A", 0, "08:00", "08:30", "any")
    held = ((one, "any", "t1"), (other, "any", "t1"))
    assert broken(city(one, other, rules=(Rest(minutes=600),)), *held) == []


@pytest.mark.parametrize(("minutes", "clean"), [(530, True), (531, False)])
def test_rest_across_sunday_night(minutes: int, clean: bool) -> None:
    morning = shift("A", 0, "07:00", "07:30", "any")
    problem = city(morning, rules=(Rest(minutes=minutes),), history=(past("t1", "A", -1, "21:40", "22:10"),))
    assert broken(problem, (morning, "any", "t1")) == ([] if clean else [("rest", "t1")])


def test_two_past_duties_are_nobodys_fault() -> None:
    morning = shift("A", 0, "18:00", "18:30", "any")
    history = (past("t1", "A", -2, "22:00", "23:00"), past("t1", "B", -1, "07:00", "07:30"))
    problem = city(morning, rules=(Rest(minutes=600), Travel(unknown_minutes=600)), history=history)
    assert broken(problem, (morning, "any", "t1")) == []


def test_rest_after_a_night_on_post() -> None:
    # The night's duty is Monday's and ends on Tuesday at 06:00; Tuesday 14:00 is 480 minutes later.
    night = shift("A", 0, "22:00", "06:00", "any", ends_next_day=True)
    noon = shift("A", 1, "14:00", "14:30", "any")
    held = ((night, "any", "t1"), (noon, "any", "t1"))
    assert broken(city(night, noon, rules=(Rest(minutes=480),)), *held) == []
    assert broken(city(night, noon, rules=(Rest(minutes=481),)), *held) == [("rest", "t1")]


# duty_limit


@pytest.mark.parametrize(
    ("rule", "clean"),
    [
        # Two duties of 30 and 40 minutes on Monday, one of 30 on Tuesday.
        (DutyLimit(per="day", maximum=2), True),
        (DutyLimit(per="day", maximum=1), False),
        (DutyLimit(per="day", measure="minutes", maximum=70), True),
        (DutyLimit(per="day", measure="minutes", maximum=69), False),
        (DutyLimit(per="week", maximum=3), True),
        (DutyLimit(per="week", maximum=2), False),
        (DutyLimit(per="week", measure="minutes", maximum=100), True),
        (DutyLimit(per="week", measure="minutes", maximum=99), False),
        # One of Monday's is of the role traffic, both others are "any".
        (DutyLimit(per="week", maximum=2, roles=("any",)), True),
        (DutyLimit(per="week", maximum=1, roles=("any",)), False),
        (DutyLimit(per="day", maximum=0, roles=("traffic",)), False),
        (DutyLimit(per="day", maximum=0, roles=("staff",)), True),
        (DutyLimit(per="day", maximum=0, bearers=("t1",)), False),
        (DutyLimit(per="day", maximum=0, bearers=("t2",)), True),
    ],
)
def test_duties_and_minutes_are_limited(rule: Rule, clean: bool) -> None:
    one, two = shift("A", 0, "07:00", "07:30", "any"), shift("A", 0, "12:00", "12:40", "traffic")
    three = shift("A", 1, "07:00", "07:30", "any")
    held = ((one, "any", "t1"), (two, "traffic", "t1"), (three, "any", "t1"))
    found = broken(city(one, two, three, rules=(rule,)), *held)
    assert found == ([] if clean else [("duty_limit", "t1")] * len(found))
    assert bool(found) != clean


def test_limits_count_the_history_of_the_week() -> None:
    # The horizon starts on Wednesday: past Monday and Tuesday are of its ISO week, Sunday isn't.
    wednesday = shift("A", 2, "07:00", "07:30", "any")
    history = tuple(past("t1", "A", day, "07:00", "07:30") for day in (-1, 0, 1))
    changes = {"horizon": {"start": "2026-09-09", "days": 5}, "history": history}
    three = city(wednesday, rules=(DutyLimit(per="week", maximum=3),), **changes)
    two = city(wednesday, rules=(DutyLimit(per="week", maximum=2),), **changes)
    assert broken(three, (wednesday, "any", "t1")) == []
    assert broken(two, (wednesday, "any", "t1")) == [("duty_limit", "t1")]
    # Nothing in the horizon, or nothing of that date: what is past can't be helped.
    assert broken(two) == []
    twice = (past("t1", "A", 1, "07:00", "07:30"), past("t1", "A", 1, "12:00", "12:30"))
    by_day = city(wednesday, rules=(DutyLimit(per="day", maximum=1),), **{**changes, "history": twice})
    assert broken(by_day, (wednesday, "any", "t1")) == []


def test_limits_hold_through_a_crew() -> None:
    crewed, alone = shift("A", 0, "07:00", "07:30", "crew"), shift("A", 0, "12:00", "12:30", "any")
    problem = city(crewed, alone, rules=(DutyLimit(per="day", maximum=1),))
    assert broken(problem, (crewed, "crew", "k1"), (alone, "any", "m1")) == [("duty_limit", "m1")]
    assert broken(problem, (crewed, "crew", "k2"), (alone, "any", "m1")) == []


# consecutive_days


@pytest.mark.parametrize(
    ("past_days", "days", "maximum", "clean"),
    [
        ((), (0, 1, 2), 3, True),
        ((), (0, 1, 2), 2, False),
        ((), (0, 1, 3), 2, True),
        ((-2, -1), (0,), 3, True),
        ((-2, -1), (0,), 2, False),
        ((-3, -2), (0,), 2, True),
        # A long run that ended before the horizon is past.
        ((-5, -4, -3), (0,), 2, True),
    ],
)
def test_days_in_a_row(past_days: tuple[int, ...], days: tuple[int, ...], maximum: int, clean: bool) -> None:
    shifts = tuple(shift("A", day, "07:00", "07:30", "any") for day in days)
    history = tuple(past("t1", "A", day, "07:00", "07:30") for day in past_days)
    problem = city(*shifts, rules=(ConsecutiveDays(maximum=maximum),), history=history)
    found = broken(problem, *((s, "any", "t1") for s in shifts))
    assert found == ([] if clean else [("consecutive_days", "t1")])


def test_days_in_a_row_through_a_crew() -> None:
    crewed, alone = shift("A", 0, "07:00", "07:30", "crew"), shift("A", 1, "07:00", "07:30", "any")
    problem = city(crewed, alone, rules=(ConsecutiveDays(maximum=1),))
    held = ((crewed, "crew", "k1"), (alone, "any", "m1"))
    assert broken(problem, *held) == [("consecutive_days", "m1")]
    unarmed = city(crewed, alone, rules=(ConsecutiveDays(maximum=1),), people=person("m1", qualifications=()))
    assert broken(unarmed, *held) == []


# own_post_first, part 1: an owner doesn't stand in while needed at home


@pytest.mark.parametrize(
    ("start", "rules", "clean"),
    [
        ("07:29", (), False),
        ("07:30", (), True),
        # B is 27 minutes from A; own_a's post at A ends at 07:30.
        ("07:30", (Travel(),), False),
        ("07:56", (Travel(),), False),
        ("07:57", (Travel(),), True),
    ],
)
def test_an_owner_stays_at_the_own_post(start: str, rules: tuple[Rule, ...], clean: bool) -> None:
    own, away = shift("A", 0, "07:00", "07:30", "officer"), shift("B", 0, start, "08:30", "officer")
    problem = city(own, away, rules=rules, absences=(absence("own_b", 0, "06:00", "10:00"),))
    found = broken(problem, (away, "officer", "own_a"))
    assert found == ([] if clean else [("own_post_first", "own_a")])


def test_travel_to_the_own_post_counts_in_either_direction() -> None:
    away, own = shift("B", 0, "07:00", "07:30", "officer"), shift("A", 0, "07:50", "08:20", "officer")
    problem = city(own, away, rules=(Travel(),), absences=(absence("own_b", 0, "06:00", "10:00"),))
    assert broken(problem, (away, "officer", "own_a")) == [("own_post_first", "own_a")]


@pytest.mark.parametrize(
    ("changes", "minimum", "clean"),
    [
        ({}, 1, False),
        # Nobody is needed at home.
        ({}, 0, True),
        # Not able at home, though able away (09:00 to 09:30).
        ({"absences": (absence("own_a", 0, "08:30", "09:00"),)}, 1, True),
        ({"absences": (absence("own_a", 0, "08:30", "09:00", AbsenceKind.RELEASED),)}, 1, True),
        ({"timetables": (lessons("own_a", (1, "08:30", "08:50")),)}, 1, True),
        ({"timetables": (lessons("own_a", (1, "07:30", "08:30")),)}, 1, False),
    ],
)
def test_only_an_able_owner_is_needed_at_home(changes: dict[str, object], minimum: int, clean: bool) -> None:
    own = shift("A", 0, "08:30", "09:10", Need(role="officer", minimum=minimum, target=1))
    away = shift("B", 0, "09:00", "09:30", "officer")
    blocked = absence("own_b", 0, "06:00", "10:00")
    changes = {**changes, "absences": (blocked, *changes.get("absences", ()))}  # type: ignore[misc]
    found = broken(city(own, away, **changes), (away, "officer", "own_a"))
    assert found == ([] if clean else [("own_post_first", "own_a")])


def test_another_role_at_the_own_site_binds_nobody() -> None:
    own = shift("A", 0, "07:00", "07:30", "traffic")
    away = shift("B", 0, "07:00", "07:30", "officer")
    problem = city(own, away, absences=(absence("own_b", 0, "06:00", "10:00"),))
    assert broken(problem, (away, "officer", "own_a")) == []


# own_post_first, part 2: no stand-in while an owner is free


@pytest.mark.parametrize("holder", ["near", "own_b"])
def test_no_stand_in_while_the_owner_is_free(holder: str) -> None:
    gate = shift("A", 0, "07:00", "07:30", "officer")
    assert broken(city(gate), (gate, "officer", holder)) == [("own_post_first", holder)]
    assert broken(city(gate), (gate, "officer", "own_a")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"absences": (absence("own_a", 0, "07:29", "09:00"),)},
        {"absences": (absence("own_a", 0, "07:29", "09:00", AbsenceKind.RELEASED),)},
        {"timetables": (lessons("own_a", (1, "06:00", "07:01")),)},
        {"roles": role("officer", requires=("armed",)), "people": person("near", qualifications=())},
        {"rules": (Rest(minutes=531),), "history": (past("own_a", "A", -1, "21:40", "22:10"),)},
        {"history": (past("own_a", "A", -1, "21:40", "07:01"),)},
        {"rules": (Travel(),), "history": (past("own_a", "B", -1, "21:40", "06:34"),)},
        {"rules": (ConsecutiveDays(maximum=1),), "history": (past("own_a", "A", -1, "12:00", "13:00"),)},
        {"rules": (DutyLimit(per="day", maximum=0, bearers=("own_a",)),)},
    ],
)
def test_a_stand_in_while_the_owner_is_blocked(changes: dict[str, object]) -> None:
    gate = shift("A", 0, "07:00", "07:30", "officer")
    found = broken(city(gate, **changes), (gate, "officer", "near"))
    assert ("own_post_first", "near") not in found


@pytest.mark.parametrize(
    "changes",
    [
        {"absences": (absence("own_a", 0, "07:30", "09:00"),)},
        {"absences": (absence("own_a", 0, "07:30", "09:00", AbsenceKind.RELEASED),)},
        {"rules": (Rest(minutes=530),), "history": (past("own_a", "A", -1, "21:40", "22:10"),)},
        {"rules": (Travel(),), "history": (past("own_a", "B", -1, "21:40", "06:33"),)},
        {"rules": (ConsecutiveDays(maximum=2),), "history": (past("own_a", "A", -1, "12:00", "13:00"),)},
        {"rules": (DutyLimit(per="day", maximum=0, roles=("traffic",)),)},
        {"rules": (DutyLimit(per="day", maximum=0, bearers=("own_b",)),)},
    ],
)
def test_an_owner_that_nearly_is_blocked_is_free(changes: dict[str, object]) -> None:
    gate = shift("A", 0, "07:00", "07:30", "officer")
    assert broken(city(gate, **changes), (gate, "officer", "near")) == [("own_post_first", "near")]


def test_an_owner_at_another_duty_is_blocked() -> None:
    gate, other = shift("A", 0, "07:00", "07:30", "officer"), shift("A", 0, "07:15", "07:45", "any")
    problem = city(gate, other, people=person("own_a", roles=("officer", "any")))
    assert broken(problem, (gate, "officer", "near"), (other, "any", "own_a")) == []
    assert broken(problem, (gate, "officer", "near"), (other, "any", "t1")) == [("own_post_first", "near")]


def test_a_limit_reached_by_other_duties_blocks_an_owner() -> None:
    gate, other = shift("A", 0, "07:00", "07:30", "officer"), shift("A", 0, "17:00", "17:30", "officer")
    held = ((gate, "officer", "near"), (other, "officer", "own_a"))
    assert broken(city(gate, other, rules=(DutyLimit(per="day", maximum=1),)), *held) == []
    assert broken(city(gate, other, rules=(DutyLimit(per="day", maximum=2),)), *held) == [
        ("own_post_first", "near")
    ]


def test_an_owner_beside_the_stand_in_is_not_kept_out() -> None:
    gate = shift("A", 0, "07:00", "07:30", Need(role="officer", minimum=2, target=2))
    assert broken(city(gate), (gate, "officer", "near", 0), (gate, "officer", "own_a", 1)) == []


def test_where_nobody_is_posted_anybody_in_scope_stands_in() -> None:
    gate = shift("A", 0, "07:00", "07:30", "officer")
    problem = city(gate, people=person("own_a", posted_to=None))
    assert broken(problem, (gate, "officer", "near")) == []


def test_a_crew_of_a_posted_role_stands_in() -> None:
    posted = role("crew", scope=Scope.POSTED, requires=())
    gate, far = shift("A", 0, "07:00", "07:30", "crew"), shift("C", 0, "09:00", "09:30", "crew")
    problem = city(gate, far, roles=posted, crews=(CREWS[0].model_copy(update={"sites": ("C",)}),))
    assert broken(problem, (gate, "crew", "k1")) == []
    # Its ``sites`` play no part.
    assert broken(problem, (far, "crew", "k1")) == [("scope", "k1")]

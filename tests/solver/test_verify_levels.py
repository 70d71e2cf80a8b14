"""Every cost term, worked out by hand; times and places are those of verify_cases."""

from __future__ import annotations

import pytest
from verify_cases import (
    PEOPLE,
    absence,
    city,
    hold,
    lessons,
    need,
    past,
    person,
    shift,
    terms,
    wish,
)

from models import (
    LEVELS,
    Continuity,
    Coverage,
    Fairness,
    LedgerEntry,
    Location,
    NewcomerAlone,
    PreferenceKind,
    Preferences,
    Qualification,
    SkillMix,
    Travel,
    TravelMinutes,
)
from solver.verify import Burden, burdens, evaluate, opening_burdens
from solver.verify.facts import travel_minutes
from solver.verify.fairness import fairness_cost


def test_levels_come_in_order() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    assert tuple(found.name for found in evaluate(city(gate), hold())) == LEVELS


# core


def test_core_weighs_role_risk_and_further_missing_posts() -> None:
    # B has risk 3, the staff's weight is 10, the traffic officer's 15.
    # B misses 2 staff: 2 x 10 x 3 = 60, and 1 traffic officer: 15 x 3 = 45.
    # Three missing in one shift: 5 x (3 x 2 / 2) = 15.
    gate = shift("B", 0, "07:00", "07:30", need("staff", 2, 2), "traffic")
    problem = city(gate)
    assert terms(problem, "core") == {"missing:staff": 60, "missing:traffic": 45, "escalation": 15}
    # With the traffic officer there, two are missing: 5 x (2 x 1 / 2) = 5.
    assert terms(problem, "core", (gate, "traffic", "t1")) == {"missing:staff": 60, "escalation": 5}


def test_core_with_a_rule_of_its_own() -> None:
    # A has risk 1, here times 7: 1 x 10 x 7 = 70; one missing post a shift never escalates.
    one, two = shift("A", 0, "07:00", "07:30", "staff"), shift("A", 1, "07:00", "07:30", "staff")
    rule = Coverage(risk_multipliers=(7, 8, 9, 10, 11), escalation=100)
    assert terms(city(one, two, rules=(rule,)), "core") == {"missing:staff": 140}
    both = shift("A", 0, "07:00", "07:30", need("staff", 4, 4))
    # 4 x 70 = 280; 100 x (4 x 3 / 2) = 600: one shift missing four is worse than four missing one.
    assert terms(city(both, rules=(rule,)), "core") == {"missing:staff": 280, "escalation": 600}


def test_core_asks_for_minimum_posts_of_tier_1_alone() -> None:
    gate = shift("A", 0, "07:00", "07:30", need("staff", 1, 3), need("volunteer", 2, 4, tier=2))
    assert terms(city(gate), "core", (gate, "staff", "s1")) == {}


def test_two_holders_fill_one_post() -> None:
    # Both hold index 0, so one of two is missing: 10.
    gate = shift("A", 0, "07:00", "07:30", need("staff", 2, 2))
    assert terms(city(gate), "core", (gate, "staff", "s1"), (gate, "staff", "s2")) == {"missing:staff": 10}


# volunteers, extra


def test_volunteers_count_missing_posts_unweighted() -> None:
    # 2 - 1 = 1 at A, 3 - 0 = 3 at B.
    one = shift("A", 0, "07:00", "07:30", need("volunteer", 2, 4, tier=2))
    two = shift("B", 0, "07:00", "07:30", need("volunteer", 3, 3, tier=2))
    found = terms(city(one, two), "volunteers", (one, "volunteer", "v1"))
    assert found == {"missing:volunteer": 4}


@pytest.mark.parametrize(
    ("holders", "extra"), [((), 2), (("s1",), 2), (("s1", "s2"), 1), (("s1", "s2", "t1"), 0)]
)
def test_extra_is_what_misses_from_minimum_to_target(holders: tuple[str, ...], extra: int) -> None:
    # target 3 - max(filled, minimum 1).
    gate = shift("A", 0, "07:00", "07:30", need("staff", 1, 3))
    found = terms(city(gate), "extra", *((gate, "staff", h, k) for k, h in enumerate(holders)))
    assert found == ({"extra:staff": extra} if extra else {})


# stand_ins


def test_stand_ins_cost_their_distance() -> None:
    # A's station is PS. B names none: own_b, posted there first, is of PS2.
    a, b = shift("A", 0, "07:00", "07:30", "officer"), shift("B", 0, "09:00", "09:30", "officer")
    problem = city(a, b)
    assert terms(problem, "stand_ins", (a, "officer", "own_a"), (b, "officer", "own_b")) == {}
    assert terms(problem, "stand_ins", (a, "officer", "near")) == {"same_station": 1}
    assert terms(problem, "stand_ins", (b, "officer", "near")) == {"same_district": 2}
    # 1 for near at A, 2 for near at B.
    both = terms(problem, "stand_ins", (a, "officer", "near"), (b, "officer", "near"))
    assert both == {"same_station": 1, "same_district": 2}
    # own_b at A is of another station of the district.
    assert terms(problem, "stand_ins", (a, "officer", "own_b")) == {"same_district": 2}


def test_the_first_posted_persons_unit_is_the_station() -> None:
    b = shift("B", 0, "07:00", "07:30", "officer")
    # near is posted to B as well, but own_b comes before in the problem's order: PS2 is the station.
    problem = city(b, people=person("own_a", posted_to=None)[:2] + person("near", posted_to="B")[2:])
    assert terms(problem, "stand_ins", (b, "officer", "own_a")) == {"same_district": 2}
    turned = tuple(reversed(problem.people))
    assert terms(city(b, people=turned), "stand_ins", (b, "officer", "own_a")) == {"same_station": 1}


def test_a_sites_own_station_comes_before_the_posted_persons_unit() -> None:
    # A's station is PS, whoever is posted there.
    a = shift("A", 0, "07:00", "07:30", "officer")
    problem = city(a, people=person("own_a", unit="PS2"))
    assert terms(problem, "stand_ins", (a, "officer", "near")) == {"same_station": 1}
    assert terms(problem, "stand_ins", (a, "officer", "own_b")) == {"same_district": 2}


# fairness


@pytest.mark.parametrize(
    ("burden", "capacity", "cost"),
    [
        # Step 30. 60 points: k = 2, r = 0: 60 x (4 x 30) = 7200.
        (0, 100, 0),
        (30, 100, 1800),
        (60, 100, 7200),
        # 45: k = 1, r = 15: 60 x (30 + 15 x 3) = 4500, half-way between 1800 and 7200.
        (45, 100, 4500),
        # Capacity 70: 6000 // 70 = 85; 85 x 120 = 10200.
        (60, 70, 10200),
    ],
)
def test_cost_of_a_burden(burden: int, capacity: int, cost: int) -> None:
    assert fairness_cost(burden, 30, capacity) == cost


def test_burdens_of_a_group() -> None:
    # Windows am (weight 1) and pm (weight 2), 30 minutes each: 30 and 60 points.
    # Points of the needs, each target times: am 30 (x 1), pm 60 (x 1): lower median 30 = step.
    am, pm = shift("A", 0, "07:00", "07:30", "staff"), shift("A", 0, "17:00", "17:30", "staff", window="pm")
    ledger = (LedgerEntry(assignee="s1", points=100), LedgerEntry(assignee="s2", points=135))
    problem = city(am, pm, rules=(Fairness(),), ledger=ledger)
    found = burdens(problem, hold((am, "staff", "s1"), (pm, "staff", "s2")))
    # s1: opening 100 - 100 = 0, points 30: 60 x (1 x 30) = 1800.
    # s2: opening 135 - 100 = 35, in whole steps 30; points 60; b = 90, k = 3: 60 x (9 x 30) = 16200.
    assert found == {
        "s1": Burden(role="staff", unit="UA", opening=0, points=30, capacity=100, cost=1800),
        "s2": Burden(role="staff", unit="UA", opening=30, points=60, capacity=100, cost=16200),
    }
    posts = ((am, "staff", "s1"), (pm, "staff", "s2"))
    assert terms(problem, "fairness", *posts) == {"fairness:staff": 18000}
    assert opening_burdens(problem) == {"s1": 0, "s2": 30}


def test_without_the_rule_nothing_is_unfair() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    assert terms(city(gate), "fairness", (gate, "staff", "s1")) == {}
    # The burden is shown all the same.
    assert burdens(city(gate), hold((gate, "staff", "s1")))["s1"].points == 30


def test_a_newcomer_starts_at_the_groups_mean() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff")
    people = (
        *person("s1", capacity=50),
        PEOPLE[6].model_copy(update={"id": "s3", "capacity": 80}),
        PEOPLE[6].model_copy(update={"id": "s4", "capacity": 100}),
    )
    # s1 (capacity 50) has 300, s4 (capacity 100) has 601; the others no entry.
    # s2, capacity 100: 901 x 100 // 150 = 600. s3, capacity 80: 901 x 80 // 150 = 480.
    # The smallest is 300: openings 0, 300, 180 and 301, with a step of 1 all kept.
    ledger = (LedgerEntry(assignee="s1", points=300), LedgerEntry(assignee="s4", points=601))
    problem = city(gate, people=people, ledger=ledger, rules=(Fairness(step=1),))
    assert opening_burdens(problem) == {"s1": 0, "s2": 300, "s3": 180, "s4": 301}
    # A step of 50: 180 is 3 whole steps, 301 six.
    coarse = city(gate, people=people, ledger=ledger, rules=(Fairness(step=50),))
    assert opening_burdens(coarse) == {"s1": 0, "s2": 300, "s3": 150, "s4": 300}
    # The smallest may be a newcomer's: s2 and s3 of 10 % and 20 % start below s4's 600.
    small = tuple(p.model_copy(update={"capacity": {"s2": 10, "s3": 20}.get(p.id, 100)}) for p in people)
    one = (LedgerEntry(assignee="s4", points=600),)
    # 600 x 10 // 100 = 60, 600 x 20 // 100 = 120, s1: 600 x 100 // 100 = 600; less 60.
    found = opening_burdens(city(gate, people=small, ledger=one, rules=(Fairness(step=1),)))
    assert found == {"s1": 540, "s2": 0, "s3": 60, "s4": 540}


def test_the_step_is_the_lower_median_of_posts() -> None:
    # Points 30 and 60 (target 1 each), 90 (target 2): sorted 30 60 90 90, (4 - 1) // 2 = 1: 60.
    shifts = (
        shift("A", 0, "07:00", "07:30", "staff"),
        shift("A", 1, "07:00", "08:00", "staff"),
        shift("A", 2, "07:00", "08:30", need("staff", 0, 2)),
    )
    problem = city(*shifts, rules=(Fairness(),))
    # s1 with 30 points: k = 0, r = 30: 60 x 30 = 1800; with 60: 60 x 60 = 3600.
    assert terms(problem, "fairness", (shifts[0], "staff", "s1")) == {"fairness:staff": 1800}
    assert terms(problem, "fairness", (shifts[1], "staff", "s1")) == {"fairness:staff": 3600}
    # 90: k = 1, r = 30: 60 x (60 + 30 x 3) = 9000.
    assert terms(problem, "fairness", (shifts[2], "staff", "s1")) == {"fairness:staff": 9000}
    # With a target of 3 for the last, 30 60 90 90 90: (5 - 1) // 2 = 2: 90; 30 points: 60 x 30.
    # 90 points: k = 1, r = 0: 60 x 90 = 5400.
    more = city(*shifts[:2], shift("A", 2, "07:00", "08:30", need("staff", 0, 3)), rules=(Fairness(),))
    assert terms(more, "fairness", (shifts[2], "staff", "s1")) == {"fairness:staff": 5400}


def test_a_role_that_no_shift_asks_for_has_no_group() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff", need("traffic", 0, 0))
    assert {b.role for b in burdens(city(gate, rules=(Fairness(),)), hold()).values()} == {"staff"}


def test_a_persons_duties_of_all_roles_and_crews_count_in_the_primary_roles_group() -> None:
    crewed, alone = shift("A", 0, "07:00", "07:30", "crew"), shift("A", 0, "12:00", "12:30", "any")
    problem = city(crewed, alone, rules=(Fairness(step=30),))
    found = burdens(problem, hold((crewed, "crew", "k1"), (alone, "any", "t1")))
    # m1 (first role any) bears k1's duty; m2 has no role and is in no group; t1's first role is
    # traffic, for which no shift asks.
    assert {a: (b.role, b.points) for a, b in found.items()} == {
        "k1": ("crew", 30),
        "k2": ("crew", 0),
        "m1": ("any", 30),
    }
    absent = city(crewed, alone, rules=(Fairness(step=30),), absences=(absence("m1", 0, "07:29", "08:00"),))
    assert burdens(absent, hold((crewed, "crew", "k1")))["m1"].points == 0


# wishes


def test_preferences() -> None:
    one, two = shift("A", 0, "07:00", "07:30", "staff"), shift("A", 1, "07:00", "07:30", "staff")
    problem = city(
        one,
        two,
        rules=(Preferences(weight=2),),
        preferences=(
            # s1 avoids A: two duties there, 2 x 3 = 6.
            wish("s1", PreferenceKind.AVOID, 3, site="A"),
            # s1 avoids Tuesday's: one duty, 5.
            wish("s1", PreferenceKind.AVOID, 5, weekday=2),
            # s1 wants Monday's and gets it.
            wish("s1", PreferenceKind.WANT, 7, weekday=1),
            # s2 wants any duty and gets none: 11.
            wish("s2", PreferenceKind.WANT, 11),
        ),
    )
    # Times the rule's 2: 2 x (6 + 5 + 11) = 44.
    assert terms(problem, "wishes", (one, "staff", "s1"), (two, "staff", "s1")) == {"preferences": 44}
    without = problem.model_copy(update={"rules": ()})
    assert terms(without, "wishes", (one, "staff", "s1")) == {}


def test_preferences_speak_of_duties_through_a_crew() -> None:
    gate = shift("A", 0, "07:00", "07:30", "crew")
    wishes = (wish("m1", PreferenceKind.AVOID, 3), wish("m1", PreferenceKind.WANT, 4))
    problem = city(gate, rules=(Preferences(),), preferences=wishes)
    # With k1, m1 bears what it avoids: 3. Without, it lacks what it wants: 4.
    assert terms(problem, "wishes", (gate, "crew", "k1")) == {"preferences": 3}
    assert terms(problem, "wishes") == {"preferences": 4}
    teaching = city(
        gate, rules=(Preferences(),), preferences=wishes, timetables=(lessons("m1", (1, "07:00", "07:40")),)
    )
    assert terms(teaching, "wishes", (gate, "crew", "k1")) == {"preferences": 4}


def test_continuity() -> None:
    days = tuple(shift("A", day, "07:00", "07:30", "crew") for day in range(3))
    other = shift("B", 0, "12:00", "12:30", "crew")
    history = (past("k1", "A", -3, "07:00", "07:30", role="crew"), past("k2", "B", -3, "07:00", "07:30"))
    problem = city(*days, other, rules=(Continuity(role="crew", weight=10),), history=history)
    # k1 knows A. k2 is new at A, for two duties: 20. k2 knows B, but not in this role: 10.
    found = terms(
        problem,
        "wishes",
        (days[0], "crew", "k1"),
        (days[1], "crew", "k2"),
        (days[2], "crew", "k2"),
        (other, "crew", "k2"),
    )
    assert found == {"continuity": 30}


def test_travel_minutes_from_the_base() -> None:
    # The brigade TB stands where A is: 0 minutes to A, 27 to B; C has no location: 0.
    a, b, c = (shift(s, k, "07:00", "07:30", "any") for k, s in enumerate("ABC"))
    held = tuple((s, "any", "t1") for s in (a, b, c))
    rule = TravelMinutes(weight=2)
    assert terms(city(a, b, c, rules=(rule,)), "wishes", *held) == {"travel_minutes": 54}
    # At 60 km/h by a rule of travel: 10.0076 x 1.3 = 13.01, so 14 minutes, twice 28.
    fast = city(a, b, c, rules=(rule, Travel(speed_kmh=60)))
    assert terms(fast, "wishes", *held) == {"travel_minutes": 28}
    # A base of one's own at B: 27 to A and 0 to B.
    based = city(a, b, c, rules=(rule,), people=person("t1", base=Location(lat=30.09, lon=120.0)))
    assert terms(based, "wishes", *held) == {"travel_minutes": 54}
    assert terms(based, "wishes", held[1]) == {}
    # For other roles alone.
    assert terms(city(a, b, c, rules=(TravelMinutes(roles=("crew",)),)), "wishes", *held) == {}
    # A unit without a place: nothing.
    assert terms(city(a, b, c, rules=(rule,)), "wishes", (b, "any", "own_a")) == {}


def test_travel_minutes_of_a_crew_count_once() -> None:
    gate = shift("B", 0, "07:00", "07:30", "crew")
    assert terms(city(gate, rules=(TravelMinutes(),)), "wishes", (gate, "crew", "k1")) == {
        "travel_minutes": 27
    }


def test_whole_minutes_are_not_rounded_up() -> None:
    # One degree along the equator is 6371.0088 x pi / 180 = 111.195 km; a speed that makes it
    # exactly 100 minutes may compute to 100.00000000000001.
    km = 111.19508023353292
    origin, destination = Location(lat=0, lon=0), Location(lat=0, lon=1)
    assert travel_minutes(origin, destination, Travel(speed_kmh=km * 0.6, detour=1)) == 100
    assert travel_minutes(origin, destination, Travel(speed_kmh=km * 0.599, detour=1)) == 101


@pytest.mark.parametrize(
    ("holders", "at_least", "target", "cost"),
    [
        # s1 alone has first aid. 5 for each of min(at_least, target) - skilled.
        ((), 1, 2, 5),
        (("s1",), 1, 2, 0),
        (("s2",), 1, 2, 5),
        (("s1", "s2"), 2, 2, 5),
        ((), 3, 2, 10),
    ],
)
def test_skill_mix(holders: tuple[str, ...], at_least: int, target: int, cost: int) -> None:
    gate = shift("A", 0, "07:00", "07:30", need("staff", 1, target))
    rule = SkillMix(role="staff", qualification="first aid", at_least=at_least, weight=5)
    people = person("s1", qualifications=(Qualification(name="first aid"),))
    found = terms(
        city(gate, rules=(rule,), people=people),
        "wishes",
        *((gate, "staff", h, k) for k, h in enumerate(holders)),
    )
    assert found == ({"skill_mix": cost} if cost else {})


def test_crews_hold_no_qualification() -> None:
    gate = shift("A", 0, "07:00", "07:30", "crew")
    rule = SkillMix(role="crew", qualification="armed", weight=5)
    assert terms(city(gate, rules=(rule,)), "wishes", (gate, "crew", "k1")) == {"skill_mix": 5}


@pytest.mark.parametrize(
    ("holders", "cost"), [((), 0), (("s2",), 9), (("s1",), 0), (("s1", "s2"), 0), (("s2", "s3"), 9)]
)
def test_newcomer_alone(holders: tuple[str, ...], cost: int) -> None:
    gate = shift("A", 0, "07:00", "07:30", need("staff", 1, 2))
    people = (*PEOPLE, PEOPLE[7].model_copy(update={"id": "s3"}))
    problem = city(gate, people=people, rules=(NewcomerAlone(role="staff", weight=9),))
    found = terms(problem, "wishes", *((gate, "staff", h, k) for k, h in enumerate(holders)))
    assert found == ({"newcomer_alone": cost} if cost else {})


def test_rules_of_one_kind_are_summed() -> None:
    gate = shift("A", 0, "07:00", "07:30", "staff", "crew")
    rules = (Continuity(role="staff", weight=3), Continuity(role="crew", weight=4))
    found = terms(city(gate, rules=rules), "wishes", (gate, "staff", "s1"), (gate, "crew", "k1"))
    assert found == {"continuity": 7}

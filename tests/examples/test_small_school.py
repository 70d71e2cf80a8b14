"""The small school's optimum, worked out by hand.

Every shift lasts 30 minutes at weight 1: 30 points a duty, and so the step S of every role is 30.
The shifts are called M1 and D1 (Monday morning and noon), M2 and D2 (Tuesday).

With b = kS + r, a burden costs weight x (k^2 x 30 + r x (2k + 1)); with capacity 100 the weight is
6000 // 100 = 60, so that a burden of k whole duties costs 1,800 k^2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from examples import small_school
from solver.solve import Settings, Solution, solve

if TYPE_CHECKING:
    from models import Report, Roster

M1 = "school/2026-11-30/morning_arrival"
D1 = "school/2026-11-30/noon_dismissal"
M2 = "school/2026-12-01/morning_arrival"
D2 = "school/2026-12-01/noon_dismissal"


@pytest.fixture(scope="module")
def solution() -> Solution:
    return solve(small_school(), Settings(seed=1))


@pytest.fixture(scope="module")
def report(solution: Solution) -> Report:
    return solution.report


@pytest.fixture(scope="module")
def roster(solution: Solution) -> Roster:
    return solution.roster


def level(report: Report, name: str) -> tuple[int, int, dict[str, int]]:
    """Return a level's value, its bound, and its terms that are not 0."""
    found = next(level for level in report.levels if level.name == name)
    return found.value, found.bound, {term.name: term.value for term in found.terms if term.value}


def test_core(report: Report) -> None:
    # Risk 2 doubles the roles' weights. Nobody can be had for three posts:
    #   D1: the crew, one of two members at a training    15 x 2 = 30
    #   M2: the traffic officer, away until 09:00         15 x 2 = 30
    #   M2: one of two guards, G1 ill and G2 at training  15 x 2 = 30
    # D1 misses one post: escalation 5 x 1 x 0 / 2 = 0; M2 misses two: 5 x 2 x 1 / 2 = 5.
    value, bound, terms = level(report, "core")
    assert terms == {
        "missing:patrol_crew": 30,
        "missing:traffic_officer": 30,
        "missing:security_guard": 30,
        "escalation": 5,
    }
    assert value == bound == 95


def test_volunteers(report: Report) -> None:
    # Nobody offered D1, so its minimum of 1 is missed.
    # V2 can serve both shifts of Tuesday, V1 takes M1; V3's vetting ran out.
    assert level(report, "volunteers") == (1, 1, {"missing:volunteer": 1})


def test_stand_ins(report: Report) -> None:
    # S, of the same station (distance 1), takes M2 and D2 while R is on leave.
    # On Monday R is there: nobody may stand in.
    assert level(report, "stand_ins") == (2, 2, {"same_station": 2})


def test_extra(report: Report) -> None:
    # N's target is 2. M1: V2 offered too, but the two duties of the week are needed on Tuesday,
    # where the minimum counts more. So each shift has one volunteer short of the target:
    #   M1: 2 - 1, D1: 2 - max(0, 1), M2: 2 - 1, D2: 2 - 1.
    assert level(report, "extra") == (4, 4, {"extra:volunteer": 4})


def test_fairness(report: Report) -> None:
    # Resident officers: R opens with 60, S with 0. R serves M1 and D1: 120, k = 4;
    #   S serves M2 and D2: 60, k = 2.                             1,800 x (16 + 4) = 36,000
    # Traffic officer: alone, opens with 0, three duties.                  1,800 x 9 = 16,200
    # Crew: the same.                                                      1,800 x 9 = 16,200
    # Leaders: L2's weight is 6000 // 50 = 120, so n1 and n2 duties, 4 in all, cost
    #   1,800 n1^2 + 3,600 n2^2: (4, 0) 28,800; (3, 1) 19,800; (2, 2) 21,600.   -> 19,800
    # Staff: 8 posts, 4 people, one duty a day each: two duties for all. A and B open with 0,
    #   C with 30; D has no account and would open with (0 + 0 + 30) x 100 // 300 = 10,
    #   less than a usual duty of 30, so with 0.
    #   A, B: 60, k = 2                                       2 x 1,800 x 4 = 14,400
    #   C: 90, k = 3                                              1,800 x 9 = 16,200
    #   D: 60, k = 2                                              1,800 x 4 = 7,200
    #                                                                     together 37,800
    # Guards: G1, G2, G3 open with 2, 1 and 0 duties. Tuesday gives G2 one (D2) and G3 two,
    #   so they stand at 2, 2, 2, and Monday's four duties go to them as (2, 1, 1) in some
    #   order, never more than 2 each:                     1,800 x (16 + 9 + 9) = 61,200
    #   ((2, 2, 0) would cost 1,800 x (16 + 16 + 4) = 64,800.)
    # Volunteers: nobody has an account, all open with 0; V1 one duty, V2 two.
    #                                                                  1,800 x (1 + 4) = 9,000
    value, bound, terms = level(report, "fairness")
    assert terms == {
        "fairness:resident_officer": 36_000,
        "fairness:traffic_officer": 16_200,
        "fairness:patrol_crew": 16_200,
        "fairness:duty_leader": 19_800,
        "fairness:staff": 37_800,
        "fairness:security_guard": 61_200,
        "fairness:volunteer": 9_000,
    }
    assert value == bound == 196_200


def test_wishes(report: Report) -> None:
    # Preferences: L2 has one shift of four. On D2, as L2 wants, L1 gets M1, which L1 avoids: 2.
    #   (On M1 L2's own wish would cost 3; elsewhere both cost, 5.)
    # Continuity: the crew was at the school on Friday: 0.
    # Travel: 0.045 degrees of latitude are 0.045 x 111.195 = 5.004 km; 5.004 x 1.3 / 30 x 60
    #   = 13.01, so 14 whole minutes, three times: 42.
    # Skill mix: on Monday A has to take M1 and B, whose first aid still counts, D1.
    #   On Tuesday A alone counts, and one of two shifts goes without: 10.
    # Newcomer alone: G3 on M2: 10.
    value, bound, terms = level(report, "wishes")
    assert terms == {"preferences": 2, "travel_minutes": 42, "skill_mix": 10, "newcomer_alone": 10}
    # 2 + 42 + 10 + 10 = 64; B must take D1 on Monday, or the skill mix would cost 20.
    assert value == bound == 64


def test_report(report: Report) -> None:
    assert report.status == "optimal"
    # 4 shifts x (3 + 1 + 2 + 2 + 2) posts; 3 core posts, 1 volunteer's and 4 extra stay open.
    assert report.posts == 40
    assert report.filled == 40 - 3 - 1 - 4
    assert report.dropped_pins == ()


def test_open_posts_say_why(report: Report) -> None:
    blocked = {(u.shift, u.role): (u.missing_minimum, u.candidates, u.blocked) for u in report.unfilled}
    assert blocked[D1, "patrol_crew"] == (1, 1, {"crew_strength": 1})
    assert blocked[M2, "traffic_officer"] == (1, 1, {"absence": 1})


def test_everybody_has_their_only_possible_place(roster: Roster) -> None:
    held: dict[tuple[str, str], set[str]] = {}
    for duty in roster.assignments:
        held.setdefault((duty.shift, duty.role), set()).add(duty.assignee)
    for shift, officer in ((M1, "R"), (D1, "R"), (M2, "S"), (D2, "S")):
        assert held[shift, "resident_officer"] == {officer}
    for shift, leader in ((M1, "L1"), (D1, "L1"), (M2, "L1"), (D2, "L2")):
        assert held[shift, "duty_leader"] == {leader}
    assert held[M1, "volunteer"] == {"V1"}
    assert held[M2, "volunteer"] == held[D2, "volunteer"] == {"V2"}
    assert held[M2, "security_guard"] == {"G3"}
    assert held[D2, "security_guard"] == {"G2", "G3"}
    assert "A" in held[M1, "staff"]
    assert "B" in held[D1, "staff"]
    assert "B" in held[D2, "staff"]
    assert "A" in held[M2, "staff"] | held[D2, "staff"]

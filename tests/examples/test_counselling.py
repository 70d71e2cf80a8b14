"""Another kind of duty: nothing of it is tied to the seven roles."""

from __future__ import annotations

from collections import Counter

import pytest

from examples import counselling_rota
from models import DEFAULT_ROLES, Problem, Scope
from solver.solve import Settings, solve


@pytest.fixture(scope="module")
def problem() -> Problem:
    return counselling_rota()


def test_no_school_guard_role_appears(problem: Problem) -> None:
    assert {role.id for role in problem.roles}.isdisjoint(role.id for role in DEFAULT_ROLES)
    scopes = {role.scope for role in problem.roles}
    assert scopes == {Scope.ANYWHERE, Scope.DISTRICT, Scope.LISTED, Scope.STATION}


def test_a_room_takes_two_and_a_visit_four(problem: Problem) -> None:
    by_size = Counter(len(shift.needs) for shift in problem.shifts)
    # Monday to Friday: 6 rooms x 3 sessions x 5 days, less the 3 second rooms on Friday evening,
    # and 6 rooms on Saturday morning: 90 - 3 + 6 = 93. And ten families.
    assert by_size == {2: 93, 4: 10}


def test_saturday_is_worked_and_sunday_is_not(problem: Problem) -> None:
    weekdays = {shift.date.isoweekday() for shift in problem.shifts}
    assert weekdays == {1, 2, 3, 4, 5, 6}


def test_families_have_no_location(problem: Problem) -> None:
    families = [site for site in problem.sites if site.id.startswith("family-")]
    assert len(families) == 10
    assert all(family.location is None for family in families)


def test_the_rota_is_solved_to_the_end(problem: Problem) -> None:
    solution = solve(problem, Settings(seed=1))
    assert solution.report.status == "optimal"
    blocked = {(u.shift, u.role): u.blocked for u in solution.report.unfilled}
    # The only officer of the western station is on leave on Friday ...
    assert blocked["family-09/2026-12-04/visit", "community_officer"] == {"absence": 1}
    # ... and the first eastern family's teacher has a lesson from 15:00 to 15:40 on Monday,
    # when the four meet at 15:15.
    assert blocked["family-01/2026-11-30/visit", "teacher"] == {"timetable": 1}

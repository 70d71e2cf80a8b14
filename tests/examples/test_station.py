"""A month of a station that works round the clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from examples import station_month
from solver.solve import Settings, Solution, solve
from solver.verify import verify, verify_report

if TYPE_CHECKING:
    from models import Problem


@pytest.fixture(scope="module")
def problem() -> Problem:
    return station_month()


@pytest.fixture(scope="module")
def solution(problem: Problem) -> Solution:
    return solve(problem, Settings(workers=1, time_limit=6))


def test_forty_officers_and_three_shifts_on_each_day_of_december(problem: Problem) -> None:
    assert len(problem.people) == 40
    # 31 days x 3 shifts.
    assert len(problem.shifts) == 93
    assert {shift.date.month for shift in problem.shifts} == {12}
    # 23 working days of 9 + 8 + 6 and 8 days of weekends of 6 + 6 + 5: 529 + 136.
    assert sum(need.wished for shift in problem.shifts for need in shift.needs) == 665


def test_in_a_few_seconds_there_is_a_rota_that_keeps_all_rules(problem: Problem, solution: Solution) -> None:
    assert verify(problem, solution.roster) == ()
    assert verify_report(problem, solution.roster, solution.report) == ()


def test_lines_are_what_people_would_expect(problem: Problem, solution: Solution) -> None:
    windows: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for a in solution.roster.assignments:
        shift = problem.shift_by_id[a.shift]
        assert shift.date.toordinal() not in windows[a.assignee]
        windows[a.assignee][shift.date.toordinal()] = shift.window
    for days in windows.values():
        for day, window in days.items():
            after = days.get(day + 1)
            assert (window, after) not in {("night", "early"), ("night", "late"), ("late", "early")}
            assert not (day + 1 not in days and day + 2 in days), "two days off at least"
        assert Counter(days.values())["night"] <= 8
        # Saturdays are ordinals 6, 13, ...: Monday is 1.
        assert len({day // 7 * 7 + 6 - (day % 7 == 0) * 7 for day in days if day % 7 in (6, 0)}) <= 2

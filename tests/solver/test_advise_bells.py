"""Moved bells: as good as the best of all combinations, and confirmed by the certificate."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING

import pytest
from advise_cases import CREW, MONDAY, clock, morning, ringing
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Absence, Bell, Problem, RoleTime, Window
from solver.advise.bell_groups import Moves, bells_of_shifts
from solver.advise.bell_search import with_moved_bells
from solver.advise.bells import advise_bells
from solver.advise.crews import advise_crews

if TYPE_CHECKING:
    from models.advice import BellPeak, Goal

SITES = 3
TABLES = st.lists(
    st.lists(st.integers(0, 20), min_size=SITES, max_size=SITES), min_size=SITES, max_size=SITES
)
TIMES = st.integers(0, 10).map(lambda k: 440 + 5 * k)
WEEKDAYS = st.sampled_from(((1,), (1, 2), (2,)))


@st.composite
def _bells(draw: st.DrawFn) -> tuple[Bell, ...]:
    """Draw bells of three sites: each one for all its days, or one a day."""
    found = []
    for site in range(SITES):
        for days in draw(st.sampled_from((((1, 2),), ((1,),), ((1,), (2,))))):
            found.append(Bell(site=f"s{site}", window="am", time=clock(draw(TIMES)), weekdays=days))
    return tuple(found)


def _value(problem: Problem, goal: Goal) -> int:
    peaks = [peak for pool in advise_crews(problem).pools for peak in pool.peaks]
    return max(p.least for p in peaks) if goal == "crews" else sum(p.missing for p in peaks)


def _all(problem: Problem, goal: Goal, options: list[int]) -> dict[int, tuple[int, int]]:
    """Return, for each value that some combination has, the fewest sites and then minutes."""
    best: dict[int, tuple[int, int]] = {}
    for chosen in product(options, repeat=len(problem.bells)):
        moved = {k: by for k, by in enumerate(chosen) if by}
        effort = (len({problem.bells[k].site for k in moved}), sum(map(abs, moved.values())))
        value = _value(with_moved_bells(problem, moved), goal)
        best[value] = min(best.get(value, effort), effort)
    return best


def _only(problem: Problem, moves: Moves, goal: Goal = "crews") -> BellPeak:
    (peak,) = advise_bells(problem, moves, goal=goal).peaks
    return peak


@settings(max_examples=15)
@given(TABLES, _bells(), st.sampled_from(("crews", "posts")))
def test_as_good_as_the_best_of_all_combinations(
    minutes: list[list[int]], bells: tuple[Bell, ...], goal: Goal
) -> None:
    problem = ringing(minutes, 1, *bells)
    found = _all(problem, goal, [-10, 0, 10])
    peaks = advise_bells(problem, Moves(within=10, grid=10), goal=goal).peaks
    now = _value(problem, goal)
    if len(peaks) != 1:
        # Bells on different days have nothing to do with each other.
        assert min(found) == (max if goal == "crews" else sum)(p.best for p in peaks)
        return
    (peak,) = peaks
    assert (peak.value, peak.best, peak.bound) == (now, min(found), min(found))
    for step in peak.steps:
        # The fewest moves that save as much, or more.
        assert (step.sites, step.minutes) == min(e for v, e in found.items() if v <= step.value)
        assert (step.sites_bound, step.minutes_bound) == (step.sites, step.minutes)
        assert step.value == _value(with_moved_bells(problem, {m.bell: m.minutes for m in step.moves}), goal)
        assert step.saved == now - step.value > 0
    reached = [step.value for step in peak.steps]
    assert reached == sorted(set(reached), reverse=True)
    single = {
        (k, by): _value(with_moved_bells(problem, {k: by}), goal)
        for k in range(len(bells))
        for by in (-10, 10)
    }
    useful = {k for (k, _), value in single.items() if value < now}
    assert {step.moves[0].bell for step in peak.alone} == useful


def test_the_table_of_a_case_by_hand() -> None:
    # Three schools at 07:40, the way takes 10 minutes each; a crew stands from 07:20 to 07:50. With one bell
    # 40 minutes later, 08:00-08:30, its crew can come from another: two crews in place of three.
    minutes = [[0, 10, 10], [10, 0, 10], [10, 10, 0]]
    bells = [Bell(site=f"s{k}", window="am", time=dt.time(7, 40), weekdays=(1, 2)) for k in range(3)]
    problem = ringing(minutes, 3, *bells)
    peak = _only(problem, Moves(within=40, grid=10))
    assert (peak.value, peak.best, peak.bound, peak.posts) == (3, 1, 1, 6)
    first, second = peak.steps
    assert (first.value, first.saved, first.sites, first.minutes) == (2, 1, 1, 40)
    (move,) = first.moves
    assert abs(move.minutes) == 40
    assert move.dates == (MONDAY, MONDAY + dt.timedelta(days=1))
    assert move.after == (dt.time(8, 20) if move.minutes > 0 else dt.time(7, 0))
    # One earlier, one as it is, one later: 07:00, 07:40, 08:20.
    assert (second.value, second.sites, second.minutes) == (1, 2, 80)
    assert sorted(m.minutes for m in second.moves) == [-40, 40]
    assert len(peak.alone) == 3


def test_fixed_schools_and_limits_of_their_own_are_kept() -> None:
    minutes = [[0, 10], [10, 0]]
    bells = [Bell(site=f"s{k}", window="am", time=dt.time(7, 40), weekdays=(1,)) for k in range(2)]
    problem = ringing(minutes, 2, *bells)
    free = _only(problem, Moves(within=40, grid=10))
    assert (free.best, free.steps[0].sites) == (1, 1)
    one = _only(problem, Moves(within=40, grid=10, limits={"s0": 0}))
    assert {m.site for step in one.steps for m in step.moves} == {"s1"}
    # 20 + 20 minutes apart are enough together, and neither alone.
    both = _only(problem, Moves(within=40, grid=10, limits={"s0": 20, "s1": 20}))
    assert [(step.value, step.sites, step.minutes) for step in both.steps] == [(1, 2, 40)]
    assert both.alone == ()
    assert advise_bells(problem, Moves(limits={"s0": 0, "s1": 0})).peaks == ()
    assert advise_bells(problem, Moves(), districts=("D",)).peaks
    with pytest.raises(ValueError, match="no school 'x'"):
        advise_bells(problem, Moves(limits={"x": 5}))


def test_open_posts_are_saved_with_the_crews_that_are_present() -> None:
    minutes = [[0, 10], [10, 0]]
    bells = [Bell(site=f"s{k}", window="am", time=dt.time(7, 40), weekdays=(1, 2)) for k in range(2)]
    away = Absence(
        assignee="c1",
        start=dt.datetime(2026, 9, 7, tzinfo=dt.UTC) - dt.timedelta(hours=8),
        end=dt.datetime(2026, 9, 8, tzinfo=dt.UTC) - dt.timedelta(hours=8),
    )
    # Two crews, one of them away on Monday: one post is open then, and none on Tuesday.
    peak = _only(ringing(minutes, 2, *bells, absences=(away,)), Moves(within=40, grid=10), "posts")
    assert (peak.value, peak.best, peak.bound) == (1, 0, 0)
    assert [(step.saved, step.sites) for step in peak.steps] == [(1, 1)]


def test_a_bell_moves_on_all_its_days_and_one_of_a_date_on_that_day_alone() -> None:
    special = Bell(site="s1", window="am", time=dt.time(7, 40), date=MONDAY + dt.timedelta(days=1))
    bells = (
        Bell(site="s0", window="am", time=dt.time(7, 40), weekdays=(1, 2, 3)),
        Bell(site="s1", window="am", time=dt.time(8, 20), weekdays=(1, 2, 3)),
        special,
    )
    problem = ringing([[0, 10], [10, 0]], 2, *bells)
    assert bells_of_shifts(problem) == [0, 1, 0, 2, 0, 1]
    peak = _only(problem, Moves(within=40, grid=10))
    (step,) = peak.steps
    # Moving the bell of the date is as short as moving s0 on all days; s1's usual bell stays.
    assert (peak.value, step.value, step.sites, step.minutes) == (2, 1, 1, 40)
    assert {m.bell for m in step.moves} == {2}
    assert step.moves[0].dates == (special.date,)


def test_moved_shifts_are_those_that_the_moved_bells_give() -> None:
    guards = RoleTime(role="crew", lead=30, trail=15)
    window = Window(id="am", name="早", name_en="Morning", roles=(guards,))
    bells = tuple(Bell(site=f"s{k}", window="am", time=dt.time(7, 40), weekdays=(1, 3)) for k in range(2))
    problem = ringing([[0, 5], [5, 0]], 2, *bells, windows=(window,))
    moved = with_moved_bells(problem, {1: -15})
    assert moved.bells[1].time == dt.time(7, 25)
    assert moved.shifts == moved.lay_shifts()
    # The crew's own lead and trail count: 07:10-07:55 and 5 minutes of way need 50 minutes from bell to bell.
    assert _only(problem, Moves(within=20, grid=5)).best == 2
    assert _only(problem, Moves(within=50, grid=5)).steps[0].minutes == 50


def test_shifts_with_times_of_their_own_stay() -> None:
    problem = morning([[0, 10], [10, 0]], 2, [(0, 420, 30, 1), (1, 420, 30, 1)])
    assert bells_of_shifts(problem) == [-1, -1]
    assert advise_bells(problem).peaks == ()
    late = tuple(Bell(site=f"s{k}", window="am", time=dt.time(9), weekdays=(1,)) for k in range(2))
    # The bells ring at 9, the shifts that were given stand at 7.
    assert advise_bells(problem.model_copy(update={"bells": late})).peaks == ()


def test_bells_stay_within_their_day() -> None:
    assert Moves(within=30, grid=10).of("s", dt.time(0, 10)) == [-10, 0, 10, 20, 30]
    assert Moves(within=30, grid=10).of("s", dt.time(23, 40)) == [-30, -20, -10, 0, 10]
    assert Moves(within=7, grid=5, limits={"s": 12}).of("s", dt.time(8)) == [-10, -5, 0, 5, 10]


@pytest.mark.parametrize(
    "wrong", [{"within": 0}, {"grid": 0}, {"within": 200}, {"limits": {"s": -1}}, {"within": 90, "grid": 2}]
)
def test_moves_state_their_ranges(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="give minutes"):
        Moves(**wrong)  # type: ignore[arg-type]


def test_without_time_nothing_is_claimed() -> None:
    bells = [Bell(site=f"s{k}", window="am", time=dt.time(7, 40), weekdays=(1,)) for k in range(2)]
    problem = ringing([[0, 10], [10, 0]], 2, *bells, roles=(CREW,))
    (peak,) = advise_bells(problem, Moves(within=40, grid=10), time_limit=1e-9).peaks
    assert (peak.value, peak.best, peak.bound, peak.steps) == (2, 2, 0, ())


def test_what_was_found_so_far_is_told_when_somebody_stops_it() -> None:
    bells = [Bell(site=f"s{k}", window="am", time=dt.time(7, 40), weekdays=(1,)) for k in range(2)]
    problem = ringing([[0, 10], [10, 0]], 2, *bells, roles=(CREW,))
    told: list[tuple[int, int]] = []
    # The first search, of three, is a glance at good moves: it needs no more time to be right here.
    (peak,) = advise_bells(
        problem, Moves(within=40, grid=10), progress=told.append, cancelled=lambda: bool(told)
    ).peaks
    assert told == [(1, 3)]
    assert (peak.value, peak.best, peak.bound) == (2, 1, 1)
    assert [(step.value, step.sites, step.sites_bound) for step in peak.steps] == [(1, 1, 0)]


def test_several_processes_find_what_one_finds() -> None:
    bells = [
        Bell(site=f"s{k}", window="am", time=clock(460 + 10 * (k + day)), weekdays=(day,))
        for k in range(3)
        for day in (1, 2, 3)
    ]
    problem = ringing([[0, 10, 20], [10, 0, 15], [20, 15, 0]], 3, *bells)
    moves = Moves(within=20, grid=10)
    alone, together = advise_bells(problem, moves), advise_bells(problem, moves, workers=2)
    assert len(alone.peaks) == 3
    assert together == alone

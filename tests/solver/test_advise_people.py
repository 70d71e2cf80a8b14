"""One more person: planted gaps are found, and every figure is what a new solve of the whole problem finds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from advise_cases import MONDAY, moment, morning
from verify_cases import PEOPLE, absence, city, need, shift

from examples import reference_city, small_school
from models import (
    LEVELS,
    ConsecutiveDays,
    DutyLimit,
    Horizon,
    Problem,
    Rule,
    Succession,
    Weekends,
)
from solver.advise.openings import added, openings
from solver.advise.people import WORTHS, advise_people
from solver.solve import Settings, solve
from solver.verify import evaluate, verify

if TYPE_CHECKING:
    from models.advice import Hire, PeopleAdvice


def _levels(problem: Problem) -> dict[str, int]:
    solution = solve(problem, Settings(workers=1))
    assert solution.report.status == "optimal"
    assert verify(problem, solution.roster) == ()
    return {level.name: level.value for level in evaluate(problem, solution.roster)}


def _by(advice: PeopleAdvice) -> dict[tuple[str, str | None], Hire]:
    return {(hire.role, hire.window): hire for hire in advice.hires}


def _confirm(problem: Problem, hire: Hire) -> None:
    """Solve the whole problem with all its rules, before and after."""
    unfilled = solve(problem, Settings(workers=1)).report.unfilled
    key = (hire.role, hire.unit, hire.sites, hire.posted_to)
    (opening,) = [o for o in openings(problem, unfilled) if (o.role, o.unit, o.sites, o.posted_to) == key]
    before, after = _levels(problem), _levels(added(problem, opening, hire.window))
    assert hire.value == {level: before[level] - after[level] for level in WORTHS}
    assert hire.proven


def test_a_planted_gap_is_found_with_what_it_is_worth() -> None:
    # Two schools at 07:00-07:30 and 07:10-07:40, ten minutes apart: one crew can hold but one of them.
    problem = morning([[0, 10], [10, 0]], 1, [(0, 420, 30, 1), (1, 430, 30, 1)])
    advice = advise_people(problem)
    assert advice.missing == {"core": 1, "volunteers": 0, "stand_ins": 0, "extra": 0}
    (hire,) = advice.hires
    assert (hire.role, hire.unit, hire.window, hire.like) == ("crew", "brigade", None, "c0")
    assert hire.gained == {"core": 1, "volunteers": 0, "stand_ins": 0, "extra": 0}
    # A missing crew costs 10 at risk 1.
    assert hire.value["core"] == 10
    _confirm(problem, hire)


def test_where_nothing_is_missing_nobody_is_named() -> None:
    problem = morning([[0, 10], [10, 0]], 2, [(0, 420, 30, 1), (1, 430, 30, 1)])
    advice = advise_people(problem)
    assert (advice.candidates, advice.tried, advice.hires) == (0, 0, ())
    assert not any(advice.missing.values())


def test_the_best_window_is_tried_by_itself() -> None:
    # Both traffic officers are away on Monday morning, where A and B each ask for one at times that exclude
    # each other; in the evening one is back for A and B at one time.
    am = [shift("A", 0, "07:00", "07:30", "traffic"), shift("B", 0, "07:10", "07:40", "traffic")]
    pm = [
        shift("A", 0, "17:00", "17:30", "traffic", window="pm"),
        shift("B", 0, "17:00", "17:30", "traffic", window="pm"),
    ]
    problem = city(
        *am,
        *pm,
        absences=(
            absence("t1", 0, "06:00", "12:00"),
            absence("t2", 0, "06:00", "23:00"),
            absence("t1", 1, "00:00", "01:00"),
        ),
    )
    advice = advise_people(problem, roles=("traffic",))
    assert advice.missing["core"] == 3
    found = _by(advice)
    # At any time: one in the morning and one in the evening. B's risk of 3 makes its post the dearer one.
    assert found["traffic", None].gained["core"] == 2
    assert found["traffic", "am"].gained["core"] == 1
    assert advice.hires[0].window is None
    for hire in advice.hires:
        _confirm(problem, hire)


def test_who_comes_in_one_window_is_away_in_the_others() -> None:
    problem = city(
        shift("A", 0, "07:00", "07:30", "traffic"), shift("A", 0, "17:00", "17:30", "traffic", window="pm")
    )
    opening = next(o for o in openings(problem, ()) if o.role == "traffic")
    more = added(problem.model_copy(update={"people": PEOPLE[:4], "crews": ()}), opening, "am")
    new = more.people[-1]
    assert (new.unit, new.roles) == ("TB", ("traffic",))
    roster = solve(more, Settings(workers=1)).roster
    assert [(a.shift, a.assignee) for a in roster.assignments] == [(problem.shifts[0].id, new.id)]


def test_a_role_that_nobody_has_gets_somebody_of_the_school() -> None:
    people = tuple(p for p in PEOPLE if "staff" not in p.roles)
    problem = city(shift("A", 0, "07:00", "07:30", need("staff", 2, 2)), people=people)
    (hire,) = advise_people(problem).hires
    assert (hire.role, hire.unit, hire.sites, hire.like) == ("staff", "UA", ("A",), None)
    assert hire.gained["core"] == 1
    _confirm(problem, hire)


def test_officers_who_stand_in_are_saved_by_one_of_the_sites_own() -> None:
    problem = city(
        shift("A", 0, "07:00", "07:30", "officer"),
        shift("A", 1, "07:00", "07:30", "officer"),
        absences=(absence("own_a", 0, "00:00", "23:59"), absence("own_a", 1, "00:00", "23:59")),
    )
    advice = advise_people(problem, roles=("officer",))
    assert advice.missing["stand_ins"] == 2
    hire = advice.hires[0]
    assert (hire.posted_to, hire.gained["stand_ins"], hire.value["stand_ins"]) == ("A", 2, 2)
    _confirm(problem, hire)


def test_limits_hold_for_the_new_one_too() -> None:
    shifts = [shift("A", day, "07:00", "07:30", "traffic") for day in range(5)]
    people = tuple(p for p in PEOPLE if "traffic" not in p.roles)
    problem = city(*shifts, people=people, rules=(DutyLimit(per="week", maximum=3),))
    (hire,) = advise_people(problem).hires
    assert hire.gained["core"] == 3
    _confirm(problem, hire)


@pytest.mark.parametrize(
    ("rule", "gained"),
    [
        (Succession(earlier=("am",), later=("am",)), 2),
        (Weekends(maximum=0), 2),
        (ConsecutiveDays(maximum=1), 2),
    ],
)
def test_every_hard_rule_holds_for_the_new_one(rule: Rule, gained: int) -> None:
    # Thursday to Saturday; without the rule all three would be held.
    shifts = [shift("A", day, "07:00", "07:30", "traffic") for day in (3, 4, 5)]
    people = tuple(p for p in PEOPLE if "traffic" not in p.roles)
    (free,) = advise_people(city(*shifts, people=people)).hires
    assert free.gained["core"] == 3
    problem = city(*shifts, people=people, rules=(rule,))
    (hire,) = advise_people(problem).hires
    assert hire.gained["core"] == gained
    _confirm(problem, hire)


@pytest.mark.parametrize("problem", [small_school(), reference_city(schools=5, seed=4)])
def test_every_figure_is_that_of_the_whole_problem(problem: Problem) -> None:
    advice = advise_people(problem, top=1)
    assert advice.hires
    for hire in advice.hires[:5]:
        _confirm(problem, hire)
        gains = [hire.value[level] for level in WORTHS]
        # The first level that changes gets better.
        assert next(gain for gain in gains if gain) > 0
    values = [[hire.value[level] for level in WORTHS] for hire in advice.hires]
    assert values == sorted(values, reverse=True)
    assert set(WORTHS) < set(LEVELS)


def test_districts_and_roles_narrow_the_search() -> None:
    problem = reference_city(schools=44, seed=2)
    kept = problem.model_copy(update={"horizon": Horizon(start=problem.horizon.start, days=1)})
    first = {site.id for site in problem.sites if site.district == "D001"}
    kept = kept.model_copy(
        update={"shifts": tuple(s for s in problem.shifts if s.date == problem.horizon.start)}
    )
    told: list[tuple[int, int]] = []
    advice = advise_people(kept, top=1, roles=("volunteer",), districts=("D001",), progress=told.append)
    assert {hire.role for hire in advice.hires} == {"volunteer"}
    assert {kept.unit_by_id[hire.unit].site for hire in advice.hires} <= first
    assert [done for done, _ in told] == list(range(len(told)))
    assert told[-1][1] == len(told)
    with pytest.raises(ValueError, match="give 1 or more"):
        advise_people(kept, top=0)
    with pytest.raises(ValueError, match="no role"):
        advise_people(kept, roles=("pilot",))


def test_absences_reach_over_the_whole_horizon() -> None:
    problem = city(shift("A", 0, "07:00", "07:30", "traffic"), shift("B", 2, "07:10", "07:40", "traffic"))
    opening = next(o for o in openings(problem, ()) if o.role == "traffic")
    away = [a for a in added(problem, opening, "am").absences if a.assignee == "+0"]
    assert [(a.start, a.end) for a in away[1:-1]] == [(moment(450), moment(430, 2))]
    assert away[0].end == moment(420)
    assert away[0].start.date() < MONDAY - dt.timedelta(days=1)
    assert away[-1].start == moment(460, 2)
    assert away[-1].end.date() > MONDAY + dt.timedelta(days=8)

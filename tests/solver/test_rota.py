"""The engine on rules for longer rotas, against brute force and the verifier."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rota_cases import before, station, watch

from models import (
    Assignment,
    ConsecutiveDays,
    Coverage,
    DaysOff,
    DutyLimit,
    Fairness,
    LeastMinutes,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Rest,
    Role,
    Roster,
    Rule,
    Scope,
    Site,
    Succession,
    Weekends,
)
from solver.solve import Settings, solve
from solver.verify import Verifier, verify_report

if TYPE_CHECKING:
    from collections.abc import Iterable

THURSDAY = dt.date(2026, 9, 10)
"""The horizon of five days holds a weekend, the one that begins on its third day half of another."""

RULES: list[Rule] = [
    ConsecutiveDays(minimum=2),
    ConsecutiveDays(minimum=3, bearers=("a",)),
    ConsecutiveDays(maximum=2, minimum=2),
    ConsecutiveDays(maximum=2),
    ConsecutiveDays(maximum=3, bearers=("b",)),
    DaysOff(minimum=2),
    DaysOff(minimum=3, bearers=("b",)),
    Succession(earlier=("night",), later=("day",)),
    Succession(earlier=("day", "night"), later=("night",), bearers=("a",)),
    Weekends(maximum=0),
    Weekends(maximum=1),
    DutyLimit(per="day", maximum=1),
    DutyLimit(per="horizon", maximum=1, windows=("night",)),
    DutyLimit(per="horizon", measure="minutes", maximum=1500, bearers=("a",)),
    DutyLimit(per="week", maximum=2, windows=("day",)),
    LeastMinutes(minutes=1000),
    LeastMinutes(minutes=1700, weight=3, bearers=("b",)),
    Rest(minutes=60),
]


@st.composite
def stations(draw: st.DrawFn) -> Problem:
    """Two people, five days, up to two shifts a day, and any of the rules."""
    start = THURSDAY + dt.timedelta(days=draw(st.sampled_from([0, 2, 3])))
    dates = [start + dt.timedelta(days=k) for k in range(5)]
    needs = st.sampled_from(
        [
            {"minimum": 1, "target": 1},
            {"minimum": 0, "target": 2},
            {"preferred": 1, "target": 2, "under": 5, "over": 2},
            {"preferred": 2, "target": 2, "under": 3},
            {"preferred": 0, "target": 1, "over": 4},
        ]
    )
    shifts = [watch(date, "day", **draw(needs)) for date in dates]
    shifts += [watch(date, "night", **draw(needs)) for date in dates if draw(st.booleans())]
    past = st.lists(
        st.builds(
            lambda who, days, window: before(who, start - dt.timedelta(days=days), window),
            st.sampled_from("ab"),
            st.integers(1, 4),
            st.sampled_from(["day", "night"]),
        ),
        max_size=4,
        unique_by=lambda duty: (duty.assignee, duty.date),
    )
    rules = draw(st.lists(st.sampled_from(RULES), min_size=2, max_size=6, unique=True))
    single = {Rest}
    rules = [r for k, r in enumerate(rules) if type(r) not in single or type(r) not in map(type, rules[:k])]
    rules += [Preferences(weight=2), Coverage(escalation=draw(st.sampled_from([0, 3])))]
    if draw(st.booleans()):
        rules.append(Fairness(tolerance=0))
    wishes = st.lists(
        st.builds(
            Preference,
            assignee=st.sampled_from("ab"),
            kind=st.sampled_from(PreferenceKind),
            weight=st.integers(1, 4),
            window=st.sampled_from([None, "day", "night"]),
            date=st.sampled_from(dates),
        ),
        max_size=3,
    )
    return station(
        start,
        5,
        "ab",
        tuple(shifts),
        *rules,
        history=tuple(draw(past)),
        preferences=tuple(draw(wishes)),
    )


def best_by_force(problem: Problem) -> tuple[int, ...]:
    """Return the lexicographically least levels over every roster that breaks no rule.

    The rules bind each person alone, so those of whom each keeps them make up all rosters.
    """
    verifier = Verifier(problem)
    lines = [
        [
            line
            for choice in product((False, True), repeat=len(problem.shifts))
            if not verifier.verify(
                _roster(problem, line := [(k, who) for k, held in enumerate(choice) if held])
            )
        ]
        for who in ("a", "b")
    ]
    best: tuple[int, ...] | None = None
    for one, other in product(*lines):
        taken = [*one, *other]
        held = [sum(k == shift for shift, _ in taken) for k in range(len(problem.shifts))]
        if all(h <= s.needs[0].target for h, s in zip(held, problem.shifts, strict=True)):
            values = tuple(level.value for level in verifier.evaluate(_roster(problem, taken)))
            best = values if best is None else min(best, values)
    assert best is not None
    return best


def _roster(problem: Problem, taken: Iterable[tuple[int, str]]) -> Roster:
    filled: dict[int, int] = {}
    assignments = []
    for k, who in taken:
        index = filled[k] = filled.get(k, -1) + 1
        assignments.append(Assignment(shift=problem.shifts[k].id, role="guard", index=index, assignee=who))
    return Roster(horizon=problem.horizon, assignments=tuple(assignments))


@given(stations())
@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_level_reaches_the_true_optimum(problem: Problem) -> None:
    solution = solve(problem, Settings(workers=1))
    levels = solution.report.levels
    assert tuple(level.value for level in levels) == best_by_force(problem)
    assert [level.bound for level in levels] == [level.value for level in levels]
    assert solution.report.status == "optimal"
    assert verify_report(problem, solution.roster, solution.report) == ()


@given(stations())
@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
def test_without_time_every_rule_is_kept_all_the_same(problem: Problem) -> None:
    # `solve` raises an error when the verifier finds a violation.
    solution = solve(problem, Settings(workers=1, time_limit=1e-6))
    assert all(level.bound <= level.value for level in solution.report.levels)
    assert verify_report(problem, solution.roster, solution.report) == ()


def test_a_limit_on_some_windows_leaves_the_others_alone() -> None:
    # One night each at most, with burdens to be fair about: days are no nights, so all six posts are held.
    shifts = tuple(watch(THURSDAY + dt.timedelta(days=k), "day", minimum=2, target=2) for k in range(3))
    limits = [DutyLimit(per=per, maximum=1, windows=("night",)) for per in ("week", "horizon")]
    for limit in limits:
        report = solve(
            station(THURSDAY, 3, "ab", shifts, limit, Fairness(tolerance=0)), Settings(workers=1)
        ).report
        assert (report.status, report.filled) == ("optimal", 6)


def test_who_lacks_minutes_may_stand_in_for_an_owner_who_could_come() -> None:
    problem = station(
        THURSDAY,
        1,
        "ab",
        (watch(THURSDAY, "day", minimum=1, target=1),),
        LeastMinutes(minutes=480, bearers=("b",)),
        roles=(Role(id="guard", name="值守", name_en="Guard", scope=Scope.POSTED),),
        sites=(Site(id="gate", name="gate", district="d", station="u"),),
    )
    owner, other = problem.people
    problem = problem.model_copy(update={"people": (owner.model_copy(update={"posted_to": "gate"}), other)})
    # Eight hours short cost 480 in core, a stand-in one in a later level.
    solution = solve(problem, Settings(workers=1))
    assert [a.assignee for a in solution.roster.assignments] == ["b"]
    levels = {level.name: level.value for level in solution.report.levels}
    assert (levels["core"], levels["stand_ins"], solution.report.status) == (0, 1, "optimal")

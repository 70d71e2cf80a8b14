"""Lines of single bearers, and rotas woven from them, against brute force."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rota_cases import before, station, watch

from models import (
    Assignment,
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    LeastMinutes,
    Problem,
    Rest,
    Roster,
    Rule,
    Succession,
    Weekends,
)
from solver.alone import lines_of
from solver.compiled import compile_problem
from solver.solve import Settings, solve
from solver.verify import Verifier, verify_report

THURSDAY = dt.date(2026, 9, 10)
DAYS = 5

KNOWN: list[Rule] = [
    ConsecutiveDays(minimum=2),
    ConsecutiveDays(maximum=2, minimum=2),
    ConsecutiveDays(minimum=3, bearers=("a",)),
    ConsecutiveDays(maximum=3, bearers=("b",)),
    ConsecutiveDays(maximum=1),
    DaysOff(minimum=2),
    DaysOff(minimum=3, bearers=("b",)),
    Succession(earlier=("night",), later=("day",)),
    Succession(earlier=("day",), later=("night", "day")),
    Weekends(maximum=0),
    Weekends(maximum=1),
    DutyLimit(per="horizon", measure="minutes", maximum=1500, bearers=("a",)),
    DutyLimit(per="horizon", measure="minutes", maximum=2000),
    DutyLimit(per="horizon", windows=("night",), maximum=0, bearers=("b",)),
    LeastMinutes(minutes=1000),
    LeastMinutes(minutes=1700, weight=3, bearers=("b",)),
    Rest(minutes=60),
]
"""Rules that lines know wholly."""

OTHERS: list[Rule] = [
    Succession(earlier=("day",), later=("night",), bearers=("a",)),
    DutyLimit(per="horizon", maximum=1, windows=("night",)),
    DutyLimit(per="week", maximum=2),
    DutyLimit(per="horizon", maximum=2),
]
"""Rules that they don't know, or not always."""


@st.composite
def stations(draw: st.DrawFn, rules: list[Rule]) -> Problem:
    """Two people with one duty a day, five days, up to two shifts a day."""
    start = THURSDAY + dt.timedelta(days=draw(st.sampled_from([0, 2, 3])))
    dates = [start + dt.timedelta(days=k) for k in range(DAYS)]
    need = {"minimum": 0, "preferred": 1, "target": 2, "under": 5, "over": 2}
    shifts = [watch(date, "day", **need) for date in dates if draw(st.integers(0, 5))]
    shifts += [watch(date, "night", **need) for date in dates if draw(st.booleans())]
    past = st.lists(
        st.builds(
            lambda who, days, window: before(who, start - dt.timedelta(days=days), window),
            st.sampled_from("ab"),
            st.integers(1, 5),
            st.sampled_from(["day", "night"]),
        ),
        max_size=5,
        unique_by=lambda duty: (duty.assignee, duty.date),
    )
    chosen = draw(st.lists(st.sampled_from(rules), min_size=1, max_size=6, unique=True))
    return station(
        start,
        DAYS,
        "ab",
        tuple(shifts),
        DutyLimit(per="day", maximum=1),
        *chosen,
        history=tuple(draw(past)),
    )


def cheapest_by_force(problem: Problem, who: str, price: dict[str, float], short_price: float) -> float:
    """Return the least that a line costs which breaks no rule; ``price``: of each shift."""
    verifier = Verifier(problem)
    best = np.inf
    for choice in product((False, True), repeat=len(problem.shifts)):
        taken = [s for s, held in zip(problem.shifts, choice, strict=True) if held]
        assignments = tuple(Assignment(shift=s.id, role="guard", index=0, assignee=who) for s in taken)
        roster = Roster(horizon=problem.horizon, assignments=assignments)
        cost = sum(price[s.id] for s in taken)
        if cost < best and not verifier.verify(roster):
            terms = {t.name: t.value for level in verifier.evaluate(roster) for t in level.terms}
            best = min(best, cost + short_price * terms.get(f"least_minutes:{who}", 0))
    return float(best)


@pytest.mark.parametrize("exact", [True, False])
@given(data=st.data())
@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_line_is_cheaper_than_the_cheapest(data: st.DataObject, *, exact: bool) -> None:
    problem = data.draw(stations(KNOWN if exact else KNOWN + OTHERS))
    short_price = data.draw(st.sampled_from([0.0, 0.25]))
    compiled = compile_problem(problem)
    for part in map(compiled.split.part, compiled.components):
        lines = lines_of(part)
        assert lines is not None
        shifts = [problem.shifts[k].id for k in part.needs.shift[part.n].tolist()]
        value = st.integers(-9, 4).map(float)
        price = {s.id: data.draw(value) for s in problem.shifts}
        who = np.unique(part.a)
        found = lines.cheapest(
            np.array([[price[s] for s in shifts]]), who, short_price=np.array([short_price])
        )
        for k, bearer in enumerate(who.tolist()):
            true = cheapest_by_force(problem, part.bearer_ids[bearer], price, short_price)
            held = found.held[k][found.held[k] >= 0]
            assert (part.a[held] == bearer).all()
            own = sum(price[shifts[pair]] for pair in held.tolist()) + short_price * found.short[k]
            assert found.price[k] == own
            assert own == true if exact else own <= true


@given(stations(KNOWN + OTHERS))
@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
def test_rotas_of_lines_reach_what_other_ways_reach(problem: Problem) -> None:
    usual = solve(problem, Settings(workers=1)).report.levels
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("solver.engine.SMALL", 0)
        woven = solve(problem, Settings(workers=1))
    assert [level.value for level in woven.report.levels] == [level.value for level in usual]
    assert woven.report.status == "optimal"
    assert verify_report(problem, woven.roster, woven.report) == ()

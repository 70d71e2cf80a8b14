"""The textbook model keeps every hard rule and counts what the verifier counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.judge import Compiled, judged
from benchmarks.textbook_model import TextbookModel
from examples import EXAMPLES, reference_city
from models import Assignment, ConsecutiveDays
from solver.solve import solve
from solver.verify import Verifier

if TYPE_CHECKING:
    from solver.facts import Bools


@pytest.fixture(scope="module")
def district() -> Compiled:
    return Compiled(reference_city(2, 3))


def _found(compiled: Compiled) -> Bools:
    """Return the pairs held by the textbook's answer; a busy machine gets more time for a first one."""
    model = TextbookModel(compiled)
    for seconds in (1.0, 4.0, 16.0, 64.0):
        answer = model.solve(seconds, 2)
        if answer.held is not None:
            return answer.held
    raise AssertionError(f"no roster: {answer.status}")


def test_its_answer_is_clean(district: Compiled) -> None:
    found = judged(district, _found(district))
    assert found.violations == {}
    # A feasible answer can't beat a proven optimum at the first level.
    best = solve(district.problem).report.levels[0]
    assert best.optimal
    assert found.levels["core"] >= best.value


def test_its_sum_is_that_of_the_verifiers_levels(district: Compiled) -> None:
    """Between any two rosters the model's objective differs as the weighted levels do."""
    best = solve(district.problem).roster
    held = np.zeros(len(district.pairs), dtype=bool)
    pair_at = {
        (a, n): k
        for k, (a, n) in enumerate(
            zip(district.pairs.assignee.tolist(), district.pairs.need.tolist(), strict=True)
        )
    }
    for duty in best.assignments:
        held[pair_at[district.facts.at[duty.assignee], district.facts.need_at[duty.shift, duty.role]]] = True
    nothing = np.zeros_like(held)
    half = held & (np.arange(len(held)) % 2 == 0)
    differences = []
    for chosen in (nothing, half, held):
        model = TextbookModel(district)
        for x, is_held in zip(model.pairs, chosen.tolist(), strict=True):
            model.model.add(x == int(is_held))
        answer = model.solve(600.0, 2)
        assert answer.status == "OPTIMAL"
        assert answer.objective is not None
        levels = {v.name: v.value for v in Verifier(district.problem).evaluate(district.roster(chosen))}
        differences.append(sum(model.weights[k] * v for k, v in levels.items()) - round(answer.objective))
    # What is left over is the same for all: posts that nobody can hold, burdens that nobody can change.
    assert len(set(differences)) == 1


def test_a_duty_of_another_kind_ends_clean() -> None:
    """The counselling rota has roles and rules of its own; its answer keeps them."""
    problem = EXAMPLES["counselling"](1, 1)
    compiled = Compiled(problem)
    found = judged(compiled, _found(compiled))
    assert found.violations == {}
    assert found.levels["core"] >= solve(problem).report.levels[0].value


def test_days_in_a_row_are_kept(district: Compiled) -> None:
    """With at most 3 days in a row nobody works Monday to Thursday."""
    given = district.problem
    rules = tuple(r for r in given.rules if not isinstance(r, ConsecutiveDays))
    problem = given.model_copy(update={"rules": (*rules, ConsecutiveDays(maximum=3))})
    compiled = Compiled(problem)
    assert judged(compiled, _found(compiled)).violations == {}


def test_nothing_held_misses_everything(district: Compiled) -> None:
    found = judged(district, np.zeros(len(district.pairs), dtype=bool))
    needs = district.facts.needs
    assert found.levels["extra"] == int((needs.target - needs.minimum).sum())
    assert found.levels["volunteers"] == int(needs.minimum[needs.tier == 2].sum())
    assert found.levels["stand_ins"] == 0


def test_pins_are_refused(district: Compiled) -> None:
    problem = district.problem
    shift = problem.shifts[0]
    pin = Assignment(shift=shift.id, role=shift.needs[0].role, index=0, assignee=problem.people[0].id)
    with pytest.raises(ValueError, match="pins"):
        Compiled(problem.model_copy(update={"pins": (pin,)}))

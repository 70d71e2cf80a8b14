"""CP-SAT against HiGHS on the same forms, and every way in which its word is not taken."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from examples.city import reference_city
from models import LEVELS
from solver import cp
from solver.candidates import Blocks, ScopeMap, find_pairs
from solver.cp import Claim, Effort, believed, confirmed, fits, packed, run, search
from solver.facts import Facts
from solver.form import Floats, Form, FormBuilder, held_below
from solver.linear import Linear, Outcome
from solver.rules import build_form
from solver.split import Split
from solver.travel import Journeys
from solver.whole import WholeModel, whole_model

if TYPE_CHECKING:
    from solver.parts import Part

GAP = 0.4


def random_form(seed: int) -> Form:
    """Pairs in cliques, needs to be covered, a weighted limit, and steps of a third of a unit."""
    rng = np.random.default_rng(seed)
    holders, needs = 4, 8
    builder = FormBuilder()
    pairs = builder.add_columns("pairs", holders * needs, 1.0, integer=True)
    holder, need = np.divmod(pairs, needs)
    missing = builder.add_columns("missing", needs, 2.0, integer=True)
    every = np.arange(needs)
    builder.add_rows([(need, pairs, 1.0), (every, missing, 1.0)], 2.0, 2.0, needs)
    # Needs 0 and 1, 2 and 3, ... exclude each other.
    builder.add_rows([(holder * 4 + need // 2, pairs, 1.0)], -np.inf, 1.0, holders * 4)
    minutes = rng.integers(2, 6, needs)
    builder.add_rows([(holder, pairs, minutes[need])], -np.inf, 11.0, holders)
    # Duties of 1 or 2 thirds of a step fill steps that are dearer and dearer.
    points = rng.integers(1, 3, needs)
    steps = builder.add_columns("steps", holders * 3, 1.0, integer=False)
    owner, k = np.divmod(np.arange(holders * 3), 3)
    builder.add_rows([(holder, pairs, points[need] / 3), (owner, steps, -1.0)], 0.0, 0.0, holders)
    builder.add_cost("all", missing, 50)
    builder.add_cost("all", pairs, rng.integers(0, 9, len(pairs)))
    builder.add_cost("all", steps, 3 * (2 * k + 1))
    return builder.build()


def by_highs(form: Form, cost: Floats) -> Outcome:
    linear = Linear(form, 1, time.monotonic() + 60)
    relaxed = linear.relax(cost)
    assert relaxed is not None
    found = linear.whole(cost, relaxed, slack=np.inf, gap=GAP, start=None)
    assert found is not None
    assert found.complete
    return found


def by_cp(form: Form, cost: Floats, start: Outcome | None = None, work: float = 30.0) -> Outcome | None:
    return search(form, cost, start=start, bound=0.0, gap=GAP, seed=1, seconds=60.0, work=work)


def model_of(form: Form, cost: Floats, gap: float = GAP) -> WholeModel:
    model = whole_model(form, cost, gap)
    assert model is not None
    return model


def effort(seconds: float = 30.0, work: float = 10.0, workers: int = 1) -> Effort:
    return Effort(seed=1, floor=0, gap=0, seconds=seconds, work=work, workers=workers, presolve=True)


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    problem = reference_city(3, seed=1)
    facts, journeys = Facts(problem), Journeys(problem)
    scopes = ScopeMap(facts)
    pairs = find_pairs(facts, journeys, scopes, Blocks(facts, journeys, scopes))
    return list(Split(facts, journeys, pairs).parts())


def crews(parts: list[Part]) -> Part:
    return next(p for p in parts if "patrol_crew" in {p.role_ids[k] for k in p.needs.role.tolist()})


@pytest.mark.parametrize("seed", range(6))
def test_the_optimum_is_that_of_highs(seed: int) -> None:
    form = random_form(seed)
    cost = form.costs["all"]
    highs, found = by_highs(form, cost), by_cp(form, cost)
    assert found is not None
    assert fits(form, found.x)
    assert found.complete
    assert found.value == pytest.approx(highs.value, abs=1e-6)
    assert found.bound == pytest.approx(found.value, abs=1e-6)


def test_real_parts_have_the_optimum_of_highs_at_every_level(parts: list[Part]) -> None:
    part = replace(crews(parts), opening=crews(parts).opening * 4)
    form = build_form(part, escalation=True)
    assert set(form.costs) <= {"pins", "ties", *LEVELS}
    for level in ("fairness", "wishes"):
        cost = form.costs[level]
        highs, found = by_highs(form, cost), by_cp(form, cost)
        assert found is not None
        assert found.value == pytest.approx(highs.value, abs=1e-6)
        assert found.bound > found.value - GAP


def test_columns_that_follow_are_cut_into_parts_that_make_them_whole() -> None:
    form = random_form(0)
    model = model_of(form, form.costs["all"])
    # Duties of a third or two thirds: steps in thirds; everything else is whole already.
    assert set(model.parts[form.blocks["steps"]].tolist()) == {3}
    assert set(np.delete(model.parts, np.arange(*form.blocks["steps"].indices(10**6))).tolist()) == {1}


def test_what_is_not_rational_is_refused() -> None:
    form = random_form(0)
    rows = form.rows.copy()
    rows.data[0] = np.pi / 3
    assert whole_model(replace(form, rows=rows), form.costs["all"], GAP) is None


def test_columns_whose_best_values_need_not_be_whole_are_refused() -> None:
    # Three columns, each two of which add up to at least 1: a half each is best, and no unit is seen to do.
    builder = FormBuilder()
    free = builder.add_columns("pairs", 3, 1.0, integer=False)
    builder.add_rows([(np.repeat(np.arange(3), 2), np.array([0, 1, 1, 2, 0, 2]), 1.0)], 1.0, np.inf, 3)
    builder.add_cost("all", free, 1.0)
    form = builder.build()
    assert whole_model(form, form.costs["all"], GAP) is None


def test_a_row_that_holds_a_level_keeps_it() -> None:
    form = random_form(1)
    steps = np.zeros(len(form.lower))
    steps[form.blocks["steps"]] = form.costs["all"][form.blocks["steps"]]
    form = replace(form, costs=form.costs | {"fairness": steps})
    missing = np.zeros(len(form.lower))
    missing[form.blocks["missing"]] = 50.0
    held = held_below(form, "fairness", float(steps @ by_highs(form, steps + missing).x))
    wishes = form.costs["all"] - steps
    highs, found = by_highs(held, wishes), by_cp(held, wishes)
    assert found is not None
    assert found.value == pytest.approx(highs.value, abs=1e-6)
    assert found.bound == pytest.approx(highs.value, abs=1e-6)
    # With a price on the very columns that a row holds, nothing shows their best values to be whole.
    assert whole_model(held, form.costs["all"], GAP) is None


def test_costs_that_never_are_whole_are_rounded_down_and_the_bound_stays_one() -> None:
    form = random_form(2)
    cost = form.costs["all"].copy()
    cost[form.blocks["pairs"]] += np.sqrt(np.arange(32)) / 100 - 0.02
    model = model_of(form, cost)
    assert 0 < model.loss <= GAP / 16
    highs, found = by_highs(form, cost), by_cp(form, cost)
    assert found is not None
    assert found.bound <= highs.value + 1e-6
    assert found.value <= highs.value + GAP


def test_a_start_is_improved_or_kept() -> None:
    form = market_split()
    cost = form.costs["all"]
    start = by_cp(form, cost, work=0.5)
    assert start is not None
    model = model_of(form, cost)
    hint = np.rint(start.x).astype(np.int64)
    # Too little work to find anything but what it was told.
    claim = run(model, hint, effort(work=1e-3))
    assert claim is not None
    assert int(model.cost @ claim.y) <= round(start.value)
    found = by_cp(form, cost, start, work=1e-3)
    assert found is not None
    assert found.value <= start.value


def test_a_start_outside_the_form_is_no_solution() -> None:
    form = random_form(3)
    cost = form.costs["all"]
    nothing = np.zeros(len(form.lower))
    found = by_cp(form, cost, start=Outcome(nothing, 0.0, 0.0))
    assert found is not None
    assert found.value == pytest.approx(by_highs(form, cost).value, abs=1e-6)


def test_what_has_no_solution_has_no_answer() -> None:
    form = random_form(0)
    upper = form.upper.copy()
    upper[form.blocks["missing"]] = 0.0
    # 8 needs of 2 holders each take 16 duties; 4 holders have at most 4 cliques each, and minutes for fewer.
    assert by_cp(replace(form, upper=upper), form.costs["all"]) is None


def market_split() -> Form:
    """Four sums of forty 0/1 columns with coefficients below 100 that have to meet exactly half of all."""
    rng = np.random.default_rng(5)
    weights = rng.integers(0, 100, (4, 40))
    builder = FormBuilder()
    columns = builder.add_columns("pairs", 40, 1.0, integer=True)
    over = builder.add_columns("over", 8, 4000.0, integer=True)
    row, column = np.indices(weights.shape)
    half = weights.sum(axis=1) // 2
    entries = [(row.ravel(), columns[column.ravel()], weights.ravel())]
    each = np.arange(4)
    entries += [(each, over[:4], np.full(4, 1)), (each, over[4:], np.full(4, -1))]
    builder.add_rows(entries, half, half, 4)
    builder.add_cost("all", over, 1)
    return builder.build()


def test_a_late_child_is_killed() -> None:
    form = market_split()
    model = model_of(form, form.costs["all"])
    # It would search on for minutes.
    assert cp._ask(packed(model, None, effort(600.0, 1e6)), 1.5) == b""
    assert search(form, form.costs["all"], start=None, bound=0.0, gap=GAP, seed=1, seconds=0.1) is None


def test_a_child_ends_with_whoever_asked() -> None:
    form = market_split()
    question = packed(model_of(form, form.costs["all"]), None, effort(600.0, 1e6))
    command = [sys.executable, "-P", "-m", "solver.cp_program"]
    env = os.environ | {"PYTHONPATH": str(Path(cp.__file__).parent.parent)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as child:
        assert child.stdin is not None
        child.stdin.write(question)
        child.stdin.close()
        assert child.wait(timeout=60) == 1


def test_what_takes_too_long_is_no_proof() -> None:
    form = market_split()
    found = search(form, form.costs["all"], start=None, bound=0.0, gap=GAP, seed=1, seconds=60.0, work=0.5)
    assert found is not None
    assert fits(form, found.x)
    assert (found.complete, found.bound) == (found.value < GAP, 0.0)


def test_it_runs_inside_a_pool_of_processes() -> None:
    form = random_form(0)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(by_cp, form, form.costs["all"]).result()
    alone = by_cp(form, form.costs["all"])
    assert found is not None
    assert alone is not None
    assert found.x.tolist() == alone.x.tolist()


def test_a_child_that_fails_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    form = random_form(0)
    model = model_of(form, form.costs["all"])
    broken = replace(model, column=model.column + 10_000)
    assert run(broken, None, effort()) is None
    for said in (b"", b"PK\x03\x04 cut off", b"no archive"):
        monkeypatch.setattr(cp, "_ask", lambda *_, said=said: said)
        assert run(model, None, effort()) is None


def test_corrupted_claims_are_refused() -> None:
    form = random_form(4)
    cost = form.costs["all"]
    model = model_of(form, cost)
    claim = run(model, None, effort())
    assert claim is not None
    found = believed(form, cost, model, claim, [])
    assert found is not None
    assert believed(form, cost, model, Claim(claim.y[:-1], claim.bound), []) is None
    for k in range(len(claim.y)):
        # Every column is in some equality, so none can change alone.
        other = claim.y.copy()
        other[k] += 1
        assert believed(form, cost, model, Claim(other, claim.bound), []) is None
    assert believed(form, cost, model, Claim(claim.y, int(model.cost @ claim.y) + 1), []) is None
    # A dearer solution claimed to be the best, when a cheaper one is known.
    upper = form.upper.copy()
    upper[:16] = 0.0
    dear = by_highs(replace(form, upper=upper), cost)
    assert dear.value > found.value
    y = np.rint(dear.x * model.parts).astype(np.int64)
    wrong = Claim(y, int(model.cost @ y))
    assert believed(form, cost, model, wrong, [found.x]) is None
    # The second run's solution refutes the first one's bound.
    first = believed(form, cost, model, wrong, [])
    assert first is not None
    assert confirmed(form, cost, model, first, claim) is None
    # Nothing is proven by one run alone, and no more than both say by two.
    alone = confirmed(form, cost, model, found, None)
    assert alone is not None
    assert alone.bound == -np.inf
    weaker = confirmed(form, cost, model, found, Claim(claim.y, claim.bound - 5))
    assert weaker is not None
    assert weaker.bound == found.bound - 5


def test_two_runs_are_one(parts: list[Part]) -> None:
    form = build_form(crews(parts), escalation=False)
    cost = form.costs["wishes"]
    model = model_of(form, cost)
    # Cut off by work in the first case, by its gap in the second; with eight searches in the third.
    for limits in (effort(work=0.05), replace(effort(), gap=20), effort(work=0.5, workers=8)):
        one, two = run(model, None, limits), run(model, None, limits)
        assert one is not None
        assert two is not None
        assert one.y.tolist() == two.y.tolist()
        assert one.bound == two.bound

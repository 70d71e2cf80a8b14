"""Random rotas, their textbook model, and what the engine makes of them."""

from __future__ import annotations

from benchmarks.rota_textbook import RotaModel
from benchmarks.rotas import random_rota
from solver.solve import Settings, solve
from solver.verify import Verifier, verify_report


def test_the_textbook_model_counts_what_the_verifier_counts() -> None:
    problem = random_rota(2, 6, 2, 1)
    answer = RotaModel(problem).solve(60.0, 2)
    assert answer.roster is not None
    verifier = Verifier(problem)
    assert verifier.verify(answer.roster) == ()
    levels = {level.name: level.value for level in verifier.evaluate(answer.roster)}
    # Its minutes are a hard rule.
    assert (levels["core"], levels["wishes"]) == (0, answer.value)


def test_both_prove_the_same_optimum_of_a_small_rota() -> None:
    problem = random_rota(2, 8, 1, 1)
    answer = RotaModel(problem).solve(60.0, 2)
    solution = solve(problem, Settings(workers=1))
    assert solution.report.status == "optimal"
    assert solution.report.levels[-1].value == answer.value == answer.bound


def test_without_a_time_limit_a_rota_of_lines_is_proven_and_always_the_same() -> None:
    problem = random_rota(2, 14, 2, 1)
    one, other = (solve(problem, Settings(workers=1)) for _ in range(2))
    assert one.report.methods == {"lines": 1}
    assert one.report.status == "optimal"
    assert one.roster == other.roster
    assert verify_report(problem, one.roster, one.report) == ()


def test_a_solve_cut_short_says_that_it_was_the_time() -> None:
    problem = random_rota(4, 30, 4, 1)
    solution = solve(problem, Settings(workers=1, time_limit=1.0))
    assert (solution.report.status, solution.report.reason) == ("feasible", "time_limit")
    assert verify_report(problem, solution.roster, solution.report) == ()


def test_rotas_differ_by_seed_alone() -> None:
    assert random_rota(2, 8, 2, 3) == random_rota(2, 8, 2, 3)
    assert random_rota(2, 8, 2, 3) != random_rota(2, 8, 2, 4)

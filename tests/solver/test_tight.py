"""When time is short, nothing is worse than what is there without any."""

from __future__ import annotations

import pytest

from benchmarks.rotas import random_rota
from examples import reference_city
from solver.solve import Settings, solve

LIMITS = (1e-3, 0.2, 0.5, 1.0, 2.0)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", [(2, 8, 1), (4, 16, 2)])
def test_a_rota_is_never_worse_than_the_greedy_one(size: tuple[int, int, int], seed: int) -> None:
    problem = random_rota(*size, seed)
    reports = [solve(problem, Settings(time_limit=limit)).report for limit in LIMITS]
    greedy, *others = [[level.value for level in report.levels] for report in reports]
    assert reports[0].methods == {"greedy": 1}
    assert all(values <= greedy for values in others)


def test_a_city_is_never_worse_than_the_greedy_one() -> None:
    problem = reference_city(schools=12, seed=5)
    reports = [solve(problem, Settings(time_limit=limit, workers=1)).report for limit in LIMITS]
    greedy, *others = [[level.value for level in report.levels] for report in reports]
    assert set(reports[0].methods) == {"greedy"}
    assert all(values <= greedy for values in others)

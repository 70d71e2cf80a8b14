"""The examples by name."""

from __future__ import annotations

import pytest

from examples import EXAMPLES
from models import Problem


def test_names_of_the_examples() -> None:
    assert list(EXAMPLES) == ["city", "school", "counselling", "station"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_is_a_problem_that_survives_json(name: str) -> None:
    problem = EXAMPLES[name](3, 1)
    assert Problem.model_validate_json(problem.model_dump_json()) == problem


def test_the_city_takes_size_and_seed() -> None:
    assert len(EXAMPLES["city"](2, 1).sites) == 2
    assert EXAMPLES["city"](2, 1) != EXAMPLES["city"](2, 2)

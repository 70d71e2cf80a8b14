"""The engine's exact values against the verifier's, level by level."""

from __future__ import annotations

import time

import numpy as np
import pytest
from part_cases import parts_of

from examples.city import reference_city
from models import LEVELS, Roster
from solver.engine import solve_part
from solver.solve import Settings, solve
from solver.values import part_values
from solver.verify import evaluate


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_roster_adds_is_the_same_for_engine_and_verifier(seed: int) -> None:
    problem = reference_city(3, seed)
    parts = parts_of(problem)
    held = [solve_part(part, 1, time.monotonic() + 600).held for part in parts]
    added = dict.fromkeys(LEVELS, 0)
    for part, chosen in zip(parts, held, strict=True):
        full, empty = part_values(part, chosen), part_values(part, np.zeros_like(chosen))
        for level in LEVELS:
            added[level] += full[level] - empty[level]
    # What no part holds (a wish that nobody can grant, a group without posts) is in both and falls out.
    # The escalation of a shift spans parts, so the level core is compared where no post is missing twice.
    roster = solve(problem, Settings(workers=1)).roster
    none = Roster(horizon=problem.horizon)
    full_levels = {level.name: level.value for level in evaluate(problem, roster)}
    empty_levels = {level.name: level.value for level in evaluate(problem, none)}
    for level in LEVELS:
        if level != "core":
            assert added[level] == full_levels[level] - empty_levels[level], level

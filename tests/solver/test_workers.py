"""What is handed to workers, and until when they work on it."""

from __future__ import annotations

import time

from part_cases import parts_of

from examples.city import reference_city
from solver.workers import _solve_batch


def test_a_batch_that_waited_past_the_moment_is_filled_greedily() -> None:
    part = parts_of(reference_city(1, 1))[-1]
    # The same batch, started before and after the moment it was given: waiting in a queue buys no time.
    ((_, in_time),) = _solve_batch([(0, part)], 1, time.time() + 600)
    ((_, too_late),) = _solve_batch([(0, part)], 1, time.time() - 1)
    assert in_time.method != "greedy"
    assert too_late.method == "greedy"

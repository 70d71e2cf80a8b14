"""What is handed to workers, and until when they work on it."""

from __future__ import annotations

import os
import threading
import time

import pytest
from part_cases import parts_of

from examples.city import reference_city
from solver.workers import _solve_batch, beside


def test_a_batch_that_waited_past_the_moment_is_filled_greedily() -> None:
    part = parts_of(reference_city(1, 1))[-1]
    # The same batch, started before and after the moment it was given: waiting in a queue buys no time.
    ((_, in_time),) = _solve_batch([(0, part)], 1, time.time() + 600)
    ((_, too_late),) = _solve_batch([(0, part)], 1, time.time() - 1)
    assert in_time.method != "greedy"
    assert too_late.method == "greedy"


def test_what_is_done_beside_is_done_in_a_child() -> None:
    waiting = beside(os.getpid)
    assert waiting() != os.getpid()


def test_what_a_lost_child_leaves_undone_is_done_here() -> None:
    here = os.getpid()

    def lose() -> int:
        if os.getpid() != here:
            os._exit(1)
        return here

    assert beside(lose)() == here


def test_an_error_beside_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        beside(fail)()
    assert "no such thing" in capfd.readouterr().err


def test_nothing_is_forked_where_threads_run() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert beside(os.getpid)() == os.getpid()
    finally:
        stop.set()
        thread.join()

"""What is handed to workers, and until when they work on it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from part_cases import parts_of

from examples.city import reference_city
from solver.workers import _solve_batch, beside

ROOT = Path(__file__).resolve().parents[2]


def test_a_batch_that_waited_past_the_moment_is_filled_greedily() -> None:
    part = parts_of(reference_city(1, 1))[-1]
    # The same batch, started before and after the moment it was given: waiting in a queue buys no time.
    ((_, in_time),) = _solve_batch([(0, part)], 1, time.time() + 600)
    ((_, too_late),) = _solve_batch([(0, part)], 1, time.time() - 1)
    assert in_time.method != "greedy"
    assert too_late.method == "greedy"


CHILD = "from solver.workers import beside; import os; here = os.getpid()"
LOST = f"""{CHILD}
def lose():
    if os.getpid() != here:
        os._exit(1)
    return here
assert beside(lose)() == here
"""
FAILING = f"""{CHILD}
def fail():
    raise ValueError("no such thing")
beside(fail)()
"""


def alone(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has one thread, unlike this one at times."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_what_is_done_beside_is_done_in_a_child() -> None:
    assert alone(f"{CHILD}; assert beside(os.getpid)() != here").returncode == 0


def test_what_a_lost_child_leaves_undone_is_done_here() -> None:
    found = alone(LOST)
    assert found.returncode == 0, found.stderr


def test_an_error_beside_is_raised_here_too() -> None:
    found = alone(FAILING)
    assert found.returncode == 1
    assert found.stderr.count("ValueError: no such thing") == 2


def test_nothing_is_forked_where_threads_run() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert beside(os.getpid)() == os.getpid()
    finally:
        stop.set()
        thread.join()

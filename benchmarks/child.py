"""Steps run in fresh processes, so that each has memory and caches of its own.

The parent calls `in_child`. The child imports, gets ready (reads its problem), and waits for
the word before it does what is measured; that is when sampling its memory begins.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.memory import Peak, sampled_peak
from benchmarks.word import READY

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]


class ChildError(Exception):
    """A child failed; what it printed says why."""


@dataclass(frozen=True)
class Outcome:
    """What a step returned, and the peak of its memory if that was sampled."""

    result: dict[str, object]
    peak: Peak | None


def in_child(step: str, arguments: Mapping[str, object], *, sample: bool = False) -> Outcome:
    """Run one of `benchmarks.steps.STEPS` in a new process.

    Parameters
    ----------
    arguments
        What JSON can hold, by name.
    sample
        Whether to sample memory from the moment that the step is ready. That costs some of its time.

    Raises
    ------
    ChildError
        When it doesn't end well.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.child", step, json.dumps(dict(arguments)), str(result)]
        child = stack.enter_context(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
            )
        )
        stack.callback(child.kill)
        peak = None
        if child.stdout is not None and child.stdin is not None and child.stdout.readline() == READY:
            peak = stack.enter_context(sampled_peak(child.pid)) if sample else None
            child.stdin.write("go\n")
            child.stdin.flush()
        if child.wait() != 0 or not result.exists():
            raise ChildError(f"the step {step} failed with exit status {child.returncode}")
        found = json.loads(result.read_text("utf-8"))
        # The peak is filled in when the stack unwinds.
        return Outcome(found, peak)


def environment() -> dict[str, str]:
    """Return this environment, in which children find the project's packages."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _main(step: str, arguments: str, result: str) -> None:
    from benchmarks.steps import STEPS

    found = STEPS[step](**json.loads(arguments))
    Path(result).write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])

"""The whole command ``huxue solve``, from one workbook to another."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.child import ChildError, environment
from benchmarks.options import tell
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options


def run(options: Options) -> Section:
    """Write the first seed's workbook, and time what a user waits for."""
    seed = options.seeds[0]
    problem, roster, report = (options.folder / n for n in ("command.xlsx", "roster.xlsx", "report.json"))
    tell(f"writing the workbook of {options.schools} schools, seed {seed}")
    made = _huxue(
        "example", "city", "-o", str(problem), "--schools", str(options.schools), "--seed", str(seed)
    )
    tell("huxue solve, workbook in and workbook out")
    took = _huxue("solve", str(problem), "-o", str(roster), "--report", str(report))
    found = json.loads(report.read_text("utf-8"))
    wall_s = float(found["wall_s"])
    rows = (
        ("huxue example city -o city.xlsx", made, None),
        ("huxue solve city.xlsx -o roster.xlsx --report report.json", took, took / wall_s),
        ("of it wall_s, the engine", wall_s, 1.0),
    )
    figures: dict[str, object] = {
        "seed": seed,
        "example_s": round(made, 3),
        "command_s": round(took, 3),
        "wall_s": wall_s,
        "ratio": round(took / wall_s, 3),
        "status": found["status"],
    }
    notes = (
        f"Status {found['status']}. The rest is Python's start, reading the workbook and writing the result.",
    )
    table = Table(("whole process", "seconds", "times wall_s"), rows)
    return Section("command", "the whole command beside wall_s", (table,), notes, figures)


def _huxue(*arguments: str) -> float:
    """Run the command as a process of its own and return the seconds it took."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "cli", *arguments]
    ran = subprocess.run(command, capture_output=True, env=environment(), check=False)
    took = time.perf_counter() - began
    if ran.returncode:
        raise ChildError(f"huxue {arguments[0]} failed:\n{ran.stderr.decode('utf-8', 'replace')}")
    return took

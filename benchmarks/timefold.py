"""Huxue and Timefold on one district, judged by the verifier."""

from __future__ import annotations

import json
import pickle
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.child import ChildError
from benchmarks.handover import held_pairs, problem_json
from benchmarks.judge import Compiled, judged
from benchmarks.options import tell
from benchmarks.peers import first_difference, side_by_side
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options

SCRIPT = Path(__file__).with_name("timefold_district.py")


def run(options: Options) -> Section:
    """Take Huxue's time, then give Timefold at least as much, once for each time asked for.

    Raises
    ------
    ChildError
        When the interpreter has no Timefold, or no Java.
    """
    python = options.timefold_python
    if python is None:
        raise ValueError("timefold needs --timefold-python, an interpreter that has the package")
    seed = options.seeds[0]
    district = options.city(options.district_schools, seed)
    tell("solving by Huxue")
    huxue = solve(district.path, memory=False)
    compiled = Compiled(pickle.loads(district.path.read_bytes()))
    problem = options.folder / "timefold-problem.json"
    problem.write_text(json.dumps(problem_json(compiled)), "utf-8")
    first, *longer = options.timefold_seconds
    runs = []
    for seconds in (max(first, huxue.report.wall_s), *longer):
        tell(f"Timefold for {seconds:.0f} s")
        answer = _timefold(python, problem, seconds, options.folder / "timefold-answer.json")
        runs.append((answer, judged(compiled, held_pairs(compiled, answer.posts))))
    answers = [(f"Timefold, {a.time_limit:.0f} s", a.time_limit, found.figures()) for a, found in runs]
    table = side_by_side(huxue, answers)
    notes = [f"In {limit:.0f} s: {first_difference(huxue, found)}." for _, limit, found in answers]
    notes.append(
        "What Java takes to start, to compile the constraints and to take the problem over "
        f"(up to {max(a.process_s - a.time_limit for a, _ in runs):.0f} s) doesn't count as Timefold's time, nor does "
        "Huxue's first step, which finds the possible pairs for it."
    )
    if handed := sum(found.handed_back for _, found in runs):
        notes.append(f"{handed:,} posts held by stand-ins were handed back to owners before judging.")
    own = Table(
        ("Timefold's own score (hard and six soft levels)", "posts held"),
        tuple((a.score, len(a.posts)) for a, _ in runs),
    )
    figures: dict[str, object] = {
        "seed": seed,
        "version": _version(python),
        "huxue": huxue.figures(),
        "timefold": [
            {"time_limit": a.time_limit, "process_s": round(a.process_s, 3), "score": a.score}
            | found.figures()
            for a, found in runs
        ],
    }
    title = f"Timefold {_version(python)} on a district of {options.district_schools} schools, seed {seed}"
    return Section("timefold", title, (table, own), tuple(notes), figures)


@dataclass(frozen=True)
class TimefoldAnswer:
    """What Timefold came to.

    Attributes
    ----------
    time_limit, process_s
        Seconds it was given, and those that its whole process took.
    score
        Its own.
    posts
        Those that somebody holds: ``need`` and ``assignee``.
    """

    time_limit: float
    process_s: float
    score: str
    posts: list[dict[str, int]]


def _timefold(python: Path, problem: Path, seconds: float, to: Path) -> TimefoldAnswer:
    """Run the script in the other interpreter, isolated: this folder's modules aren't its own."""
    began = time.perf_counter()
    command = [str(python), "-I", str(SCRIPT), str(problem), str(to), str(seconds)]
    ran = subprocess.run(command, capture_output=True, check=False)
    took = time.perf_counter() - began
    if ran.returncode or not to.exists():
        said = ran.stderr.decode("utf-8", "replace")[-2000:]
        raise ChildError(f"{SCRIPT.name} failed; it needs Java 17 and the package timefold:\n{said}")
    answer = json.loads(to.read_text("utf-8"))
    to.unlink()
    return TimefoldAnswer(seconds, took, answer["score"], answer["posts"])


def _version(python: Path) -> str:
    code = "from importlib.metadata import version; print(version('timefold'))"
    ran = subprocess.run([str(python), "-I", "-c", code], capture_output=True, text=True, check=False)
    return ran.stdout.strip()

"""What runs in children: each step gets ready, waits for the word, works, and returns figures."""

from __future__ import annotations

import itertools
import pickle
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import feed_steps, rota_steps
from benchmarks.word import wait_for_word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models import Problem
    from solver.solve import Solution

Figures = dict[str, object]


def make(schools: int, seed: int, to: str) -> Figures:
    """Make up a city and keep it for other steps."""
    from examples import reference_city

    wait_for_word()
    began = time.perf_counter()
    problem = reference_city(schools, seed)
    seconds = time.perf_counter() - began
    Path(to).write_bytes(pickle.dumps(problem))
    return {
        "schools": len(problem.sites),
        "assignees": len(problem.people) + len(problem.crews),
        "shifts": len(problem.shifts),
        "posts": sum(need.target for shift in problem.shifts for need in shift.needs),
        "seconds": round(seconds, 3),
    }


def solve(problem: str, keep: str | None = None, time_limit: float | None = None) -> Figures:
    """Solve a problem; the report's ``wall_s`` is the figure."""
    from solver.solve import Settings
    from solver.solve import solve as engine

    given = load(problem)
    wait_for_word()
    solution = engine(given, Settings(time_limit=time_limit))
    if keep is not None:
        Path(keep).write_bytes(pickle.dumps(solution))
    return solution.report.model_dump(mode="json", exclude={"unfilled", "dropped_pins"})


def write_problem(problem: str, to: str) -> Figures:
    """Write a problem as a workbook."""
    from formats.files import save_problem

    given = load(problem)
    return _timed(lambda: save_problem(given, to), to)


def read_problem(file: str) -> Figures:
    """Read a workbook."""
    from formats.files import load_problem

    return _timed(lambda: load_problem(file), file)


def write_result(problem: str, solution: str, to: str) -> Figures:
    """Write a solved roster as a workbook."""
    from formats.roster_workbook import write_roster

    given = load(problem)
    solved: Solution = pickle.loads(Path(solution).read_bytes())
    return _timed(lambda: write_roster(given, solved.roster, solved.report, to), to)


def _timed(work: Callable[[], object], file: str) -> Figures:
    wait_for_word()
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    return {"seconds": round(seconds, 3), "file_mib": round(Path(file).stat().st_size / 2**20, 2)}


def repair(problem: str, solution: str, each: int, many: int) -> Figures:
    """Repair a published roster after absences of a day, one by one and many at once; rank candidates."""
    import datetime as dt
    from statistics import median

    from models import Absent
    from solver.regions import Regions
    from solver.repair import repair as mend
    from solver.swaps import Swaps
    from solver.verify import verify

    given = load(problem)
    solved: Solution = pickle.loads(Path(solution).read_bytes())
    roster = solved.roster
    swaps = Swaps(given, roster)
    wait_for_word()
    began = time.perf_counter()
    regions = Regions(given)
    _ = regions.usual  # found once, too
    regions_ms = 1000 * (time.perf_counter() - began)
    of_role: dict[str, list[tuple[str, Absent]]] = {}
    for role in given.roles:
        held = [a for a in roster.assignments if a.role == role.id]
        spread = {a.assignee: a for a in held[:: max(1, len(held) // each)]}
        found = []
        for one in list(spread.values())[:each]:
            start = given.shift_by_id[one.shift].start.replace(hour=0, minute=0)
            away = Absent(assignee=one.assignee, start=start, end=start + dt.timedelta(days=1))
            found.append((one.shift, away))
        if found:
            of_role[role.id] = found
    roles = {}
    for role_id, absences in of_role.items():
        times, asked, proven, changes = [], [], 0, 0
        for shift, away in absences:
            began = time.perf_counter()
            done = mend(given, roster, [away], regions=regions).repair
            times.append(1000 * (time.perf_counter() - began))
            proven += done.status == "optimal"
            changes += len(done.changes)
            began = time.perf_counter()
            swaps.candidates(shift, role_id, away.assignee)
            asked.append(1000 * (time.perf_counter() - began))
        roles[role_id] = {
            "repairs": len(times),
            "proven": proven,
            "changes": changes,
            "median_ms": round(median(times)),
            "most_ms": round(max(times)),
            "candidates_median_ms": round(median(asked)),
            "candidates_most_ms": round(max(asked)),
        }
    # Of every role in turn, each person once.
    mixed = [
        away for absences in itertools.zip_longest(*of_role.values()) for _, away in filter(None, absences)
    ]
    chosen = list({away.assignee: away for away in mixed}.values())[:many]
    began = time.perf_counter()
    all_at_once = mend(given, roster, chosen, regions=regions)
    seconds = time.perf_counter() - began
    dropped = [d.assignment for d in all_at_once.repair.dropped_pins]
    return {
        "regions_ms": round(regions_ms, 1),
        "roles": roles,
        "many": {
            "absences": len(chosen),
            "seconds": round(seconds, 3),
            "changes": len(all_at_once.repair.changes),
            "components": all_at_once.repair.components,
            "proven": all_at_once.repair.status == "optimal",
            "clean": not verify(all_at_once.problem, all_at_once.roster, dropped),
        },
    }


def swaps(
    problem: str, solution: str, each: int, wishes: Sequence[int], longest: int, seconds: float
) -> Figures:
    """Look for partners and chains of duties of every role, and clear wishes."""
    from benchmarks.swap_steps import cleared, ways_of_one
    from solver.swaps import Swaps

    given = load(problem)
    solved: Solution = pickle.loads(Path(solution).read_bytes())
    roster = solved.roster
    asked = Swaps(given, roster)
    wait_for_word()
    roles = {}
    for role in given.roles:
        held = [a for a in roster.assignments if a.role == role.id]
        if held:
            roles[role.id] = ways_of_one(asked, held[:: max(1, len(held) // each)][:each], longest)
    clearings = {str(count): cleared(given, roster, count, longest, seconds) for count in wishes}
    return {"roles": roles, "clearings": clearings}


def textbook(problem: str, seconds: Sequence[float], workers: Sequence[int]) -> Figures:
    """Build the textbook model of a problem and solve it with so much time and so many workers, each from nothing."""
    from benchmarks.judge import Compiled, judged
    from benchmarks.textbook_model import TextbookModel

    given = load(problem)
    wait_for_word()
    began = time.perf_counter()
    compiled = Compiled(given)
    compile_s = time.perf_counter() - began
    began = time.perf_counter()
    model = TextbookModel(compiled)
    build_s = time.perf_counter() - began
    runs = []
    for limit, count in itertools.product(seconds, workers):
        answer = model.solve(limit, count)
        figures: Figures = {
            "time_limit": limit,
            "workers": count,
            "status": answer.status,
            "solve_s": round(answer.seconds, 3),
            "objective": answer.objective,
            "bound": answer.bound,
        }
        if answer.held is not None:
            figures |= judged(compiled, answer.held).figures()
        runs.append(figures)
    return {
        "compile_s": round(compile_s, 3),
        "build_s": round(build_s, 3),
        "size": model.size(),
        "weights": model.weights,
        "runs": runs,
    }


def load(problem: str) -> Problem:
    """Return a problem that the step `make` kept."""
    found: Problem = pickle.loads(Path(problem).read_bytes())
    return found


STEPS: dict[str, Callable[..., Figures]] = {
    "make": make,
    "solve": solve,
    "write_problem": write_problem,
    "read_problem": read_problem,
    "write_result": write_result,
    "repair": repair,
    "swaps": swaps,
    "textbook": textbook,
    "feed_city": feed_steps.fill,
    "feed_publication": feed_steps.touch_everybody,
    "rota_huxue": rota_steps.huxue,
    "rota_textbook": rota_steps.textbook,
}

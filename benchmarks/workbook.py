"""Reading and writing the city's workbooks, each in a fresh process."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmarks.child import in_child
from benchmarks.options import tell
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options

READ_S, WRITE_S = 5.0, 10.0


def run(options: Options) -> Section:
    """Write the problem, read it back, solve it, and write the result."""
    seed = options.seeds[0]
    problem = str(options.city(options.schools, seed).path)
    book, result = str(options.folder / "problem.xlsx"), str(options.folder / "result.xlsx")
    solution = options.folder / "solution.pickle"
    tell("writing and reading the problem's workbook")
    steps = {"writing the problem": in_child("write_problem", {"problem": problem, "to": book})}
    steps["reading the problem"] = in_child("read_problem", {"file": book})
    tell("solving, and writing the result's workbook")
    solve(options.city(options.schools, seed).path, keep=solution, memory=False)
    steps["writing the result"] = in_child(
        "write_result", {"problem": problem, "solution": str(solution), "to": result}
    )
    wanted = {"reading the problem": READ_S, "writing the result": WRITE_S}
    seconds = {what: cast("float", done.result["seconds"]) for what, done in steps.items()}
    sizes = {what: cast("float", done.result["file_mib"]) for what, done in steps.items()}
    rows = tuple((what, seconds[what], wanted.get(what), sizes[what]) for what in steps)
    figures: dict[str, object] = {
        "seed": seed,
        **{what.replace(" ", "_") + "_s": taken for what, taken in seconds.items()},
    }
    table = Table(("workbook", "seconds", "wanted under", "file MiB"), rows)
    title = f"workbooks of {options.schools} schools, seed {seed}"
    return Section("workbook", title, (table,), (), figures)

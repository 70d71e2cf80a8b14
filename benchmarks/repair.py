"""Repairs of a published city: one absence, many at once, and who could take a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmarks.child import in_child
from benchmarks.options import tell
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options
    from benchmarks.tables import Cell

ONE_MS, CREWS_MS, MANY_S, CANDIDATES_MS = 300, 1500, 5, 100
ABSENCES, MANY = 8, 50


def run(options: Options) -> Section:
    """Solve the city, then repair it in a fresh process that holds problem and roster in memory."""
    seed = options.seeds[0]
    made = options.city(options.schools, seed)
    solution = options.folder / "published.pickle"
    tell("solving the city that is to be repaired")
    solve(made.path, keep=solution, memory=False)
    tell(f"repairing it: {ABSENCES} absences of each role, one by one, then {MANY} at once")
    arguments = {"problem": str(made.path), "solution": str(solution), "each": ABSENCES, "many": MANY}
    figures = in_child("repair", arguments).result
    rows: list[tuple[Cell, ...]] = []
    for role, found in cast("dict[str, dict[str, float]]", figures["roles"]).items():
        wanted = CREWS_MS if role == "patrol_crew" else ONE_MS
        names = ("repairs", "proven", "changes", "median_ms", "most_ms")
        tries = (found["candidates_median_ms"], found["candidates_most_ms"])
        rows.append((role, *(found[name] for name in names), wanted, *tries))
    columns = (
        "absence of one",
        "repairs",
        "proven",
        "duties changed",
        "median ms",
        "most ms",
        "wanted under",
        "candidates median ms",
        "most ms",
    )
    many = cast("dict[str, float]", figures["many"])
    notes = (
        "Time is from the happening to the verified roster, in a process that holds problem, roster and regions.",
        f"{MANY} absences at once: {many['seconds']:.2f} s (wanted under {MANY_S} s), "
        f"{many['changes']:,} duties changed, {many['components']:,} parts solved again, "
        f"{'proven' if many['proven'] else 'not proven'}; the whole roster verified clean: "
        f"{'yes' if many['clean'] else 'no'}.",
        f"Candidates of one post are wanted under {CANDIDATES_MS} ms; the first question in a region lays it out too.",
        f"Finding the regions, once a problem: {cast('float', figures['regions_ms']):.0f} ms.",
    )
    title = f"repairs of a published week of {options.schools} schools, seed {seed}"
    return Section("repair", title, (Table(columns, tuple(rows)),), notes, figures)

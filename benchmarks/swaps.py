"""Swaps in a published city: partners and chains for one duty, and the clearing of many wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmarks.child import in_child
from benchmarks.options import tell
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options
    from benchmarks.tables import Cell

WISHES = (50, 200, 1000)
DUTIES = 8
LONGEST = 3
SECONDS = 120.0


def run(options: Options) -> Section:
    """Solve the city, then ask about swaps in a fresh process that holds problem and roster in memory."""
    seed = options.seeds[0]
    made = options.city(options.schools, seed)
    solution = options.folder / "published.pickle"
    tell("solving the city in which duties are swapped")
    solve(made.path, keep=solution, memory=False)
    tell(f"asking for partners and chains of {DUTIES} duties of each role, and clearing {WISHES[-1]} wishes")
    arguments: dict[str, object] = {
        "problem": str(made.path),
        "solution": str(solution),
        "each": DUTIES,
        "wishes": WISHES,
        "longest": LONGEST,
        "seconds": SECONDS,
    }
    figures = in_child("swaps", arguments).result
    names = ("partners_median_ms", "partners_most_ms", "partners", "chains_median_ms", "chains_most_ms")
    ways: list[tuple[Cell, ...]] = [
        (role, *(found[name] for name in ("duties", *names)))
        for role, found in cast("dict[str, dict[str, float]]", figures["roles"]).items()
    ]
    heads = ("status", "value", "bound", "cycles", "chains", "seconds")
    cleared: list[tuple[Cell, ...]] = [
        (count, *(found[name] for name in heads))
        for count, found in cast("dict[str, dict[str, Cell]]", figures["clearings"]).items()
    ]
    tables = (
        Table(
            (
                "a duty of",
                "duties",
                "partners median ms",
                "most ms",
                "ways found",
                "chains median ms",
                "most ms",
            ),
            tuple(ways),
        ),
        Table(("wishes", "status", "duties that change hands", "at most", *heads[3:]), tuple(cleared)),
    )
    notes = (
        "Time is from the question to the answer, in a process that holds problem, roster and regions; each clearing "
        "has a process's first look at its regions in it.",
        f"Chains and cycles of up to {LONGEST} people; a clearing has {SECONDS:.0f} s at most. Each wish gives a duty "
        "for any of the same role at the same school (officers and crews: in the district) on two other weekdays; one "
        "in twenty only gives, one in twenty only takes. The wishes are of ten people a school and role.",
    )
    title = f"swaps in a published week of {options.schools} schools, seed {seed}"
    return Section("swaps", title, tables, notes, figures)

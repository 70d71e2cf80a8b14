"""Huxue and a textbook CP-SAT model of the whole city, for the same wall time on the same problem."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from benchmarks.child import in_child
from benchmarks.options import tell
from benchmarks.peers import first_difference, side_by_side
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.options import Options


MORE_WORKERS = 8
"""CP-SAT's workers are different strategies, and it is made for about this many, even on fewer cores."""


def run(options: Options) -> Section:
    """Take Huxue's time, then give the textbook model as much, and more if asked."""
    seed = options.seeds[0]
    city = options.city(options.schools, seed)
    tell("solving by Huxue")
    huxue = solve(city.path, memory=False)
    seconds = [huxue.report.wall_s, *([options.textbook_seconds] if options.textbook_seconds else [])]
    workers = options.textbook_workers or tuple(sorted({os.cpu_count() or 1, MORE_WORKERS}))
    times = " and ".join(f"{s:.1f} s" for s in seconds)
    tell(
        f"building the textbook model, then searching for {times}, with {' and '.join(map(str, workers))} workers"
    )
    arguments = {"problem": str(city.path), "seconds": seconds, "workers": workers}
    found = in_child("textbook", arguments).result
    runs = cast("list[dict[str, object]]", found["runs"])
    named = [(f"textbook CP-SAT, {r['time_limit']:.1f} s, {r['workers']} workers", r) for r in runs]
    answers = [(name, cast("float", r["solve_s"]), r) for name, r in named]
    size = cast("Mapping[str, int]", found["size"])
    weights = cast("Mapping[str, int]", found["weights"])
    cells = (*size.values(), found["compile_s"], found["build_s"])
    model = Table(
        ("variables", "constraints", "of them pairwise conflicts", "pairs s", "building s"),
        (cast("tuple[int | float, ...]", cells),),
    )
    notes = [
        f"{name} (it says {r['status']}): {first_difference(huxue, r)}."
        + (f" Its own sum {r['objective']:,.0f}, bound {r['bound']:,.0f}." if "levels" in r else "")
        for name, r in named
    ]
    notes += [
        "Finding the possible pairs (by Huxue's own first step, a head start) and building the model don't count "
        "as the textbook's time; Huxue's wall_s counts everything, verifying included.",
        "Weights of the one sum: "
        + ", ".join(f"{level} {weight:,}" for level, weight in weights.items())
        + ".",
    ]
    handed = sum(cast("int", r.get("handed_back", 0)) for r in runs)
    if handed:
        notes.append(f"{handed:,} posts held by stand-ins were handed back to owners before judging.")
    figures: dict[str, object] = {"seed": seed, "huxue": huxue.figures(), "textbook": found}
    title = f"a textbook CP-SAT model of {options.schools} schools, seed {seed}"
    return Section("textbook", title, (side_by_side(huxue, answers), model), tuple(notes), figures)

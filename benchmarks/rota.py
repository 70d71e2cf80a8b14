"""Huxue and a textbook CP-SAT model on random rotas of several sizes, for the same wall time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmarks.child import in_child
from benchmarks.options import tell
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options
    from benchmarks.tables import Cell

SIZES = ((2, 8, 1), (2, 14, 2), (4, 16, 2), (4, 30, 4), (8, 50, 5))
"""Weeks, people and kinds of shifts."""

WORKERS = 8
"""Of CP-SAT: different strategies, which it is made for, even on fewer cores."""


def run(options: Options) -> Section:
    """Solve each rota by both."""
    seed, seconds = options.seeds[0], options.rota_seconds
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, object] = {"seed": seed, "time_limit": seconds}
    clean = True
    for weeks, people, kinds in SIZES[: options.rota_sizes]:
        size = f"{weeks} weeks, {people} people, {kinds} kinds"
        tell(f"{size}: {seconds:g} s by Huxue, then as long by the textbook model")
        asked = {"weeks": weeks, "people": people, "kinds": kinds, "seed": seed, "seconds": seconds}
        ours = in_child("rota_huxue", asked).result
        theirs = in_child("rota_textbook", {**asked, "workers": WORKERS}).result
        figures[f"{weeks}x{people}x{kinds}"] = {"huxue": ours, "textbook": theirs}
        clean = clean and not ours["violations"] and not theirs.get("violations", 0)
        for name, found in (("Huxue", ours), (f"textbook CP-SAT, {WORKERS} workers", theirs)):
            cells = (found.get("core"), found.get("value"), found["bound"], found["seconds"])
            rows.append((size, name, *cast("tuple[Cell, ...]", cells)))
    notes = (
        f"At most {seconds:g} s each. Judged by the verifier; every rota breaks no rule: {'yes' if clean else 'no'}.",
        "The value is that of the level wishes: prices of holders too few and too many, and wishes not granted. "
        "The level core, minutes short of the least, comes before it; the textbook model has it as a rule.",
        "Huxue's seconds count everything; building the textbook model doesn't count as its time.",
    )
    table = Table(("rota", "by", "core", "value", "bound", "seconds"), tuple(rows))
    return Section("rota", f"random rotas, seed {seed}", (table,), notes, figures)

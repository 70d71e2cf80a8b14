"""What Huxue and a peer reached on the same problem, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmarks.options import LEVELS
from benchmarks.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.solving import Solve
    from benchmarks.tables import Cell

Answer = tuple[str, float, "Mapping[str, object]"]
"""A peer's name, the seconds it searched, and the figures of its judged answer (see `judge.Judged`)."""


def side_by_side(huxue: Solve, answers: Sequence[Answer]) -> Table:
    """Return one row an answer, values as the verifier computes them; Huxue's proven bounds last."""
    report = huxue.report
    rows: list[tuple[Cell, ...]] = [
        ("Huxue", report.wall_s, *(level.value for level in report.levels), "none"),
    ]
    for name, seconds, figures in answers:
        levels = cast("Mapping[str, int] | None", figures.get("levels"))
        if levels is None:
            rows.append((f"{name}: no roster", seconds, *(None for _ in LEVELS), None))
        else:
            rows.append((name, seconds, *(levels[level] for level in LEVELS), broken(figures)))
    rows.append(("proven: no roster has less", None, *(level.bound for level in report.levels), None))
    return Table(("", "seconds", *LEVELS, "violations"), tuple(rows))


def broken(figures: Mapping[str, object]) -> str:
    """Return which hard rules a judged answer breaks, and how often."""
    violations = cast("Mapping[str, int]", figures["violations"])
    return ", ".join(f"{rule} {count:,}" for rule, count in violations.items()) or "none"


def first_difference(huxue: Solve, figures: Mapping[str, object]) -> str:
    """Say at which level an answer and Huxue's part; fairness counts as equal within its tolerance."""
    levels = cast("Mapping[str, int] | None", figures.get("levels"))
    if levels is None:
        return "no roster within the time"
    for level in huxue.report.levels:
        other = levels[level.name]
        room = level.tolerance if level.name == "fairness" else 0
        if other > max(level.value, level.bound + room):
            return f"worse than Huxue from the level {level.name} on ({other:,} against {level.value:,})"
        if other < level.value - room:
            return f"better than Huxue from the level {level.name} on ({other:,} against {level.value:,})"
    return "equal to Huxue at every level"

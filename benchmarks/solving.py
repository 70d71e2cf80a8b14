"""One solve by Huxue in a fresh process, and its figures in the shapes that tables want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.child import in_child
from benchmarks.memory import can_sample
from models import Report

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.memory import Peak


@dataclass(frozen=True)
class Solve:
    """What Huxue reported, and the peak of its memory.

    Attributes
    ----------
    peak
        From a second solve of its own: sampling takes time from the solver. None where it wasn't
        asked for or can't be sampled.
    """

    report: Report
    peak: Peak | None

    @property
    def proven(self) -> str:
        """Each level's value, and its bound where that differs."""
        return ", ".join(
            f"{level.name} {level.value:,}" + (f" ({level.bound:,})" if level.gap else "")
            for level in self.report.levels
        )

    @property
    def methods(self) -> str:
        """How many parts each engine settled."""
        return ", ".join(f"{name} {count:,}" for name, count in sorted(self.report.methods.items()))

    def figures(self) -> dict[str, object]:
        """Return the same for JSON."""
        figures: dict[str, object] = self.report.model_dump(
            mode="json", exclude={"version", "unfilled", "dropped_pins"}
        )
        if self.peak is not None:
            figures["peak_mib"] = self.peak.mib
            figures["processes"] = self.peak.processes
            figures["samples"] = self.peak.samples
        return figures


def solve(problem: Path, *, keep: Path | None = None, memory: bool = True) -> Solve:
    """Solve a kept problem in a fresh process, and once more in another to see the memory it takes."""
    arguments = {"problem": str(problem), "keep": str(keep) if keep else None}
    report = Report.model_validate(in_child("solve", arguments).result)
    peak = None
    if memory and can_sample():
        peak = in_child("solve", {"problem": str(problem)}, sample=True).peak
    return Solve(report, peak)

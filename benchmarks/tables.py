"""Tables for people: aligned text, and the same as Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | float | None
"""None is shown as a dash."""


@dataclass(frozen=True)
class Table:
    """Some figures.

    Parameters
    ----------
    headers
        One a column.
    rows
        Of as many cells each; numbers are aligned to the right.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.headers):
                raise ValueError(f"row {row} has {len(row)} cells, the table {len(self.headers)} columns")

    def text(self) -> str:
        """Return the table as aligned lines."""
        cells = [self.headers, *(tuple(shown(c) for c in row) for row in self.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(len(self.headers))]
        right = [self._right(k) for k in range(len(self.headers))]
        lines = [
            "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True))
            for row in cells
        ]
        lines.insert(1, "  ".join("-" * w for w in widths))
        return "\n".join(line.rstrip() for line in lines)

    def markdown(self) -> str:
        """Return the table in Markdown."""
        rule = ["---:" if self._right(k) else "---" for k in range(len(self.headers))]
        lines = [self.headers, rule, *([shown(c) for c in row] for row in self.rows)]
        return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines)

    def _right(self, column: int) -> bool:
        cells = [row[column] for row in self.rows if row[column] is not None]
        return bool(cells) and all(isinstance(c, int | float) for c in cells)


@dataclass(frozen=True)
class Section:
    """One benchmark's outcome.

    Parameters
    ----------
    name, title
        What it is called on the command line, and in words.
    tables, notes
        In order of appearance; notes are sentences below the tables.
    figures
        The same for programs: values that JSON can hold.
    """

    name: str
    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    figures: dict[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """Return the section for a terminal."""
        head = f"{self.name}: {self.title}"
        return "\n\n".join(
            [f"{head}\n{'=' * len(head)}", *(t.text() for t in self.tables), *_block(self.notes)]
        )

    def markdown(self) -> str:
        """Return the section in Markdown, under a heading of the third level."""
        notes = ["\n".join(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n\n".join([f"### {self.name}: {self.title}", *(t.markdown() for t in self.tables), *notes])


def _block(notes: Sequence[str]) -> list[str]:
    return ["\n".join(notes)] if notes else []


def shown(cell: Cell) -> str:
    """Return a cell's text: thousands apart, floats with as many digits as tell something."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.2f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell

"""Which sheet and which column a heading means."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from formats.faults import InputFault
from formats.workbook.cells import CellError, text
from formats.workbook.columns import Column, Sheet, plain
from formats.workbook.sheets import SHEETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from formats.workbook.package import Cell, Grid

_SHEET_BY_SPELLING = {spelling: sheet for sheet in SHEETS for spelling in sheet.spellings()}
_LIKE_ENOUGH = 0.55

ROSTER_SHEET = ("排班数据", "roster")
"""The sheet that only a result workbook has."""


def sheet_named(name: str) -> Sheet | None:
    """Return the sheet that a name means, in Chinese, English or both."""
    return _SHEET_BY_SPELLING.get(plain(name))


def nearest_sheet(name: str) -> Sheet | None:
    """Return the sheet whose name is so like an unknown one that it is probably meant."""
    near = difflib.get_close_matches(plain(name), _SHEET_BY_SPELLING, n=1, cutoff=_LIKE_ENOUGH)
    return _SHEET_BY_SPELLING[near[0]] if near else None


def nearest(heading: str, columns: Iterable[Column]) -> str:
    """Return what to write in place of an unknown heading."""
    by_spelling = {spelling: column for column in columns for spelling in column.spellings()}
    near = difflib.get_close_matches(plain(heading), by_spelling, n=1, cutoff=0)
    return f"a known heading; the nearest is {by_spelling[near[0]].heading!r}" if near else "a known heading"


def letter(index: int) -> str:
    """Return Excel's letters for a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shown(cell: Cell) -> str:
    """Return a cell's content for a message."""
    try:
        return text(cell) or ""
    except CellError:
        return str(cell)  # an error's own text, or a date where none belongs


class Headings(NamedTuple):
    """The heading row of a sheet.

    Attributes
    ----------
    row
        Its position in the grid, from 0; -1 where the sheet is blank.
    places
        Column positions by key.
    faults
        Unknown, repeated and missing headings.
    """

    row: int
    places: dict[str, int]
    faults: list[InputFault]


def headings(sheet: Sheet, grid: Grid) -> Headings:
    """Find a sheet's heading row, its first one that isn't blank, and what stands in which column."""
    row = next((k for k, line in enumerate(grid.rows) if not blank(line)), -1)
    found = Headings(row, {}, [])
    if row < 0:
        return found
    by_spelling = {spelling: column for column in sheet.columns for spelling in column.spellings()}
    for index, cell in enumerate(grid.rows[row]):
        heading = shown(cell)
        if not heading:
            continue
        column = by_spelling.get(plain(heading))
        expected = ""
        if column is None:
            expected = nearest(heading, sheet.columns)
        elif column.key in found.places:
            expected = "each column once"
        else:
            found.places[column.key] = index
        if expected:
            found.faults.append(InputFault(heading, expected, grid.name, row + 1, letter(index)))
    found.faults.extend(
        InputFault("no such column", f"a column {column.heading!r}", grid.name, row + 1)
        for column in sheet.columns
        if column.required and column.key not in found.places
    )
    return found


def blank(line: Sequence[Cell]) -> bool:
    """Say whether nothing stands in a row."""
    return all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in line)

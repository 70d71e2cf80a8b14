"""The rows of a sheet as they stand in one workbook, and the values in their cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from formats.faults import InputFault
from formats.workbook.cells import CellError
from formats.workbook.match import blank, headings, letter, shown
from models import DEFAULT_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from formats.workbook.columns import Column, Fields, Sheet
    from formats.workbook.package import Cell, Grid


@dataclass(slots=True)
class Row:
    """One row that isn't blank.

    Attributes
    ----------
    index
        Its position in the grid, from 0.
    sound
        Whether its value could be made.
    """

    index: int
    cells: list[Cell]
    values: Fields = field(default_factory=dict)
    value: object = None
    sound: bool = False
    parent: str = ""


@dataclass
class Table:
    """A sheet as it stands in one workbook.

    Attributes
    ----------
    places
        Column positions by key.
    whole
        Whether all required columns are there.
    spoilt
        Whether a row had a fault and was left out.
    nameless
        Whether one of them had no id that could be read.
    by_parent
        Values by the parent's id, for a sheet that has one.
    lines
        For the settings: row positions by key.
    """

    sheet: Sheet
    grid: Grid | None
    places: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    whole: bool = True
    spoilt: bool = False
    nameless: bool = False
    names: dict[str, str] | None = None
    by_parent: defaultdict[str, tuple[object, ...]] = field(default_factory=lambda: defaultdict(tuple))
    lines: dict[str, int] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def values(self) -> tuple[object, ...]:
        """Return the values of the sound rows, in order."""
        return tuple(row.value for row in self.rows if row.sound)

    def raw(self, row: Row, key: str) -> str:
        """Return what stands in a row's column, for messages and for references."""
        place = self.places.get(key)
        return "" if place is None or place >= len(row.cells) else shown(row.cells[place])

    def can_tell(self) -> bool:
        """Say whether the ids of the sheet can all be known."""
        missing = self.grid is None and self.sheet.needed
        return not missing and ("id" in self.places or not self.rows) and not self.nameless

    def ids(self) -> set[str]:
        """Return the ids of all rows, sound or not."""
        found = {self.raw(row, "id") or str(row.values.get("id", "")) for row in self.rows}
        if self.sheet.key == "roles" and not self.rows:
            found |= {r.id for r in DEFAULT_ROLES}
        return found

    def fault(self, row: Row, column: Column | None, expected: str, found: str | None = None) -> InputFault:
        """Return a fault at a row and a column."""
        name, place = "", None
        if column is not None:
            place = self.places.get(column.key)
            name = column.heading if place is None else f"{letter(place)} {column.heading}"
            if found is None:
                found = self.raw(row, column.key)
            if column.secret and found:
                found = "(not shown)"
        grid = self.grid.name if self.grid is not None else self.sheet.title
        return InputFault(found or "", expected, grid, row.index + 1, name)


def table_of(sheet: Sheet, grid: Grid | None) -> tuple[Table, list[InputFault]]:
    """Find a sheet's heading row and its rows that aren't blank; also return the headings' faults."""
    table = Table(sheet, grid)
    if grid is None:
        return table, []
    found = headings(sheet, grid)
    if found.row >= 0:
        table.places = found.places
        table.whole = all(c.key in found.places for c in sheet.columns if c.required)
        below = enumerate(grid.rows[found.row + 1 :], start=found.row + 1)
        table.rows = [Row(k, line) for k, line in below if not blank(line)]
    return table, found.faults


def parse_rows(table: Table, names: Mapping[str, Mapping[str, str] | None]) -> list[InputFault]:
    """Parse every cell into the rows' values; mark the rows as sound or not, and return the faults.

    Parameters
    ----------
    names
        Ids by name for the sheets that a column may refer to by name.
    """
    faults: list[InputFault] = []
    plan = [
        (table.places[c.key], c.key, c.kind.parse, c, names.get(c.refers))
        for c in table.sheet.columns
        if c.key in table.places
    ]
    required = [c for c in table.sheet.columns if c.required and c.key in table.places]
    for row in table.rows:
        values, cells = row.values, row.cells
        bad: set[str] = set()
        for index, key, parse, column, by_name in plan:
            cell = cells[index] if index < len(cells) else ""
            if cell == "":
                continue
            try:
                value = parse(cell)
            except CellError as error:
                faults.append(table.fault(row, column, str(error)))
                bad.add(key)
                continue
            if value is not None:
                values[key] = _resolved(value, by_name) if by_name else value
        for column in required:
            if column.key not in values and column.key not in bad:
                faults.append(table.fault(row, column, column.wanted))
                bad.add(column.key)
        row.sound = not bad and table.whole
        table.nameless |= "id" in bad
    return faults


def _resolved(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, tuple):
        return tuple(names.get(v, v) for v in value)
    return names.get(cast("str", value), value)

"""The sheet of a result workbook that programs read: a roster, an assignment a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from formats.collector import uncollected
from formats.faults import InputFault, InvalidInput, details, lower_first
from formats.source import Limits, fetch, refuse
from formats.workbook.columns import DATE, INTEGER, TEXT, YES_NO, Column, Sheet, plain
from formats.workbook.match import ROSTER_SHEET, sheet_named
from formats.workbook.package import open_grids
from formats.workbook.rows import parse_rows, table_of
from models import Assignment, Horizon, Roster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ROSTER_DATA = Sheet(
    "roster",
    *ROSTER_SHEET,
    "供程序读取，请勿改动。For programs; change the plan elsewhere.",
    (
        Column("shift", "班次", "shift", TEXT, "班次编号。The shift's id.", width=40),
        Column("role", "角色", "role", TEXT, "角色编号。The role's id.", width=20),
        Column("index", "序号", "index", INTEGER, "从0起。From 0.", width=10),
        Column("assignee", "人员或巡组", "assignee", TEXT, "编号。The id of a person or crew.", width=20),
        Column("pinned", "锁定", "pinned", YES_NO, "是否锁定。Whether it is pinned.", width=10),
        Column("start", "首日", "first day", DATE, "只在第一行。In the first row alone.", width=14),
        Column("days", "天数", "days", INTEGER, "只在第一行。In the first row alone.", width=12),
    ),
    Assignment.model_validate,
    lambda problem: (),
    blame="shift",
)
"""What stands in the sheet; the horizon is in its first row, which has no assignment."""


def roster_rows(roster: Roster) -> Iterator[dict[str, object]]:
    """Give the rows of the sheet."""
    yield {"start": roster.horizon.start, "days": roster.horizon.days}
    for assignment in roster.assignments:
        # Blank is no: a city has fifty thousand rows and hardly a pin.
        yield {k: v for k, v in assignment.__dict__.items() if v is not False}


@uncollected()
def read_roster(source: Path | str | bytes, *, name: str = "", limits: Limits | None = None) -> Roster:
    """Read the roster from a result workbook, given as `formats.json_files.read_problem_json` takes its file.

    Raises
    ------
    InvalidInput
        With every fault of the file: sheet, row and column.
    """
    bounds = limits or Limits()
    data, name = fetch(source, bounds.packed_bytes, name)
    spellings = ROSTER_DATA.spellings()
    sheets, grids = open_grids(data, name, bounds, lambda title: plain(title) in spellings)
    if not grids:
        if any(map(sheet_named, sheets)):
            refuse(name, "a problem", "a roster")
        refuse(name, "a workbook without a roster", f"a sheet {ROSTER_DATA.title!r}, as a solve writes it")
    table, faults = table_of(ROSTER_DATA, grids[0])
    for key in ROSTER_DATA.by_key:
        if key not in table.places:
            heading = ROSTER_DATA.by_key[key].heading
            faults.append(InputFault("no such column", f"a column {heading!r}", grids[0].name))
    if not faults:
        faults += parse_rows(table, {})
    horizon: Horizon | None = None
    assignments = []
    for row in table.rows if not faults else ():
        values = dict(row.values)
        days = {key: values.pop(key) for key in ("start", "days") if key in values}
        try:
            if days:
                horizon = Horizon.model_validate(days)
            if values:
                assignments.append(Assignment.model_validate(values))
        except ValidationError as error:
            for detail in details(error):
                column = ROSTER_DATA.by_key[str(detail.path[0])]
                faults.append(table.fault(row, column, lower_first(detail.message)))
    if horizon is None and not faults:
        faults.append(InputFault("no first day", "the horizon's first day and days", grids[0].name, 2, "F"))
    if horizon is None or faults:
        raise InvalidInput(name, faults)
    return Roster(horizon=horizon, assignments=tuple(assignments))

"""Which row and column a fault of the domain speaks of, and whether it can honestly be judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from formats.faults import InputFault
from models.checks import OWNERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from formats.workbook.columns import Column
    from formats.workbook.rows import Row, Table
    from models import Fault

_REFERENCE = re.compile(r"the id of an? ([a-z ]+?)(?: \(.*\))?")
_POSITION = re.compile(r"in position (\d+)")


def locate_faults(
    faults: Iterable[Fault], tables: dict[str, Table], settings: Table, *, judged_all: bool
) -> list[InputFault]:
    """Return the faults of a problem as faults of its workbook.

    Parameters
    ----------
    judged_all
        Whether the problem holds every row of the workbook. When some were left out, what may
        only follow from that is left out as well.
    """
    sound = {key: [row for row in table.rows if row.sound] for key, table in tables.items()}
    located = []
    for fault in faults:
        if not judged_all and _only_follows(fault, tables, settings):
            continue
        key, *rest = fault.path
        if key == "calendar":
            key, *rest = rest
        if not rest:
            line = settings.lines.get(str(key))
            grid = settings.grid.name if settings.grid else settings.sheet.title
            heading = settings.sheet.by_key[str(key)].heading
            located.append(
                InputFault(
                    fault.found, fault.expected, grid, None if line is None else line + 1, f"B {heading}"
                )
            )
            continue
        table = tables[str(key)]
        name = str(rest[1]) if len(rest) > 1 else ""
        column = table.sheet.by_key.get(name)
        if not table.rows:
            # The user's own roles, with the default parts that know nothing of them.
            sheet, heading = table.sheet.title, column.heading if column else ""
            expected = f"{fault.expected} (this sheet is empty, so its defaults hold)"
            located.append(InputFault(fault.found, expected, sheet, None, heading))
            continue
        row = sound[str(key)][int(rest[0])]
        if name == "id" and column is None:
            column = table.sheet.columns[0]
        for child in tables.values():
            if child.sheet.parent == table.sheet.key and child.sheet.into == name:
                table, row, column = _child(table, child, row, fault)
                break
        expected = _POSITION.sub(
            lambda m, rows=sound[str(key)]: f"in row {rows[int(m[1])].index + 1}",  # type: ignore[misc]
            fault.expected,
        )
        found = fault.found
        if key == "pins" and name == "shift" and not table.raw(row, "shift"):
            column, expected = _of_pin(table, tables, fault)
            found = table.raw(row, column.key)
        elif key == "absences" and name == "start":
            # As the user wrote it: a last day that is included isn't the midnight after it.
            found = table.raw(row, "start")
            if "horizon" in expected:
                found += f" to {table.raw(row, 'end')}"
        located.append(table.fault(row, column, expected, found))
    return located


def _of_pin(table: Table, tables: dict[str, Table], fault: Fault) -> tuple[Column, str]:
    """Return which of site, date and window keeps a pin from being a shift's, and what was expected."""
    columns = table.sheet.by_key
    site, _, window = fault.found.split("/")
    for key, found, collection in (("site", site, "sites"), ("window", window, "windows")):
        if found not in tables[collection].ids():
            return columns[key], f"the id of a {key}"
    return columns["date"], f"{fault.expected}: a day on which the site has a shift in this window"


def _child(table: Table, child: Table, row: Row, fault: Fault) -> tuple[Table, Row, Column | None]:
    owner = str(getattr(row.value, "id", ""))
    for below in child.rows:
        if below.sound and below.parent == owner and str(below.values.get("role", "")) == fault.found:
            return child, below, child.sheet.by_key["role"]
    return table, row, None


def _only_follows(fault: Fault, tables: dict[str, Table], settings: Table) -> bool:
    """Say whether a fault may be there only because rows with other faults were left out."""
    if match := _REFERENCE.fullmatch(fault.expected):
        owners = [tables[key] for key in OWNERS[match[1]]]
        return any(not t.can_tell() or fault.found in t.ids() for t in owners)
    if "horizon" in fault.expected:
        return "start" not in settings.lines or bool(settings.bad & {"start", "days"})
    if fault.path[-1] == "formula":
        return tables["parts"].spoilt or not tables["parts"].whole
    return False

"""Small workbooks to read and to break."""

from __future__ import annotations

import copy
import datetime as dt
import io
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | float | bool | dt.date | dt.time | dt.datetime | None
Sheets = dict[str, list[list[Value]]]

_SMALL: Sheets = {
    "settings": [["title", "Small"], ["first day", "2026-03-02"], ["days", 5]],
    "sites": [["id", "name", "district"], ["S1", "First school", "D1"], ["S2", "Second school", "D1"]],
    "units": [
        ["id", "name", "kind", "site"],
        ["U1", "First staff", "school", "S1"],
        ["U2", "Second staff", "", "S2"],
    ],
    "people": [
        ["id", "name", "unit", "roles", "phone"],
        ["A", "Ann", "U1", "staff", "13800000001"],
        ["B", "Bob", "U1", "staff, duty_leader", None],
        ["C", "Cid", "U2", "staff", None],
    ],
    "windows": [["id", "name", "name in English", "lead", "trail"], ["am", "早到校", "Arrival", 20, 10]],
    "bells": [
        ["site", "window", "time", "weekdays"],
        ["S1", "am", "07:40", "1-5"],
        ["S2", "am", "08:00", "1-5"],
    ],
    "absences": [
        ["assignee", "start", "end", "kind"],
        ["A", "2026-03-02 07:00", "2026-03-02 12:00", "leave"],
        ["A", "2026-03-03", "2026-03-04", "sick"],
    ],
}


def small() -> Sheets:
    """Return the sheets of a workbook without a fault, to be changed."""
    return copy.deepcopy(_SMALL)


def pack(sheets: Mapping[str, list[list[Value]]]) -> bytes:
    """Return sheets as an Excel workbook; dates and times are Excel's own."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = {
            dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
            dt.time: book.add_format({"num_format": "hh:mm"}),
        }
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, (dt.date, dt.time)):
                        page.write_datetime(line, column, value, formats[type(value)])
                    elif isinstance(value, str) and value.startswith("=!"):
                        page.write_formula(line, column, "=1", None, value[2:])  # a formula and its result
                    elif value is not None:
                        page.write(line, column, value)
    return held.getvalue()

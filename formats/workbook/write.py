"""A problem as the workbook that an office fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter

from formats.atomic import replacing
from formats.collector import uncollected
from formats.workbook.sheets import SHEETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from formats.workbook.columns import Sheet
    from models import Problem

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
    "constant_memory": True,
    "default_date_format": "yyyy-mm-dd",
}
"""Text stays text: a name that begins with ``=`` is no formula."""


HEAD = {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"}
"""How headings look."""


def write_problem(problem: Problem, path: Path | str) -> None:
    """Write a problem as a workbook that `read_problem` reads to an equal one.

    (Lessons are put in the order of their weekdays.)

    Raises
    ------
    OSError
        When the path can't be written; nothing is changed then.
    """
    with uncollected(), replacing(path) as part, xlsxwriter.Workbook(str(part), OPTIONS) as book:
        head = book.add_format(HEAD)
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.title)
            rows = sheet.rows(problem)
            if sheet.transposed:
                for row in rows:
                    write_settings(page, sheet, row, head)
            else:
                _write_rows(page, sheet, rows, head)


def write_settings(page: Worksheet, sheet: Sheet, row: Mapping[str, object], head: Format) -> None:
    """Write the sheet that has an item a row: its name, its value, its explanation."""
    page.set_column(0, 0, 32)
    page.set_column(1, 1, 30)
    page.set_column(2, 2, 80)
    for index, title in enumerate(("项目 item", "值 value", "说明 explanation")):
        page.write_string(0, index, title, head)
    for line, column in enumerate(sheet.columns, start=1):
        page.write_string(line, 0, column.heading)
        if column.key in row:
            put(page, line, 1, column.kind.show(row[column.key]))
        page.write_string(line, 2, column.help)
    page.freeze_panes(1, 0)
    _set_print(page)


def write_headings(page: Worksheet, sheet: Sheet, head: Format) -> None:
    """Write a sheet's headings, which stay in sight, and set the widths."""
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(0, index, column.heading, head)
    page.freeze_panes(1, 1)
    _set_print(page)


def _set_print(page: Worksheet) -> None:
    """Print on A4 across, as wide as the paper, the headings again on each page."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def put(page: Worksheet, line: int, index: int, shown: str | float) -> None:
    """Write a cell: text as text, whatever it begins with."""
    if isinstance(shown, str):
        if shown:
            page.write_string(line, index, shown)
    else:
        page.write_number(line, index, shown)


def _write_rows(page: Worksheet, sheet: Sheet, rows: Iterable[Mapping[str, object]], head: Format) -> None:
    write_headings(page, sheet, head)
    plan: list[tuple[int, str, Callable[[object], str | float]]] = [
        (index, column.key, column.kind.show) for index, column in enumerate(sheet.columns)
    ]
    line = 0
    for line, row in enumerate(rows, start=1):
        for index, key, show in plan:
            value = row.get(key)
            if value is not None and value != ():
                put(page, line, index, show(value))
    page.autofilter(0, 0, max(line, 1), len(sheet.columns) - 1)

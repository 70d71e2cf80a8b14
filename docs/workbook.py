"""Print docs/workbook.md from the table of sheets that reading and writing follow.

python docs/workbook.py > docs/workbook.md
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from formats.workbook.sheets import SHEET_BY_KEY, SHEETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from formats.workbook.columns import Column, Sheet

INTRODUCTION = """\
# The workbook, sheet by sheet

`huxue template -o problem.xlsx` writes it empty, with a comment on each heading and drop-downs where there is
a choice. Fill in the sheets marked *needed*, and of the others what your city has; leave the rest as it is.

- Sheets and headings may be named in Chinese, in English, or both; their order doesn't matter.
- An id is any short text without `/` and `|`. Where a sheet refers to a school, a unit, a window or a role,
  its id or its name will do, as long as the name belongs to one alone.
- Several values in one cell are divided by commas (also Chinese ones) or semicolons.
- Dates are dates, or text such as 2026-09-07; times are times, or text such as 07:40.
- `huxue check problem.xlsx` lists everything that is wrong at once, with sheet, row and column.

What the rules mean exactly is in [rules.md](rules.md).
"""


def page() -> Iterator[str]:
    """Give the page's lines."""
    yield from INTRODUCTION.splitlines()
    for sheet in SHEETS:
        yield ""
        yield f"## {sheet.title}"
        yield ""
        needed = "*Needed.* " if sheet.needed else ""
        yield f"{needed}{sheet.help}"
        yield ""
        yield "| column | needed | what to fill in |"
        yield "|---|---|---|"
        for column in sheet.columns:
            yield f"| {column.heading} | {'yes' if column.required else ''} | {_what(column)} |"


def _what(column: Column) -> str:
    what = column.help
    if column.refers:
        referred: Sheet = SHEET_BY_KEY[column.refers]
        what += f" → {referred.title}"
    if column.kind.choices:
        what += " One of: " + ", ".join(column.kind.choices) + "."
    return what.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print("\n".join(page()))

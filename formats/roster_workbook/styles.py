"""How the sheets look: formats, names that Excel takes, and how they print."""

from __future__ import annotations

import math
import re
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST = 31
_EDGE = "#A6A6A6"
_A4 = 9


_TABLE: dict[str, dict[str, object]] = {
    "day": {"bold": True, "bg_color": "#F2F2F2"},
    "cell": {},
    "pinned": {"bold": True, "bg_color": "#FFF2CC"},
    "open": {"bold": True, "bg_color": "#F8CBAD", "font_color": "#9C0006"},
    "optional": {"font_color": "#7F7F7F", "italic": True},
    "unasked": {"bg_color": "#EDEDED", "font_color": "#A6A6A6"},
}


class Styles:
    """The formats of a result workbook, one a purpose."""

    def __init__(self, book: Workbook) -> None:
        cell = {"border": 1, "border_color": _EDGE, "valign": "vcenter", "text_wrap": True, "font_size": 10}
        middle = cell | {"align": "center"}

        def make(**properties: object) -> Format:
            return book.add_format(properties)

        self.title = make(bold=True, font_size=16, align="left", valign="vcenter")
        self.note = make(font_size=9, font_color="#595959", valign="vcenter")
        self.head = make(**middle | {"bold": True, "bg_color": "#DCE6F1"})
        self.part = make(**middle | {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
        self.place = make(**middle | {"bg_color": "#EEF3FA", "font_size": 8, "font_color": "#404040"})
        self.left = make(**cell | {"indent": 1})
        self.number = make(**cell | {"num_format": "#,##0", "text_wrap": False})
        self.percent = make(**cell | {"num_format": "0.0%", "text_wrap": False})
        self.short = make(bg_color="#F8CBAD", font_color="#9C0006", bold=True)
        # What stands in a school's table; a day's first row has a heavier line above it.
        self.table = {
            name: (make(**middle | own), make(**middle | own | {"top": 2, "top_color": "#1F4E79"}))
            for name, own in _TABLE.items()
        }
        self.plain = make(valign="vcenter", font_size=10)
        self.link = make(**cell | {"font_color": "#0563C1", "underline": 1})
        self.good = make(**cell | {"bold": True, "font_color": "#375623", "bg_color": "#E2EFDA"})
        self.bad = make(**cell | {"bold": True, "font_color": "#9C0006", "bg_color": "#F8CBAD"})


class SheetNames:
    """Gives each sheet a name that Excel takes and no other sheet has."""

    def __init__(self) -> None:
        self._taken = {"history"}  # Excel keeps this one for itself

    def give(self, wanted: str) -> str:
        """Return the wanted name, shortened, cleaned, and numbered where it is taken."""
        clean = _FORBIDDEN.sub("_", wanted).strip().strip("'") or "_"
        count = 1
        name = _cut(clean, _LONGEST).strip("'")
        while name.lower() in self._taken:
            count += 1
            tail = f" ({count})"
            name = _cut(clean, _LONGEST - len(tail)) + tail
        self._taken.add(name.lower())
        return name


def _cut(name: str, units: int) -> str:
    """Shorten a name to the UTF-16 units that Excel counts."""
    while len(name.encode("utf-16-le")) // 2 > units:
        name = name[:-1]
    return name


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell, a Chinese character being twice as wide as others."""
    count = 0
    for line in text.split("\n"):
        wide = sum(2 if ord(c) > 0x2E7F else 1 for c in line)
        count += max(1, math.ceil(wide / width))
    return count


def height_of(texts: Iterable[str], *widths: float) -> float:
    """Return the height in points of a row of cells; one width holds for all of them."""
    each = repeat(widths[0]) if len(widths) == 1 else widths
    return 13.5 * max((lines_of(t, w) for t, w in zip(texts, each, strict=False)), default=1) + 5


def set_print(page: Worksheet, title: str, first_row: int, last_row: int) -> None:
    """Print on A4 across, as wide as the paper, the headings again on each page."""
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.repeat_rows(first_row, last_row)
    page.set_header("&L" + title.replace("&", "&&")[:200])
    page.set_footer("&L护学排班 Huxue&R&P / &N")


def write_table_head(
    page: Worksheet, styles: Styles, title: str, note: str, columns: Sequence[tuple[str, float]]
) -> int:
    """Write a list's title and headings; return the row of its first line."""
    page.set_row(0, 26)
    page.write_string(0, 0, title, styles.title)
    page.write_string(1, 0, note, styles.note)
    page.set_row(2, 30)
    for index, (heading, width) in enumerate(columns):
        page.set_column(index, index, width)
        page.write_string(2, index, heading, styles.head)
    page.freeze_panes(3, 1)
    set_print(page, title, 2, 2)
    return 3

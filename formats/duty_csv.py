"""Duties as CSV, as spreadsheets open it by a double click."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

HEADINGS = (
    "日期 date",
    "开始 start",
    "结束 end",
    "学校 site",
    "时段 window",
    "岗位 role",
    "定岗 position",
    "人员 holder",
    "编号 id",
)


class Line(NamedTuple):
    """One duty.

    Attributes
    ----------
    start, end
        In local time.
    holder, id
        The name and the id of who holds it.
    """

    date: dt.date
    start: dt.datetime
    end: dt.datetime
    site: str
    window: str
    role: str
    position: str
    holder: str
    id: str


def write_duties(lines: Iterable[Line]) -> bytes:
    """Return duties as CSV (RFC 4180), UTF-8 with the mark by which spreadsheets know it."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    for line in lines:
        texts = (line.site, line.window, line.role, line.position, line.holder, line.id)
        times = (f"{line.start:%H:%M}", f"{line.end:%H:%M}")
        writer.writerow([line.date.isoformat(), *times, *map(_harmless, texts)])
    return written.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

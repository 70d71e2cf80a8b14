"""The cells of a timetable: lessons by the clock, or by the number of their period (节次)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from formats.workbook import cells
from formats.workbook.cells import CellError
from models import Lesson

if TYPE_CHECKING:
    from formats.workbook.package import Cell

Lessons = tuple[Lesson | int, ...]
"""What stands in a cell: lessons, and numbers of periods whose times another sheet gives."""

_SPAN = re.compile(r"([\d:.]+)\s*(?:[-~–—－～至到]|to)\s*([\d:.]+)")
_CHINESE = {digit: k for k, digit in enumerate("一二三四五六七八九十", start=1)}
_CHINESE |= {"十" + digit: 10 + k for k, digit in enumerate("一二三四五六七八九", start=1)} | {"二十": 20}
_NUMBER = rf"(?:第|periods?\s*|p\s*)?\s*(\d{{1,2}}|{'|'.join(sorted(_CHINESE, key=len, reverse=True))})\s*(?:节课|节|课)?"
_PERIODS = re.compile(rf"{_NUMBER}(?:\s*(?:[-~–—－～至到]|to)\s*{_NUMBER})?", re.IGNORECASE)
_EXPECTED = "lessons such as 08:00-08:40, 10:00-10:40, or periods such as 1, 2 or 第3-4节"


def read_lessons(day: int, cell: Cell) -> Lessons | None:
    """Read one weekday's lessons: ``08:00-08:40, 10:00-10:40``, ``1, 2``, ``第1节、第3-4节``."""
    words = cells.text(cell)
    return None if words is None else _lessons(day, words)


@lru_cache(maxsize=65536)
def _lessons(day: int, words: str) -> Lessons:
    found: Lessons = ()
    for item in cells.split(words.translate(cells.FULL_WIDTH)):
        found += _periods(item) or (_lesson(day, item),)
    return found


@lru_cache(maxsize=1024)
def _periods(item: str) -> tuple[int, ...]:
    match = _PERIODS.fullmatch(item)
    if match is None:
        return ()
    first, last = (_CHINESE.get(n) or int(n) for n in (match[1], match[2] or match[1]))
    if last < first:
        raise CellError(f"periods from the earlier to the later, not {item}")
    return tuple(range(first, last + 1))


@lru_cache(maxsize=16384)
def _lesson(day: int, item: str) -> Lesson:
    match = _SPAN.fullmatch(item)
    if match is None:
        raise CellError(_EXPECTED)
    start, end = cells.read_clock(match[1]), cells.read_clock(match[2])
    if end <= start:
        raise CellError(f"a lesson that ends after it starts, not {item}")
    return Lesson(weekday=day, start=start, end=end)


@lru_cache(maxsize=16384)
def _show_lesson(lesson: Lesson) -> str:
    return f"{cells.show_clock(lesson.start)}-{cells.show_clock(lesson.end)}"


def show_lessons(value: object) -> str:
    """Write one weekday's lessons by the clock."""
    return ", ".join(map(_show_lesson, cast("tuple[Lesson, ...]", value)))

"""What can stand in a cell: how it is read, and how it is written."""

from __future__ import annotations

import csv
import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from formats.workbook.package import FormulaError
from models import Qualification

if TYPE_CHECKING:
    from formats.workbook.package import Cell

FULL_WIDTH = str.maketrans("０１２３４５６７８９：－～，；．／", "0123456789:-~,;./")
"""From full-width digits and punctuation to plain ones."""

_SEPARATORS = re.compile(r"[,，;；、\n]")
_QUOTED = re.compile(r'[,，;；、\n"]')
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?")
_SERIALS = range(20_000, 80_000)
"""Excel's numbers of the days from 1954 to 2119, as they stand in a cell without a date's format."""

_LARGEST = 1e15
"""Excel keeps 15 digits of a number: a longer identifier has lost its last ones."""


class CellError(ValueError):
    """A cell that doesn't hold what its column asks for; the message is what was expected."""


def text(cell: Cell) -> str | None:
    """Read words; a number loses its ``.0``, spaces around are dropped."""
    if isinstance(cell, str):
        if isinstance(cell, FormulaError):
            raise CellError("a value (the formula in this cell ends in an error)")
        return cell.strip() or None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, (int, float)):
        if abs(cell) >= _LARGEST:
            raise CellError(
                "text (Excel has lost digits of this long number; format the cell as text and retype it)"
            )
        return str(int(cell)) if cell == int(cell) else repr(cell)
    raise CellError("text (Excel made a date or time of it; format the cell as text and retype it)")


def verbatim(cell: Cell) -> str | None:
    """Read words with the spaces around them."""
    return cell if isinstance(cell, str) and text(cell) else text(cell)


def integer(cell: Cell) -> int | None:
    """Read a whole number, typed as a number or as text."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    words = _words(cell, "a whole number")
    if words is None:
        return None
    if not re.fullmatch(r"[-+]?\d{1,15}(\.0*)?", words):
        raise CellError("a whole number")
    return int(words.split(".")[0])


def decimal(cell: Cell) -> float | None:
    """Read a number, typed as a number or as text."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    words = _words(cell, "a number")
    if words is None:
        return None
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", words):
        raise CellError("a number")
    return float(words)


def date(cell: Cell) -> dt.date | None:
    """Read a date: Excel's own, ISO text, ``2026/3/2``, ``2026年3月2日`` or ``20260302``."""
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise CellError("a date without a time, such as 2026-03-02")
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell in _SERIALS:
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))
        raise CellError(f"a date (Excel has the number of {day} here; format the cell as a date)")
    words = _words(cell, "a date such as 2026-03-02")
    if words is None:
        return None
    match = _DATE.fullmatch(words) or _COMPACT.fullmatch(words)
    if match is None:
        raise CellError("a date such as 2026-03-02")
    return _day(match)


def _day(match: re.Match[str]) -> dt.date:
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise CellError("a date that the calendar has, such as 2026-03-02") from None


def clock(cell: Cell) -> dt.time | None:
    """Read a time of day: Excel's own, a fraction of a day, or text such as ``07:40``."""
    if isinstance(cell, dt.datetime) and cell.year < 1901:
        cell = cell.time()
    if isinstance(cell, dt.time):
        return _whole_seconds(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6)
    if isinstance(cell, dt.timedelta) and 0 <= cell.total_seconds() < 86400:
        return _whole_seconds(cell.total_seconds())
    if isinstance(cell, float) and 0 <= cell < 1:
        return _whole_seconds(cell * 86400)
    words = _words(cell, "a time of day such as 07:40")
    return None if words is None else read_clock(words)


def read_clock(words: str) -> dt.time:
    """Read a time of day from plain text such as ``07:40``."""
    match = _CLOCK.fullmatch(words)
    if match is None:
        raise CellError("a time of day such as 07:40")
    micros = round(float(match[4]) * 1_000_000) if match[4] else 0
    try:
        return dt.time(int(match[1]), int(match[2]), int(match[3] or 0), micros)
    except ValueError:
        raise CellError("a time of day from 00:00 to 23:59") from None


def _whole_seconds(seconds: float) -> dt.time:
    # A fraction of a day carries noise far below a second.
    whole = min(round(seconds), 86399)
    return dt.time(whole // 3600, whole // 60 % 60, whole % 60)


def moment(cell: Cell) -> dt.datetime | dt.date | dt.time | None:
    """Read a date with a time, a date alone, or a time alone; the sheet says what the latter two mean."""
    if isinstance(cell, dt.datetime):
        rounded = cell + dt.timedelta(microseconds=500_000)
        return rounded.replace(microsecond=0)
    if isinstance(cell, (dt.date, dt.time, dt.timedelta, float)):
        return cell if isinstance(cell, dt.date) else clock(cell)
    expected = "a date and time such as 2026-03-02 07:40"
    words = _words(cell, expected)
    if words is None:
        return None
    if _CLOCK.fullmatch(words):
        return read_clock(words)
    if match := _DATE.fullmatch(words):
        return _day(match)
    if match := _DATE.match(words):
        rest = words[match.end() :].lstrip(" T")
        if _CLOCK.fullmatch(rest):
            return dt.datetime.combine(_day(match), read_clock(rest))
        try:
            return dt.datetime.fromisoformat(words)
        except ValueError:
            pass
    raise CellError(expected)


def yes_no(cell: Cell) -> bool | None:
    """Read 是/否, yes/no, true/false, 1/0 or a tick."""
    if isinstance(cell, bool):
        return cell
    words = text(cell)
    if words is None:
        return None
    answer = _ANSWERS.get(words.lower())
    if answer is None:
        raise CellError("yes or no (是 or 否)")
    return answer


_ANSWERS = dict.fromkeys(("是", "yes", "y", "true", "1", "√", "✓", "有", "是 yes"), True) | dict.fromkeys(
    ("否", "no", "n", "false", "0", "×", "x", "无", "否 no"), False
)


def listing(cell: Cell) -> tuple[str, ...] | None:
    """Read several words with commas (，、;) between them; quotes keep a comma inside one."""
    words = text(cell)
    return None if words is None else split(words)


def split(words: str) -> tuple[str, ...]:
    """Return the items of a list as people write it."""
    if '"' not in words:
        if not _SEPARATORS.search(words):
            return (words,)
        return tuple(item for part in _SEPARATORS.split(words) if (item := part.strip()))
    # The separators inside quotes stay what they are; all others become the CSV reader's comma.
    pieces = words.split('"')
    pieces[::2] = [_SEPARATORS.sub(",", piece) for piece in pieces[::2]]
    row = next(csv.reader(['"'.join(pieces).replace("\n", " ")], skipinitialspace=True), [])
    return tuple(item for part in row if (item := part.strip()))


def show_list(items: tuple[str, ...]) -> str:
    """Write several words so that `listing` reads them again."""
    return ", ".join('"' + i.replace('"', '""') + '"' if _QUOTED.search(i) else i for i in items)


def integers(cell: Cell) -> tuple[int, ...] | None:
    """Read several whole numbers."""
    items = listing(cell)
    if items is None:
        return None
    try:
        return tuple(int(item.translate(FULL_WIDTH)) for item in items)
    except ValueError:
        raise CellError("whole numbers with commas between them") from None


def weekday(cell: Cell) -> int | None:
    """Read one weekday: 1 to 7, 周一, Monday."""
    days = weekdays(cell)
    if days is None:
        return None
    if len(days) != 1:
        raise CellError("one weekday: 1 to 7, 周一 or Mon")
    return days[0]


def weekdays(cell: Cell) -> tuple[int, ...] | None:
    """Read weekdays: ``1-5``, ``1,2,3``, ``周一至周五``, ``Mon, Wed``, ``一三五``."""
    if isinstance(cell, (dt.date, dt.time)):
        raise CellError("weekdays such as 周一至周五 (Excel made a date of it; format the cell as text)")
    words = text(cell)
    return None if words is None else _weekdays(words)


_DAY = {day: k for k, day in enumerate("一二三四五六日", start=1)} | {"天": 7, "末": 7}
_DAY |= {day: k for k, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)}
_DAY |= {str(k): k for k in range(1, 8)}
_DAY_TOKEN = re.compile(
    r"(?:周|星期|礼拜)?([一二三四五六日天1-7])|"
    r"(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rsday|urday)?|([-~–—至到])|[\s,;，；、]+"
)


@lru_cache(maxsize=4096)
def _weekdays(words: str) -> tuple[int, ...]:
    expected = "weekdays: 1-5, 1,2,3, 周一至周五 or Mon-Fri"
    if words in _WEEKDAY_CHOICES:
        return _WEEKDAY_CHOICES[words]
    days: list[int] = []
    at, through = 0, False
    lowered = words.translate(FULL_WIDTH).lower()
    while at < len(lowered):
        match = _DAY_TOKEN.match(lowered, at)
        if match is None or (match[3] and (through or not days)):
            raise CellError(expected)
        at = match.end()
        if match[3]:
            through = True
        elif name := match[1] or match[2]:
            day = _DAY[name]
            if through and day < days[-1]:
                raise CellError(expected)
            days.extend(range(days[-1] + 1, day + 1) if through else (day,))
            through = False
    if through or not days:
        raise CellError(expected)
    return tuple(days)


WEEKDAYS = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun")
"""The weekdays as they are written, Monday first."""

_WEEKDAY_CHOICES = {name: (k,) for k, name in enumerate(WEEKDAYS, start=1)} | {
    "周一至周五 Mon-Fri": (1, 2, 3, 4, 5),
    "周一至周四 Mon-Thu": (1, 2, 3, 4),
    "周一至周六 Mon-Sat": (1, 2, 3, 4, 5, 6),
    "每天 every day": (1, 2, 3, 4, 5, 6, 7),
}
WEEKDAY_SPANS = (
    "周一至周五 Mon-Fri",
    "周一至周四 Mon-Thu",
    *WEEKDAYS,
    "周一至周六 Mon-Sat",
    "每天 every day",
)
"""What the drop-down of weekdays offers."""
_WRITTEN = {days: name for name, days in _WEEKDAY_CHOICES.items()}


def show_weekdays(days: tuple[int, ...]) -> str:
    """Write weekdays so that `weekdays` reads them again."""
    return _WRITTEN.get(days) or ", ".join("周" + "一二三四五六日"[d - 1] for d in days)


def qualifications(cell: Cell) -> tuple[Qualification, ...] | None:
    """Read qualifications: ``vetting, training [2025-09-01~2026-08-31]``, the days where there are any."""
    words = text(cell)
    return None if words is None else _qualifications(words)


_DAYS = r"\s*([\d\s\-/.年月日]*)"
_VALID = re.compile(rf"(.*\S)\s*[\[［【]{_DAYS}(?:([~～至]){_DAYS})?[\]］】]")


@lru_cache(maxsize=65536)
def _qualifications(words: str) -> tuple[Qualification, ...]:
    found = []
    for item in split(words):
        match = _VALID.fullmatch(item)
        name, first, to, last = match.groups(default="") if match else (item, "", "~", "")
        try:
            if not to:
                raise CellError
            found.append(
                Qualification(
                    name=name,
                    valid_from=date(first.strip()),
                    valid_until=date(last.strip()),
                )
            )
        except ValueError:
            raise CellError("qualifications such as: vetting, training [2025-09-01~2026-08-31]") from None
    return tuple(found)


def show_qualifications(items: tuple[Qualification, ...]) -> str:
    """Write qualifications so that `qualifications` reads them again."""
    texts = []
    for item in items:
        dated = item.valid_from or item.valid_until or _VALID.fullmatch(item.name)
        # A name that looks like a span of days is kept apart from it by an open span of its own.
        days = f" [{item.valid_from or ''}~{item.valid_until or ''}]" if dated else ""
        texts.append(item.name + days)
    return show_list(tuple(texts))


def show_clock(value: dt.time) -> str:
    """Write a time of day, which is on a whole minute."""
    return value.isoformat("minutes")


def show_moment(value: dt.datetime) -> str:
    """Write a local date and time; with the offset where the wall clock alone would be ambiguous."""
    wall = value.replace(tzinfo=None)
    if value.replace(fold=0).utcoffset() != value.replace(fold=1).utcoffset():
        return value.isoformat()
    return f"{wall.date().isoformat()} {show_clock(wall.time())}"


def _words(cell: Cell, expected: str) -> str | None:
    if isinstance(cell, float) and cell.is_integer() and 19000101 <= cell <= 21001231:
        cell = str(int(cell))  # a date typed as the number 20260302
    if not isinstance(cell, str):
        raise CellError(expected)
    words = text(cell)
    return None if words is None else words.translate(FULL_WIDTH)

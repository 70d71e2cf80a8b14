"""What a sheet and a column are; the table of them all is in `formats.workbook.sheets`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

from formats.workbook import cells
from formats.workbook.cells import CellError
from formats.workbook.lessons import read_lessons, show_lessons

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from formats.workbook.package import Cell
    from models import Problem, Qualification

Fields = dict[str, object]
"""One row's values by column key; a blank cell has none."""


class RowError(ValueError):
    """Cells of one row that don't go together: the column to point at, and what was expected."""

    def __init__(self, key: str, expected: str) -> None:
        self.key = key
        self.expected = expected
        super().__init__(expected)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column's cells are read and written.

    Parameters
    ----------
    parse
        From a cell to a value; None for a blank one. Raises `CellError`.
    show
        From a value to what stands in the cell.
    choices
        What the drop-down offers.
    as_text
        Format the cells as text, so that Excel doesn't make a date of ``1-5``.
    """

    parse: Callable[[Cell], object]
    show: Callable[[object], str | float]
    choices: tuple[str, ...] = ()
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Parameters
    ----------
    key
        The field it fills.
    zh, en
        The heading, in Chinese and English.
    help
        What to fill in, in both languages.
    refers
        The sheet whose ids it holds.
    secret
        Never shown in a message.
    """

    key: str
    zh: str
    en: str
    kind: Kind
    help: str
    required: bool = False
    refers: str = ""
    secret: bool = False
    width: int = 14

    @property
    def heading(self) -> str:
        """The heading as it is written."""
        return f"{self.zh} {self.en}"

    @property
    def help_zh(self) -> str:
        """What to fill in, in Chinese."""
        return self.help.partition("。")[0]

    @property
    def help_en(self) -> str:
        """What to fill in, in English."""
        return self.help.partition("。")[2].strip().rstrip(".")

    @property
    def wanted(self) -> str:
        """What a fault expects where nothing stands."""
        return f"a value: {self.help_en}"

    def spellings(self) -> set[str]:
        """Return every way to write the heading, plain."""
        return spellings(self.key, self.zh, self.en)


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook.

    Parameters
    ----------
    key
        The collection it fills.
    validate
        From a row's values to a domain value; raises pydantic's ``ValidationError``.
    rows
        From a problem to the rows' values.
    shape
        Joins the values of columns that make one field, in place. Raises `RowError`.
    prepare
        What needs all rows of the sheet at once, before they are shaped.
    blame
        The column to point at when a row's values don't go together.
    parent, into
        A sheet whose rows become a field ``into`` of the rows of sheet ``parent``; its first
        column names the parent.
    needed
        Whether a workbook without it is refused.
    also
        Further names for the sheet.
    """

    key: str
    zh: str
    en: str
    help: str
    columns: tuple[Column, ...]
    validate: Callable[[Fields], object]
    rows: Callable[[Problem], Iterable[Mapping[str, object]]]
    shape: Callable[[Fields, ZoneInfo], None] | None = None
    prepare: Callable[[list[Fields]], None] | None = None
    blame: str = ""
    parent: str = ""
    into: str = ""
    needed: bool = False
    transposed: bool = False
    also: tuple[str, ...] = ()
    by_key: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {c.key: c for c in self.columns})

    @property
    def title(self) -> str:
        """The sheet's name as it is written."""
        return f"{self.zh} {self.en}"

    def spellings(self) -> set[str]:
        """Return every way to write the sheet's name, plain."""
        return spellings(self.key, self.zh, self.en) | {plain(a) for a in self.also}


_NOISE = re.compile(r"[\s_\-()（）\[\]【】*＊:：/、,，.。]+")


def plain(words: str) -> str:
    """Return a heading without its case, spaces and punctuation."""
    return _NOISE.sub("", words).lower()


def spellings(key: str, zh: str, en: str) -> set[str]:
    """Return every plain spelling of something with a key and two names."""
    return {plain(w) for w in (key, zh, en, zh + en, en + zh, zh + key, key + zh)}


def _as_is(value: object) -> str | float:
    return cast("str | float", value)


def _number(value: object) -> str | float:
    # A float that Excel's file format would round stays text.
    number = cast("float", value)
    return number if float(f"{number:.16G}") == number else repr(number)


def choice(*options: tuple[str, str]) -> Kind:
    """Return the kind of a column with a fixed list of (value, Chinese) pairs."""
    by_spelling = {
        spelling: value for value, zh in options for spelling in (plain(value), plain(zh), plain(zh + value))
    }
    written = {value: f"{zh} {value}" for value, zh in options}

    def parse(cell: Cell) -> str | None:
        words = cells.text(cell)
        if words is None:
            return None
        try:
            return by_spelling[plain(words)]
        except KeyError:
            raise CellError("one of: " + ", ".join(written.values())) from None

    return Kind(parse, lambda value: written[str(value)], choices=tuple(written.values()))


def lessons_of(day: int) -> Kind:
    """Return the kind of a timetable's column for one weekday."""
    return Kind(
        partial(read_lessons, day),
        show_lessons,
        as_text=True,
    )


TEXT = Kind(cells.text, _as_is, as_text=True)
VERBATIM = Kind(cells.verbatim, _as_is, as_text=True)
INTEGER = Kind(cells.integer, _as_is)
DECIMAL = Kind(cells.decimal, _number)
DATE = Kind(cells.date, lambda value: cast("dt.date", value).isoformat())
CLOCK = Kind(cells.clock, lambda value: cells.show_clock(cast("dt.time", value)))
MOMENT = Kind(cells.moment, lambda value: cells.show_moment(cast("dt.datetime", value)))
YES_NO = Kind(cells.yes_no, lambda value: "是 yes" if value else "否 no", choices=("是 yes", "否 no"))
WEEKDAY = Kind(
    cells.weekday, lambda value: cells.WEEKDAYS[cast("int", value) - 1], choices=cells.WEEKDAYS, as_text=True
)
WEEKDAYS = Kind(
    cells.weekdays,
    lambda value: cells.show_weekdays(cast("tuple[int, ...]", value)),
    choices=cells.WEEKDAY_SPANS,
    as_text=True,
)
LIST = Kind(cells.listing, lambda value: cells.show_list(cast("tuple[str, ...]", value)), as_text=True)
INTEGERS = Kind(
    cells.integers, lambda value: ", ".join(map(str, cast("tuple[int, ...]", value))), as_text=True
)
QUALIFICATIONS = Kind(
    cells.qualifications,
    lambda value: cells.show_qualifications(cast("tuple[Qualification, ...]", value)),
    as_text=True,
)

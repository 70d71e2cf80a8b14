"""What is wrong with an input file, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError

SHOWN = 200
"""How many faults a message lists before it says how many more there are."""

_LONGEST = 80


class InputFault(NamedTuple):
    """One thing wrong with an input file.

    Attributes
    ----------
    found
        What stands there.
    expected
        What should.
    sheet, row, column
        In a workbook: the sheet's name, the row as Excel counts it (from 1), and the column's
        letter and heading, such as ``"C 单位 unit"``; empty or None where there is none.
    path
        In a JSON file: where, such as ``"people[12].unit"``.
    """

    found: str
    expected: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    path: str = ""

    def __str__(self) -> str:
        where = [f"sheet {self.sheet!r}"] if self.sheet else []
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        if self.path:
            where.append(self.path)
        place = ", ".join(where)
        return f"{place + ': ' if place else ''}found {clip(self.found)}, expected {self.expected}"


class InvalidInput(Exception):
    """A file that can't be taken; ``faults`` lists all that was found, in the file's order.

    Parameters
    ----------
    source
        The file's name as people know it.
    faults
        At least one.
    """

    def __init__(self, source: str, faults: Sequence[InputFault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__(source, self.faults)

    def __str__(self) -> str:
        count = len(self.faults)
        lines = [f"{self.source}: {count} fault{'' if count == 1 else 's'}"]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN]]
        if count > SHOWN:
            lines.append(f"  and {count - SHOWN} more")
        return "\n".join(lines)


class Detail(NamedTuple):
    """One thing that a domain value refused.

    Attributes
    ----------
    path
        Field names and positions inside the value.
    message
        What was expected, in pydantic's words.
    found
        What stood there; it may be secret.
    kind
        Pydantic's name for the mistake, such as ``missing``.
    """

    path: tuple[int | str, ...]
    message: str
    found: object
    kind: str


def details(error: ValidationError) -> Iterator[Detail]:
    """Give all that a domain value refused, without the context, which may hold a whole file."""
    for detail in error.errors(include_url=False, include_context=False):
        message, found = detail["msg"], detail["input"]
        if detail["type"] == "string_pattern_mismatch":
            message = _allowed(message, str(found))
        yield Detail(detail["loc"], message, found, detail["type"])


def _allowed(message: str, found: str) -> str:
    """Say in words what a text may consist of, in the place of a regular expression."""
    if "0-9" in message:
        return "a phone number: digits, spaces, hyphens and brackets alone, with or without a + in front"
    if any(c < " " for c in found):
        return "no control character, such as a tab or a line break, in it"
    return "an id without / and |"


def lower_first(message: str) -> str:
    """Return a message as it stands inside a sentence."""
    return message[:1].lower() + message[1:]


def clip(text: str) -> str:
    """Return a text for a message: quoted, on one line, and not too long."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return repr(short) if short else "nothing"

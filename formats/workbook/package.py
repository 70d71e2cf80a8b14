"""The workbook as a package: is it one, is it small enough, and what stands in its cells."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from formats.faults import InputFault, InvalidInput
from formats.source import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from formats.source import Limits

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_CHUNK = 1 << 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr\s*=\s*["\'](\d+)')
_WIDE = re.compile(rb'\sr\s*=\s*["\'](?:[A-Z]{3}|[C-Z][A-Z]\d)')
_TWO = re.compile(rb'\sr\s*=\s*["\'][A-Z]{2}\d')
_HIGH = rb'\sr\s*=\s*["\'][A-Z]*\d{%d,}'
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b([^>]*?\st\s*=\s*["\']e["\'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<', re.S
)
_REFERENCE = re.compile(rb'\sr\s*=\s*["\']([A-Z]+)(\d+)')
_WIDEST = 78  # columns A to BZ; no sheet of ours has more than a third of that


class FormulaError(str):
    """What stands in a cell whose formula ends in an error, such as ``#REF!``."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet's cells; row 0 is Excel's row 1. A blank cell is the empty text."""

    name: str
    rows: list[list[Cell]]


def open_grids(
    data: bytes, name: str, limits: Limits, wanted: Callable[[str], bool]
) -> tuple[list[str], list[Grid]]:
    """Return the names of a workbook's sheets, and the cells of the wanted ones.

    Errors of formulas stand in the cells as `FormulaError`.

    Raises
    ------
    InvalidInput
        When it is not a workbook, is encrypted, broken, or expands beyond the limits.
    """
    if data.startswith(_OLE):
        refuse(
            name,
            "a password-protected workbook or an old .xls file",
            "an .xlsx workbook without a password (in Excel: save as, Excel workbook .xlsx)",
        )
    if not data.startswith(_ZIP):
        refuse(name, "a file that is not an Excel workbook" if data else "an empty file", "an .xlsx workbook")
    errors = _examine(data, name, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [s.name for s in book.sheets_metadata if "WorkSheet" in str(s.typ)]
        grids = [
            Grid(n, book.get_sheet_by_name(n).to_python(skip_empty_area=False)) for n in names if wanted(n)
        ]
    except (CalamineError, WorksheetNotFound, ValueError, OSError) as error:
        refuse(name, f"a damaged workbook ({error})", "an .xlsx workbook that Excel can open")
    except BaseException as error:  # a panic of the reading library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        refuse(name, "a damaged workbook", "an .xlsx workbook that Excel can open")
    for grid in grids:
        for (row, column), text in errors.get(grid.name, {}).items():
            # An error is the only content of its cell, which may lie beyond the cells with a value.
            while len(grid.rows) <= row:
                grid.rows.append([])
            line = grid.rows[row]
            line.extend([""] * (column + 1 - len(line)))
            line[column] = FormulaError(text)
    return names, grids


def _examine(data: bytes, name: str, limits: Limits) -> dict[str, dict[tuple[int, int], str]]:
    """Unpack every part once, within the limits; return the error cells of each sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if any(m.flag_bits & 1 for m in members):
                refuse(name, "a password-protected archive", "an .xlsx workbook without a password")
            names = {m.filename for m in members}
            if "xl/workbook.xml" not in names:
                refuse(
                    name,
                    "an archive that is not an .xlsx workbook",
                    "an .xlsx workbook (not .xlsb, .ods or .zip)",
                )
            if len(names) != len(members) or len(members) > 10_000:
                refuse(name, "an archive with repeated or too many parts", "an .xlsx workbook")
            declared = sum(m.file_size for m in members)
            if declared > limits.expanded_bytes:
                _too_large(name, declared, limits)
            # Excel's own files expand about tenfold; the directory may lie, so we count as well.
            left, cells = limits.expanded_bytes, 0
            titles = _titles(package, limits)
            errors = {}
            for member in members:
                part = _unpack(package, member, left)
                if part is None:
                    _too_large(name, limits.expanded_bytes + 1, limits)
                left -= len(part)
                if member.filename in titles:
                    title = titles[member.filename]
                    cells += _area(part, title, name, limits)
                    if cells > limits.cells:
                        refuse(name, f"sheets of {cells:,} cells", f"at most {limits.cells:,} cells")
                    if found := _errors(part):
                        errors[title] = found
            return errors
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ElementTree.ParseError,
        OSError,
    ) as error:
        refuse(name, f"a damaged workbook ({error})", "an .xlsx workbook that Excel can open")


def _too_large(name: str, size: int, limits: Limits) -> NoReturn:
    refuse(
        name,
        f"a workbook that expands to {size:,} bytes or more",
        f"at most {limits.expanded_bytes:,} bytes",
    )


def _unpack(package: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
    chunks, size = [], 0
    with package.open(member) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > most:
                return None
            chunks.append(chunk)
    return b"".join(chunks)


def _titles(package: zipfile.ZipFile, limits: Limits) -> dict[str, str]:
    """Return the sheet name of each sheet's part."""
    small = min(limits.expanded_bytes, 4 * _CHUNK)
    targets = {}
    for relations in ("xl/_rels/workbook.xml.rels",):
        if relations in package.namelist():
            part = _unpack(package, package.getinfo(relations), small)
            for relation in ElementTree.fromstring(part or b""):
                target = relation.get("Target", "")
                targets[relation.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    book = _unpack(package, package.getinfo("xl/workbook.xml"), small)
    return {
        targets[sheet.get(_RELATION)]: sheet.get("name", "")
        for sheet in ElementTree.fromstring(book or b"").iter()
        if sheet.tag.endswith("}sheet") and sheet.get(_RELATION) in targets
    }


def _area(part: bytes, title: str, name: str, limits: Limits) -> int:
    """Return at most how many cells a sheet's grid has, the blank ones between filled ones included.

    The reader lays the whole grid, so two cells far apart would fill the memory.
    """
    if b"\x00" in part[:4096]:
        refuse(name, f"sheet {title!r} in an unusual encoding", "an .xlsx workbook saved by Excel or WPS")
    rows = max((int(n[:9]) for n in _ROW.findall(part)), default=0)
    if rows > limits.rows:
        raise InvalidInput(name, [InputFault(f"{rows:,} rows", f"at most {limits.rows:,} rows", sheet=title)])
    digits = len(str(max(rows, 1)))
    if _WIDE.search(part) or re.search(_HIGH % (digits + 1), part):
        expected = f"at most {_WIDEST} columns and {limits.rows:,} rows (clear stray cells)"
        raise InvalidInput(name, [InputFault("cells far outside the table", expected, sheet=title)])
    return rows * (_WIDEST if _TWO.search(part) else 26)


def _errors(part: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in part and b"t='e'" not in part:
        return {}
    found = {}
    for match in _ERROR.finditer(part):
        if place := _REFERENCE.search(match[1]):
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            found[int(place[2]) - 1, column - 1] = match[2].decode("utf-8", "replace")
    return found

"""Where input comes from, and how much of it is taken."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from formats.faults import InputFault, InvalidInput

STDIN = "-"
"""The path that means the standard input, or output."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be.

    Parameters
    ----------
    packed_bytes
        Of a workbook as it lies on the disk.
    expanded_bytes
        Of all its parts together once unpacked; of a JSON file.
    rows
        Of one sheet.
    cells
        Of all sheets together, blank ones between filled ones counted as well.
    """

    packed_bytes: int = 64 * 1024 * 1024
    expanded_bytes: int = 768 * 1024 * 1024
    rows: int = 800_000
    cells: int = 100_000_000


def fetch(source: Path | str | bytes, most: int, called: str = "") -> tuple[bytes, str]:
    """Return a file's bytes and the name to call it by; ``-`` is the standard input.

    Parameters
    ----------
    source
        A path, or the file's bytes.
    most
        How many bytes are taken.
    called
        The name, when it is another than the path's own.

    Raises
    ------
    InvalidInput
        When there is no such file, it is a folder, can't be read, or is too large.
    """
    if isinstance(source, bytes):
        name, data, size = called or "(bytes)", source, len(source)
    elif str(source) == STDIN:
        name, data = called or "(standard input)", sys.stdin.buffer.read(most + 1)
        size = len(data)
    else:
        path = Path(source)
        name = called or path.name or str(path)
        try:
            if path.is_dir():
                refuse(name, "a folder", "a file")
            with path.open("rb") as file:
                data = file.read(most + 1)
                size = max(path.stat().st_size, len(data))
        except FileNotFoundError:
            refuse(name, "no such file", "a file that exists")
        except OSError as error:
            refuse(name, error.strerror or "a file that can't be read", "a file that can be read")
    if size > most:
        refuse(name, f"a file of {size:,} bytes", f"at most {most:,} bytes")
    return data, name


def refuse(name: str, found: str, expected: str) -> NoReturn:
    """Raise the one fault that makes a whole file unreadable."""
    raise InvalidInput(name, [InputFault(found, expected)])

"""Problems and rosters in whatever kind of file they come."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from formats.json_files import read_problem_json, read_roster_json, to_json, write_problem_json
from formats.roster_data import read_roster
from formats.source import STDIN, Limits, fetch, refuse
from formats.workbook import read_problem, write_problem

if TYPE_CHECKING:
    from models import Problem, Roster

_Model_co = TypeVar("_Model_co", covariant=True)


class _Reader(Protocol[_Model_co]):
    def __call__(self, source: bytes, *, name: str, limits: Limits) -> _Model_co: ...


def load_problem(path: Path | str | bytes, *, name: str = "", limits: Limits | None = None) -> Problem:
    """Read a problem from a workbook or from JSON, told apart by what stands in the file; ``-`` is stdin.

    Parameters
    ----------
    path
        A path, or the file's bytes.
    name
        What errors call it; left out, the path's name.

    Raises
    ------
    InvalidInput
        With every fault of the file, or one that says it is neither.
    """
    return _load(path, limits or Limits(), read_problem_json, read_problem, name)


def load_roster(path: Path | str, *, limits: Limits | None = None) -> Roster:
    """Read a roster from a result workbook or from JSON; ``-`` is stdin.

    Raises
    ------
    InvalidInput
        With every fault of the file, or one that says it is neither.
    """
    return _load(path, limits or Limits(), read_roster_json, read_roster)


def save_problem(problem: Problem, path: Path | str) -> None:
    """Write a problem: a workbook for ``.xlsx``, JSON for ``.json``; ``-`` is stdout, as JSON.

    Raises
    ------
    ValueError
        When the path ends in neither.
    OSError
        When it can't be written; nothing is changed then.
    """
    if str(path) == STDIN:
        sys.stdout.buffer.write(to_json(problem))
        sys.stdout.buffer.flush()
        return
    ending = Path(path).suffix.lower()
    if ending == ".xlsx":
        write_problem(problem, path)
    elif ending == ".json":
        write_problem_json(problem, path)
    else:
        raise ValueError(f"{path}: a problem is written to a file that ends in .xlsx or .json")


def _load(
    path: Path | str | bytes,
    limits: Limits,
    from_json: _Reader[_Model_co],
    from_workbook: _Reader[_Model_co],
    called: str = "",
) -> _Model_co:
    data, name = fetch(path, limits.expanded_bytes, called)
    return (from_json if _is_json(data, name) else from_workbook)(data, name=name, limits=limits)


def _is_json(data: bytes, name: str) -> bool:
    """Say whether a file holds JSON; a workbook is everything that could be one."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return True
    if not data.strip():
        refuse(name, "an empty file", "an .xlsx workbook or JSON")
    return Path(name).suffix.lower() == ".json"

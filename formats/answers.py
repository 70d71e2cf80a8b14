"""What commands answer with ``--json`` where no value of the domain says it."""

from __future__ import annotations

from typing import Literal

from models.base import Value
from models.score import Violation
from models.shift import Horizon


class FileFault(Value):
    """One thing wrong with an input file; see `formats.faults.InputFault`."""

    found: str
    expected: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    path: str = ""


class Checked(Value):
    """What is wrong with a file, and what to look at.

    Parameters
    ----------
    warnings
        Sentences in the language that was asked for.
    """

    version: Literal["1"] = "1"
    valid: bool
    faults: tuple[FileFault, ...] = ()
    warnings: tuple[str, ...] = ()


class Cost(Value):
    """What a roster costs at one level, with the terms that aren't 0."""

    name: str
    value: int
    terms: dict[str, int]


class Judged(Value):
    """What the verifier finds.

    Parameters
    ----------
    clean
        Whether there are no violations and no claims.
    claims
        Where a report contradicts its roster, in English.
    levels
        In the order of `models.LEVELS`.
    """

    version: Literal["1"] = "1"
    clean: bool
    horizon: Horizon
    violations: tuple[Violation, ...]
    claims: tuple[str, ...]
    levels: tuple[Cost, ...]


class Written(Value):
    """A file that is finished."""

    version: Literal["1"] = "1"
    file: str


class Made(Written):
    """An example that was made, with its size."""

    sites: int
    people: int

"""Problems and rosters as JSON, and the schema of what is read and written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from formats.answers import Checked, Judged, Made, Written
from formats.atomic import replacing
from formats.faults import InputFault, InvalidInput, clip, details, lower_first
from formats.field_texts import described
from formats.source import Limits, fetch, refuse
from models import (
    Candidates,
    Clearing,
    Happenings,
    InvalidProblem,
    Partners,
    Problem,
    Repair,
    Report,
    Roster,
    SwapWishes,
    Trial,
)
from models.advice import BellAdvice, CrewAdvice, FairnessAdvice, PeopleAdvice
from models.explanation import PersonExplained, PinConflicts, PostExplained

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Shape = Literal[
    "problem",
    "roster",
    "happenings",
    "swap-wishes",
    "report",
    "repair",
    "candidates",
    "swap",
    "swap-partners",
    "swap-clearing",
    "explain-post",
    "explain-person",
    "explain-conflicts",
    "advise-crews",
    "advise-bells",
    "advise-people",
    "advise-fairness",
    "check",
    "verify",
    "example",
    "written",
]
"""The values that have a published shape: the files that are read, then what commands answer with ``--json``."""

_SHAPES: dict[Shape, type[BaseModel]] = {
    "problem": Problem,
    "roster": Roster,
    "happenings": Happenings,
    "swap-wishes": SwapWishes,
    "report": Report,
    "repair": Repair,
    "candidates": Candidates,
    "swap": Trial,
    "swap-partners": Partners,
    "swap-clearing": Clearing,
    "explain-post": PostExplained,
    "explain-person": PersonExplained,
    "explain-conflicts": PinConflicts,
    "advise-crews": CrewAdvice,
    "advise-bells": BellAdvice,
    "advise-people": PeopleAdvice,
    "advise-fairness": FairnessAdvice,
    "check": Checked,
    "verify": Judged,
    "example": Made,
    "written": Written,
}
SHAPES: tuple[Shape, ...] = tuple(_SHAPES)
"""Their names."""

_SECRET = "phone"
_ModelT = TypeVar("_ModelT", bound=BaseModel)


def read_problem_json(source: Path | str | bytes, *, name: str = "", limits: Limits | None = None) -> Problem:
    """Read a problem from JSON.

    Parameters
    ----------
    source
        A path, or the file's bytes.
    name
        What errors call it; left out, the path's name.
    limits
        How large it may be.

    Raises
    ------
    InvalidInput
        With every fault of the file and the JSON path of each.
    """
    return _read(Problem, source, name, limits)


def read_roster_json(source: Path | str | bytes, *, name: str = "", limits: Limits | None = None) -> Roster:
    """Read a roster from JSON.

    Raises
    ------
    InvalidInput
        With every fault of the file and the JSON path of each.
    """
    return _read(Roster, source, name, limits)


def read_report_json(source: Path | str | bytes, *, name: str = "", limits: Limits | None = None) -> Report:
    """Read a report from JSON.

    Raises
    ------
    InvalidInput
        With every fault of the file and the JSON path of each.
    """
    return _read(Report, source, name, limits)


def read_wishes_json(
    source: Path | str | bytes, *, name: str = "", limits: Limits | None = None
) -> SwapWishes:
    """Read everybody's wishes for swaps from JSON.

    Raises
    ------
    InvalidInput
        With every fault of the file and the JSON path of each.
    """
    return _read(SwapWishes, source, name, limits)


def read_happenings_json(
    source: Path | str | bytes, *, name: str = "", limits: Limits | None = None
) -> Happenings:
    """Read what happened since a roster was published from JSON.

    Raises
    ------
    InvalidInput
        With every fault of the file and the JSON path of each.
    """
    return _read(Happenings, source, name, limits)


def write_problem_json(problem: Problem, path: Path | str) -> None:
    """Write a problem as JSON.

    Raises
    ------
    OSError
        When the path can't be written; nothing is changed then.
    """
    _write(problem, path)


def write_roster_json(roster: Roster, path: Path | str) -> None:
    """Write a roster as JSON.

    Raises
    ------
    OSError
        When the path can't be written; nothing is changed then.
    """
    _write(roster, path)


def schema(shape: Shape) -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of a file, or of what a command answers.

    Its ``$id`` names the shape and its version, the same one that stands in the files.
    """
    model = _SHAPES[shape]
    version = str(model.model_fields["version"].default)
    made = described(model.model_json_schema(mode="validation"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:huxue:schema:{shape}:{version}",
        **made,
        "$defs": {name: described(inner) for name, inner in made.get("$defs", {}).items()},
    }


def schemas() -> dict[str, dict[str, object]]:
    """Return the JSON Schemas of all shapes by name."""
    return {shape: schema(shape) for shape in _SHAPES}


def to_json(value: BaseModel) -> bytes:
    """Return a value as the bytes of a JSON file."""
    return value.model_dump_json(indent=2).encode() + b"\n"


def json_path(path: Sequence[str | int]) -> str:
    """Return a path as people write it: ``people[12].unit``."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def _read(model: type[_ModelT], source: Path | str | bytes, name: str, limits: Limits | None) -> _ModelT:
    data, name = fetch(source, (limits or Limits()).expanded_bytes, name)
    content = data.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        refuse(name, "an empty file", f"the JSON of a {model.__name__.lower()}")
    try:
        return model.model_validate_json(content)
    except InvalidProblem as error:
        faults = [InputFault(f.found, f.expected, path=json_path(f.path)) for f in error.faults]
    except ValidationError as error:
        found_details = list(details(error))
        if found_details[0].kind == "json_invalid":
            message = found_details[0].message.removeprefix("Invalid JSON: ")
            raise InvalidInput(name, [_not_json(message)]) from error
        if other := _other_shape(model, content):
            refuse(name, f"a {other}", f"a {model.__name__.lower()}")
        faults = []
        for path, message, found, kind in found_details:
            shown = "nothing" if kind == "missing" else _shown(found)
            if path[:1] == ("rules",) and len(path) > 2:
                path = path[:2] + path[3:]  # pydantic names the rule's kind there, the file doesn't
            if _SECRET in path:
                shown = "(not shown)"
            faults.append(InputFault(shown, lower_first(message), path=json_path(path) or "(the whole)"))
    raise InvalidInput(name, faults)


def _not_json(message: str) -> InputFault:
    """Return the fault of a file that doesn't parse, from the parser's words such as ``... at line 1 column 5``."""
    what, _, where = message.partition(" at line ")
    place = f"line {where.replace(' column', ', column')}"
    if what.startswith("EOF"):
        return InputFault("a file that ends in the middle", f"more of it after {place}")
    return InputFault("a file that is not JSON", f"JSON; at {place}: {what}")


_TELLING: dict[Shape, set[str]] = {
    "problem": {"sites", "people", "windows", "shifts"},
    "roster": {"assignments"},
    "report": {"levels", "methods"},
}
"""Fields that only one shape has."""


def _other_shape(model: type[BaseModel], content: bytes) -> Shape | None:
    """Return which other shape a file has that is no value of the model."""
    found = json.loads(content)
    fields = found.keys() if isinstance(found, dict) else set()
    shapes = [shape for shape, telling in _TELLING.items() if fields & telling]
    return shapes[0] if len(shapes) == 1 and _SHAPES[shapes[0]] is not model else None


def _shown(found: object) -> str:
    if isinstance(found, dict):
        return f"an object with {', '.join(map(clip, list(found)[:5])) or 'nothing in it'}"
    if isinstance(found, list):
        return f"a list of {len(found)}"
    return str(found)


def _write(value: BaseModel, path: Path | str) -> None:
    with replacing(path) as part:
        part.write_bytes(to_json(value))

"""The one input that formats doesn't read: a report."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import ValidationError

from cli.output import STDOUT
from formats.faults import InputFault, InvalidInput
from models import Report


def read_report(path: str) -> Report:
    """Read a report that ``huxue solve --report`` wrote; ``-`` is stdin.

    Raises
    ------
    InvalidInput
        With every fault found.
    """
    content = sys.stdin.buffer.read() if path == STDOUT else Path(path).read_bytes()
    try:
        return Report.model_validate_json(content)
    except ValidationError as error:
        faults = [
            InputFault(
                found="" if isinstance(e["input"], dict | bytes) else str(e["input"]),
                expected=e["msg"],
                path=".".join(map(str, e["loc"])),
            )
            for e in error.errors(include_url=False)
        ]
        raise InvalidInput(path, faults) from error

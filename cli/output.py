"""Where results go: stdout, or files that are there whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.words import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

STDOUT = "-"


class UsageError(Exception):
    """The command line asks for something that can't be."""


class Failure(Exception):
    """The work could not be done, through no fault of the command line."""


def check_output(path: str, language: Language, suffixes: tuple[str, ...], *, stdout: bool = True) -> None:
    """See that an output can be written, before any work is done for it.

    Parameters
    ----------
    suffixes
        What the name may end in; empty is anything.
    stdout
        Whether ``-`` is an output.

    Raises
    ------
    UsageError
        When it can't.
    """
    if path == STDOUT and stdout:
        return
    target = Path(path)
    if suffixes and target.suffix.lower() not in suffixes:
        raise UsageError(say(language, "bad-suffix", path=path, expected=" / ".join(suffixes)))
    if target.is_dir():
        raise UsageError(say(language, "is-folder", path=path))
    if not target.parent.is_dir():
        raise UsageError(say(language, "no-folder", path=target.parent))
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise UsageError(say(language, "not-writable", path=path, reason=os.strerror(13)))


def print_json(value: Mapping[str, object]) -> None:
    """Print a mapping as JSON, in UTF-8 whatever the locale."""
    write_stdout(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")


def write_stdout(content: bytes) -> None:
    """Write bytes to stdout."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Say something beside the result, on stderr."""
    print(text, file=sys.stderr)

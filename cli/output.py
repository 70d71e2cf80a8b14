"""Where results go: stdout, or files that are there whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from cli.words import Language, say

if TYPE_CHECKING:
    import argparse
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


_INPUTS = ("file", "roster", "wishes", "happened")
_OUTPUTS = ("output", "problem_output", "plot", "report")


def keep_apart(args: argparse.Namespace) -> None:
    """See that no output is one of the inputs, and that no two outputs are one file.

    A calendar's ``--previous`` is not among them: the next one may well take its place.

    Raises
    ------
    UsageError
        When one would overwrite another.
    """
    named = vars(args)
    if not any(map(named.get, _OUTPUTS[:-1])):
        return  # verify only reads its report
    seen = {_place(path) for path in map(named.get, _INPUTS) if _is_file(path)}
    for path in filter(_is_file, map(named.get, _OUTPUTS)):
        if _place(path) in seen:
            raise UsageError(say(args.language, "same-file", path=path))
        seen.add(_place(path))


def _is_file(path: object) -> TypeGuard[str]:
    return isinstance(path, str) and path not in ("", STDOUT)


def _place(path: str) -> tuple[int, int] | Path:
    """Return what is the same for two paths to one file, whatever the links."""
    try:
        found = Path(path).stat()
    except OSError:
        return Path(path).resolve()
    return found.st_dev, found.st_ino


def print_json(value: Mapping[str, object]) -> None:
    """Print a mapping as JSON, in UTF-8 whatever the locale."""
    write_stdout(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")


def write_stdout(content: bytes) -> None:
    """Write bytes to stdout."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


_WRITTEN: list[str] = []


def wrote(path: str) -> None:
    """Remember a finished file, so that an interruption tells the truth."""
    _WRITTEN.append(path)


def written() -> list[str]:
    """Return the files that are finished since this was asked last."""
    found = _WRITTEN.copy()
    _WRITTEN.clear()
    return found


def note(text: str) -> None:
    """Say something beside the result, on stderr."""
    print(text, file=sys.stderr)

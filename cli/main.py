"""The entry point of the command ``huxue``."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from cli.arguments import parse
from cli.errors import error_text
from cli.output import Failure, UsageError, keep_apart, note, written
from cli.words import join, say
from formats.calendar import CalendarError
from formats.faults import InvalidInput
from models import InvalidProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, PROBLEM, USAGE, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses; 130 is what shells give for Ctrl-C."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a stand-in for a stream, such as a test's
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    args = parse(sys.argv[1:] if argv is None else argv)
    written()
    try:
        keep_apart(args)
        # Each command loads what it needs: a schema doesn't wait for the engine.
        status: int = importlib.import_module(f"cli.commands.{args.command}").run(args)
        sys.stdout.flush()
    except UsageError as error:
        note(say(args.language, "error", message=error))
        return USAGE
    except (InvalidInput, InvalidProblem, CalendarError, Failure) as error:
        note(say(args.language, "error", message=error_text(error, args.language)))
        return PROBLEM
    except BrokenPipeError:
        # Who reads has gone; the interpreter must not stumble over it when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEM
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{error.filename}: {reason}" if error.filename else reason
        note(say(args.language, "error", message=message))
        return PROBLEM
    except KeyboardInterrupt:
        done = written()
        if done:
            note(say(args.language, "interrupted-after", paths=join(done, args.language)))
        else:
            note(say(args.language, "interrupted"))
        return INTERRUPTED
    return status

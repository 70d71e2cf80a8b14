"""Check a file: all that is wrong with it, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import write_stdout
from cli.progress import Steps
from cli.summary import posts_of, size_text
from cli.warnings import warnings_of
from cli.words import say
from formats.answers import Checked, FileFault
from formats.faults import InvalidInput
from formats.files import load_problem
from formats.json_files import to_json

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue check``."""
    steps = Steps(args)
    steps.reading(args.file)
    try:
        problem = load_problem(args.file)
    except InvalidInput as error:
        if not args.json:
            raise
        faults = tuple(FileFault(**fault._asdict()) for fault in error.faults)
        write_stdout(to_json(Checked(valid=False, faults=faults)))
        return 1
    steps.working("checking", posts_of(problem))
    warnings = warnings_of(problem, args.language)
    if args.json:
        write_stdout(to_json(Checked(valid=True, warnings=tuple(warnings))))
        return 0
    print(say(args.language, "valid", size=size_text(problem, args.language)))
    for warning in warnings:
        print(say(args.language, "warning", message=warning))
    return 0

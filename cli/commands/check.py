"""Check a file: all that is wrong with it, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import print_json
from cli.progress import reading, working
from cli.summary import posts_of, size_text
from cli.warnings import warnings_of
from cli.words import say
from formats.faults import InvalidInput
from formats.files import load_problem

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue check``."""
    reading(args.file, args.language)
    try:
        problem = load_problem(args.file)
    except InvalidInput as error:
        if not args.json:
            raise
        faults = [fault._asdict() for fault in error.faults]
        print_json({"valid": False, "faults": faults, "warnings": []})
        return 1
    working("checking", posts_of(problem), args.language)
    warnings = warnings_of(problem, args.language)
    if args.json:
        print_json({"valid": True, "faults": [], "warnings": warnings})
        return 0
    print(say(args.language, "valid", size=size_text(problem, args.language)))
    for warning in warnings:
        print(say(args.language, "warning", message=warning))
    return 0

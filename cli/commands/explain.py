"""Explain a roster or a problem."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.explain_tables import print_conflicts, print_person, print_post
from cli.output import STDOUT, Failure, UsageError, write_stdout
from cli.words import say
from formats.files import load_problem, load_roster
from formats.json_files import to_json
from solver.explain import explain_conflicts, explain_person, explain_post
from solver.swaps import InvalidSwap, Swaps

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue explain``."""
    if args.conflicts == (args.roster is not None):
        raise UsageError(say(args.language, "explain-mode"))
    if [args.file, args.roster].count(STDOUT) > 1:
        raise UsageError(say(args.language, "one-stdin"))
    problem = load_problem(args.file)
    if args.conflicts:
        conflicts = explain_conflicts(problem)
        if args.json:
            write_stdout(to_json(conflicts))
        else:
            print_conflicts(problem, conflicts, args.language, sys.stdout)
        return 1 if conflicts.conflicts else 0
    swaps = Swaps(problem, load_roster(args.roster))
    try:
        if args.post is not None:
            post = explain_post(swaps, *args.post, hire=not args.no_hire)
            if args.json:
                write_stdout(to_json(post))
            else:
                print_post(problem, post, args.language, sys.stdout)
        else:
            person = explain_person(swaps, args.person)
            if args.json:
                write_stdout(to_json(person))
            else:
                print_person(problem, person, args.language, sys.stdout)
    except InvalidSwap as error:
        raise Failure(say(args.language, f"swap:{error.fault}", what=error.what)) from error
    return 0

"""Explain a roster or a problem."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.explain_tables import print_conflicts, print_person, print_post
from cli.names import named
from cli.output import STDOUT, Failure, UsageError, write_stdout
from cli.progress import Steps
from cli.summary import posts_of
from cli.weeks import load_both
from cli.words import say
from formats.files import load_problem
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
    steps = Steps(args)
    if args.conflicts:
        steps.reading(args.file)
        problem = load_problem(args.file)
        steps.working("trying", posts_of(problem))
        conflicts = explain_conflicts(problem)
        if args.json:
            write_stdout(to_json(conflicts))
        else:
            print_conflicts(problem, conflicts, args.language, sys.stdout)
        return 1 if conflicts.conflicts else 0
    problem, roster = load_both(args.file, args.roster, args)
    steps.working("trying", posts_of(problem))
    swaps = Swaps(problem, roster)
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
        key = "explain-full" if error.fault == "full" else f"swap:{error.fault}"
        raise Failure(say(args.language, key, what=named(problem, error.what, args.language))) from error
    return 0

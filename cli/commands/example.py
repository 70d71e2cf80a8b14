"""Write an example problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.errors import error_text
from cli.output import STDOUT, UsageError, check_output, note, write_stdout
from cli.progress import Steps
from cli.summary import posts_of, size_text
from cli.words import Language, say
from examples import EXAMPLES, reference_city
from formats.answers import Made
from formats.files import save_problem
from formats.json_files import to_json

if TYPE_CHECKING:
    import argparse

    from models import Problem


def run(args: argparse.Namespace) -> int:
    """Run ``huxue example``."""
    check_output(args.output, args.language, (".xlsx", ".json"))
    if args.output == STDOUT and args.json:
        raise UsageError(say(args.language, "one-stdout"))
    steps = Steps(args)
    if args.name == "city":
        steps.taking("making")
    problem = make(args, args.language)
    steps.working("writing", posts_of(problem), path=args.output)
    save_problem(problem, args.output)
    if args.json:
        made = Made(file=args.output, sites=len(problem.sites), people=len(problem.people))
        write_stdout(to_json(made))
    else:
        note(size_text(problem, args.language))
        if args.output != STDOUT:
            print(say(args.language, "written", path=args.output))
    return 0


def make(args: argparse.Namespace, language: Language) -> Problem:
    """Make the example that the arguments ask for."""
    schools = 240 if args.schools is None else args.schools
    seed = 1 if args.seed is None else args.seed
    if args.name == "city":
        try:
            return reference_city(schools, seed, args.week) if args.week else reference_city(schools, seed)
        except ValueError as error:
            raise UsageError(error_text(error, language)) from error
    if args.schools is not None or args.seed is not None:
        raise UsageError(say(language, "not-sized", name=args.name))
    problem = EXAMPLES[args.name](schools, seed)
    return problem.for_week(args.week) if args.week else problem

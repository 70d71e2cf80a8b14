"""Make a roster."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.errors import error_text
from cli.output import STDOUT, Failure, UsageError, check_output, note, write_stdout, wrote
from cli.progress import Steps, cancellable, shown_progress
from cli.rosters import SUFFIXES, save_roster
from cli.summary import print_report
from cli.warnings import calendar_warnings
from cli.words import Language, say
from formats.atomic import replacing
from formats.files import load_problem
from formats.json_files import to_json
from solver.solve import EngineError, Progress, Settings, Solution, solve

if TYPE_CHECKING:
    import argparse

    from models import Problem, Report

INTERRUPTED = 130


def run(args: argparse.Namespace) -> int:
    """Run ``huxue solve``."""
    check_output(args.output, args.language, SUFFIXES)
    if args.report is not None:
        check_output(args.report, args.language, ())
    if (args.output == STDOUT) + (args.report == STDOUT) + bool(args.json) > 1:
        raise UsageError(say(args.language, "one-stdout"))
    settings = settings_of(args)
    steps = Steps(args)
    steps.reading(args.file)
    problem = load_problem(args.file)
    if args.week is not None:
        problem = problem.for_week(args.week)
    for warning in calendar_warnings(problem, args.language):
        note(say(args.language, "warning", message=warning))
    solution, cancelled = solve_shown(problem, settings, args)
    save_roster(problem, solution.roster, solution.report, args.output, steps, phones=args.phones)
    if args.report is not None:
        write_report(solution.report, args.report)
    if args.json:
        write_stdout(to_json(solution.report))
    else:
        taken = STDOUT in (args.output, args.report)
        print_report(problem, solution.report, args.language, sys.stderr if taken else sys.stdout)
        for path in (args.output, args.report):
            if path not in (None, STDOUT):
                print(say(args.language, "written", path=path), file=sys.stderr if taken else sys.stdout)
    return end_of(cancelled, solution.report, args.language)


def end_of(cancelled: bool, report: Report, language: Language) -> int:
    """Say what an interruption left, if there was one, and return the exit status."""
    if not cancelled:
        return 0
    note(say(language, "kept-optimal" if report.status == "optimal" else "kept"))
    return INTERRUPTED


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the engine's settings; their errors name the range."""
    try:
        return Settings(
            time_limit=args.time_limit,
            workers=args.workers,
            seed=1 if args.seed is None else args.seed,
            cluster=getattr(args, "cluster", None),
        )
    except ValueError as error:
        raise UsageError(error_text(error, args.language)) from error


def solve_shown(problem: Problem, settings: Settings, args: argparse.Namespace) -> tuple[Solution, bool]:
    """Solve with a progress bar, but for ``--json``; also say whether it was asked to stop."""
    language: Language = args.language
    try:
        with cancellable(language) as cancelled, shown_progress(language, quiet=args.json) as progress:
            cancelled.searching = False

            def tell(stage: Progress) -> None:
                cancelled.searching = stage.phase != "compile"
                progress(stage)

            return solve(problem, settings, progress=tell, cancelled=cancelled), cancelled()
    except ValueError as error:
        if settings.cluster is None:
            raise
        raise Failure(say(language, "no-cluster", message=error)) from error
    except EngineError as error:
        raise Failure(say(language, "refused", message=error)) from error


def write_report(report: Report, path: str) -> None:
    """Write a report as JSON."""
    if path == STDOUT:
        write_stdout(to_json(report))
        return
    with replacing(path) as part:
        part.write_bytes(to_json(report))
    wrote(path)

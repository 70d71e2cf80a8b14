"""Advice: fewest crews, bell times, one more person, fairness."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from cli.advise_tables import print_bells, print_crews, print_fairness, print_people
from cli.errors import error_text
from cli.output import STDOUT, Failure, UsageError, check_output, note, write_stdout
from cli.progress import EVERY, Steps, cancellable
from cli.summary import posts_of
from cli.weeks import load_both
from cli.words import Language, say
from formats.atomic import replacing
from formats.fairness_plot import fairness_svg
from formats.files import load_problem
from formats.json_files import to_json
from solver.advise.bell_groups import Moves
from solver.advise.bells import advise_bells
from solver.advise.crews import advise_crews
from solver.advise.fairness import advise_fairness
from solver.advise.people import advise_people
from solver.solve import EngineError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from models import Problem


def run(args: argparse.Namespace) -> int:
    """Run ``huxue advise``."""
    try:
        return _QUESTIONS[args.question](args)
    except EngineError as error:
        raise Failure(say(args.language, "refused", message=error)) from error


def _crews(args: argparse.Namespace) -> int:
    problem = _problem(args)
    Steps(args).working("counting", posts_of(problem))
    with _usage(args.language):
        advice = advise_crews(problem, _given(args.role), _given(args.district))
    if args.json:
        write_stdout(to_json(advice))
    else:
        print_crews(problem, advice, args.language, every=args.proofs)
    return 0


def _bells(args: argparse.Namespace) -> int:
    with _usage(args.language):
        limits = {site: 0 for site in args.fixed} | {site: int(minutes) for site, minutes in args.limit}
        moves = Moves(args.within, args.grid, limits)
        if not args.time_limit > 0:
            raise ValueError(f"time limit {args.time_limit}: give seconds above 0")
    problem = _problem(args)
    with (
        _usage(args.language),
        cancellable(args.language) as cancelled,
        _counting("bells:progress", args) as progress,
    ):
        advice = advise_bells(
            problem,
            moves,
            goal=args.goal,
            roles=_given(args.role),
            districts=_given(args.district),
            time_limit=args.time_limit,
            workers=os.cpu_count() or 1,
            progress=progress,
            cancelled=cancelled,
        )
    if args.json:
        write_stdout(to_json(advice))
    else:
        print_bells(problem, advice, args.language)
    return 0


def _people(args: argparse.Namespace) -> int:
    problem = _problem(args)
    with _usage(args.language), _counting("people:progress", args) as progress:
        advice = advise_people(
            problem,
            top=args.top,
            roles=_given(args.role),
            districts=_given(args.district),
            progress=progress,
        )
    if args.json:
        write_stdout(to_json(advice))
    else:
        print_people(problem, advice, args.language)
    return 0


def _fairness(args: argparse.Namespace) -> int:
    if [args.file, args.roster].count(STDOUT) > 1:
        raise UsageError(say(args.language, "one-stdin"))
    with _usage(args.language):
        if args.top < 1:
            raise ValueError(f"top {args.top}: give 1 or more")
    if args.plot is not None:
        check_output(args.plot, args.language, (".svg",), stdout=False)
    problem, roster = load_both(args.file, args.roster, args)
    advice = advise_fairness(problem, roster)
    if args.plot is not None:
        with replacing(args.plot) as part:
            part.write_text(fairness_svg(problem, advice, args.language), "utf-8")
    if args.json:
        write_stdout(to_json(advice))
    else:
        print_fairness(problem, advice, args.language, args.top)
        if args.plot is not None:
            print(say(args.language, "written", path=args.plot))
    return 0


_QUESTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "crews": _crews,
    "bells": _bells,
    "people": _people,
    "fairness": _fairness,
}


def _problem(args: argparse.Namespace) -> Problem:
    Steps(args).reading(args.file)
    return load_problem(args.file)


def _given(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


@contextmanager
def _usage(language: Language) -> Iterator[None]:
    """Say what is wrong with a number or a name on the command line."""
    try:
        yield
    except ValueError as error:
        raise UsageError(error_text(error, language)) from error


@contextmanager
def _counting(key: str, args: argparse.Namespace) -> Iterator[Callable[[tuple[int, int]], None]]:
    """Give a callback that shows how many of how many are done: on a terminal all the time, else now and then."""
    console = Console(stderr=True, highlight=False)
    if args.json:
        yield lambda told: None
    elif console.is_terminal:
        with console.status("…") as status:
            yield lambda told: status.update(say(args.language, key, done=told[0], total=told[1]))
    else:
        told_at = time.monotonic()

        def tell(told: tuple[int, int]) -> None:
            nonlocal told_at
            if time.monotonic() > told_at + EVERY:
                note(say(args.language, key, done=told[0], total=told[1]))
                told_at = time.monotonic()

        yield tell

"""Mend a published roster."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.errors import error_text
from cli.moments import in_zone
from cli.names import named
from cli.output import STDOUT, Failure, UsageError, check_output, write_stdout
from cli.progress import Steps, cancellable
from cli.repair_tables import print_candidates, print_repair
from cli.rosters import SUFFIXES, save_roster
from cli.summary import posts_of
from cli.weeks import load_both
from cli.words import say
from formats.files import save_problem
from formats.json_files import read_happenings_json, to_json
from models import Absent, Asked, Closed, Moved, Pinned, Withdrawn
from solver.happen import HappeningError, apply
from solver.repair import Repaired, repair
from solver.solve import EngineError, Settings
from solver.swaps import InvalidSwap, Swaps

if TYPE_CHECKING:
    import argparse

    from cli.words import Language
    from models import Happening, Problem, Roster


def run(args: argparse.Namespace) -> int:
    """Run ``huxue repair``."""
    _check(args)
    settings = _settings(args)
    problem, roster = load_both(args.file, args.roster, args)
    Steps(args).working("repairing", posts_of(problem))
    at = None if args.at is None else in_zone(problem, args.at)
    happenings = [_happening(named, problem, at, args.language) for named in args.happenings]
    if args.happened is not None:
        happenings += read_happenings_json(args.happened).happenings
    if args.candidates is not None:
        return _candidates(problem, roster, happenings, at, args)
    try:
        with cancellable(args.language) as cancelled:
            found = repair(problem, roster, happenings, at=at, settings=settings, cancelled=cancelled)
    except HappeningError as error:
        raise Failure(_fault_text(error, problem, args.language)) from error
    except EngineError as error:
        raise Failure(say(args.language, "refused", message=error)) from error
    _write(found, args)
    if args.json:
        write_stdout(to_json(found.repair))
    else:
        taken = STDOUT in (args.output, args.problem_output)
        out = sys.stderr if taken else sys.stdout
        print_repair(problem, found.repair, args.language, out)
        for path in (args.output, args.problem_output):
            if path not in (None, STDOUT):
                print(say(args.language, "written", path=path), file=out)
    return 0


def _candidates(
    problem: Problem,
    roster: Roster,
    happenings: list[Happening],
    at: dt.datetime | None,
    args: argparse.Namespace,
) -> int:
    """Print who could take one post; whoever is to be replaced can't hold it themselves."""
    shift, role = args.candidates
    try:
        if args.instead is not None:
            laid = problem.shift_by_id.get(shift)
            times = [laid.on_post(n) for n in laid.needs if n.role == role] if laid else []
            happenings += [Absent(assignee=args.instead, start=start, end=end) for start, end in times]
        now = apply(problem, roster, happenings).problem
        found = Swaps(now, roster, at=at).candidates(shift, role, args.instead)
    except HappeningError as error:
        raise Failure(_fault_text(error, problem, args.language)) from error
    except InvalidSwap as error:
        raise Failure(
            say(args.language, f"swap:{error.fault}", what=named(problem, error.what, args.language))
        ) from error
    if args.json:
        write_stdout(to_json(found))
    else:
        print_candidates(now, found, args.language, sys.stdout)
    return 0 if found.free else 1


def _fault_text(error: HappeningError, problem: Problem, language: Language) -> str:
    dates = problem.horizon.dates
    what = error.what if error.fault == "outside" else named(problem, error.what, language)
    first, last = dates[0].isoformat(), dates[-1].isoformat()
    return say(language, f"repair:{error.fault}", what=what, first=first, last=last)


def _check(args: argparse.Namespace) -> None:
    if args.candidates is not None and (args.output or args.problem_output):
        raise UsageError(say(args.language, "repair-one"))
    if args.instead is not None and args.candidates is None:
        raise UsageError(say(args.language, "repair-one"))
    if not args.happenings and args.happened is None and args.candidates is None:
        raise UsageError(say(args.language, "repair-nothing"))
    if [args.file, args.roster, args.happened].count(STDOUT) > 1:
        raise UsageError(say(args.language, "one-stdin"))
    if args.output is not None:
        check_output(args.output, args.language, SUFFIXES)
    if args.problem_output is not None:
        check_output(args.problem_output, args.language, (".json", ".xlsx"))
    if [args.output, args.problem_output].count(STDOUT) + bool(args.json) > 1:
        raise UsageError(say(args.language, "one-stdout"))


def _settings(args: argparse.Namespace) -> Settings:
    try:
        return Settings(time_limit=args.time_limit, workers=args.workers, seed=args.seed)
    except ValueError as error:
        raise UsageError(error_text(error, args.language)) from error


def _happening(
    named: dict[str, Any], problem: Problem, at: dt.datetime | None, language: Language
) -> Happening:
    """Return what was named on the command line."""
    kind, words = named["kind"], named["words"]
    if kind == "pin":
        return Pinned(shift=words[0], role=words[1], assignee=words[2])
    if kind == "fill":
        return Asked(shift=words[0], role=words[1])
    if kind == "shift-bell":
        site, window, date, minutes = words
        try:
            day = None if date == "all" else dt.date.fromisoformat(date)
            return Moved(site=site, window=window, date=day, minutes=int(minutes))
        except ValueError as error:
            raise UsageError(say(language, "repair-bell", text=" ".join(words))) from error
    first = dt.datetime.combine(problem.horizon.start, dt.time())
    start, end = in_zone(problem, named.get("from") or at or first), named.get("to")
    end = None if end is None else in_zone(problem, end)
    try:
        if kind == "absent":
            return Absent(assignee=words[0], start=start, end=end)
        if kind == "withdraw":
            return Withdrawn(unit=words[0], start=start, end=end)
        return Closed(site=words[0], start=start, end=end)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _write(found: Repaired, args: argparse.Namespace) -> None:
    steps = Steps(args)
    if args.output is not None:
        save_roster(found.problem, found.roster, found.repair, args.output, steps, phones=args.phones)
    if args.problem_output == STDOUT:
        write_stdout(to_json(found.problem))
    elif args.problem_output is not None:
        steps.working("writing", posts_of(found.problem), path=args.problem_output)
        save_problem(found.problem, Path(args.problem_output))

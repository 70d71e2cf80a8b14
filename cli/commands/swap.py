"""Swap duties on a published roster."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.moments import in_zone
from cli.names import named
from cli.output import STDOUT, Failure, UsageError, check_output, write_stdout
from cli.progress import Steps
from cli.rosters import SUFFIXES, save_roster
from cli.summary import posts_of
from cli.swap_tables import print_chains, print_clearing, print_partners, print_trial
from cli.weeks import load_both
from cli.words import say
from formats.json_files import read_wishes_json, to_json
from models import Duty
from solver.difference import changes_between
from solver.solve import EngineError
from solver.swaps import InvalidSwap, Swaps, exchange, give_away

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import TextIO

    from models import Handover


def run(args: argparse.Namespace) -> int:
    """Run ``huxue swap``."""
    _check(args)
    problem, roster = load_both(args.file, args.roster, args)
    Steps(args).working("trying", posts_of(problem))
    out = sys.stderr if args.output == STDOUT or args.json else sys.stdout
    try:
        at = None if args.at is None else in_zone(problem, args.at)
        swaps = Swaps(problem, roster, at=at, unpin=args.unpin)
        if args.wishes is not None:
            handovers, legal = _clear(swaps, args, out)
        elif args.back or args.to or args.cover:
            handovers, legal = _try(swaps, args, out)
        else:
            handovers, legal = _find(swaps, args, out)
        if args.output is not None and legal:
            after = swaps.after(handovers)
            changes = changes_between(roster.assignments, after.assignments, problem)
            save_roster(problem, after, changes, args.output, Steps(args), phones=args.phones)
            if args.output != STDOUT:
                found = args.wishes is None and not (args.back or args.to or args.cover)
                key = "swap-first" if found else "written"
                print(say(args.language, key, path=args.output), file=out)
    except InvalidSwap as error:
        raise Failure(
            say(args.language, f"swap:{error.fault}", what=named(problem, error.what, args.language))
        ) from error
    except EngineError as error:
        raise Failure(say(args.language, "refused", message=error)) from error
    return 0 if legal else 1


def _check(args: argparse.Namespace) -> None:
    if args.wishes is not None and (args.back or args.to or args.cover):
        raise UsageError(say(args.language, "swap-modes"))
    if args.longest < 2:
        raise UsageError(say(args.language, "swap-longest"))
    if [args.file, args.roster, args.wishes].count(STDOUT) > 1:
        raise UsageError(say(args.language, "one-stdin"))
    if args.output is not None:
        check_output(args.output, args.language, SUFFIXES)
        if args.output == STDOUT and args.json:
            raise UsageError(say(args.language, "one-stdout"))


def _try(swaps: Swaps, args: argparse.Namespace, out: TextIO) -> tuple[Sequence[Handover], bool]:
    given = _duty(args.give)
    handovers = exchange(given, _duty(args.back)) if args.back else give_away(given, args.to or args.cover)
    trial = swaps.trial(handovers, cover=args.cover is not None)
    if args.json:
        write_stdout(to_json(trial))
    else:
        print_trial(swaps.problem, trial, args.language, out)
    return handovers, trial.legal


def _find(swaps: Swaps, args: argparse.Namespace, out: TextIO) -> tuple[Sequence[Handover], bool]:
    """List partners, or chains where there are none; the first of them is the one to be written."""
    partners = swaps.partners(_duty(args.give))
    ways = sorted([*partners.takers, *partners.exchanges], key=lambda trial: trial.cost)
    chains = () if ways else swaps.chains(partners.duty, longest=args.longest)
    if args.json:
        write_stdout(to_json(partners.model_copy(update={"chains": chains})))
    else:
        print_partners(swaps.problem, partners, args.language, out)
        if not ways:
            print_chains(swaps.problem, chains, args.longest, args.language, out)
    found = [*ways, *chains]
    return (found[0].handovers, True) if found else ((), False)


def _clear(swaps: Swaps, args: argparse.Namespace, out: TextIO) -> tuple[Sequence[Handover], bool]:
    wishes = read_wishes_json(args.wishes).wishes
    clearing = swaps.clear(wishes, longest=args.longest, time_limit=args.time_limit)
    if args.json:
        write_stdout(to_json(clearing))
    else:
        print_clearing(swaps.problem, clearing, len(wishes), args.language, out)
    return [handover for way in clearing.settled for handover in way.handovers], True


def _duty(words: Sequence[str]) -> Duty:
    shift, role, assignee = words
    return Duty(shift=shift, role=role, assignee=assignee)

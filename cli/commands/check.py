"""Check a file: all that is wrong with it, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import print_json
from cli.summary import size_text
from cli.words import Language, say, word
from formats.faults import InvalidInput
from formats.files import load_problem
from models import ConsecutiveDays, DaysOff, Problem, Roster, Rule
from models.school_calendar import LAST_KNOWN_YEAR
from solver.verify import verify

if TYPE_CHECKING:
    import argparse

    from models import Violation


def run(args: argparse.Namespace) -> int:
    """Run ``huxue check``."""
    try:
        problem = load_problem(args.file)
    except InvalidInput as error:
        if not args.json:
            raise
        faults = [fault._asdict() for fault in error.faults]
        print_json({"valid": False, "faults": faults, "warnings": []})
        return 1
    warnings = warnings_of(problem, args.language)
    if args.json:
        print_json({"valid": True, "faults": [], "warnings": warnings})
        return 0
    print(say(args.language, "valid", size=size_text(problem, args.language)))
    for warning in warnings:
        print(say(args.language, "warning", message=warning))
    return 0


def warnings_of(problem: Problem, language: Language) -> list[str]:
    """Return what a valid problem's owner may want to look at."""
    warnings = []
    if problem.calendar.country == "CN":
        unknown = sorted({d.year for d in problem.horizon.dates if d.year > LAST_KNOWN_YEAR})
        warnings += [say(language, "warn:calendar", year=str(year)) for year in unknown]
    if not problem.shifts:
        warnings.append(say(language, "warn:no-shifts"))
    if problem.pins:
        # Pins alone: what they break, separately or together.
        pinned = Roster(horizon=problem.horizon, assignments=problem.pins)
        # What further duties can heal, such as a run that is too short yet, isn't judged.
        mended = [r for r in map(_without_minimum, problem.rules) if r is not None]
        for violation in verify(problem.model_copy(update={"rules": tuple(mended)}), pinned):
            if violation.rule == "own_post_first" and _has_room(problem, violation):
                continue
            message = f"{word(language, 'rule', violation.rule)}: {violation.message}"
            warnings.append(say(language, "warn:pin", post=", ".join(violation.shifts), message=message))
    return warnings


def _without_minimum(rule: Rule) -> Rule | None:
    """Return what is left of a rule when runs of days may be short."""
    if isinstance(rule, ConsecutiveDays):
        return None if rule.maximum is None else rule.model_copy(update={"minimum": None})
    return None if isinstance(rule, DaysOff) else rule


def _has_room(problem: Problem, violation: Violation) -> bool:
    """Say whether the own post may come first after all, on a post that no pin takes.

    That is so where a stand-in is pinned in the owner's absence from a need of several posts; an
    owner who is pinned elsewhere (then both shifts are named) is missing at home in any case.
    """
    if len(violation.shifts) != 1:
        return False
    (shift,) = violation.shifts
    (stand_in,) = (p for p in problem.pins if p.shift == shift and p.assignee == violation.bearer)
    taken = sum(p.shift == shift and p.role == stand_in.role for p in problem.pins)
    return any(n.role == stand_in.role and n.target > taken for n in problem.shift_by_id[shift].needs)

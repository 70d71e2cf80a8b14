"""A problem and the roster that is to be seen with it: of the same week, and of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import Failure, note
from cli.progress import Steps
from cli.words import Language, say
from formats.files import load_problem, load_roster

if TYPE_CHECKING:
    import argparse

    from models import Problem, Roster


def load_both(
    problem_path: str, roster_path: str, args: argparse.Namespace, *, strangers: bool = False
) -> tuple[Problem, Roster]:
    """Read a problem and a roster; the problem is laid out for the roster's week when that is another.

    Parameters
    ----------
    args
        The command line, with ``language`` and ``json``.
    strangers
        Whether a roster of another problem is taken, for each of its assignments to be judged.

    Raises
    ------
    InvalidInput
        With every fault of a file.
    Failure
        When the roster is another problem's.
    """
    steps, language = Steps(args), args.language
    steps.reading(problem_path)
    problem = load_problem(problem_path)
    steps.reading(roster_path)
    roster = load_roster(roster_path)
    if roster.horizon != problem.horizon:
        problem = problem.for_week(roster.horizon.start, roster.horizon.days)
        first, last = roster.horizon.dates[0], roster.horizon.dates[-1]
        note(say(language, "other-week", first=first.isoformat(), last=last.isoformat()))
    if not strangers:
        _refuse_strangers(problem, roster, language)
    return problem, roster


def _refuse_strangers(problem: Problem, roster: Roster, language: Language) -> None:
    """Say in one sentence that a roster is another problem's, when most of it is unknown."""
    unknown = [
        assignment
        for assignment in roster.assignments
        if assignment.shift not in problem.shift_by_id
        or (assignment.assignee not in problem.person_by_id and assignment.assignee not in problem.crew_by_id)
    ]
    if 2 * len(unknown) > len(roster.assignments):
        first = unknown[0]
        example = first.shift if first.shift not in problem.shift_by_id else first.assignee
        raise Failure(
            say(language, "stranger", count=len(unknown), of=len(roster.assignments), example=example)
        )

"""Make the reference city, solve it, verify it and write the workbook: what ``make demo`` shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from cli.commands.solve import end_of, settings_of, solve_shown, write_report
from cli.errors import error_text
from cli.output import UsageError, note, write_stdout, wrote
from cli.progress import Steps
from cli.rosters import save_roster
from cli.summary import posts_of, print_report, size_text
from cli.words import say
from examples import reference_city
from formats.atomic import replacing
from formats.calendar import Subject, calendar_for
from formats.files import save_problem
from formats.json_files import to_json
from solver.verify import verify

if TYPE_CHECKING:
    import argparse

    from models import Problem, Roster


def run(args: argparse.Namespace) -> int:
    """Run ``huxue demo``."""
    settings = settings_of(args)
    folder = Path(args.output)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(say(args.language, "not-writable", path=folder, reason=reason)) from error
    steps = Steps(args)
    steps.taking("making")
    try:
        problem = reference_city(240 if args.schools is None else args.schools, settings.seed)
    except ValueError as error:
        raise UsageError(error_text(error, args.language)) from error
    note(size_text(problem, args.language))
    posts = posts_of(problem)
    steps.working("writing", posts, path=folder / "problem.xlsx")
    save_problem(problem, folder / "problem.xlsx")
    wrote(str(folder / "problem.xlsx"))
    solution, cancelled = solve_shown(problem, settings, args)
    steps.working("verifying", posts)
    violations = verify(problem, solution.roster, [d.assignment for d in solution.report.dropped_pins])
    for name in ("roster.xlsx", "roster.json"):
        save_roster(problem, solution.roster, solution.report, str(folder / name), steps)
    write_report(solution.report, str(folder / "report.json"))
    person = _busiest(problem, solution.roster)
    if person is not None:
        content = calendar_for(
            problem,
            solution.roster,
            Subject("person", person),
            now=dt.datetime.now(dt.UTC),
            language=args.language,
        )
        with replacing(folder / "calendar.ics") as part:
            part.write_bytes(content)
    if args.json:
        write_stdout(to_json(solution.report))
    else:
        print_report(problem, solution.report, args.language)
        print(
            say(args.language, "violations", count=len(violations))
            if violations
            else say(args.language, "clean")
        )
        print(say(args.language, "demo", path=folder / "roster.xlsx"))
    return end_of(cancelled, solution.report, args.language) or (1 if violations else 0)


def _busiest(problem: Problem, roster: Roster) -> str | None:
    """Return the person with the most duties of their own, for whom a calendar is worth a look."""
    counts = dict.fromkeys((p.id for p in problem.people), 0)
    for assignment in roster.assignments:
        if assignment.assignee in counts:
            counts[assignment.assignee] += 1
    return max(counts, key=lambda person: counts[person], default=None)

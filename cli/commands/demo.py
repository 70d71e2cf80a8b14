"""Make a city, plan its week, write the files, and serve it all: what ``make demo`` shows."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.routing import API
from api.state import State
from cli import demo_city, demo_logins
from cli.commands.serve import listening, serve
from cli.commands.solve import end_of, settings_of, solve_shown, write_report
from cli.errors import error_text
from cli.output import Failure, UsageError, note, write_stdout, wrote
from cli.progress import Steps
from cli.rosters import save_roster
from cli.summary import posts_of, print_report, print_table, size_text
from cli.words import say
from examples import reference_city
from formats.atomic import replacing
from formats.calendar import Subject, calendar_for
from formats.files import save_problem
from formats.json_files import to_json
from models import DEFAULT_TIMEZONE, SchoolCalendar
from solver.verify import verify

if TYPE_CHECKING:
    import argparse

    from models import Problem, Roster
    from solver.solve import Settings, Solution

SCHOOLS, SEED = 240, 1
"""Of the reference city."""


def run(args: argparse.Namespace) -> int:
    """Run ``huxue demo``."""
    settings = settings_of(args)
    folder = Path(args.output)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(say(args.language, "not-writable", path=folder, reason=reason)) from error
    if not args.serve:
        return _made(args, settings, folder)[2]
    # What is set for another service of this machine, such as its database, is none of the demo's business.
    for name in [name for name in os.environ if name.startswith("HUXUE_")]:
        del os.environ[name]
    data = (folder / "service").absolute()
    if demo_city.is_strange(data):
        raise Failure(say(args.language, "demo-strange", path=data))
    filled = None if args.fresh else _fitting(args, data)
    if filled is None:
        problem, solution, status = _made(args, settings, folder)
        if status:
            return status

        def step(key: str) -> None:
            if not args.json:
                note(say(args.language, key))

        filled = demo_city.fill(data, problem, solution, settings, _seed(args), args.language, step)
    else:
        key = "demo-reused" if filled.week + dt.timedelta(days=7) > _today() else "demo-over"
        note(say(args.language, key, schools=filled.schools, week=filled.week, path=data))
    return _served(args, folder, data, filled)


def _fitting(args: argparse.Namespace, data: Path) -> demo_city.Filled | None:
    """Return what an earlier demo has left, unless another city is asked for."""
    filled = demo_city.found(data)
    if filled is None:
        return None
    asked = {"schools": args.schools, "seed": args.seed, "week": args.week}
    return filled if all(v is None or getattr(filled, k) == v for k, v in asked.items()) else None


def _served(args: argparse.Namespace, folder: Path, data: Path, filled: demo_city.Filled) -> int:
    """Say who may log in, and answer requests until stopped."""
    settings = demo_city.settings_of(data)
    if args.port is not None:
        settings = settings.model_copy(update={"port": args.port})
    with listening(settings, args.language, or_any=args.port is None) as (taken, url):
        state = State.open(settings)
        try:
            given = demo_logins.open_all(state.engine, filled.logins)
        finally:
            state.engine.dispose()
        docs = f"{url}{API}/docs"
        if args.json:
            logins = [{**one.login.model_dump(), "password": one.password} for one in given]
            told = {"url": url, "docs": docs, "plan": filled.week.isoformat(), "logins": logins}
            report = {"report": str(folder / "report.json")}
            write_stdout(json.dumps({**told, **report}, ensure_ascii=False).encode() + b"\n")
        else:
            print()
            rows = [
                (
                    say(args.language, f"demo-kind:{one.login.kind}"),
                    one.login.place or say(args.language, "demo-everywhere"),
                    one.login.login,
                    one.password,
                )
                for one in given
            ]
            columns = ("demo-kind", "demo-place", "demo-login", "demo-password")
            print_table(columns, rows, args.language, None, left=columns)
            print()
            print(say(args.language, "demo-served", url=url, docs=docs), flush=True)
        serve(settings, taken, demo_city.door(filled))
    note(say(args.language, "demo-ended"))
    return 0


def _made(args: argparse.Namespace, settings: Settings, folder: Path) -> tuple[Problem, Solution, int]:
    """Make the city, solve it, verify it and write the files; also return the exit status of that."""
    steps = Steps(args)
    steps.taking("making")
    try:
        problem = reference_city(
            SCHOOLS if args.schools is None else args.schools, _seed(args), args.week or coming_week(_today())
        )
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
    if not args.json:
        print_report(problem, solution.report, args.language)
        print(
            say(args.language, "violations", count=len(violations))
            if violations
            else say(args.language, "clean")
        )
        print(say(args.language, "demo", path=folder / "roster.xlsx"))
    elif not args.serve:
        write_stdout(to_json(solution.report))
    status = end_of(cancelled, solution.report, args.language) or (1 if violations else 0)
    return problem, solution, status


def coming_week(today: dt.date) -> dt.date:
    """Return the Monday of the first week of five school days of which most is still to come."""
    monday = today + dt.timedelta(days=5)  # from Wednesday on the next one
    monday -= dt.timedelta(days=monday.weekday())
    calendar = SchoolCalendar()
    while not all(calendar.school_day(monday + dt.timedelta(days=n), "") for n in range(5)):
        monday += dt.timedelta(days=7)
    return monday


def _today() -> dt.date:
    return dt.datetime.now(ZoneInfo(DEFAULT_TIMEZONE)).date()


def _seed(args: argparse.Namespace) -> int:
    return SEED if args.seed is None else int(args.seed)


def _busiest(problem: Problem, roster: Roster) -> str | None:
    """Return the person with the most duties of their own, for whom a calendar is worth a look."""
    counts = dict.fromkeys((p.id for p in problem.people), 0)
    for assignment in roster.assignments:
        if assignment.assignee in counts:
            counts[assignment.assignee] += 1
    return max(counts, key=lambda person: counts[person], default=None)

"""The demo's service: a database of its own that holds the city with its week solved and published."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from api.accounts.identity import Scope
from api.accounts.tables import AccountRow
from api.audit import SERVICE, Actor
from api.database.engine import reading, writing
from api.database.schema import fingerprint, upgrade
from api.errors import Invalid
from api.plans import plans, publication
from api.runs import runs
from api.runs.storing import result_of, store, task_of
from api.settings import Settings
from api.standing import exchange
from api.state import State
from cli import demo_logins
from cli.demo_logins import Login
from web.demo.offers import Demo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.words import Language
    from models import Problem, Report
    from solver.solve import Settings as Search
    from solver.solve import Solution

WEEKS = 9
"""So many weeks on, at most, there is school again."""

NOTE = "demo.json"
"""The file beside the database that says what it holds: without it, a database is no demo's."""


class Filled(BaseModel):
    """What a demo's database holds.

    Attributes
    ----------
    tables
        The fingerprint of the tables.
    schools, seed, week
        What the city was made from.
    following
        A week after that, which isn't planned yet; None where none has school.
    logins
        Who may log in.
    """

    tables: str
    schools: int
    seed: int
    week: dt.date
    following: dt.date | None = None
    logins: list[Login]


def settings_of(folder: Path) -> Settings:
    """Return the settings of a demo: for this machine alone, and a log of nothing but what should be looked at."""
    return Settings(data=folder, host="127.0.0.1", log_level="warning")


def found(folder: Path) -> Filled | None:
    """Return what a demo's database holds; None when there is none, or one with other tables than this program's."""
    try:
        filled = Filled.model_validate_json((folder / NOTE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return filled if filled.tables == fingerprint() else None


def is_strange(folder: Path) -> bool:
    """Say whether a folder holds something that isn't a demo's, and so must stay."""
    return folder.exists() and not (folder / NOTE).exists()


def fill(
    folder: Path,
    problem: Problem,
    solution: Solution,
    search: Search,
    seed: int,
    language: Language,
    step: Callable[[str], None],
) -> Filled:
    """Fill a database: in the end it is there whole, in place of an earlier one, or not at all.

    Parameters
    ----------
    step
        Told the key of what is being done.
    """
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    state = State.open(settings_of(part))
    try:
        upgrade(state.engine)
        step("demo-importing")
        with writing(state.engine) as session:
            exchange.store(session, problem, SERVICE)
        logins = demo_logins.make(state.engine, problem, solution.roster, language)
        step("demo-publishing")
        _publish(state, problem, solution, search)
        following = _lay_following(state, problem.horizon.start)
    finally:
        state.engine.dispose()
    week, schools = problem.horizon.start, len(problem.sites)
    filled = Filled(
        tables=fingerprint(), schools=schools, seed=seed, week=week, following=following, logins=logins
    )
    (part / NOTE).write_text(filled.model_dump_json(indent=2) + "\n", "utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    part.rename(folder)
    return filled


def _publish(state: State, problem: Problem, solution: Solution, search: Search) -> None:
    """Plan the week as the dispatcher would: a plan, a run of it that ends with this roster, the publication."""
    engine, horizon = state.engine, problem.horizon
    with writing(engine) as session:
        actor = Actor(session.scalar(select(AccountRow.id).where(AccountRow.login == "dispatcher")))
        plan = plans.create(session, actor, state.problems, horizon.start, days=horizon.days).id
        everywhere, limit = Scope(everywhere=True), search.time_limit
        run = runs.start(
            session, actor, everywhere, plan, time_limit=limit, seed=search.seed, districts=()
        ).id
        runs.take(session, run)
        runs.heard(session, run, _progress(solution.report))
    with reading(engine) as session:
        task = task_of(session, state.problems, run)
    store(engine, state.problems, task, result_of(solution))
    with writing(engine) as session:
        tag = plans.tag_of(plans.find(session, plan))
        publication.publish(session, actor, state.settings, state.problems, plan, {tag})


def _lay_following(state: State, week: dt.date) -> dt.date | None:
    """Make the plan of the next week with school, for a newcomer to generate."""
    for later in range(1, WEEKS):
        start = week + dt.timedelta(weeks=later)
        # Holidays have no shift.
        with suppress(Invalid), writing(state.engine) as session:
            plans.create(session, SERVICE, state.problems, start)
            return start
    return None


def door(filled: Filled) -> Demo:
    """Return who can walk in without a password, and what there is to try."""
    return Demo(
        places={login.login: login.place for login in filled.logins},
        week=filled.week.isoformat(),
        following="" if filled.following is None else filled.following.isoformat(),
    )


def _progress(report: Report) -> dict[str, object]:
    """Return how far a run has come that has found everything."""
    levels = [
        {name: getattr(level, name) for name in ("name", "value", "bound", "gap")} for level in report.levels
    ]
    parts, unfilled = report.components, report.posts - report.filled
    return {"phase": "verify", "done": parts, "total": parts, "levels": levels, "open": unfilled}

"""A city's files: a workbook or JSON comes in, all or nothing, and goes out again."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Literal

from sqlalchemy import select

from api.accounts.identity import Permission
from api.errors import Forbidden, Invalid, Stale
from api.plans import plans
from api.plans.tables import PlanRow
from api.standing.counters import counts
from api.standing.exchange import Reach, compare, held_by_leavers, store
from api.standing.records import today
from api.standing.rows import alone
from api.standing.shapes import ImportAnswer
from api.tags import etag
from formats.faults import InvalidInput
from formats.files import load_problem, save_problem
from formats.source import Limits

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.plans.problems import Problems
    from api.settings import Settings
    from models import Problem

MOST_FAULTS = 1000
"""How many an answer lists."""

Ending = Literal["xlsx", "json"]


class InvalidFile(Invalid):
    """A file that can't be taken; nothing was stored."""

    code = "invalid_file"
    title = "The file can't be taken: see faults for what was expected where"

    def __init__(self, error: InvalidInput) -> None:
        faults = [fault._asdict() for fault in error.faults[:MOST_FAULTS]]
        super().__init__(f"{len(error.faults)} faults in the file: nothing was stored", faults=[*faults])


def parsed(content: bytes, name: str, settings: Settings) -> Problem:
    """Return the problem in an uploaded file.

    Raises
    ------
    InvalidFile
        With its faults.
    """
    try:
        return load_problem(content, name=name, limits=Limits(packed_bytes=settings.largest_upload))
    except InvalidInput as error:
        raise InvalidFile(error) from error


def tag(session: Session) -> str:
    """Return the entity tag of all standing data."""
    said = "|".join(f"{name} {count}" for name, count in sorted(counts(session).items()))
    return etag("standing", hashlib.sha256(said.encode()).hexdigest()[:16])


def tried(session: Session, problem: Problem, settings: Settings) -> ImportAnswer:
    """Return what storing a file would change."""
    return ImportAnswer(
        dry_run=True,
        etag=tag(session),
        week=problem.horizon.start,
        changes=list(compare(session, problem, _reach(settings))),
        held_by_leavers=held_by_leavers(session, problem),
    )


def imported(
    session: Session, identity: Identity, problem: Problem, tags: Collection[str], settings: Settings
) -> ImportAnswer:
    """Store a file, and return what has changed.

    Raises
    ------
    Stale
        When standing data was changed since it was compared.
    """
    alone(session)
    if tag(session) not in tags and "*" not in tags:
        raise Stale("Standing data was changed meanwhile: compare again with dry_run=true, then decide")
    held = held_by_leavers(session, problem)
    changes = store(session, problem, identity.actor, _reach(settings))
    return ImportAnswer(
        dry_run=False,
        etag=tag(session),
        week=problem.horizon.start,
        changes=list(changes),
        held_by_leavers=held,
    )


def _reach(settings: Settings) -> Reach:
    return Reach(days=settings.history_days, weeks=settings.ledger_weeks)


def problem_for(session: Session, identity: Identity, problems: Problems, plan: str | None) -> Problem:
    """Return the problem of a plan, by default the next one, or the next week's; phones only for who may see them.

    Raises
    ------
    Forbidden
        When the caller doesn't see the whole city.
    NotFound
        When there is no such plan.
    """
    if not identity.scope(Permission.READ_PEOPLE).everywhere:
        raise Forbidden("A file holds the whole city: only who sees all of it can have it")
    row = plans.find(session, plan) if plan is not None else _next(session)
    if row is not None:
        problem = problems.of(session, row)
    else:
        day = today(session)
        problem = problems.of_week(session, day + dt.timedelta(days=7 - day.weekday()))
    if identity.where(Permission.READ_PHONES).everywhere:
        return problem
    people = tuple(person.model_copy(update={"phone": None}) for person in problem.people)
    return problem.model_copy(update={"people": people})


def _next(session: Session) -> PlanRow | None:
    query = select(PlanRow).where(PlanRow.start > today(session)).order_by(PlanRow.start).limit(1)
    return session.scalars(query).one_or_none()


def written(problem: Problem, ending: Ending) -> tuple[IO[bytes], int]:
    """Return an open file with a problem, and its size; it has no name any more, and is gone once it is closed."""
    with TemporaryDirectory(prefix="huxue-") as folder:
        path = Path(folder) / f"city.{ending}"
        save_problem(problem, path)
        return path.open("rb"), path.stat().st_size

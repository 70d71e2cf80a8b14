"""What was published, whole: the roster with the problem that it was verified against, packed into few bytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import defer

from api.errors import NotFound
from api.plans import plans
from api.plans.problems import shifts_of
from api.plans.tables import RevisionRow
from models import Problem, Roster, Shift

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow

_SHIFTS = TypeAdapter(list[Shift])


def packed_problem(problem: Problem) -> bytes:
    """Return a problem as bytes, without names and phone numbers of people.

    Who is erased from the people has then no name here either.
    """
    people = tuple(p.model_copy(update={"name": p.id, "phone": None}) for p in problem.people)
    return _packed(problem.model_copy(update={"people": people}))


def packed_roster(roster: Roster) -> bytes:
    """Return a roster as bytes."""
    return _packed(roster)


def _packed(value: Problem | Roster) -> bytes:
    # Few of the bytes for little of the time: a city's problem has some ten million.
    return zlib.compress(value.model_dump_json().encode(), 1)


def problem_of(revision: RevisionRow) -> Problem:
    """Return the problem that a revision was verified against, with the shifts that were amended since.

    People are named by their ids.
    """
    problem = Problem.model_validate_json(zlib.decompress(revision.problem))
    if not revision.amended:
        return problem
    amended = {shift.id: shift for shift in _SHIFTS.validate_python(revision.amended)}
    shifts = tuple(amended.get(shift.id, shift) for shift in problem.shifts)
    return problem.model_copy(update={"shifts": shifts})


def amend(session: Session, plan: PlanRow, shifts: Collection[str]) -> None:
    """Note in the revision in force what shifts are now that are published anew without a revision."""
    if plan.revision is None:
        return
    revision = find(session, plan.id, plan.revision)
    kept = [shift for shift in revision.amended if shift["id"] not in shifts]
    now = [shift.model_dump(mode="json") for shift in shifts_of(session, plan.id) if shift.id in shifts]
    revision.amended = [*kept, *now]
    session.flush()


def roster_of(revision: RevisionRow) -> Roster:
    """Return the roster that was published."""
    return Roster.model_validate_json(zlib.decompress(revision.roster))


def is_latest(session: Session, plan: PlanRow) -> bool:
    """Return whether a plan's roster is still what was published: nobody has changed it since."""
    query = select(RevisionRow.summary).where(
        RevisionRow.plan == plan.id, RevisionRow.number == plan.revision
    )
    summary = session.scalar(query)
    return summary is not None and summary.get("roster_version") == plan.roster_version


def find(session: Session, plan: str, number: int) -> RevisionRow:
    """Return a revision of a plan.

    Raises
    ------
    NotFound
        When there is none of that number.
    """
    row = session.get(RevisionRow, (plan, number))
    if row is None:
        raise NotFound
    return row


def listed(session: Session, plan_id: str) -> Sequence[RevisionRow]:
    """Return a plan's revisions, the latest first, without what they hold.

    Raises
    ------
    NotFound
        When there is no such plan.
    """
    plans.find(session, plan_id)
    query = select(RevisionRow).where(RevisionRow.plan == plan_id).order_by(RevisionRow.number.desc())
    return session.scalars(query.options(defer(RevisionRow.problem), defer(RevisionRow.roster))).all()

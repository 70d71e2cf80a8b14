"""Plans: made, listed, locked for a change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Invalid, NotFound, Stale
from api.plans.tables import PlanRow, ShiftRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.plans.problems import Problems
    from models import Shift


CHANGEABLE = ("collecting", "draft", "published")
"""States in which a plan's roster may be changed; what is submitted or approved stays as it was seen."""


class PlanExists(Conflict):
    code = "plan_exists"
    title = "There is a plan already that holds some of these days"


class WrongState(Conflict):
    """A step, or a change of the roster, that the plan's state doesn't allow."""

    code = "wrong_state"
    title = "The plan's state doesn't allow that"

    def __init__(self, state: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"The plan is {state}; that can be done only while it is {' or '.join(allowed)}", state=state
        )


def create(
    session: Session,
    actor: Actor,
    problems: Problems,
    start: dt.date,
    *,
    days: int = 7,
    collects_until: dt.datetime | None = None,
) -> PlanRow:
    """Make a plan, with the shifts that the bells give.

    Raises
    ------
    PlanExists
        When another plan has one of the days.
    Invalid
        When the days have no shift.
    """
    end = start + dt.timedelta(days=days)
    for other in session.scalars(select(PlanRow).where(PlanRow.start < end)):
        if other.start + dt.timedelta(days=other.days) > start:
            raise PlanExists(f"The plan of {other.id} holds some of these days", plan=other.id)
    shifts = problems.laid(session, start, days)
    if not shifts:
        raise Invalid("No bell rings on these days: look at the school calendar and the bells")
    plan = PlanRow(
        id=start.isoformat(),
        start=start,
        days=days,
        state="draft" if collects_until is None else "collecting",
        collects_until=collects_until,
        created_at=now(),
    )
    session.add(plan)
    session.flush()
    _lay(session, plan, shifts, {s.id: s.district for s in problems.standing(session)["sites"]})
    record(session, actor, [Entry("plan.create", "plan", plan.id, None, {"days": days}, plan.id)])
    return plan


def _lay(session: Session, plan: PlanRow, shifts: Sequence[Shift], districts: dict[str, str]) -> None:
    rows = [
        {
            **{name: getattr(shift, name) for name in ("id", "site", "date", "window", "start", "end")},
            "plan": plan.id,
            "position": place,
            "district": districts[shift.site],
            "needs": [need.model_dump(mode="json") for need in shift.needs],
            "minimum": sum(need.minimum for need in shift.needs),
            "target": sum(need.target for need in shift.needs),
        }
        for place, shift in enumerate(shifts)
    ]
    session.execute(insert(ShiftRow), rows)


def find(session: Session, plan: str) -> PlanRow:
    """Return a plan.

    Raises
    ------
    NotFound
        When there is none of that id.
    """
    row = session.get(PlanRow, plan)
    if row is None:
        raise NotFound
    return row


def locked(session: Session, plan: str) -> PlanRow:
    """Return a plan of which nobody else changes anything until this session ends.

    Raises
    ------
    NotFound
        When there is none of that id.
    """
    query = select(PlanRow).where(PlanRow.id == plan).with_for_update()
    # What the session has read before it had the lock may be old.
    row = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


def changeable(session: Session, plan: str) -> PlanRow:
    """Return a plan, locked, whose roster may be changed.

    Raises
    ------
    NotFound
        When there is none of that id.
    WrongState
        When it is submitted, approved or closed.
    """
    row = locked(session, plan)
    in_state(row, *CHANGEABLE)
    return row


def tag_of(plan: PlanRow) -> str:
    """Return a plan's entity tag: another one when the plan or its roster has changed."""
    return f'"{plan.id}-{plan.version}"'


def expected(session: Session, plan: str, tags: Collection[str]) -> PlanRow:
    """Return a plan, locked, as the caller has seen it.

    Raises
    ------
    NotFound
        When there is none of that id.
    Stale
        When it or its roster was changed since.
    """
    row = locked(session, plan)
    if tag_of(row) not in tags:
        raise Stale
    return row


def in_state(plan: PlanRow, *allowed: str) -> None:
    """Raise `WrongState` unless a plan is in one of some states."""
    if plan.state not in allowed:
        raise WrongState(plan.state, allowed)


def roster_changed(plan: PlanRow) -> None:
    """Note in a locked plan that its roster has changed, so that who reads or publishes it notices."""
    plan.roster_version += 1
    plan.version += 1


def listed(session: Session) -> Sequence[PlanRow]:
    """Return all plans, the latest first."""
    return session.scalars(select(PlanRow).order_by(PlanRow.start.desc())).all()

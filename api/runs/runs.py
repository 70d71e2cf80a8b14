"""Runs: begun, read, cancelled, and marked when the process that solved is gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult, and_, func, select, update

from api.audit import Entry, record
from api.database.base import now
from api.database.engine import reading, writing
from api.errors import Conflict, NotFound
from api.plans import plans
from api.plans.tables import ACTIVE, RunRow, ShiftRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Engine
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor

SILENCE = dt.timedelta(minutes=2)
"""After how long without a sign of life a run counts as interrupted; longer than any other writer takes."""

INTERRUPTED = "The process that solved has ended: nothing was changed; start the run again"


class RunActive(Conflict):
    code = "run_active"
    title = "A run of this plan is under way: wait for it, or cancel it"


class RunEnded(Conflict):
    code = "run_ended"
    title = "The run has ended already"


def start(
    session: Session,
    actor: Actor,
    scope: Scope,
    plan_id: str,
    *,
    time_limit: float | None,
    seed: int,
    districts: Sequence[str],
) -> RunRow:
    """Begin a run; somebody has to start its process once this is committed.

    Parameters
    ----------
    districts
        Whose shifts are solved; none stands for all within the scope.

    Raises
    ------
    NotFound
        When the plan or a district isn't there or lies outside the scope.
    RunActive
        When another run of the plan is under way.
    plans.WrongState
        When the plan's roster can't be changed now.
    """
    plan = plans.changeable(session, plan_id)
    wanted = _districts(session, plan_id, scope, districts)
    mark_lost(session, RunRow.plan == plan.id)
    under_way = active(session, plan.id)
    if under_way is not None:
        raise RunActive(run=under_way.id)
    run = RunRow(
        plan=plan.id,
        state="queued",
        settings={"time_limit": time_limit, "seed": seed, "districts": wanted},
        progress={},
        account=actor.account,
        created_at=now(),
    )
    session.add(run)
    session.flush()
    record(session, actor, [Entry("run.start", "run", str(run.id), None, run.settings, plan.id)])
    return run


def _districts(session: Session, plan: str, scope: Scope, asked: Sequence[str]) -> list[str]:
    """Return the districts to solve, in order; none stands for the whole city."""
    if not asked and scope.everywhere:
        return []
    known = set(session.scalars(select(ShiftRow.district).where(ShiftRow.plan == plan).distinct()))
    wanted = set(asked or scope.districts & known)
    if not wanted or any(d not in known or not scope.holds(d, None) for d in wanted):
        raise NotFound
    return sorted(wanted)


def find(session: Session, run_id: int) -> RunRow:
    """Return a run as it is: one whose process is gone says so.

    Raises
    ------
    NotFound
        When there is none of that id.
    """
    row = session.get(RunRow, run_id)
    if row is None:
        raise NotFound
    return row


def active(session: Session, plan: str) -> RunRow | None:
    """Return a plan's run that is under way."""
    return session.scalar(select(RunRow).where(RunRow.plan == plan, RunRow.state.in_(ACTIVE)))


def listed(session: Session, plan_id: str) -> Sequence[RunRow]:
    """Return a plan's runs, the latest first.

    Raises
    ------
    NotFound
        When there is no such plan.
    """
    plans.find(session, plan_id)
    return session.scalars(select(RunRow).where(RunRow.plan == plan_id).order_by(RunRow.id.desc())).all()


def shifts_within(session: Session, scope: Scope, plan: str, shifts: Collection[str]) -> set[str]:
    """Return which of some shifts lie within a scope."""
    if not shifts:
        return set()
    query = select(ShiftRow.id, ShiftRow.district, ShiftRow.site).where(
        ShiftRow.plan == plan, ShiftRow.id.in_(shifts)
    )
    return {shift for shift, district, site in session.execute(query) if scope.holds(district, site)}


def cancel(session: Session, actor: Actor, scope: Scope, run_id: int) -> RunRow:
    """Have a run ended without a change; one that has begun ends within a second or so.

    Raises
    ------
    NotFound
        When there is none of that id, or it solves what lies outside the scope.
    RunEnded
        When it isn't under way any more.
    """
    mark_lost(session, RunRow.id == run_id)
    run = session.get(RunRow, run_id, with_for_update=True)
    if run is None or not _within(scope, run):
        raise NotFound
    if run.state not in ACTIVE:
        raise RunEnded(state=run.state)
    run.cancel = True
    if run.state == "queued":
        run.state, run.ended_at = "cancelled", now()
    record(session, actor, [Entry("run.cancel", "run", str(run.id), plan=run.plan)])
    return run


def _within(scope: Scope, run: RunRow) -> bool:
    districts = run.settings["districts"]
    return scope.everywhere or (bool(districts) and set(districts) <= scope.districts)


def mark_lost(session: Session, *among: ColumnElement[bool]) -> int:
    """Mark runs whose process has given no sign of life as interrupted, and return how many."""
    return interrupt(session, func.coalesce(RunRow.seen_at, RunRow.created_at) < now() - SILENCE, *among)


def interrupt(session: Session, *among: ColumnElement[bool]) -> int:
    """Mark some of the runs under way as interrupted, and return how many; none of them changes anything any more.

    Of one that was to be cancelled, nothing else is said than that it was.
    """
    at = now()
    marked = 0
    for state, failure, condition in (
        ("cancelled", None, RunRow.cancel),
        ("interrupted", INTERRUPTED, ~RunRow.cancel),
    ):
        done = session.execute(
            update(RunRow)
            .where(RunRow.state.in_(ACTIVE), condition, *among)
            .values(state=state, failure=failure, ended_at=at)
            .execution_options(synchronize_session=False)
        )
        marked += done.rowcount if isinstance(done, CursorResult) else 0
    session.expire_all()
    return marked


def settle(engine: Engine) -> None:
    """Mark the runs whose process is gone, in a session of its own, if there are any."""
    lost = and_(
        RunRow.state.in_(ACTIVE),
        func.coalesce(RunRow.seen_at, RunRow.created_at) < now() - SILENCE,
    )
    with reading(engine) as session:
        if session.scalar(select(RunRow.id).where(lost).limit(1)) is None:
            return
    with writing(engine) as session:
        mark_lost(session)


def heard(session: Session, run_id: int, progress: dict[str, Any]) -> bool | None:
    """Note a sign of life, and return whether the run is to be cancelled; None: it isn't under way any more."""
    return session.execute(
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.state == "running")
        .values(seen_at=now(), progress=progress)
        .returning(RunRow.cancel)
    ).scalar_one_or_none()


def end(session: Session, run_id: int, state: str, failure: str | None = None) -> None:
    """Note that a run has ended without a change, unless that is known already."""
    session.execute(
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.state.in_(ACTIVE))
        .values(state=state, failure=failure and failure[:500], ended_at=now())
    )


def take(session: Session, run_id: int) -> RunRow | None:
    """Return a queued run, now running; None when it was cancelled before, or somebody else has it."""
    run = session.get(RunRow, run_id, with_for_update=True)
    if run is None or run.state != "queued":
        return None
    run.state = "running"
    run.started_at = run.seen_at = now()
    return run

"""Runs over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import Body, Depends, Path
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.accounts.identity import Permission
from api.database.engine import reading
from api.plans.tables import ACTIVE
from api.routing import Current, InSession, InState, Routes
from api.runs import runs
from api.runs.shapes import NewRun, Run, RunDetail, RunReport

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import RunRow
    from api.state import State

LOOK = 0.4
"""Seconds between two looks of who follows a run."""

routes = Routes("", "Runs")

RunId = Annotated[int, Path(ge=1, lt=2**31)]


def _settled(state: InState) -> None:
    """Before runs are read: those whose process is gone say so."""
    runs.settle(state.engine)


@routes.on("POST", "/plans/{plan}/runs", Permission.RUN, status_code=202)
def start_run(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    new: Annotated[NewRun, Body(default_factory=NewRun)],
) -> Run:
    """Solve a plan, or some of its districts; one run a plan at a time."""
    run = runs.start(
        session,
        identity.actor,
        identity.scope(Permission.RUN),
        plan,
        time_limit=new.time_limit,
        seed=new.seed,
        districts=new.districts,
    )
    state.runs.after_commit(session, run.id)
    return Run.model_validate(run)


@routes.on("GET", "/plans/{plan}/runs", Permission.READ_ROSTER, dependencies=[Depends(_settled)])
def list_runs(session: InSession, plan: str) -> list[Run]:
    """List a plan's runs, the latest first."""
    return [Run.model_validate(row) for row in runs.listed(session, plan)]


@routes.on("GET", "/runs/{run}", Permission.READ_ROSTER, dependencies=[Depends(_settled)])
def read_run(session: InSession, identity: Current, run: RunId) -> RunDetail:
    """Read a run, with its report once it is done."""
    found = runs.find(session, run)
    scope = identity.scope(Permission.READ_ROSTER)
    report = None if found.report is None else _report(session, scope, found)
    return RunDetail(**Run.model_validate(found).model_dump(), report=report)


def _report(session: Session, scope: Scope, run: RunRow) -> RunReport:
    report = RunReport.model_validate(run.report)
    seen = runs.shifts_within(session, scope, run.plan, {d.assignment.shift for d in report.dropped_pins})
    dropped = [d for d in report.dropped_pins if d.assignment.shift in seen]
    return report.model_copy(update={"dropped_pins": dropped})


@routes.on("POST", "/runs/{run}/cancel", Permission.RUN, status_code=202)
def cancel_run(session: InSession, identity: Current, run: RunId) -> Run:
    """End a run; nothing is changed by it."""
    return Run.model_validate(runs.cancel(session, identity.actor, identity.scope(Permission.RUN), run))


def _followed(session: InSession, run: RunId) -> int:
    """Before a stream begins: is there such a run?"""
    return runs.find(session, run).id


@routes.on("GET", "/runs/{run}/events", Permission.READ_ROSTER, response_class=EventSourceResponse)
async def follow_run(
    state: InState, followed: Annotated[int, Depends(_followed, scope="function")]
) -> AsyncIterator[ServerSentEvent]:
    """Follow a run: its state at once as the event `run`, then whenever it changes; `done` at its end."""
    told = None
    while True:
        found = await run_sync(_now, state, followed)
        if found != told:
            yield ServerSentEvent(event="run", data=found)
            told = found
        if found.state not in ACTIVE:
            yield ServerSentEvent(event="done", data=found)
            return
        await anyio.sleep(LOOK)


def _now(state: State, run_id: int) -> Run:
    runs.settle(state.engine)
    with reading(state.engine) as session:
        return Run.model_validate(runs.find(session, run_id))

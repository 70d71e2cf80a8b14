"""Generating a week's roster, followed while it goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Form, Path
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.database.engine import reading
from api.plans import plans
from api.plans.tables import ACTIVE
from api.roster.places import places
from api.routing import InSession, InState
from api.runs import runs
from api.runs.shapes import Run, RunReport
from formats.words import LEVELS, REASONS
from web.desk.states import RUN_STATES
from web.desk.steps import GENERATE
from web.rendering import rendered
from web.routing import InPage, Page, Pages

if TYPE_CHECKING:
    from api.plans.tables import RunRow

pages = Pages()

LOOK = 0.4
"""Seconds between two looks of who follows a run."""

RunId = Annotated[int, Path(ge=1, lt=2**31)]


@pages.on("GET", "/plans/{plan}/steps/generate", Permission.RUN)
def ask_for_run(page: InPage, session: InSession, plan: str) -> Response:
    """Ask how to generate."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.RUN)
    districts = sorted({place.district for place in places(session, scope, plan)})
    return page.show("desk/_new_run.html", plan=row, step=GENERATE, districts=districts)


@pages.on("POST", "/plans/{plan}/runs", Permission.RUN)
def start_run(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    seconds: Annotated[str, Form(pattern=r"^\d{0,5}$")] = "",
    district: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Generate, and show how it goes."""
    run = runs.start(
        session,
        page.identity.actor,
        page.identity.scope(Permission.RUN),
        plan,
        time_limit=float(seconds) if seconds.strip("0") else None,
        seed=1,
        districts=[district] if district else [],
    )
    state.runs.after_commit(session, run.id)
    answer = page.show("desk/_run.html", plan=plans.find(session, plan), **_seen(page, run))
    answer.headers["HX-Trigger"] = '{"planchanged": {}, "closedialog": {}}'
    return answer


@pages.on("GET", "/plans/{plan}/runs/{run}", Permission.READ_ROSTER)
def show_run(page: InPage, session: InSession, plan: str, run: RunId) -> Response:
    """Show how a run goes."""
    return page.show("desk/_run.html", plan=plans.find(session, plan), **_seen(page, runs.find(session, run)))


@pages.on("POST", "/plans/{plan}/runs/{run}/cancel", Permission.RUN)
def cancel_run(page: InPage, session: InSession, plan: str, run: RunId) -> Response:
    """End a run without a change; who follows it sees that."""
    runs.cancel(session, page.identity.actor, page.identity.scope(Permission.RUN), run)
    return Response(status_code=NO_CONTENT)


def _followed(session: InSession, plan: str, run: RunId) -> int:
    """Before a stream begins: is there such a run?"""
    return runs.find(session, run).id


@pages.on(
    "GET", "/plans/{plan}/runs/{run}/events", Permission.READ_ROSTER, response_class=EventSourceResponse
)
async def follow_run(
    page: InPage, plan: str, followed: Annotated[int, Depends(_followed, scope="function")]
) -> AsyncIterator[ServerSentEvent]:
    """Follow a run: what is shown of it at once, then whenever that changes; the event `done` at its end."""
    told = None
    while True:
        state, shown = await run_sync(_now, page, plan, followed)
        if shown != told:
            yield ServerSentEvent(event="run", raw_data=shown)
            told = shown
        if state not in ACTIVE:
            yield ServerSentEvent(event="done", raw_data=state)
            return
        await anyio.sleep(LOOK)


def _now(page: Page, plan: str, run_id: int) -> tuple[str, str]:
    runs.settle(page.state.engine)
    with reading(page.state.engine) as session:
        run = runs.find(session, run_id)
        shown = rendered(
            "desk/_run_state.html",
            page.language,
            page=page,
            me=page.identity,
            plan=plans.find(session, plan),
            **_seen(page, run),
        )
        return run.state, shown


def _seen(page: Page, run: RunRow) -> dict[str, object]:
    """Return what templates show of a run."""
    report = None if run.report is None else RunReport.model_validate(run.report)
    return {
        "run": Run.model_validate(run),
        "report": report,
        "look": RUN_STATES[run.state],
        "levels": LEVELS,
        "reason": REASONS.get(report.reason, ("", "")) if report else ("", ""),  # type: ignore[call-overload]
        "active": run.state in ACTIVE,
        "stopping": run.cancel,
        "cancels": page.identity.may(Permission.RUN),
    }

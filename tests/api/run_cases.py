"""Plans with runs: begun, waited for, and what the database holds afterwards."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil

from api.database.engine import reading, writing
from api.plans import plans
from api.plans.problems import roster_of
from api.runs.storing import replace
from models import Roster
from solver.solve import Settings, solve
from solver.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from api_cases import Client

    from api.state import State
    from models import Assignment

MONDAY = "2026-11-30"
ENDED = {"done", "cancelled", "failed", "interrupted"}
HELD = """
import os, signal
runner = os.getpid()
held = lambda: os.getppid() == runner and os.kill(os.getpid(), signal.SIGSTOP)
os.register_at_fork(after_in_child=held)
"""
PLANS = "/api/v1/plans"


def made(client: Client, start: str = MONDAY, days: int = 7) -> str:
    """Make a plan and return its id."""
    answer = client.post(PLANS, json={"start": start, "days": days})
    assert answer.status_code == 201, answer.text
    plan: str = answer.json()["id"]
    return plan


def begun(client: Client, plan: str, **how: Any) -> int:
    """Begin a run and return its id."""
    answer = client.post(f"{PLANS}/{plan}/runs", json=how)
    assert answer.status_code == 202, answer.text
    run: int = answer.json()["id"]
    return run


def ended(client: Client, run: int) -> dict[str, Any]:
    """Wait for a run's end and return it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"/api/v1/runs/{run}").json()
        if found["state"] in ENDED:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def solved(client: Client, plan: str, **how: Any) -> dict[str, Any]:
    """Solve a plan and return the run, done."""
    run = ended(client, begun(client, plan, **how))
    assert run["state"] == "done", run
    return run


def hold_runs(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the runs to come stop as soon as they solve, so that none ends before a test is done with it."""
    (folder / "sitecustomize.py").write_text(HELD)
    patch.setenv("PYTHONPATH", str(folder))


def held_run(state: State) -> int:
    """Wait until a run is held, and return its process group; SIGCONT lets it go on."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for group in state.runs.processes():
            with suppress(psutil.NoSuchProcess):
                children = psutil.Process(group).children()
                if any(child.status() == psutil.STATUS_STOPPED for child in children):
                    return group
        time.sleep(0.01)
    raise AssertionError("no run has begun")


def filled(state: State, plan: str) -> Roster:
    """Solve a plan here, which is quicker, and store and return its roster."""
    with writing(state.engine) as session:
        row = plans.locked(session, plan)
        problem = state.problems.of(session, row)
        roster = solve(problem, Settings(workers=1)).roster
        replace(session, row, problem, roster)
    return roster


def stored(state: State, plan: str, *assignments: Assignment) -> None:
    """Make a plan's roster consist of some assignments."""
    with writing(state.engine) as session:
        row = plans.locked(session, plan)
        problem = state.problems.of(session, row)
        replace(session, row, problem, Roster(horizon=problem.horizon, assignments=assignments))


def step(client: Client, plan: str, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Take a step of a plan's life with the tag that it has now."""
    tag = client.get(f"{PLANS}/{plan}").headers["etag"]
    answer = client.post(f"{PLANS}/{plan}/{name}", json=body, headers={"if-match": tag})
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


def kept(state: State, plan: str) -> Roster:
    """Return the roster that is stored, after it was verified."""
    with reading(state.engine) as session:
        row = plans.find(session, plan)
        roster = roster_of(session, row)
        assert not verify(state.problems.of(session, row), roster)
    return roster

"""kill -9 at any moment of any work: the database opens, and holds all that was acknowledged and nothing by halves.

The suite does this for some seconds. For longer, with other work, and told how much was done:
``HUXUE_CRASH_SECONDS=300 HUXUE_CRASH_SEED=2 python -m pytest tests/api/test_crashes.py --log-cli-level WARNING``
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from api_cases import secret_of
from crash_clients import EDITED, SOLVED, WORK, Asker, Memory, Worker
from crash_judge import ALWAYS, Judge
from run_cases import filled
from serving_cases import launch
from sqlalchemy import update

from api.audit import SERVICE
from api.database.base import now
from api.database.engine import writing
from api.plans import plans
from api.plans.tables import ACTIVE, RunRow
from api.runs import runs

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.settings import Settings
    from api.state import State

log = logging.getLogger(__name__)

SECONDS = float(os.environ.get("HUXUE_CRASH_SECONDS", "10"))
SEED = int(os.environ.get("HUXUE_CRASH_SEED", "1"))
ROUNDS = 3
"""At least so many crashes, however slow the machine is."""

DAYS = 2


def test_kill_9_loses_nothing_and_leaves_nothing_by_halves(
    settings: Settings, state: State, engine: Engine, tmp_path: Path
) -> None:
    for plan in (SOLVED, EDITED):
        with writing(engine) as session:
            plans.create(session, SERVICE, state.problems, dt.date.fromisoformat(plan), days=DAYS)
        filled(state, plan)
    secret, memory = secret_of(engine, "dispatcher"), Memory()
    judge = Judge(engine, settings, memory)
    judge.judge()
    chance, until, rounds = random.Random(SEED), time.monotonic() + SECONDS, 0
    try:
        while time.monotonic() < until or rounds < ROUNDS:
            rounds += 1
            _crash(tmp_path, settings, secret, memory, chance)
            judge.judge()
            _age(engine, tmp_path)
    finally:
        for process in _processes(tmp_path):
            _kill(process)
    _age(engine, tmp_path)
    runs.settle(engine)
    judge.judge()
    assert max(memory.statuses) < 500
    assert memory.acknowledged("edit")
    done = Counter(sent.what for sent in memory.acknowledged(*ALWAYS).values())
    log.warning("%d crashes; acknowledged: %s", rounds, dict(done))


def _crash(folder: Path, settings: Settings, secret: str, memory: Memory, chance: random.Random) -> None:
    """Have a service worked with, and kill it, its runs or both."""
    service = launch(folder, "--processes", chance.choice("1112"), HUXUE_DATABASE=settings.database_url)
    workers = [Worker(work, Asker(service.url, secret, memory), chance.getrandbits(32)) for work in WORK]
    for worker in workers:
        worker.start()
    enough, late = memory.done + chance.randint(1, 40), time.monotonic() + 15
    while memory.done < enough and time.monotonic() < late:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.3))
    of_runs = [p for p in _processes(folder) if os.getpgid(p.pid) != service.process.pid]
    if of_runs and chance.random() < 0.5:
        _kill(chance.choice(of_runs))
        time.sleep(chance.uniform(0, 1))
    if chance.random() < 0.5:
        for process in _processes(folder):
            _kill(process)
    service.kill()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
        if worker.failure is not None:
            raise worker.failure


def _processes(folder: Path) -> list[psutil.Process]:
    """Return the processes of a service, those of its runs included, in any order."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("HUXUE_DATA") == str(folder):
                found.append(process)
    return found


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.kill()


def _age(engine: Engine, folder: Path) -> None:
    """Let runs whose processes are gone have been silent for long: the next round doesn't wait for it."""
    if _processes(folder):
        return  # one has outlived its service, and may go on
    ago = now() - 2 * runs.SILENCE
    with writing(engine) as session:
        under_way = update(RunRow).where(RunRow.state.in_(ACTIVE))
        session.execute(under_way.values(created_at=ago, seen_at=ago))

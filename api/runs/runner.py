"""The process of one run: ``python -m api.runs.runner RUN``.

It reads the problem, has a child solve it, says each second that it lives and how far the child has come, ends the
child when the run is cancelled, and stores what comes of it. The child knows nothing of the database: this process has
one thread, so the child is forked, and forks its own workers.
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING, NoReturn

import structlog
from sqlalchemy.exc import DBAPIError

import api.database.tables  # noqa: F401 (a table that refers to another needs it to be known)
from api.database.engine import open_database, reading, writing
from api.errors import ServiceError
from api.operation.logs import configure
from api.plans.problems import Problems
from api.runs import runs
from api.runs.storing import Result, Task, result_of, store, task_of
from api.settings import Settings
from solver.solve import Progress, solve
from solver.solve import Settings as Search

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext

    from sqlalchemy import Engine

    from models import Problem

log = structlog.get_logger("huxue.runs")

BEAT = 1.0
"""Seconds between two signs of life."""

NICE = 10
"""Who reads while a plan is solved comes first."""

TOLD = 0.25
"""Seconds between two messages of the child within a phase."""

DEFECT = "The run failed by a defect in Huxue; the log has more"


class Refused(Exception):
    """The run can't be done; it says why."""


class Cancelled(Exception):
    """The run is to end, and nothing to be changed."""


class Stopped(BaseException):
    """This process was asked to end."""


def main() -> int:
    """Do the run that the command line names."""
    settings = Settings()
    configure(settings)
    if hasattr(os, "nice"):
        os.nice(NICE)
    signal.signal(signal.SIGTERM, _stop)
    run_id = int(sys.argv[1])
    engine = open_database(settings.database_url)
    with writing(engine) as session:
        taken = runs.take(session, run_id)
    if taken is None:
        return 0
    state, failure = "failed", DEFECT
    try:
        _run(settings, engine, run_id)
    except Cancelled:
        state, failure = "cancelled", ""
    except Stopped:
        state, failure = "interrupted", runs.INTERRUPTED
    except (ServiceError, Refused) as error:
        failure = str(error)
    except Exception:
        log.exception("a run failed", run=run_id)
    else:
        return 0
    with writing(engine) as session:
        runs.end(session, run_id, state, failure or None)
    _end_children()
    return 0


def _stop(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def _end_children() -> None:
    """End all processes of this one's group; this one itself is deaf to it."""
    if os.getpgrp() == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(os.getpgrp(), signal.SIGTERM)


def _run(settings: Settings, engine: Engine, run_id: int) -> None:
    problems = Problems(settings)
    with reading(engine) as session:
        task = task_of(session, problems, run_id)
    # A forked child must not share a connection.
    engine.dispose()
    search = Search(
        time_limit=task.time_limit, workers=settings.workers, seed=task.seed, cluster=settings.cluster
    )
    result = _solved(engine, run_id, task, search)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what is found takes a moment to be stored
    store(engine, problems, task, result)


def _solved(engine: Engine, run_id: int, task: Task, search: Search) -> Result:
    """Have a child solve, and return what it finds.

    Raises
    ------
    Cancelled
        When the run is to be cancelled, or counts as interrupted.
    Refused
        When the child says why it can't be done, or is gone.
    """
    forks = "fork" in multiprocessing.get_all_start_methods()
    context: ForkContext | SpawnContext = get_context("fork") if forks else get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    # The pool of a solve is made of children, which a daemon may not have.
    child = context.Process(target=_solve, args=(task.part, search, sender, os.getpid()))
    child.start()
    sender.close()
    try:
        return _follow(engine, run_id, receiver)
    except EOFError:
        child.join()
        raise Refused(
            f"The process that solved was lost (exit code {child.exitcode}), perhaps for want of memory: "
            "start the run again"
        ) from None


def _follow(engine: Engine, run_id: int, receiver: Connection) -> Result:
    """Note how far the child has come until it hands its result over."""
    progress: dict[str, object] = {"phase": "compile"}
    written = 0.0
    while True:
        wait = max(0.0, written + BEAT - time.monotonic())
        if receiver.poll(wait):
            message = receiver.recv()
            if isinstance(message, Result):
                return message
            if isinstance(message, Exception):
                raise message
            news = message["phase"] != progress["phase"]
            progress = message
            if not news:
                continue
        # Another writer may hold the database for longer than we wait; we will be heard the next time.
        with contextlib.suppress(DBAPIError), writing(engine) as session:
            if runs.heard(session, run_id, progress) is not False:
                raise Cancelled
        written = time.monotonic()


def _solve(problem: Problem, search: Search, sender: Connection, runner: int) -> None:
    """Solve, and send how it goes and what comes of it; what happens in the child."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    phase, told = "", 0.0

    def tell(progress: Progress) -> None:
        nonlocal phase, told
        if progress.phase == phase and time.monotonic() < told + TOLD:
            return
        phase, told = progress.phase, time.monotonic()
        sender.send(_shown(progress))

    try:
        solution = solve(problem, search, progress=tell, cancelled=lambda: os.getppid() != runner)
        sender.send(result_of(solution))
    except BrokenPipeError:
        os._exit(1)  # nobody follows any more
    except ValueError as error:
        # What the engine says about a cluster that can't be used; anything else is a defect.
        log.exception("a run failed", cluster=search.cluster)
        sender.send(Refused(str(error)) if search.cluster is not None else Refused(DEFECT))
    except Exception:
        log.exception("a run failed")
        sender.send(Refused(DEFECT))


def _shown(progress: Progress) -> dict[str, object]:
    fields = dataclasses.asdict(progress)
    levels = [
        {"name": level.name, "value": level.value, "bound": level.bound, "gap": level.gap}
        for level in progress.levels
    ]
    return {**fields, "levels": levels}


if __name__ == "__main__":
    sys.exit(main())

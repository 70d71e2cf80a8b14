"""The processes of runs: started by the API, watched for their end, and ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

import api
from api.database.engine import writing
from api.plans.tables import RunRow
from api.runs import runs

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.settings import Settings

log = structlog.get_logger("huxue.runs")

_ROOT = Path(next(iter(api.__path__))).parent

PATIENCE = 5.0
"""Seconds that a run's process may take to end when the service is stopped."""


class Launcher:
    """Starts the processes of runs, one of these a process of the API.

    Each leads a process group of its own with all that it starts, so that nothing of it is left behind.

    Parameters
    ----------
    settings
        What the processes are told, by their environment.
    engine
        Where the end of one that was killed is noted.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._lock = threading.Lock()
        self._watched: dict[int, threading.Thread] = {}

    def after_commit(self, session: Session, run_id: int) -> None:
        """Start a run's process once the session that made the run is committed."""
        event.listen(session, "after_commit", lambda _: self.launch(run_id), once=True)

    def launch(self, run_id: int) -> None:
        """Start the process of a run."""
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "api.runs.runner", str(run_id)],
                env=environment(self._settings),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            log.exception("no process for a run", run=run_id)
            return
        watch = threading.Thread(target=self._watch, args=(process, run_id), daemon=True)
        with self._lock:
            self._watched[process.pid] = watch
        watch.start()

    def processes(self) -> list[int]:
        """Return the ids of the processes that are under way."""
        with self._lock:
            return list(self._watched)

    def stop(self) -> None:
        """End the runs that were started here; they are interrupted, and say so."""
        with self._lock:
            watched = dict(self._watched)
        for group in watched:
            _signal(group, signal.SIGTERM)
        for thread in watched.values():
            thread.join(PATIENCE)
        for group, thread in watched.items():
            if thread.is_alive():
                _signal(group, signal.SIGKILL)
                thread.join(PATIENCE)

    def _watch(self, process: subprocess.Popen[bytes], run_id: int) -> None:
        if hasattr(os, "waitid"):
            # Before its id is given back, so that its group can't be another's yet.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            _signal(process.pid, signal.SIGKILL)
        code = process.wait()
        with self._lock:
            del self._watched[process.pid]
        if code:
            log.warning("the process of a run has ended", run=run_id, exit_code=code)
            # Whoever reads the run will see by its silence what couldn't be noted.
            with contextlib.suppress(DBAPIError), writing(self._engine) as session:
                runs.interrupt(session, RunRow.id == run_id)


def _signal(group: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, what)


def environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment with the settings, for a process that is to have the same."""
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **settings.environment(), "PYTHONPATH": path}

"""The service over real HTTP: as a process of its own, started by its command, or in a thread of this one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import uvicorn

from api.app import create_app
from api.state import State

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
"""Seconds after which a service that hasn't answered won't."""

HUXUE = (sys.executable, "-m", "cli")


@dataclass(frozen=True)
class Served:
    """A service that runs.

    Attributes
    ----------
    log
        Where its log goes: a pipe that nobody reads would stop it once full.
    """

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """Stop it as Ctrl+C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def kill(self) -> None:
        """Kill it with all of its processes but those of runs, which are groups of their own."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def launch(folder: Path, *arguments: str, **environment: str) -> Served:
    """Start the service in a folder on a free port, and return once it answers."""
    log = folder / "huxue.log"
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [*HUXUE, "serve", "--json", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, "HUXUE_DATA": str(folder), "LANG": "en", **environment},
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    assert process.stdout is not None
    with process.stdout as told:
        line = told.readline()
    assert line, log.read_text("utf-8")
    service = Served(json.loads(line)["url"], process, log)
    until = time.monotonic() + PATIENCE
    while not _answers(service.url):
        if process.poll() is not None or time.monotonic() > until:
            service.kill()
            raise AssertionError(log.read_text("utf-8"))
        time.sleep(0.02)
    return service


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/healthz", timeout=30).is_success
    return False


@contextmanager
def served(folder: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """Run the service in a folder on a free port; stopped at the end."""
    service = launch(folder, *arguments, **environment)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.stop()


@contextmanager
def served_here(state: State) -> Iterator[str]:
    """Serve the API on a free port, in this process: its clock is the test's."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(state=state), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()

"""Servers that are measured, each a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.child import ROOT, ChildError, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def serving(folder: Path, *arguments: str, **more: str) -> Iterator[tuple[int, int]]:
    """Run a server in a process of its own, and yield its port and its process.

    Parameters
    ----------
    folder
        Of its data and its log.
    arguments
        What Python is to run.
    more
        Variables of its environment.

    Raises
    ------
    ChildError
        When it doesn't start.
    """
    settings = {"HUXUE_DATA": str(folder), "HUXUE_LOG_FORMAT": "json", "LANG": "en"}
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, *arguments],
            env={**environment(), **settings, **more},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            if not said:
                raise ChildError(f"the server {' '.join(arguments)} didn't start")
            port = int(said) if said.isdigit() else urlsplit(json.loads(said)["url"]).port or 0
            wait(port)
            yield port, process.pid
        finally:
            process.terminate()


def wait(port: int) -> None:
    """Wait until a service answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if connection.recv(100):
                    return
        except OSError:
            time.sleep(0.1)
    raise ChildError("the server doesn't answer")

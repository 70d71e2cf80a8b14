"""Start the service."""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from cli.output import Failure, note, write_stdout
from cli.service import opened, settings_from, with_tables
from cli.words import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from api.settings import Settings
    from cli.words import Language
    from web.demo.offers import Demo

GRACE = 15
"""Seconds that requests may take to end when the service is stopped."""


def run(args: argparse.Namespace) -> int:
    """Run ``huxue serve``."""
    settings = settings_from(args.language, host=args.host, port=args.port, processes=args.processes)
    with opened(settings, args.language) as state:
        with_tables(state, args.language)
    with listening(settings, args.language) as (taken, url):
        if args.json:
            write_stdout(f'{{"url": "{url}"}}\n'.encode())
        else:
            note(say(args.language, "serving", url=url))
        serve(settings, taken)
    return 0


@contextmanager
def listening(
    settings: Settings, language: Language, *, or_any: bool = False
) -> Iterator[tuple[socket.socket, str]]:
    """Take the port; give the socket and the address that people open.

    Parameters
    ----------
    or_any
        Whether another port will do where this one is taken.

    Raises
    ------
    Failure
        When the port can't be used.
    """
    try:
        try:
            taken = _bound(settings.host, settings.port)
        except OSError:
            if not or_any:
                raise
            taken = _bound(settings.host, 0)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(
            say(language, "port-taken", host=settings.host, port=str(settings.port), reason=reason)
        ) from error
    host, port = taken.getsockname()[:2]
    with taken:
        yield taken, f"http://{'[' + host + ']' if ':' in host else host}:{port}"


def serve(settings: Settings, taken: socket.socket, demo: Demo | None = None) -> None:
    """Answer requests until stopped; Ctrl+C is how it is stopped, and no failure.

    Parameters
    ----------
    demo
        Who can walk in without a password: of a demo, in one process.
    """
    host, port = taken.getsockname()[:2]
    # Processes that are started find the settings where this one found them.
    os.environ |= settings.model_copy(update={"host": host, "port": port}).environment()
    with tempfile.TemporaryDirectory(prefix="huxue-figures-") as shared, suppress(KeyboardInterrupt):
        if settings.processes > 1:
            # Before anything imports the library that keeps the figures.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        import uvicorn

        from web.serving import application

        config = uvicorn.Config(
            "web.serving:application" if demo is None else partial(application, demo),
            factory=True,
            workers=settings.processes,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=30,
        )
        if settings.processes > 1:
            from uvicorn.supervisors import Multiprocess

            Multiprocess(config, sockets=[taken]).run()
        else:
            uvicorn.Server(config).run(sockets=[taken])


def _bound(host: str, port: int) -> socket.socket:
    taken = socket.socket(family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        # Who opens the address at once waits for the service rather than being turned away.
        taken.listen()
    except OSError:
        taken.close()
        raise
    taken.set_inheritable(True)
    return taken

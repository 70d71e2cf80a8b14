"""Start the service."""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from cli.output import Failure, note, write_stdout
from cli.service import opened, settings_from, with_tables
from cli.words import say

if TYPE_CHECKING:
    import argparse

    from api.settings import Settings
    from cli.words import Language

GRACE = 15
"""Seconds that requests may take to end when the service is stopped."""


def run(args: argparse.Namespace) -> int:
    """Run ``huxue serve``."""
    settings = settings_from(args.language, host=args.host, port=args.port, processes=args.processes)
    with opened(settings, args.language) as state:
        with_tables(state, args.language)
    # Ctrl+C is how it is stopped, and no failure.
    with suppress(KeyboardInterrupt):
        serve(settings, args.language, as_json=args.json)
    return 0


def serve(settings: Settings, language: Language, *, as_json: bool = False) -> None:
    """Answer requests until stopped.

    Raises
    ------
    Failure
        When the port can't be used.
    """
    listening = _listen(settings, language)
    host, port = listening.getsockname()[:2]
    # Processes that are started find the settings where this one found them.
    for name, value in (("HOST", host), ("PORT", str(port)), ("PROCESSES", str(settings.processes))):
        os.environ[f"HUXUE_{name}"] = value
    os.environ["HUXUE_DATA"] = str(settings.data)
    with tempfile.TemporaryDirectory(prefix="huxue-figures-") as shared:
        if settings.processes > 1:
            # Before anything imports the library that keeps the figures.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        import uvicorn

        url = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
        if as_json:
            write_stdout(f'{{"url": "{url}"}}\n'.encode())
        else:
            note(say(language, "serving", url=url))
        config = uvicorn.Config(
            "web.serving:application",
            factory=True,
            workers=settings.processes,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=30,
        )
        with listening:
            if settings.processes > 1:
                from uvicorn.supervisors import Multiprocess

                Multiprocess(config, sockets=[listening]).run()
            else:
                uvicorn.Server(config).run(sockets=[listening])


def _listen(settings: Settings, language: Language) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family=family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise Failure(
            say(language, "port-taken", host=settings.host, port=str(settings.port), reason=reason)
        ) from error
    listening.set_inheritable(True)
    return listening

"""What a server process runs: the application with its log, as the environment says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.operation.logs import configure
from api.settings import Settings
from web.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.demo.offers import Demo


def application(demo: Demo | None = None) -> FastAPI:
    """Return the application of this process.

    Parameters
    ----------
    demo
        As of `web.app.create_app`.
    """
    settings = Settings()
    configure(settings)
    return create_app(settings, demo=demo)

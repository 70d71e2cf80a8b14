"""Which version of the tables a database has, and the way to this program's."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.schema import CreateTable

from api.database.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_MIGRATIONS = Path(__file__).with_name("migrations")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Bring a database, also an empty one, to this program's tables; all or nothing."""
    with engine.execution_options(huxue_writes=True).begin() as connection:
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Bring a database back to earlier tables."""
    with engine.execution_options(huxue_writes=True).begin() as connection:
        command.downgrade(_config(connection), revision)


def write_step(engine: Engine, message: str, revision: str) -> None:
    """Write the step from a database's tables to those in the code, for who changes them."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def head() -> str | None:
    """Return the version of this program's tables."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def fingerprint() -> str:
    """Return what differs when any of this program's tables does, also between two versions."""
    tables = "".join(str(CreateTable(table)) for table in metadata.sorted_tables)
    return hashlib.sha256(tables.encode()).hexdigest()[:16]


def is_current(engine: Engine) -> bool:
    """Say whether a database has this program's tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()


def is_empty(engine: Engine) -> bool:
    """Say whether a database has no tables of ours yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is None

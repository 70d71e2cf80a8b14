"""The migrations make the tables that the code has, on both databases, and can be taken back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from api.database.schema import downgrade, is_current, is_empty, upgrade
from api.database.tables import metadata


def test_the_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    assert is_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_they_can_be_taken_back_and_made_again(engine: Engine) -> None:
    downgrade(engine, "base")
    assert is_empty(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    # Upgrading what is current changes nothing.
    upgrade(engine)
    assert is_current(engine)

"""What Alembic runs: on a connection that the caller has opened."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import JSON

from api.database.base import UtcDateTime
from api.database.tables import metadata


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column types by their names."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    return "Json" if kind == "type" and isinstance(item, JSON) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render,
    # SQLite can't change a column in place.
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

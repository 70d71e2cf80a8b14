"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.base import Json, UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Go on to these tables."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to those before."""
    ${downgrades if downgrades else "pass"}

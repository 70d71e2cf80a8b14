"""What the day's clock brings, beside the requests: the next who is called out, and who hasn't checked in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import text

from api.database.base import now
from api.database.engine import reading, writing
from api.day import calling, missing
from api.rounds import Rounds

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.settings import Settings

PAUSE = 2.0
"""Seconds between two looks at the clock."""

_LOCK = 0x63616C6C
"""The number of the lock on PostgreSQL."""


class Caller:
    """Looks at the clock; one of these a process, of which one at a time calls.

    Parameters
    ----------
    settings
        From when on somebody is late.
    engine
        Where call-outs stand.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._looked_at: dt.datetime | None = None
        self._told: set[missing.Missing] = set()
        self.rounds = Rounds("caller", self._go, PAUSE)

    def _go(self) -> bool:
        self.call()
        self.look_for_missing()
        return False

    def call(self) -> None:
        """Ask the next of each call-out in which somebody's time is over; also whenever one is read."""
        with reading(self._engine) as session:
            numbers = calling.due(session)
        for number in numbers:
            with writing(self._engine) as session:
                if _is_first(session):
                    calling.advance(session, number)

    def look_for_missing(self) -> None:
        """Tell who hasn't checked in, once a minute."""
        moment = now().replace(second=0, microsecond=0)
        if self._looked_at == moment:
            return
        self._looked_at = moment
        with reading(self._engine) as session:
            found = set(missing.found(session, self._settings))
        # The outbox tells nobody twice; this spares it being asked anew each minute.
        self._told &= found
        if fresh := found - self._told:
            with writing(self._engine) as session:
                if not _is_first(session):
                    return
                missing.tell(session, fresh)
            self._told |= fresh


def _is_first(session: Session) -> bool:
    """Say whether no other process is calling; until the session ends then none does. On SQLite none writes."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": _LOCK}))

"""When log-ins, tokens and calendar addresses were last used: noted in memory, and written now and then beside the requests.

A read stays a read. What is lost when a process dies is some seconds of when somebody was last seen.
"""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from api.accounts.tables import LoginRow, TokenRow
from api.database.base import now
from api.database.engine import writing
from api.feeds.tables import FeedRow
from api.rounds import Rounds

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.feeds.snapshot import Address

APART = dt.timedelta(minutes=1)
"""What was noted less than this ago isn't noted again."""

FEEDS_APART = dt.timedelta(hours=1)
"""The same of calendar addresses: thousands are fetched every few minutes."""

PAUSE = 20.0
"""Seconds between two writings."""


class Seen:
    """What was used since it was last written; one of these a process.

    Parameters
    ----------
    engine
        Where it is written.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._noted: dict[tuple[str, str], dt.datetime] = {}
        self._fetched: dict[int, tuple[dt.datetime, str]] = {}
        self.rounds = Rounds("seen", self._go, PAUSE)

    def login(self, hash_: str, before: dt.datetime) -> None:
        """Note that a log-in is used, by its hash and when it was last."""
        self._note("login", hash_, before)

    def token(self, hash_: str, before: dt.datetime | None) -> None:
        """Note that a token is used, by its hash and when it was last."""
        self._note("token", hash_, before)

    def feed(self, address: Address, agent: str) -> None:
        """Note that a calendar address is fetched by a program."""
        moment = now()
        last = address.fetched_at
        if last is None or last + FEEDS_APART <= moment or agent != address.fetched_by:
            address.fetched_at, address.fetched_by = moment, agent
            with self._lock:
                self._fetched[address.id] = moment, agent

    def _note(self, kind: str, hash_: str, before: dt.datetime | None) -> None:
        moment = now()
        if before is None or before + APART <= moment:
            with self._lock:
                self._noted[kind, hash_] = moment

    def write(self) -> None:
        """Write what was noted."""
        with self._lock:
            noted, self._noted = self._noted, {}
            fetched, self._fetched = self._fetched, {}
        if not noted and not fetched:
            return
        with writing(self._engine) as session:
            # In one order: several processes write the same rows.
            for (kind, hash_), moment in sorted(noted.items()):
                if kind == "login":
                    session.execute(update(LoginRow).where(LoginRow.hash == hash_).values(seen_at=moment))
                else:
                    session.execute(update(TokenRow).where(TokenRow.hash == hash_).values(used_at=moment))
            if fetched:
                session.connection().execute(
                    update(FeedRow)
                    .where(FeedRow.id == bindparam("feed"))
                    .values(fetched_at=bindparam("moment"), fetched_by=bindparam("agent")),
                    [{"feed": id_, "moment": at, "agent": by} for id_, (at, by) in sorted(fetched.items())],
                )

    def _go(self) -> bool:
        self.write()
        return False

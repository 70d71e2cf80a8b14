"""The postman: takes what is due out of the outbox and sends it, beside the requests.

A message is sent at least once. It is in one process's hand for a while, and what the gateway said is written before the
next one: only a process that dies in between, or a gateway that takes a message and says no, makes it come twice.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy import delete, or_, select, update

from api.database.base import now
from api.database.engine import reading, writing
from api.messages import due
from api.messages.gateway import deliver
from api.messages.tables import ChannelRow, MessageRow
from api.messages.words import words
from api.rounds import Rounds

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.settings import Settings

log = structlog.get_logger("huxue.messages")

PAUSE = 2.0
"""Seconds between two looks into an outbox that was empty."""
AT_ONCE = 10
"""Messages in hand at a time."""
LEASE = dt.timedelta(minutes=10)
"""How long they are; a gateway answers, or is given up, within seconds."""
AGAIN = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
"""After how long a message that failed is tried again; then it has failed for good."""
KEPT = dt.timedelta(days=30)
"""How long it is known what was sent."""


class _Taken(NamedTuple):
    id: str
    attempts: int


class Postman:
    """Sends messages; one of these a process.

    Parameters
    ----------
    settings
        With the gateways.
    engine
        Where the outbox is.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._looked_at: dt.datetime | None = None
        self.rounds = Rounds("postman", self._go, PAUSE)

    def _go(self) -> bool:
        self.look_at_the_clock()
        return self.round() > 0

    def look_at_the_clock(self) -> None:
        """Write the messages that come with time, once a minute."""
        moment = now().replace(second=0, microsecond=0)
        if self._looked_at == moment:
            return
        self._looked_at = moment
        due.look(self._engine, self._settings)
        with writing(self._engine) as session:
            session.execute(
                delete(MessageRow).where(MessageRow.state != "waiting", MessageRow.created_at < moment - KEPT)
            )

    def round(self) -> int:
        """Send some of what is due, and return how many messages were in hand."""
        taken = self._take()
        for message in taken:
            if self.rounds.ended:
                break
            self._send(message)
        return len(taken)

    def _take(self) -> list[_Taken]:
        """Take messages in hand, which no other process has."""
        moment = now()
        waiting = (
            select(MessageRow.id, MessageRow.attempts)
            .where(
                MessageRow.state == "waiting",
                MessageRow.due_at <= moment,
                or_(MessageRow.leased_until.is_(None), MessageRow.leased_until < moment),
            )
            .order_by(MessageRow.due_at, MessageRow.id)
            .limit(AT_ONCE)
        )
        with reading(self._engine) as session:
            if session.execute(waiting.limit(1)).first() is None:
                return []
        with writing(self._engine) as session:
            taken = [_Taken(*row) for row in session.execute(waiting.with_for_update(skip_locked=True))]
            session.execute(
                update(MessageRow)
                .where(MessageRow.id.in_([message.id for message in taken]))
                .values(leased_until=moment + LEASE)
            )
        return taken

    def _send(self, message: _Taken) -> None:
        link = None if self._settings.public_url is None else str(self._settings.public_url)
        with reading(self._engine) as session:
            row = session.get(MessageRow, message.id)
            channel = None if row is None else session.get(ChannelRow, row.channel)
            if row is None or channel is None:
                return
            text = words(session, row, channel, link)
            kind, address = row.kind, channel.address
        error = None if text is None else deliver(self._settings, address, message.id, text)
        tried = message.attempts + 1
        with writing(self._engine) as session:
            row = session.get(MessageRow, message.id)
            if row is None:  # its channel was removed meanwhile
                return
            moment = now()
            row.attempts, row.leased_until, row.error = tried, None, error
            channel = session.get_one(ChannelRow, row.channel)
            if text is None:
                row.state = "dropped"
            elif error is None:
                row.state, row.sent_at, channel.failing_since = "sent", moment, None
            else:
                channel.failing_since = channel.failing_since or moment
                if tried > len(AGAIN) or kind == "test":
                    row.state = "failed"
                else:
                    row.due_at = moment + AGAIN[tried - 1]
        log.info("message", kind=kind, message=message.id, attempt=tried, error=error)

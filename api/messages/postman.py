"""The postman: takes what is due out of the outbox and sends it, beside the requests.

A message is sent at least once. It is in one thread's hand for a while, and what the gateway said is written before the
next one: only a process that dies in between, or a gateway that takes a message and says no, makes it come twice.
Urgent ones go first, and a host that never answers holds up few of those that are for others.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.database.base import now
from api.database.engine import reading, writing
from api.day import calling
from api.messages import due, trials
from api.messages.gateway import deliver
from api.messages.kinds import TRIALS
from api.messages.tables import ChannelRow, MessageRow
from api.messages.words import words
from api.rounds import Rounds

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.messages.told import Text
    from api.settings import Settings

log = structlog.get_logger("huxue.messages")

PAUSE = 2.0
"""Seconds between two looks into an outbox that was empty."""
SENDERS = 4
"""Threads that send; one more is for urgent messages alone."""
OF_ONE_WAY = SENDERS - 1
"""How many of them wait for the same way out at a time: one is left for all others."""
SLOW = 1.0
"""Seconds from which on a failure has held its sender up."""
REST = 4
"""So many times as long as it did, nothing else is tried that way: hosts that never answer take little of the senders."""
LEASE = dt.timedelta(minutes=10)
"""How long they are; a gateway answers, or is given up, within seconds."""
AGAIN = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
"""After how long a message that failed is tried again; then it has failed for good."""
KEPT = dt.timedelta(days=30)
"""How long it is known what was sent."""


class _Taken(NamedTuple):
    id: str
    attempts: int
    way: str
    kind: str
    values: dict[str, Any]


_OF_MESSAGES = (MessageRow.id, MessageRow.attempts, ChannelRow.way, MessageRow.kind, MessageRow.values)


class Postman:
    """Sends messages; one of these a process.

    Parameters
    ----------
    settings
        With the gateways.
    engine
        Where the outbox is.

    Attributes
    ----------
    rounds
        Those of each thread: for the clock, for urgent messages, and for all.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._looked_at: dt.datetime | None = None
        # Held while the outbox is written, too: on SQLite these threads would sleep for each other, not queue.
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()
        self._rests: dict[str, dt.datetime] = {}
        self.rounds = (
            Rounds("messages_due", self._look, PAUSE),
            Rounds("postman", lambda: self.round(urgent=True) > 0, PAUSE),
            *(Rounds("postman", lambda: self.round() > 0, PAUSE) for _ in range(SENDERS)),
        )

    def _look(self) -> bool:
        self.look_at_the_clock()
        return False

    def look_at_the_clock(self) -> None:
        """Write the messages that come with time, once a minute."""
        moment = now().replace(second=0, microsecond=0)
        if self._looked_at == moment:
            return
        self._looked_at = moment
        due.look(self._engine, self._settings)
        with writing(self._engine) as session:
            trials.forget(session)
            session.execute(
                delete(MessageRow).where(MessageRow.state != "waiting", MessageRow.created_at < moment - KEPT)
            )

    def round(self, *, urgent: bool = False) -> int:
        """Send the message whose turn it is, and return how many there were: one or none.

        Parameters
        ----------
        urgent
            Only if it is urgent.
        """
        taken = self._take(urgent)
        if taken is None:
            return 0
        try:
            self._send(taken)
        finally:
            with self._lock:
                self._held[taken.way] -= 1
        return 1

    def _take(self, urgent: bool) -> _Taken | None:
        """Take a message in hand, which no other process has."""
        with self._lock:
            moment = now()
            shut = [way for way, until in self._rests.items() if until > moment]
            if not urgent:
                shut += [way for way, count in self._held.items() if count >= OF_ONE_WAY]
            waiting = (
                select(*_OF_MESSAGES)
                .join(ChannelRow, ChannelRow.id == MessageRow.channel)
                .where(
                    MessageRow.state == "waiting",
                    MessageRow.due_at <= moment,
                    or_(MessageRow.leased_until.is_(None), MessageRow.leased_until < moment),
                    ChannelRow.way.not_in(shut),
                )
                .order_by(MessageRow.rank, MessageRow.due_at, MessageRow.id)
                .limit(1)
            )
            if urgent:
                waiting = waiting.where(MessageRow.rank == 0)
            with reading(self._engine) as session:
                if session.execute(waiting).first() is None:
                    return None
            with writing(self._engine) as session:
                row = session.execute(waiting.with_for_update(of=MessageRow, skip_locked=True)).first()
                if row is None:
                    return None
                taken = _Taken(*row)
                session.execute(
                    update(MessageRow).where(MessageRow.id == taken.id).values(leased_until=moment + LEASE)
                )
            self._held[taken.way] += 1
            return taken

    def _send(self, message: _Taken) -> None:
        try:
            told = self._put_in_words(message)
            error = None if told is None else self._deliver(message, *told)
        except (OperationalError, PoolTimeout):
            # The database is away: that is not the message's fault. It comes again when nobody has it in hand.
            raise
        except Exception as failure:
            told, error = None, type(failure).__name__
            log.exception("message_failed", message=message.id)
        with self._lock, writing(self._engine) as session:
            self._note(session, message, nothing=told is None and error is None, error=error)

    def _put_in_words(self, message: _Taken) -> tuple[str, Text] | None:
        """Return to which address a message goes and what it says; None: there is nothing to say any more."""
        base = None if self._settings.public_url is None else str(self._settings.public_url)
        if message.kind == "called_out" and not message.attempts:
            with writing(self._engine) as session:
                calling.begin_time(session, message.values["call_out"], message.values["place"])
        with reading(self._engine) as session:
            row = session.get(MessageRow, message.id)
            channel = None if row is None else session.get(ChannelRow, row.channel)
            if row is None or channel is None:
                return None
            text = words(session, row, channel, base)
            return None if text is None else (channel.address, text)

    def _deliver(self, message: _Taken, address: str, text: Text) -> str | None:
        """Send a message, and return why it failed; what took long to fail isn't tried for a while."""
        started = perf_counter()
        error = deliver(self._settings, address, message.id, text)
        took = perf_counter() - started
        if error is not None and took > SLOW:
            with self._lock:
                self._rests[message.way] = now() + dt.timedelta(seconds=REST * took)
        return error

    def _note(self, session: Session, message: _Taken, *, nothing: bool, error: str | None) -> None:
        """Note what has become of a message."""
        row = session.get(MessageRow, message.id)
        if row is None:  # its channel was removed meanwhile
            return
        moment, tried = now(), message.attempts + 1
        row.attempts, row.leased_until, row.error = tried, None, error
        channel = session.get_one(ChannelRow, row.channel)
        if nothing:
            row.state = "dropped"
        elif error is None:
            row.state, row.sent_at, channel.failing_since = "sent", moment, None
        else:
            channel.failing_since = channel.failing_since or moment
            if tried > len(AGAIN) or row.kind in TRIALS:
                row.state = "failed"
            else:
                row.due_at = moment + AGAIN[tried - 1]
        log.info("message", kind=row.kind, message=message.id, attempt=tried, error=error)

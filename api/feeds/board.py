"""The snapshot that one process holds, and keeping it fresh."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from api.database.engine import reading
from api.feeds.snapshot import NOTHING, Snapshot, take

if TYPE_CHECKING:
    from sqlalchemy import Engine


class _Looks:
    """The look at the database that goes on in an event loop, and the one that comes after it."""

    def __init__(self) -> None:
        self.going_on = asyncio.Lock()
        self.next: asyncio.Task[Snapshot] | None = None


class Board:
    """What feeds are made of, fresh whenever somebody asks; one of these a process.

    Everybody gets a snapshot that was taken, or found to be good still, after they asked. Those who ask while a look
    at the database goes on share the next one, so that a thousand polls a second cost a few short queries.

    Parameters
    ----------
    engine
        The database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._snapshot = NOTHING
        self._looks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Looks] = WeakKeyDictionary()

    async def current(self) -> Snapshot:
        """Return how things are now."""
        looks = self._looks.setdefault(asyncio.get_running_loop(), _Looks())
        if looks.next is None:
            looks.next = asyncio.create_task(self._look(looks))
        # Who goes away meanwhile ends nobody else's look.
        return await asyncio.shield(looks.next)

    async def _look(self, looks: _Looks) -> Snapshot:
        async with looks.going_on:
            looks.next = None  # who asks from here on needs a later one
            return await asyncio.to_thread(self.now)

    def now(self) -> Snapshot:
        """Return how things are now, for who is in a thread of their own."""
        with self._lock, reading(self._engine) as session:
            self._snapshot = take(session, self._snapshot)
            return self._snapshot

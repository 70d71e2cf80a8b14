"""The codes that a duty leader's phone shows: another every 30 seconds, for one shift alone.

A code is the number of its step of time and an HMAC of shift and step. Whoever has it was near the leader's phone at that
time; it says nothing about who they are, which their log-in does.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import threading
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from api.accounts.secrets import same
from api.database.engine import reading, writing
from api.day.tables import DaySecretRow

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.settings import Settings

STEP = 30
"""Seconds that one code is shown."""

_LONGEST = 12
"""Digits of a step's number at most."""


class Code(NamedTuple):
    """A code, and when it is shown."""

    code: str
    start: dt.datetime
    end: dt.datetime


def step_at(moment: dt.datetime) -> int:
    """Return the number of the step in which a moment lies."""
    return int(moment.timestamp()) // STEP


def begin_of(step: int) -> dt.datetime:
    """Return when a step begins."""
    return dt.datetime.fromtimestamp(step * STEP, dt.UTC)


class Codes:
    """Makes and reads codes, one of these a process.

    Parameters
    ----------
    settings
        They may give the secret; else it is made at random, once, and kept in the database.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        given = settings.check_in_secret
        self._secret = None if given is None else given.get_secret_value().encode()
        self._engine = engine
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Read the secret, or make it; before a session that writes, which would wait for itself."""
        self._key()

    def of(self, shift: str, step: int) -> str:
        """Return the code of a shift in one step of time."""
        return f"{step}.{self._mac(shift, step)}"

    def shown(self, shift: str, moment: dt.datetime, until: dt.datetime) -> list[Code]:
        """Return the codes that are shown one after the other from a moment on."""
        steps = range(step_at(moment), step_at(until) + 1)
        return [Code(self.of(shift, k), begin_of(k), begin_of(k + 1)) for k in steps]

    def step_of(self, shift: str, code: str) -> int | None:
        """Return the step of a shift's code; None when it is none of this shift's."""
        number, _, mac = code.strip().partition(".")
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST):
            return None
        step = int(number)
        return step if same(mac, self._mac(shift, step)) else None

    def _mac(self, shift: str, step: int) -> str:
        found = hmac.digest(self._key(), f"check-in|{step}|{shift}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(found[:18]).decode()

    def _key(self) -> bytes:
        if self._secret is None:
            with self._lock:
                self._secret = self._secret or self._kept().encode()
        return self._secret

    def _kept(self) -> str:
        query = select(DaySecretRow.secret).where(DaySecretRow.id == 1)
        with reading(self._engine) as session:
            found = session.scalar(query)
        if found is not None:
            return found
        fresh = secrets.token_hex(32)
        try:
            with writing(self._engine) as session:
                session.execute(insert(DaySecretRow), {"id": 1, "secret": fresh})
        except IntegrityError:
            # Another process was first: all have to use the same.
            with reading(self._engine) as session:
                return session.execute(query).scalar_one()
        return fresh

"""Tests and codes are few: nobody has a stranger's phone ring all day."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from api.database.base import now
from api.errors import TooMany
from api.messages.tables import TrialRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST = 3
"""Tests and codes that an account asks for, and that an address is sent, whoever asks."""
SPAN = dt.timedelta(hours=1)
"""In which time."""
OF_A_NUMBER = 11
"""Digits by which a phone is known, with its country or without."""


def count(session: Session, account: int | None, address: str) -> None:
    """Count a test or a code; it stays counted when the address is removed.

    Raises
    ------
    TooMany
        When there were enough.
    """
    moment = now()
    forget(session)
    # In one order, so that two who wait for each other's can't be.
    keys = sorted(
        hashlib.sha256(text.encode()).hexdigest() for text in (f"account:{account}", _same(address))
    )
    for key in keys:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
        query = select(func.count(), func.min(TrialRow.at)).where(TrialRow.key == key)
        counted, first = session.execute(query).one()
        if counted >= MOST:
            raise TooMany(max(1, math.ceil((first + SPAN - moment).total_seconds())))
    session.add_all(TrialRow(key=key, at=moment) for key in keys)


def forget(session: Session) -> None:
    """Forget what counts no more."""
    session.execute(delete(TrialRow).where(TrialRow.at <= now() - SPAN))


def _same(address: str) -> str:
    """Return what all ways to write an address have in common."""
    scheme, _, rest = address.partition(":")
    if scheme == "sms":
        return f"sms:{re.sub('[^0-9]', '', rest)[-OF_A_NUMBER:]}"
    return address.lower() if scheme == "mail" else address

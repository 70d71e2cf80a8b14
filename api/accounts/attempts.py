"""Failed log-ins, counted in the database for all processes alike: by name, and by the address they came from.

An attempt is counted before it is judged, and taken back when it succeeds: who tries many at once gets no more of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import math
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select

from api.accounts.tables import AttemptRow
from api.database.base import now
from api.errors import TooMany

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.settings import Settings

OF_AN_ADDRESS = 10
"""So many times as many attempts are heard from one address as of one name: many sit behind one."""


def name_key(login: str) -> str:
    """Return the key under which attempts at a name are counted, whether there is such a name or not."""
    return hashlib.sha256(f"name:{login}".encode()).hexdigest()


def address_key(address: str) -> str:
    """Return the key of where a request came from; of IPv6, the network that one customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return hashlib.sha256(f"address:{address}".encode()).hexdigest()
    bits = 64 if parsed.version == 6 else 32
    network = ipaddress.ip_network(f"{parsed}/{bits}", strict=False)
    return hashlib.sha256(f"address:{network}".encode()).hexdigest()


def count(session: Session, settings: Settings, name: str, address: str) -> tuple[int, ...]:
    """Count an attempt, and return what takes it back.

    Parameters
    ----------
    name, address
        Keys.

    Raises
    ------
    TooMany
        When too many failed before; the attempt is not to be heard then, whatever it says.
    """
    moment = now()
    since = moment - dt.timedelta(minutes=settings.login_minutes)
    session.execute(delete(AttemptRow).where(AttemptRow.at < since))
    # In one order, so that two who wait for each other's can't be.
    for key in sorted((name, address)):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
        most = settings.login_attempts * (1 if key == name else OF_AN_ADDRESS)
        query = select(func.count(), func.min(AttemptRow.at)).where(AttemptRow.key == key)
        counted, first = session.execute(query).one()
        if counted >= most:
            again = first + dt.timedelta(minutes=settings.login_minutes)
            raise TooMany(max(1, math.ceil((again - moment).total_seconds())))
    rows = [{"key": key, "at": moment} for key in (name, address)]
    return tuple(session.scalars(insert(AttemptRow).returning(AttemptRow.id), rows))


def forgive(session: Session, name: str, attempt: tuple[int, ...]) -> None:
    """Take back an attempt that has succeeded, and all that failed before of the same name."""
    session.execute(delete(AttemptRow).where(or_(AttemptRow.key == name, AttemptRow.id.in_(attempt))))

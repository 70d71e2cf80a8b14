"""The weekly clearing: the service does by itself what a dispatcher can press."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select

from api.accounts.identity import Scope
from api.audit import SERVICE
from api.database.base import now
from api.database.engine import reading, writing
from api.errors import ServiceError
from api.plans import plans
from api.plans.tables import PlanRow
from api.rounds import Rounds
from api.standing.tables import CityRow
from api.swaps import clearing
from api.swaps.tables import SwapClearingRow
from models import DEFAULT_TIMEZONE

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.roster.desk import Desk
    from api.settings import Settings

PAUSE = 20.0
"""Seconds between two looks at the clock."""

LATE = dt.timedelta(hours=6)
"""How long afterwards it is still made up for, where the service was away or it failed."""

AGAIN = dt.timedelta(minutes=5)
"""After how long one that hasn't come to its end is begun again."""

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

log = structlog.get_logger("huxue.weekly")


class Weekly:
    """Clears the wishes for the coming plan at a set weekday and time; one of these a process, of which one does it.

    Parameters
    ----------
    settings
        When.
    engine
        Where the wishes are.
    desk
        What the engine has at hand.
    """

    def __init__(self, settings: Settings, engine: Engine, desk: Desk) -> None:
        self._settings = settings
        self._engine = engine
        self._desk = desk
        self.rounds = Rounds("weekly", self._go, PAUSE)

    def _go(self) -> bool:
        if self._settings.clearing:
            self.clear()
        return False

    def clear(self) -> bool:
        """Clear if it is time and nobody else does; say whether that was done."""
        with reading(self._engine) as session:
            due = last_due(self._settings.clearing, now(), _zone(session))
            coming = _coming(session, due)
            if coming is None or not _is_open(session, coming, due):
                return False
        with writing(self._engine) as session:
            if not _begun(session, coming, due):
                return False
        try:
            with reading(self._engine) as session:
                scope = Scope(everywhere=True)
                found = clearing.clear(session, scope, self._desk, self._settings, coming)
            with writing(self._engine) as session:
                clearing.propose(session, SERVICE, self._desk, self._settings, found)
                session.get_one(SwapClearingRow, (coming, due)).ended_at = now()
        except (ServiceError, RuntimeError) as error:
            # Plans that are being changed, too much that goes on, a search that was lost: all pass.
            reason = error.code if isinstance(error, ServiceError) else type(error).__name__
            log.warning("clearing_put_off", plan=coming, reason=reason)
            return False
        return True


def last_due(when: str, moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return when a weekday and time, such as ``FR 18:00``, were last."""
    day, _, clock = when.partition(" ")
    local = moment.astimezone(zone)
    date = local.date() - dt.timedelta(days=(local.weekday() - DAYS.index(day)) % 7)
    found = dt.datetime.combine(date, dt.time.fromisoformat(clock), zone)
    if found > local:
        found = dt.datetime.combine(date - dt.timedelta(days=7), dt.time.fromisoformat(clock), zone)
    return found.astimezone(dt.UTC)


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(session.scalar(select(CityRow.timezone)) or DEFAULT_TIMEZONE)


def _coming(session: Session, due: dt.datetime) -> str | None:
    """Return the first published plan that begins after a clearing's day, while the clearing isn't too late."""
    if now() - due > LATE:
        return None
    query = select(PlanRow.id).where(
        PlanRow.state == "published", PlanRow.start > due.astimezone(_zone(session)).date()
    )
    return session.scalar(query.order_by(PlanRow.start).limit(1))


def _is_open(session: Session, plan: str, due: dt.datetime) -> bool:
    row = session.get(SwapClearingRow, (plan, due), populate_existing=True)
    return row is None or (row.ended_at is None and row.begun_at <= now() - AGAIN)


def _begun(session: Session, plan: str, due: dt.datetime) -> bool:
    """Write down that a clearing begins, unless it has."""
    plans.locked(session, plan)
    if not _is_open(session, plan, due):
        return False
    session.merge(SwapClearingRow(plan=plan, due=due, begun_at=now()))
    return True

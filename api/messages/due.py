"""Messages that come with time: who is on duty tomorrow, and swaps that nobody's word has ended."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from api.database.base import now
from api.database.engine import reading, writing
from api.messages.outbox import put
from api.messages.tables import MessageRow
from api.plans.tables import DutyRow
from api.standing.tables import CityRow
from api.swaps import states
from api.swaps.tables import SwapRow
from api.swaps.telling import tell_end
from models import DEFAULT_TIMEZONE

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.settings import Settings


def look(engine: Engine, settings: Settings) -> None:
    """Write what the clock says is to be told."""
    with reading(engine) as session:
        swaps = session.scalar(select(exists().where(SwapRow.state.in_(states.LIVE))))
        date = _tomorrow(session, settings)
    if swaps:
        with writing(engine) as session:
            for number, _ in states.settle(session):
                tell_end(session, session.get_one(SwapRow, number))
    if date is not None:
        with writing(engine) as session:
            put(
                session,
                "tomorrow",
                _on_duty(session, date),
                key=date.isoformat(),
                values={"date": date.isoformat()},
            )


def _tomorrow(session: Session, settings: Settings) -> dt.date | None:
    """Return tomorrow, from the hour on at which it is told, until somebody was told."""
    zone = ZoneInfo(session.scalar(select(CityRow.timezone)) or DEFAULT_TIMEZONE)
    local = now().astimezone(zone)
    date = local.date() + dt.timedelta(days=1)
    told = exists().where(
        MessageRow.kind == "tomorrow", MessageRow.key.startswith(f"tomorrow:{date.isoformat()}:")
    )
    if local.hour < settings.tomorrow_hour or session.scalar(select(told)):
        return None
    return date


def _on_duty(session: Session, date: dt.date) -> set[str]:
    """Return who is published to do something on a day."""
    query = select(DutyRow.assignee).where(DutyRow.date == date, DutyRow.cancelled_at.is_(None))
    return set(session.scalars(query.distinct()))

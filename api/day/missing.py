"""Who ought to be there and hasn't checked in, where people do."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from api.database.base import now
from api.day.access import leading
from api.day.tables import PresenceRow
from api.messages import outbox
from api.plans.tables import DutyRow
from api.standing.tables import CrewRow, PersonRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from api.settings import Settings

TOLD_FOR = dt.timedelta(minutes=10)
"""How long after somebody became late it is still news."""


class Missing(NamedTuple):
    """A duty to which nobody came."""

    uid: str
    shift: str
    assignee: str


def found(session: Session, settings: Settings) -> list[Missing]:
    """Return the duties whose holders have become late and of whom nothing is known.

    Only of shifts to which somebody is known to have come: where nobody checks in, nobody is missing.
    """
    moment = now()
    late = moment - dt.timedelta(minutes=settings.late_minutes)
    other, known = aliased(DutyRow), aliased(PresenceRow)
    came = or_(known.scanned_at.is_not(None), known.marked == "present")
    query = (
        select(DutyRow.uid, DutyRow.shift, DutyRow.assignee)
        .outerjoin(PresenceRow, PresenceRow.uid == DutyRow.uid)
        .where(
            DutyRow.start <= late,
            DutyRow.start > late - TOLD_FOR,
            DutyRow.end > moment,
            DutyRow.date >= (moment - dt.timedelta(days=2)).date(),
            DutyRow.cancelled_at.is_(None),
            or_(
                PresenceRow.uid.is_(None),
                and_(PresenceRow.scanned_at.is_(None), PresenceRow.marked.is_(None)),
            ),
            exists().where(known.uid == other.uid, other.shift == DutyRow.shift, came),
        )
        .order_by(DutyRow.start, DutyRow.uid)
    )
    return [Missing(*row) for row in session.execute(query)]


def tell(session: Session, duties: Iterable[Missing]) -> None:
    """Tell them, the leaders of their shifts, and their units' groups that want it; each once."""
    duties = list(duties)
    shifts = {duty.shift for duty in duties}
    query = select(DutyRow.shift, DutyRow.assignee).where(
        DutyRow.shift.in_(shifts), DutyRow.role.in_(leading(session)), DutyRow.cancelled_at.is_(None)
    )
    leaders: dict[str, list[str]] = {}
    for shift, leader in session.execute(query):
        leaders.setdefault(shift, []).append(leader)
    who = {duty.assignee for duty in duties}
    units: dict[str, str] = {}
    for table in (PersonRow, CrewRow):
        of = select(table.id, table.unit).where(table.id.in_(who))
        units |= {key: unit for key, unit in session.execute(of)}
    for duty in duties:
        values = {"duty": duty.uid}
        people = [duty.assignee, *leaders.get(duty.shift, ())]
        outbox.put(session, "not_checked_in", people, key=duty.uid, values=values)
        if duty.assignee in units:
            outbox.put_to_units(
                session, "not_checked_in", [units[duty.assignee]], key=duty.uid, values=values
            )

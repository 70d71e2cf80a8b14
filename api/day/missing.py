"""Who ought to be there and hasn't checked in, where people do; and shifts to which nobody came at all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, exists, not_, or_, select
from sqlalchemy.orm import aliased

from api.database.base import now
from api.day.access import leading
from api.day.habits import checks_in
from api.day.tables import PresenceRow
from api.messages import outbox
from api.plans.tables import DutyRow
from api.roster.weeks import zone_of
from api.standing.tables import CrewRow, PersonRow, SiteRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from api.settings import Settings


class Missing(NamedTuple):
    """A duty to which nobody came.

    Attributes
    ----------
    alone
        Whether nobody has come to its shift, though all ought to be there.
    """

    uid: str
    shift: str
    site: str
    assignee: str
    alone: bool


def found(session: Session, settings: Settings) -> list[Missing]:
    """Return the duties that go on, whose holders are late and of whom nothing is known.

    Only at schools where people check in: elsewhere nobody is missing.
    """
    moment = now()
    late = moment - dt.timedelta(minutes=settings.late_minutes)
    today = moment.astimezone(zone_of(session)).date()
    other, known = aliased(DutyRow), aliased(PresenceRow)
    came = or_(known.scanned_at.is_not(None), known.marked == "present")
    waited_for = aliased(DutyRow)
    alone = and_(
        not_(exists().where(known.uid == other.uid, other.shift == DutyRow.shift, came)),
        not_(
            exists().where(
                waited_for.shift == DutyRow.shift, waited_for.start > late, waited_for.cancelled_at.is_(None)
            )
        ),
    )
    query = (
        select(DutyRow.uid, DutyRow.shift, DutyRow.site, DutyRow.assignee, alone)
        .outerjoin(PresenceRow, PresenceRow.uid == DutyRow.uid)
        .where(
            DutyRow.date >= today - dt.timedelta(days=1),
            DutyRow.date <= today,
            DutyRow.start <= late,
            DutyRow.end > moment,
            DutyRow.cancelled_at.is_(None),
            or_(
                PresenceRow.uid.is_(None),
                and_(PresenceRow.scanned_at.is_(None), PresenceRow.marked.is_(None)),
            ),
            checks_in(DutyRow.site, today),
        )
        .order_by(DutyRow.start, DutyRow.uid)
    )
    return [Missing(*row) for row in session.execute(query)]


def tell(session: Session, duties: Iterable[Missing]) -> None:
    """Tell them, the leaders of their shifts, the schools' admins, and their units' groups that want it; each once.

    Where nobody came at all, the school's admins and the dispatchers are told, once for the shift.
    """
    duties = sorted(duties)
    shifts = {duty.shift for duty in duties if not duty.alone}
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
    admins = {site: outbox.admins_of(session, [site]) for site in {d.site for d in duties if not d.alone}}
    for duty in duties:
        values = {"duty": duty.uid}
        people = [duty.assignee, *leaders.get(duty.shift, ())]
        outbox.put(session, "not_checked_in", people, key=duty.uid, values=values)
        if not duty.alone:
            outbox.put_to_accounts(session, "not_checked_in", admins[duty.site], key=duty.uid, values=values)
        if duty.assignee in units:
            outbox.put_to_units(
                session, "not_checked_in", [units[duty.assignee]], key=duty.uid, values=values
            )
    for shift, site in sorted({(duty.shift, duty.site) for duty in duties if duty.alone}):
        _tell_of_nobody(session, shift, site)


def _tell_of_nobody(session: Session, shift: str, site: str) -> None:
    districts = session.scalars(select(SiteRow.district).where(SiteRow.id == site)).all()
    accounts = {*outbox.admins_of(session, [site]), *outbox.dispatchers_of(session, districts)}
    outbox.put_to_accounts(session, "not_checked_in", accounts, key=f"shift:{shift}", values={"shift": shift})

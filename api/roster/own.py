"""What members see: their own published duties."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import false, func, or_, select

from api.database.within_json import holds
from api.plans.tables import DutyRow
from api.roster import holders
from api.roster.shapes import OwnDuty
from api.roster.weeks import sites_of, zone_of
from api.standing.tables import AbsenceRow, CrewRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def own_duties(
    session: Session, person: str | None, *, first: dt.date | None = None, last: dt.date | None = None
) -> list[OwnDuty]:
    """Return a person's published duties, in the order of time.

    Duties through a crew are those from which the person isn't absent. Nobody else is named: of the others on the
    same shift only their number by role is told.

    Parameters
    ----------
    person
        None has no duties.
    first, last
        The days to look at.
    """
    if person is None:
        return []
    crews = {crew.id: crew.name for crew in holders.crews_of(session, [person]).get(person, ())}
    query = (
        select(DutyRow)
        .where(DutyRow.assignee.in_([person, *crews]), DutyRow.cancelled_at.is_(None))
        .order_by(DutyRow.start, DutyRow.shift, DutyRow.role)
    )
    if first is not None:
        query = query.where(DutyRow.date >= first)
    if last is not None:
        query = query.where(DutyRow.date <= last)
    duties = session.scalars(query).all()
    away = session.execute(
        select(AbsenceRow.start, AbsenceRow.end).where(
            AbsenceRow.assignee == person, AbsenceRow.kind != "released"
        )
    ).all()
    mine = [
        duty
        for duty in duties
        if duty.assignee == person or not any(a.start < duty.end and duty.start < a.end for a in away)
    ]
    others = _others(session, mine)
    sites, zone = sites_of(session, (duty.site for duty in mine)), zone_of(session)
    return [
        OwnDuty(
            **{
                name: getattr(duty, name)
                for name in ("uid", "plan", "shift", "site", "date", "window", "role", "index", "sequence")
            },
            site_name=sites[duty.site].name,
            position=sites[duty.site].position(duty.role, duty.index),
            start=duty.start.astimezone(zone),
            end=duty.end.astimezone(zone),
            changed_at=duty.changed_at.astimezone(zone),
            crew=crews.get(duty.assignee),
            others={role: n for role, n in (others[duty.shift] - Counter([duty.role])).items() if n},
        )
        for duty in mine
    ]


def _others(session: Session, duties: list[DutyRow]) -> dict[str, Counter[str]]:
    """Return how many hold a post of each role of the duties' shifts, as published."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    query = (
        select(DutyRow.shift, DutyRow.role, func.count())
        .where(DutyRow.shift.in_({duty.shift for duty in duties}), DutyRow.cancelled_at.is_(None))
        .group_by(DutyRow.shift, DutyRow.role)
    )
    for shift, role, count in session.execute(query):
        found[shift][role] = count
    return found


def mine_of(session: Session, person: str | None) -> list[str]:
    """Return as whom somebody holds posts and is asked: themselves, and their crews."""
    if person is None:
        return []
    return [person, *(crew.id for crew in holders.crews_of(session, [person]).get(person, ()))]


def held_by(person: str | None) -> ColumnElement[bool]:
    """Return the condition that a duty is somebody's own, or their crew's."""
    if person is None:
        return false()
    crews = select(CrewRow.id).where(holds(CrewRow.members, person))
    return or_(DutyRow.assignee == person, DutyRow.assignee.in_(crews))

"""Which duties of one's colleagues one could cover."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.database.base import now
from api.feeds.telling import read_names
from api.plans.tables import DutyRow, PlanRow
from api.roster import holders
from api.roster.weeks import sites_of, zone_of
from api.standing.tables import PersonRow
from api.swaps import judging
from api.swaps.shapes import DutyToCover
from solver.swaps import InvalidSwap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.roster.desk import Desk
    from api.settings import Settings
    from solver.swaps import Swaps

MOST = 100
"""Duties that are looked at."""


def of(
    session: Session,
    identity: Identity,
    desk: Desk,
    settings: Settings,
    *,
    first: dt.date | None,
    last: dt.date | None,
) -> list[DutyToCover]:
    """Return published duties of the caller's unit that others of it hold and the caller may take, in the order of time.

    Who holds one is said where the school has calendars name everybody; whoever asks for it is named to them anyway.
    """
    person = None if identity.person is None else session.get(PersonRow, identity.person)
    if person is None:
        return []
    closes = now() + dt.timedelta(minutes=settings.swap_closes_minutes)
    colleagues = select(PersonRow.id).where(PersonRow.unit == person.unit, PersonRow.id != person.id)
    query = (
        select(DutyRow)
        .join(PlanRow, PlanRow.id == DutyRow.plan)
        .where(
            PlanRow.state == "published",
            DutyRow.cancelled_at.is_(None),
            DutyRow.start > closes,
            DutyRow.role.in_(person.roles),
            DutyRow.assignee.in_(colleagues),
        )
        .order_by(DutyRow.start, DutyRow.uid)
        .limit(MOST)
    )
    if first is not None:
        query = query.where(DutyRow.date >= first)
    if last is not None:
        query = query.where(DutyRow.date <= last)
    return _shown(session, _legal(session, desk, person.id, session.scalars(query).all()))


def _legal(session: Session, desk: Desk, person: str, duties: Sequence[DutyRow]) -> list[DutyRow]:
    """Return the duties that somebody may take as things are published."""
    swaps: dict[str, Swaps] = {}
    for key in {duty.plan for duty in duties}:
        plan = session.get_one(PlanRow, key)
        sites = {duty.site for duty in duties if duty.plan == key}
        region = desk.region(session, plan, sites=sites, assignees=[person])
        swaps[key] = judging.published_swaps(session, plan, region)
    found = []
    for duty in duties:
        try:
            trial = swaps[duty.plan].trial([judging.handover(duty, person)])
        except InvalidSwap:
            continue
        if trial.legal:
            found.append(duty)
    return found


def _shown(session: Session, duties: Sequence[DutyRow]) -> list[DutyToCover]:
    zone, named = zone_of(session), read_names(session).named
    sites = sites_of(session, {duty.site for duty in duties})
    names = holders.names_of(session, {duty.assignee for duty in duties})
    found = []
    for duty in duties:
        said = named.get(duty.site) == "everybody"
        found.append(
            DutyToCover(
                uid=duty.uid,
                plan=duty.plan,
                shift=duty.shift,
                site=duty.site,
                site_name=sites[duty.site].name,
                date=duty.date,
                window=duty.window,
                role=duty.role,
                start=duty.start.astimezone(zone),
                end=duty.end.astimezone(zone),
                holder=names.get(duty.assignee, duty.assignee) if said else None,
            )
        )
    return found

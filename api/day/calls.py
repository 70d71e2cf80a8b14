"""Call-outs as they are shown, and who sees which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from api.accounts.identity import Permission
from api.day.access import asking, at_sites
from api.day.call_out_shapes import Ask, CallOut
from api.day.tables import CallOutAskRow, CallOutRow, ReplacementRow
from api.errors import NotFound
from api.plans.tables import DutyRow
from api.roster.holders import names_of
from api.roster.own import mine_of
from api.roster.shapes import Holder
from api.roster.weeks import sites_of, zone_of
from api.swaps.parties import holds_sites

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope


def find(session: Session, identity: Identity, number: int) -> CallOutRow:
    """Return a call-out.

    Raises
    ------
    NotFound
        When there is none of that number in the caller's scope in which they weren't asked.
    """
    asked = exists().where(CallOutAskRow.call_out == CallOutRow.id, *asking(session, identity))
    query = (
        select(CallOutRow)
        .join(DutyRow, DutyRow.uid == CallOutRow.uid)
        .where(CallOutRow.id == number, at_sites(identity.where(Permission.DIRECT_DAY)) | asked)
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return row


def of_day(session: Session, scope: Scope, date: dt.date) -> Sequence[CallOutRow]:
    """Return the call-outs of a day within a scope, the latest first."""
    query = select(CallOutRow).join(DutyRow, DutyRow.uid == CallOutRow.uid).where(CallOutRow.date == date)
    return session.scalars(query.where(at_sites(scope)).order_by(CallOutRow.id.desc())).all()


def own(session: Session, identity: Identity) -> Sequence[CallOutRow]:
    """Return the call-outs that go on and in which somebody, or their crew, was asked."""
    asked = select(CallOutAskRow.call_out).where(*asking(session, identity))
    query = select(CallOutRow).where(CallOutRow.state == "asking", CallOutRow.id.in_(asked))
    return session.scalars(query.order_by(CallOutRow.id)).all()


def shown(session: Session, identity: Identity, row: CallOutRow) -> CallOut:
    """Return a call-out as somebody may see it: of those who are asked, members see themselves alone."""
    duty, zone = session.get_one(DutyRow, row.uid), zone_of(session)
    directs = holds_sites(session, identity, Permission.DIRECT_DAY, [duty.site])
    query = select(CallOutAskRow).where(CallOutAskRow.call_out == row.id).order_by(CallOutAskRow.place)
    mine = mine_of(session, identity.person)
    asks = [
        ask
        for ask in session.scalars(query)
        if directs or (ask.assignee in mine and ask.asked_at is not None)
    ]
    by = session.scalar(
        select(DutyRow.assignee)
        .join(ReplacementRow, ReplacementRow.come == DutyRow.uid)
        .where(ReplacementRow.id == row.replacement)
    )
    ids = [ask.assignee for ask in asks] + [duty.assignee] + ([by] if by else [])
    names = names_of(session, ids)
    told = by is not None and (directs or by in mine)
    return CallOut(
        id=row.id,
        duty=row.uid,
        state=row.state,
        seconds=row.seconds,
        site=duty.site,
        site_name=sites_of(session, [duty.site])[duty.site].name,
        shift=duty.shift,
        window=duty.window,
        role=duty.role,
        start=duty.start.astimezone(zone),
        end=duty.end.astimezone(zone),
        holder=Holder(id=duty.assignee, name=names.get(duty.assignee, duty.assignee)) if directs else None,
        asks=[
            Ask(
                assignee=ask.assignee,
                name=names.get(ask.assignee, ask.assignee),
                asked_at=ask.asked_at and ask.asked_at.astimezone(zone),
                until=ask.until and ask.until.astimezone(zone),
                answer=ask.answer,
            )
            for ask in asks
        ],
        by=Holder(id=by, name=names.get(by, by)) if told and by is not None else None,
        created_at=row.created_at.astimezone(zone),
        ended_at=row.ended_at and row.ended_at.astimezone(zone),
    )

"""Who sees which swaps, and how they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, false, or_, select

from api.accounts.identity import Permission
from api.database.within_json import holds
from api.errors import NotFound
from api.plans.tables import DutyRow
from api.roster import holders
from api.roster.weeks import sites_of as sites_by_id
from api.roster.weeks import zone_of
from api.standing.tables import CrewRow, SiteRow
from api.swaps.parties import (
    answerable,
    asked_of,
    decides,
    holds_sites,
    proposes,
    sites_of,
    spoken_among,
    withdraws,
)
from api.swaps.shapes import HandoverShown, PartyShown, SwapShown
from api.swaps.states import LIVE, states
from api.swaps.tables import SwapDutyRow, SwapPartyRow, SwapRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope


def find(session: Session, identity: Identity, number: int) -> SwapRow:
    """Return a swap that is somebody's business: as one who proposes, is asked, or looks after one of its sites.

    Raises
    ------
    NotFound
        When there is none of that number, or it is none of the caller's business.
    """
    query = select(SwapRow).where(SwapRow.id == number, _mine(identity.person) | _inside(_scope(identity)))
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return row


def own(session: Session, person: str | None, *, live: bool) -> Sequence[SwapRow]:
    """Return the swaps that somebody, or their crew, proposed or is asked for, the latest first."""
    query = select(SwapRow).where(_mine(person)).order_by(SwapRow.id.desc()).limit(200)
    if live:
        query = query.where(SwapRow.state.in_(LIVE))
    return session.scalars(query).all()


def page(
    session: Session,
    scope: Scope,
    *,
    plan: str | None,
    site: str | None,
    state: str | None,
    before: int | None,
    limit: int,
) -> tuple[list[SwapRow], int | None]:
    """Return swaps of which a duty lies in a scope, the latest first, and after which number to go on."""
    query = select(SwapRow).where(_inside(scope)).order_by(SwapRow.id.desc())
    if plan is not None:
        query = query.where(SwapRow.plan == plan)
    if site is not None:
        query = query.where(_of_sites(DutyRow.site == site))
    if state is not None:
        query = query.where(SwapRow.state == state)
    if before is not None:
        query = query.where(SwapRow.id < before)
    found = list(session.scalars(query.limit(limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def shown(session: Session, identity: Identity, rows: Sequence[SwapRow]) -> list[SwapShown]:
    """Return swaps as somebody may see them."""
    zone, state = zone_of(session), states(session, rows)
    duties = _duties(session, rows)
    parties = _parties(session, rows)
    spoken = spoken_among(session, identity, {p.assignee for asked in parties.values() for p in asked})
    sites = sites_by_id(session, {duty.site for duty in duties.values()})
    found = []
    for row in rows:
        handovers = [
            HandoverShown(
                duty=h["uid"],
                shift=h["shift"],
                role=h["role"],
                site=duties[h["uid"]].site,
                site_name=sites[duties[h["uid"]].site].name,
                start=duties[h["uid"]].start.astimezone(zone),
                end=duties[h["uid"]].end.astimezone(zone),
                giver=h["giver"],
                taker=h["taker"],
                responsible=h["taker"] if row.state == "applied" else h["giver"],
            )
            for h in row.handovers
        ]
        mine = parties.get(row.id, [])
        may = _may(session, identity, row, state[row.id], mine, spoken)
        answers = answerable(row, mine, spoken, to="accept") if "accept" in may else ()
        found.append(
            SwapShown(
                **{
                    k: getattr(row, k)
                    for k in ("id", "plan", "kind", "proposer", "note", "reason", "approver")
                },
                state=state[row.id],
                handovers=handovers,
                parties=_told(session, identity, row, mine, spoken),
                rises=row.rises,
                may=may,
                answers_for=[party.assignee for party in answers],
                created_at=row.created_at.astimezone(zone),
                expires_at=row.expires_at.astimezone(zone),
                ended_at=row.ended_at and row.ended_at.astimezone(zone),
                names={},
            )
        )
    return [_named(session, one) for one in found]


def _named(session: Session, swap: SwapShown) -> SwapShown:
    ids = [swap.proposer, *(p.assignee for p in swap.parties)]
    ids += [name for h in swap.handovers for name in (h.giver, h.taker)]
    return swap.model_copy(update={"names": holders.names_of(session, (one for one in ids if one))})


def _told(
    session: Session,
    identity: Identity,
    row: SwapRow,
    parties: Sequence[SwapPartyRow],
    spoken: Collection[str],
) -> list[PartyShown]:
    """Return who is asked; of an offer to many a member sees only their own word, or their crew's, and who took it."""
    named = {name for h in row.handovers for name in (h["giver"], h["taker"])}
    admin = holds_sites(session, identity, Permission.READ_ROSTER, sites_of(row))
    return [
        PartyShown(
            assignee=party.assignee,
            word="accepted" if party.accepted_at else "declined" if party.declined_at else "asked",
        )
        for party in parties
        if admin or party.assignee in named or party.assignee in spoken
    ]


def _may(
    session: Session,
    identity: Identity,
    row: SwapRow,
    state: str,
    parties: Sequence[SwapPartyRow],
    spoken: Collection[str],
) -> list[str]:
    """Return what somebody may do with a swap now."""
    if state not in LIVE:
        return []
    decider = decides(session, identity, row)
    steps = {
        "offer": state == "draft" and proposes(session, identity, row),
        "accept": state == "offered" and bool(answerable(row, parties, spoken, to="accept")),
        "decline": state == "offered" and bool(answerable(row, parties, spoken, to="decline")),
        "withdraw": withdraws(session, identity, row, asked_of(row, parties)),
        "approve": state == "accepted" and decider,
        "deny": state != "draft" and decider,
    }
    return [step for step, may in steps.items() if may]


def _duties(session: Session, rows: Sequence[SwapRow]) -> dict[str, DutyRow]:
    uids = sorted({handover["uid"] for row in rows for handover in row.handovers})
    found: dict[str, DutyRow] = {}
    for start in range(0, len(uids), 500):
        query = select(DutyRow).where(DutyRow.uid.in_(uids[start : start + 500]))
        found |= {duty.uid: duty for duty in session.scalars(query)}
    return found


def _parties(session: Session, rows: Sequence[SwapRow]) -> dict[int, list[SwapPartyRow]]:
    found: dict[int, list[SwapPartyRow]] = {}
    query = (
        select(SwapPartyRow)
        .where(SwapPartyRow.swap.in_([row.id for row in rows]))
        .order_by(SwapPartyRow.swap, SwapPartyRow.assignee)
    )
    for party in session.scalars(query):
        found.setdefault(party.swap, []).append(party)
    return found


def _scope(identity: Identity) -> Scope:
    return identity.where(Permission.READ_ROSTER)


def _mine(person: str | None) -> ColumnElement[bool]:
    """Return the condition that a swap is somebody's own or their crew's; of a draft nobody who is asked knows."""
    if person is None:
        return false()
    crews = select(CrewRow.id).where(holds(CrewRow.members, person))
    asked = exists().where(
        SwapPartyRow.swap == SwapRow.id,
        or_(SwapPartyRow.assignee == person, SwapPartyRow.assignee.in_(crews)),
    )
    theirs = or_(SwapRow.proposer == person, SwapRow.proposer.in_(crews))
    return or_(theirs, and_(SwapRow.state != "draft", asked))


def _inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that one of a swap's duties lies in a scope."""
    if scope.everywhere:
        return _of_sites(DutyRow.site.is_not(None))
    sites = select(SiteRow.id).where(or_(SiteRow.district.in_(scope.districts), SiteRow.id.in_(scope.sites)))
    return _of_sites(DutyRow.site.in_(sites))


def _of_sites(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(SwapDutyRow.swap == SwapRow.id, DutyRow.uid == SwapDutyRow.uid, condition)

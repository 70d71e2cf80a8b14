"""Who speaks for whom in a swap, and who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import or_, select, true

from api.accounts.identity import Permission
from api.errors import Forbidden, NotFound
from api.roster import holders
from api.roster.own import mine_of
from api.standing.people_view import people_inside
from api.standing.tables import CrewRow, PersonRow, SiteRow, UnitRow
from api.swaps import policy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from api.accounts.identity import Identity
    from api.swaps.tables import SwapPartyRow, SwapRow


def speaking(session: Session, identity: Identity, assignee: str | None) -> str:
    """Return for whom somebody speaks: themselves, or one of an admin's people.

    Raises
    ------
    NotFound
        When there is no such person or crew, or they are none of the caller's.
    Forbidden
        When the account is nobody who holds posts, and it isn't said for whom.
    """
    if assignee is None:
        if identity.person is None:
            raise Forbidden("Say for whom: this account is none of the people")
        return identity.person
    if assignee != identity.person and not speaks_for(session, identity, [assignee]):
        raise NotFound
    return assignee


def spoken_among(session: Session, identity: Identity, assignees: Iterable[str]) -> set[str]:
    """Return for whom of some people and crews somebody may answer: themselves, their crews, and an admin's people."""
    asked = set(assignees)
    found = asked.intersection(mine_of(session, identity.person))
    scope = identity.where(Permission.DECIDE_SWAPS)
    return found | (holders.among_inside(session, scope, asked - found) if scope else set())


def is_open(row: SwapRow) -> bool:
    """Say whether a swap is offered to all who may, and nobody has accepted yet."""
    return any(handover["taker"] is None for handover in row.handovers)


def asked_of(row: SwapRow, parties: Iterable[SwapPartyRow]) -> list[SwapPartyRow]:
    """Return whose word a swap needs; of what was offered to all and taken, the taker's alone."""
    if is_open(row):
        return list(parties)
    named = {name for h in row.handovers for name in (h["giver"], h["taker"])}
    return [party for party in parties if party.assignee in named]


def answerable(
    row: SwapRow,
    parties: Iterable[SwapPartyRow],
    spoken: Collection[str],
    *,
    to: Literal["accept", "decline"],
) -> list[SwapPartyRow]:
    """Return whose word on an offered swap is open, of those for whom somebody may answer."""
    return [
        party
        for party in asked_of(row, parties)
        if party.assignee in spoken
        and party.accepted_at is None
        and (to == "accept" or party.declined_at is None)
    ]


def answering(
    session: Session, identity: Identity, parties: Sequence[SwapPartyRow], assignee: str | None
) -> SwapPartyRow:
    """Return as which of those who are asked somebody answers: as themselves or their crew, unless they say for whom.

    Raises
    ------
    NotFound
        When these aren't asked, or are none of the caller's.
    Forbidden
        When the account is nobody who holds posts, and it isn't said for whom.
    """
    if assignee is not None:
        wanted = spoken_among(session, identity, [assignee])
    elif identity.person is None:
        raise Forbidden("Say for whom: this account is none of the people")
    else:
        wanted = set(mine_of(session, identity.person))
    mine = [party for party in parties if party.assignee in wanted]
    if not mine:
        raise NotFound
    return min(mine, key=lambda party: (party.accepted_at is not None, party.assignee != identity.person))


def spoken_for(identity: Identity, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that somebody may act for who is named in a column."""
    scope = identity.where(Permission.DECIDE_SWAPS)
    if scope.everywhere:
        return true()
    people = select(PersonRow.id).where(people_inside(scope))
    crews = select(CrewRow.id).join(UnitRow, UnitRow.id == CrewRow.unit).where(holders.units_inside(scope))
    return or_(column == (identity.person or ""), column.in_(people), column.in_(crews))


def speaks_for(session: Session, identity: Identity, assignees: Iterable[str]) -> bool:
    """Say whether somebody may act for some people and crews, themselves aside."""
    others = {one for one in assignees if one != identity.person}
    scope = identity.where(Permission.DECIDE_SWAPS)
    return not others or (bool(scope) and holders.are_inside(session, scope, others))


def holds_sites(session: Session, identity: Identity, permission: Permission, sites: Iterable[str]) -> bool:
    """Say whether all of some sites are where somebody has a permission."""
    scope, wanted = identity.where(permission), set(sites)
    if scope.everywhere:
        return True
    query = select(SiteRow.id, SiteRow.district).where(SiteRow.id.in_(wanted))
    return bool(scope) and all(scope.holds(district, site) for site, district in session.execute(query))


def sites_of(row: SwapRow) -> set[str]:
    """Return the sites of a swap's duties."""
    return {handover["shift"].partition("/")[0] for handover in row.handovers}


def proposes(session: Session, identity: Identity, row: SwapRow) -> bool:
    """Say whether a swap is somebody's own proposal, or that of one of their people."""
    return row.proposer is not None and speaks_for(session, identity, [row.proposer])


def decides(session: Session, identity: Identity, row: SwapRow) -> bool:
    """Say whether somebody may approve or deny a swap: a dispatcher always, an admin where the policy says so."""
    sites = sites_of(row)
    if holds_sites(session, identity, Permission.EDIT_ROSTER, sites):
        return True
    if not holds_sites(session, identity, Permission.DECIDE_SWAPS, sites):
        return False
    duties = [(handover["role"], handover["giver"]) for handover in row.handovers]
    return (row.approver or policy.approval_of(session, duties).approver) != "dispatcher"


def withdraws(session: Session, identity: Identity, row: SwapRow, parties: Iterable[SwapPartyRow]) -> bool:
    """Say whether somebody may take a swap back: who proposed it, who accepted it, or who decides about it."""
    accepted = [party.assignee for party in parties if party.accepted_at is not None]
    own = bool(spoken_among(session, identity, accepted))
    return own or proposes(session, identity, row) or decides(session, identity, row)

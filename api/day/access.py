"""Whose business a duty is on its day: its holder's, its leader's, theirs who direct the day there or are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import exists, false, or_, select, true
from sqlalchemy.orm import aliased

from api.accounts.identity import Permission
from api.day.tables import CallOutAskRow
from api.errors import Forbidden, NotFound
from api.plans.tables import DutyRow
from api.roster.own import held_by, mine_of
from api.standing.kinds import SITES
from api.standing.reach import inside
from api.standing.tables import CityRow, SiteRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope

How = Literal["admin", "leader"]
"""As what somebody says who has come."""


def find(session: Session, identity: Identity, uid: str) -> DutyRow:
    """Return a duty that is, or was, published and of which somebody may know whether it is kept.

    Raises
    ------
    NotFound
        When there is none of that id, or it is none of the caller's business.
    """
    theirs = or_(
        held_by(identity.person), at_sites(identity.where(Permission.DIRECT_DAY)), _led(session, identity)
    )
    duty = session.scalar(select(DutyRow).where(DutyRow.uid == uid, theirs))
    if duty is None:
        raise NotFound
    return duty


def at_sites(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a duty is at a site in a scope."""
    return true() if scope.everywhere else DutyRow.site.in_(select(SiteRow.id).where(inside(SITES, scope)))


def _led(session: Session, identity: Identity) -> ColumnElement[bool]:
    if identity.person is None:
        return false()
    leader = aliased(DutyRow)
    return exists().where(
        leader.shift == DutyRow.shift,
        leader.assignee == identity.person,
        leader.role.in_(leading(session)),
        leader.cancelled_at.is_(None),
    )


def asking(session: Session, identity: Identity) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that somebody, or their crew, has been asked."""
    mine = mine_of(session, identity.person)
    return CallOutAskRow.assignee.in_(mine), CallOutAskRow.asked_at.is_not(None)


def directed(session: Session, identity: Identity, uid: str) -> tuple[DutyRow, How]:
    """Return a duty of which somebody says whether it is kept, and as what they do.

    Raises
    ------
    NotFound
        When there is none of that id, or it is none of the caller's business.
    Forbidden
        When it is their own, and somebody else leads.
    """
    duty = find(session, identity, uid)
    how = in_charge(session, identity, duty)
    if how is None:
        raise Forbidden("The leader of the shift, or who directs the day, says who has come")
    return duty, how


def in_charge(session: Session, identity: Identity, duty: DutyRow) -> How | None:
    """Return as what somebody is in charge of a duty's shift; None: isn't."""
    scope = identity.where(Permission.DIRECT_DAY)
    district = session.scalar(select(SiteRow.district).where(SiteRow.id == duty.site)) if scope else None
    if scope and scope.holds(district, duty.site):
        return "admin"
    return "leader" if identity.person is not None and _leads(session, identity.person, duty) else None


def _leads(session: Session, person: str, duty: DutyRow) -> bool:
    query = select(DutyRow.uid).where(
        DutyRow.shift == duty.shift,
        DutyRow.assignee == person,
        DutyRow.role.in_(leading(session)),
        DutyRow.cancelled_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def leading(session: Session) -> list[str]:
    """Return the roles that lead a shift."""
    parts = session.scalar(select(CityRow.parts)) or []
    return [role for part in parts if part["id"] == "leader" for role in part["roles"]]

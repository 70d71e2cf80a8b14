"""Whose business a duty's presence is: its holder's, the leader's of its shift, and theirs who direct the day there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from api.accounts.identity import Permission
from api.errors import Forbidden, NotFound
from api.plans.tables import DutyRow
from api.roster.holders import people_of
from api.standing.tables import CityRow, SiteRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity

How = Literal["admin", "leader"]
"""As what somebody says who has come."""


def find(session: Session, identity: Identity, uid: str) -> DutyRow:
    """Return a duty that is, or was, published and of which somebody may know whether it is kept.

    Raises
    ------
    NotFound
        When there is none of that id, or it is none of the caller's business.
    """
    duty = session.get(DutyRow, uid)
    if duty is None or not (holds(session, identity, duty) or in_charge(session, identity, duty)):
        raise NotFound
    return duty


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


def holds(session: Session, identity: Identity, duty: DutyRow) -> bool:
    """Say whether a duty is somebody's own, or their crew's."""
    return identity.person is not None and identity.person in people_of(session, duty.assignee)


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

"""What members say about themselves: when they offer to come, and what they wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.accounts.identity import Scope
from api.errors import Conflict, Invalid, NotFound, Stale
from api.standing import rows
from api.standing.kinds import OFFERS, PEOPLE, PREFERENCES, ROLES
from api.standing.records import EVERYWHERE, find
from api.standing.references import faults_of, refuse
from api.standing.shapes import Record
from models import Offer, Preference
from models.checks import Fault

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.standing.kinds import Kind, Row

MOST = 200
"""Offers or wishes that one person can have."""


class TooManyOwn(Conflict):
    code = "too_many_own"
    title = f"You have {MOST} already: delete some first"


class NobodysOffer(Invalid):
    code = "not_a_volunteer"
    title = "Offers are for those who hold a role that is held by offer, such as volunteers"


def listed(session: Session, identity: Identity, kind: Kind) -> list[Record[Any]]:
    """Return one's own rows, the first made first."""
    found = _own(session, kind, _person(session, identity)["id"])
    values = kind.values_of(found)
    return [_record(kind, row, value) for row, value in zip(found, values, strict=True)]


def comes_by_offer(session: Session, identity: Identity) -> bool:
    """Say whether somebody holds a role that is held by offer."""
    return not _by_offer(session).isdisjoint(_person(session, identity)["roles"])


def create(session: Session, identity: Identity, kind: Kind, said: dict[str, Any]) -> Record[Any]:
    """Store an offer or a wish of one's own.

    Raises
    ------
    NobodysOffer
        When an offer is made by who can't come by offer.
    TooManyOwn
        When there are too many already.
    """
    rows.alone(session)
    person = _person(session, identity)
    if kind is OFFERS and _by_offer(session).isdisjoint(person["roles"]):
        raise NobodysOffer
    if len(_own(session, kind, person["id"])) >= MOST:
        raise TooManyOwn
    value: Offer | Preference = (
        Offer(person=person["id"], **said) if kind is OFFERS else Preference(assignee=person["id"], **said)
    )
    faults = faults_of(session, kind, [value], [None], EVERYWHERE)
    refuse([Fault(("body", *fault.path), fault.found, fault.expected) for _, fault in faults])
    (row,) = rows.add(session, identity.actor, kind, [value])
    return _record(kind, row, value)


def delete(session: Session, identity: Identity, kind: Kind, key: str, tags: Collection[str]) -> None:
    """Take back an offer or a wish of one's own.

    Raises
    ------
    NotFound
        When it is nothing of one's own.
    """
    rows.alone(session)
    person = _person(session, identity)["id"]
    row = find(session, kind, key, EVERYWHERE)
    if row[_whose(kind)] != person:
        raise NotFound
    if rows.tag(row) not in tags and "*" not in tags:
        raise Stale
    rows.remove(session, identity.actor, kind, [row])


def _by_offer(session: Session) -> set[str]:
    """Return the roles that are held by offer."""
    return {role.id for role in ROLES.values_of(ROLES.load(session)) if role.offered_only}


def _person(session: Session, identity: Identity) -> Row:
    if identity.person is None:
        raise NotFound
    row = find(session, PEOPLE, identity.person, Scope(everywhere=True))
    if row["left_on"] is not None:
        raise NotFound
    return row


def _whose(kind: Kind) -> str:
    return "assignee" if kind is PREFERENCES else "person"


def _own(session: Session, kind: Kind, person: str) -> list[Row]:
    table = kind.table
    query = select(table).where(table.c[_whose(kind)] == person).order_by(table.c.id)
    return [dict(row) for row in session.execute(query).mappings()]


def _record(kind: Kind, row: Row, value: Any) -> Record[Any]:
    return Record(id=rows.key_of(kind, row), etag=rows.tag(row), value=value)

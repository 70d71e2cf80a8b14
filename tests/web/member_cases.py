"""Members with an account, and what the published week holds for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from api.accounts.identity import Identity
from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import reading, writing
from api.feeds import feeds
from api.feeds.shapes import NewFeed
from api.plans.tables import DutyRow

if TYPE_CHECKING:
    from browser_cases import Served
    from sqlalchemy.orm import Session


def login_of(served: Served, person: str) -> str:
    """Return the login of somebody's account, which is made if there is none."""
    with writing(served.state.engine) as session:
        known = session.scalar(select(AccountRow.login).where(AccountRow.person == person))
        login = known or person.lower()
        if known is None:
            session.add(AccountRow(login=login, name=person, person=person, language="en", created_at=now()))
    return login


def busiest(served: Served, role: str, site: str = "S0001") -> str:
    """Return who has most published duties of a role at a school."""
    query = (
        select(DutyRow.assignee)
        .where(DutyRow.role == role, DutyRow.site == site, DutyRow.cancelled_at.is_(None))
        .group_by(DutyRow.assignee)
        .order_by(func.count().desc(), DutyRow.assignee)
    )
    with reading(served.state.engine) as session:
        return session.scalars(query.limit(1)).one()


def duties_of(served: Served, person: str) -> list[DutyRow]:
    """Return somebody's published duties in the order of time."""
    query = select(DutyRow).where(DutyRow.assignee == person, DutyRow.cancelled_at.is_(None))
    with reading(served.state.engine) as session:
        return list(session.scalars(query.order_by(DutyRow.start)))


def identity_of(session: Session, login: str) -> Identity:
    """Return who asks with an account."""
    account = session.scalars(select(AccountRow).where(AccountRow.login == login)).one()
    return Identity(account=account.id, login=login, person=account.person)


def subscribed(served: Served, person: str) -> str:
    """Subscribe somebody's calendar, and return its address."""
    login = login_of(served, person)
    with writing(served.state.engine) as session:
        identity = identity_of(session, login)
        return feeds.create(session, identity, NewFeed(device="test"), served.url).url

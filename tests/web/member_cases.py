"""Members with an account, and what the published week holds for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from api.accounts.identity import Identity
from api.accounts.tables import AccountRow
from api.audit import SERVICE
from api.database.base import now
from api.database.engine import reading, writing
from api.feeds import feeds
from api.feeds.shapes import NewFeed
from api.plans.tables import DutyRow
from api.swaps import asking, life, policy, ways
from api.swaps.shapes import AskedDuty, NewSwap, SwapPolicy

if TYPE_CHECKING:
    from browser_cases import Served
    from sqlalchemy.orm import Session

    from api.swaps.policy import Approver


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


def agreed(served: Served, approver: Approver = "school_admin") -> tuple[str, str, int]:
    """Have two agree on an exchange that has to be approved; return both and its number."""
    state, giver = served.state, busiest(served, "duty_leader")
    with writing(state.engine) as session:
        lines = [SwapPolicy(role="duty_leader", approver=approver, automatic=False)]
        policy.replace(session, SERVICE, lines)
    with writing(state.engine) as session:
        me = identity_of(session, login_of(served, giver))
        found = ways.of(session, me, state.desk, duties_of(served, giver)[1].uid, chains=False)
        handovers = [
            AskedDuty(duty=found.uids[f"{h.duty.shift}|{h.duty.role}|{h.duty.assignee}"], taker=h.taker)
            for h in found.partners.exchanges[0].handovers
        ]
        asked = NewSwap(kind="exchange", handovers=handovers, note="Parents' evening")
        number = asking.ask(session, me, state.desk, state.settings, asked).id
    taker = str(handovers[0].taker)
    login = login_of(served, taker)
    with writing(state.engine) as session:
        other = identity_of(session, login)
        life.accept(session, other, state.desk, state.settings, number, assignee=None, back=None)
    return giver, taker, number

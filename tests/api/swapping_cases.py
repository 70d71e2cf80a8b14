"""A published week, and members who swap duties in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from api_cases import Client
from roster_cases import MONDAY, store_plan, stored, violations
from run_cases import step
from sqlalchemy import select

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, TokenRow
from api.database.base import now
from api.database.engine import reading, writing
from api.plans import duties, plans
from api.plans.tables import AuditRow, DutyRow
from api.swaps.tables import SwapRow

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State

API = "/api/v1"
SWAPS = f"{API}/swaps"
SUNDAY = dt.datetime(2026, 11, 29, 4, 0, tzinfo=dt.UTC)
"""Noon in Shanghai, the day before the week."""


def publish(users: Users, state: State) -> None:
    """Make the week's plan with its solved roster, and publish it."""
    store_plan(state)
    step(users["dispatcher"], MONDAY, "publish")


def member(users: Users, state: State, person: str) -> Client:
    """Return a client that asks as one of the people."""
    secret = new_secret()
    with writing(state.engine) as session:
        account = session.scalar(select(AccountRow).where(AccountRow.person == person))
        if account is None:
            account = AccountRow(login=person.lower(), name=person, person=person, created_at=now())
            session.add(account)
            session.flush()
        session.add(
            TokenRow(hash=hash_of(secret), account=account.id, name="test", scope="write", created_at=now())
        )
    return Client(users["nobody"].app, secret)


def duties_of(state: State, **wanted: Any) -> list[DutyRow]:
    """Return published duties by columns, in the order of time."""
    with reading(state.engine) as session:
        query = select(DutyRow).where(DutyRow.cancelled_at.is_(None))
        for name, value in wanted.items():
            query = query.where(getattr(DutyRow, name) == value)
        return list(session.scalars(query.order_by(DutyRow.start, DutyRow.uid)))


def ways(client: Client, duty: str) -> dict[str, Any]:
    """Return the ways to get rid of a duty."""
    answer = client.get(f"{API}/duties/{duty}/ways")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ask(client: Client, kind: str, *handovers: tuple[str, str | None], **more: Any) -> dict[str, Any]:
    """Ask for a swap and return it."""
    body = {"kind": kind, "handovers": [{"duty": duty, "taker": taker} for duty, taker in handovers], **more}
    answer = client.post(SWAPS, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def do(client: Client, swap: int, what: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """Take a step with a swap."""
    answer = client.post(f"{SWAPS}/{swap}/{what}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def check(state: State) -> None:
    """See that what stands is right: rosters clean, published as worked on, each applied swap in the history."""
    assert not violations(state)
    _, roster = stored(state)
    with reading(state.engine) as session:
        published = duties.roster_of(session, plans.find(session, MONDAY))
        applied = set(session.scalars(select(SwapRow.id).where(SwapRow.state == "applied")))
        told = set(session.scalars(select(AuditRow.key).where(AuditRow.action == "swap.apply")))
    keys = [(a.shift, a.role, a.index, a.assignee) for a in roster.assignments]
    assert sorted(keys) == sorted((a.shift, a.role, a.index, a.assignee) for a in published.assignments)
    assert {str(id_) for id_ in applied} == told

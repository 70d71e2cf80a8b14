"""What tests of standing data share: accounts with any grant, a second district, and the judgement of what stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from api_cases import Client

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, GrantRow, TokenRow
from api.database.base import now
from api.database.engine import reading, writing
from api.plans.problems import valid_problem, within
from api.standing.shelf import Shelf
from models import Horizon, Problem

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State

API = "/api/v1"
ABROAD = {
    "sites": {"id": "X1", "name": "他区小学", "district": "D002"},
    "units": {"id": "X1", "name": "他区小学", "district": "D002", "site": "X1"},
    "people": {"id": "X1-T1", "name": "外人", "unit": "X1", "roles": ["staff"], "phone": "000-0000-9999"},
}
"""A school in another district, with somebody."""


def go_abroad(users: Users) -> None:
    """Add the other district."""
    for kind, value in ABROAD.items():
        made = users["dispatcher"].post(f"{API}/{kind}", json=value)
        assert made.status_code == 201, made.text


def client(
    state: State,
    users: Users,
    login: str,
    *,
    role: str | None = None,
    district: str | None = None,
    site: str | None = None,
    person: str | None = None,
) -> Client:
    """Return a client of a new account."""
    secret = new_secret()
    with writing(state.engine) as session:
        account = AccountRow(login=login, name=login, person=person, created_at=now())
        session.add(account)
        session.flush()
        if role is not None:
            session.add(GrantRow(account=account.id, role=role, district=district, site=site))
        token = {"hash": hash_of(secret), "name": "test", "scope": "write", "created_at": now()}
        session.add(TokenRow(account=account.id, **token))
    return Client(users["nobody"].app, secret)


def etag(client: Client, path: str) -> dict[str, str]:
    """Return the headers with which something is changed as it is now."""
    found = client.get(f"{API}/{path}")
    assert found.status_code == 200, found.text
    return {"If-Match": found.headers["etag"]}


def standing_problem(state: State, start: dt.date = dt.date(2026, 11, 30)) -> Problem:
    """Return the problem of what stands; raises when it isn't valid."""
    with reading(state.engine) as session:
        fields, _ = Shelf().fields(session)
    horizon = Horizon(start=start)
    return valid_problem(**within(fields, horizon), horizon=horizon)


def faults(answer: Any) -> list[tuple[str, str]]:
    """Return the faults of a refusal: where, and what was expected."""
    assert answer.status_code == 422, answer.text
    return [(".".join(fault["path"]), fault["expected"]) for fault in answer.json()["faults"]]

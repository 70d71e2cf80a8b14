"""Users of each kind, and clients that ask as one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import recorded
from fastapi.testclient import TestClient

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, GrantRow, TokenRow
from api.database.base import now
from api.database.engine import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.state import State


class Client(TestClient):
    """Asks without raising what the service raises."""

    def __init__(self, app: object, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(app, headers=headers, raise_server_exceptions=False)  # type: ignore[arg-type]
        if recorded.ASKED:
            self.event_hooks["response"].append(recorded.note)


GRANTS: dict[str, tuple[str, str | None, str | None]] = {
    "dispatcher": ("dispatcher", None, None),
    "district_dispatcher": ("dispatcher", "D001", None),
    "school_admin": ("school_admin", None, "S0001"),
    "auditor": ("auditor", None, None),
}
"""The grant of each kind of user: role, district, site. A member has none, but is somebody."""

MEMBER = "S0001-T001"
USERS = ("nobody", *GRANTS, "member")


class Users:
    """Clients by the names in `USERS`, each made when first asked for; `other_dispatcher` is a second one."""

    def __init__(self, state: State, nobody: Client) -> None:
        self._state = state
        self._clients: dict[str, Client] = {"nobody": nobody}

    def __getitem__(self, name: str) -> Client:
        if name not in self._clients:
            secret = secret_of(self._state.engine, name)
            self._clients[name] = Client(self._clients["nobody"].app, secret)
        return self._clients[name]


def secret_of(engine: Engine, name: str, login: str | None = None) -> str:
    """Make an account of a kind of user, and return an API token of it."""
    secret = new_secret()
    with writing(engine) as session:
        account = AccountRow(
            login=login or name, name=name, person=MEMBER if name == "member" else None, created_at=now()
        )
        session.add(account)
        session.flush()
        if (kind := name.removeprefix("other_")) in GRANTS:
            role, district, site = GRANTS[kind]
            session.add(GrantRow(account=account.id, role=role, district=district, site=site))
        session.add(
            TokenRow(hash=hash_of(secret), account=account.id, name="test", scope="write", created_at=now())
        )
    return secret

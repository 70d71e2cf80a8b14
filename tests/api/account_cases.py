"""Accounts with passwords, and clients that are logged in as browsers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api_cases import Client

if TYPE_CHECKING:
    from api_cases import Users

GOOD = "a sentence that only I know"
OTHER = "another sentence of some length"
SESSION = "/api/v1/session"


def made(users: Users, login: str, **more: Any) -> dict[str, Any]:
    """Make an account; return it with its invitation."""
    body = {"login": login, "name": f"{login}'s name", **more}
    answer = users["dispatcher"].post("/api/v1/accounts", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def secret_of(invitation: dict[str, Any]) -> str:
    """Return what the link of an invitation ends with."""
    return str(invitation["link"]).rpartition("/")[2]


def redeemed(users: Users, login: str, password: str = GOOD, **more: Any) -> dict[str, Any]:
    """Make an account with a password; return the account."""
    found = made(users, login, **more)
    body = {"secret": secret_of(found["invitation"]), "password": password}
    answer = browser(users).post("/api/v1/invitations/redeem", json=body)
    assert answer.status_code == 201, answer.text
    account: dict[str, Any] = found["account"]
    return account


def browser(users: Users) -> Client:
    """Return a client with cookies of its own."""
    return Client(users["nobody"].app)


def logged_in(users: Users, login: str, password: str = GOOD) -> Client:
    """Return a browser that is logged in and sends its page's token along."""
    client = browser(users)
    answer = client.post(SESSION, json={"login": login, "password": password})
    assert answer.status_code == 201, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client

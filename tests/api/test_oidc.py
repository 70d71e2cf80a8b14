"""Log-ins by an identity provider: a real one beside the test, and everything that it must not get away with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from account_cases import SESSION
from api_cases import Client
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey
from oidc_provider import CLIENT, SECRET, SmallProvider, provided
from pydantic import ValidationError
from sqlalchemy import select, update

from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import reading, writing
from api.plans.tables import AuditRow
from api.settings import Settings
from api.state import State

OIDC = f"{SESSION}/oidc"


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    """An identity provider."""
    with provided() as found:
        yield found


@pytest.fixture
def service(app: FastAPI, database: str, tmp_path: Path, provider: SmallProvider) -> Iterator[State]:
    """The service, set up for it, with an account ``ann``."""
    settings = Settings(
        data=tmp_path,
        database=database,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        _env_file=None,
    )
    state = app.state.huxue = State.open(settings)
    with writing(state.engine) as session:
        session.add(AccountRow(login="ann", name="Ann", created_at=now()))
    yield state
    state.engine.dispose()


def _client(app: FastAPI) -> Client:
    client = Client(app)
    client.follow_redirects = False
    return client


def _back(client: Client) -> str:
    """Go to the provider, and return where it sends the browser to."""
    there = client.get(OIDC)
    assert there.status_code == 302, there.text
    return str(httpx.get(there.headers["location"]).headers["location"])


def _logged_in(client: Client) -> Any:
    return client.get(_back(client))


def test_who_the_provider_knows_is_logged_in(app: FastAPI, service: State, provider: SmallProvider) -> None:
    client = _client(app)
    answer = _logged_in(client)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get(SESSION).json()["login"] == "ann"
    with reading(service.engine) as session:
        assert session.scalars(select(AccountRow.subject)).one() == f"{provider.issuer}|1"
        actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id.desc()).limit(2)).all()
    assert actions == ["logins.begin", "accounts.link"]
    # From now on by the subject, whatever the name is.
    provider.claims["preferred_username"] = "married"
    other = _client(app)
    assert _logged_in(other).status_code == 302
    assert other.get(SESSION).json()["login"] == "ann"


def test_what_a_provider_adds_is_let_through(app: FastAPI, service: State) -> None:
    client = _client(app)
    answer = client.get(f"{_back(client)}&session_state=1&iss=another")
    assert (answer.status_code, answer.headers["location"]) == (302, "/")


def test_nobody_takes_over_an_account(app: FastAPI, service: State, provider: SmallProvider) -> None:
    assert _logged_in(_client(app)).status_code == 302
    provider.claims["sub"] = "2"  # somebody else who calls themselves Ann
    answer = _logged_in(_client(app))
    assert (answer.status_code, answer.json()["code"]) == (403, "no_account")
    assert "huxue=" not in answer.headers.get("set-cookie", "")
    provider.claims["preferred_username"] = "nobody"
    assert _logged_in(_client(app)).status_code == 403


def test_a_disabled_account_stays_out(app: FastAPI, service: State) -> None:
    assert _logged_in(_client(app)).status_code == 302
    with writing(service.engine) as session:
        session.execute(update(AccountRow).values(disabled_at=now()))
    assert _logged_in(_client(app)).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "of another log-in"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=lambda claims: "-".join(claims),
)
def test_a_token_for_something_else_is_refused(
    app: FastAPI, service: State, provider: SmallProvider, claims: dict[str, Any]
) -> None:
    provider.claims |= claims
    answer = _logged_in(_client(app))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_confirmed")


def test_a_token_signed_by_another_is_refused(app: FastAPI, service: State, provider: SmallProvider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "1"})
    assert _logged_in(_client(app)).json()["code"] == "not_confirmed"
    # With a secret, which the provider says it may: only public keys count here.
    provider.key = OctKey.import_key("a secret of some length that both know", {"kid": "1"})  # type: ignore[assignment]
    provider.algorithm = "HS256"
    assert _logged_in(_client(app)).json()["code"] == "not_confirmed"


def test_new_keys_are_fetched(app: FastAPI, service: State, provider: SmallProvider) -> None:
    assert _logged_in(_client(app)).status_code == 302
    provider.published = provider.key = RSAKey.generate_key(2048, {"kid": "2"})
    assert _logged_in(_client(app)).status_code == 302


def test_only_who_began_comes_back(app: FastAPI, service: State) -> None:
    client = _client(app)
    back = _back(client)
    # Another browser, to which somebody sent the address.
    victim = _client(app)
    assert victim.get(back).json()["code"] == "not_confirmed"
    _back(victim)
    assert victim.get(back).json()["code"] == "not_confirmed"
    assert client.get(back.replace("state=", "state=x")).json()["code"] == "not_confirmed"
    assert client.get(f"{OIDC}/callback").json()["code"] == "not_confirmed"
    assert client.get(back).status_code == 302
    assert client.get(back).json()["code"] == "not_confirmed"  # once
    client.cookies.set("huxue_oidc", "bm9uc2Vuc2U=", path=OIDC)
    assert client.get(back).json()["code"] == "not_confirmed"


def test_a_provider_that_is_not_there(app: FastAPI, service: State, provider: SmallProvider) -> None:
    provider.issuer, issuer = "http://127.0.0.1:9/another", provider.issuer
    answer = _client(app).get(OIDC)
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_fails")
    provider.issuer = issuer
    assert _logged_in(_client(app)).status_code == 302


def test_an_address_proves_somebody_when_the_provider_says_so(
    app: FastAPI, service: State, provider: SmallProvider
) -> None:
    settings = service.settings.model_copy(update={"oidc_claim": "email"})
    app.state.huxue = State(settings, service.engine)
    provider.claims["email"] = "ann"
    for verified, status in ((None, 403), (False, 403), ("true", 403), (True, 302)):
        provider.claims["email_verified"] = verified
        assert _logged_in(_client(app)).status_code == status


def test_a_provider_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.settings.find_spec", lambda _: None)
    with pytest.raises(ValidationError, match=r"install huxue\[oidc\]"):
        Settings(oidc_issuer="https://id.example", _env_file=None)

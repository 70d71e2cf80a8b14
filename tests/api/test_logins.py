"""Log-ins: cookies that can be revoked, passwords, and limits that hold for all processes and all at once."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from account_cases import GOOD, OTHER, SESSION, browser, logged_in, redeemed
from api_cases import Users
from sqlalchemy import Engine, func, select, update

from api.accounts import attempts, passwords
from api.accounts.passwords import BadPassword
from api.accounts.tables import AccountRow, AttemptRow, LoginRow
from api.database.base import now
from api.database.engine import reading, writing
from api.errors import TooMany
from api.state import State


def test_a_log_in_is_a_cookie_out_of_reach(users: Users) -> None:
    redeemed(users, "ann", grants=[{"role": "school_admin", "site": "S0001"}])
    client = browser(users)
    answer = client.post(SESSION, json={"login": " Ann ", "password": GOOD})
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # http://testserver
    assert answer.headers["cache-control"] == "no-store"
    me = client.get(SESSION).json()
    assert me == answer.json()
    assert me["login"] == "ann"
    assert me["grants"] == [{"role": "school_admin", "district": None, "site": "S0001"}]
    assert [s["id"] for s in client.get("/api/v1/sites").json()["items"]] == ["S0001"]


def test_a_change_needs_the_pages_token(users: Users) -> None:
    redeemed(users, "ann", grants=[{"role": "dispatcher"}])
    client = logged_in(users, "ann")
    token = client.headers.pop("X-CSRF-Token")
    for headers in ({}, {"X-CSRF-Token": "0" * 64}):
        refused = client.post("/api/v1/plans", json={"start": "2026-11-30"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    done = client.post("/api/v1/plans", json={"start": "2026-11-30"}, headers={"X-CSRF-Token": token})
    assert done.status_code == 201


def test_logging_out_ends_it(users: Users) -> None:
    redeemed(users, "ann")
    client = logged_in(users, "ann")
    cookie = client.cookies["huxue"]
    assert client.delete(SESSION).status_code == 204
    assert "huxue" not in client.cookies
    client.cookies["huxue"] = cookie
    assert client.get(SESSION).status_code == 401


def test_log_ins_are_listed_and_revoked(users: Users) -> None:
    redeemed(users, "ann")
    redeemed(users, "bob")
    one, two, three = (logged_in(users, "ann") for _ in range(3))
    bob = logged_in(users, "bob")
    listed = one.get(f"{SESSION}/logins").json()
    assert len(listed) == 4  # the invitation's too
    (own,) = [row["id"] for row in listed if row["current"]]
    (other,) = [row["id"] for row in two.get(f"{SESSION}/logins").json() if row["current"]]
    assert bob.delete(f"{SESSION}/logins/{other}").status_code == 404
    assert one.delete(f"{SESSION}/logins/{other}").status_code == 204
    assert [c.get(SESSION).status_code for c in (one, two, three)] == [200, 401, 200]
    assert one.delete(f"{SESSION}/logins").json() == {"ended": 2}
    assert [c.get(SESSION).status_code for c in (one, three, bob)] == [200, 401, 200]
    assert [row["id"] for row in one.get(f"{SESSION}/logins").json()] == [own]


@pytest.mark.parametrize("column", ["expires_at", "seen_at"])
def test_a_log_in_ends_by_itself(users: Users, engine: Engine, column: str) -> None:
    redeemed(users, "ann")
    client = logged_in(users, "ann")
    ago = now() if column == "expires_at" else now() - dt.timedelta(days=3)
    with writing(engine) as session:
        session.execute(update(LoginRow).values({column: ago}))
    assert client.get(SESSION).status_code == 401


def test_a_disabled_account_is_out_at_once(users: Users, engine: Engine) -> None:
    redeemed(users, "ann")
    client = logged_in(users, "ann")
    with writing(engine) as session:
        session.execute(update(AccountRow).where(AccountRow.login == "ann").values(disabled_at=now()))
    assert client.get(SESSION).status_code == 401
    answer = browser(users).post(SESSION, json={"login": "ann", "password": GOOD})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_login")


def test_another_password_ends_the_other_log_ins(users: Users) -> None:
    redeemed(users, "ann")
    client, other = logged_in(users, "ann"), logged_in(users, "ann")
    url = f"{SESSION}/password"
    wrong = client.put(url, json={"current": OTHER, "new": OTHER})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    short = client.put(url, json={"current": GOOD, "new": "short"})
    assert (short.status_code, short.json()["code"]) == (422, "bad_password")
    assert client.put(url, json={"current": GOOD, "new": OTHER}).status_code == 204
    assert [c.get(SESSION).status_code for c in (client, other)] == [200, 401]
    assert browser(users).post(SESSION, json={"login": "ann", "password": GOOD}).status_code == 401
    logged_in(users, "ann", OTHER)


def test_a_token_changes_no_password(users: Users) -> None:
    answer = users["dispatcher"].put(f"{SESSION}/password", json={"current": GOOD, "new": OTHER})
    assert (answer.status_code, answer.json()["code"]) == (403, "log_in")


def test_a_wrong_name_and_a_wrong_password_look_alike(users: Users, engine: Engine) -> None:
    redeemed(users, "ann")
    said = []
    for login in ("ann", "nobody-of-this-name"):
        answer = browser(users).post(SESSION, json={"login": login, "password": OTHER})
        said.append({k: v for k, v in answer.json().items() if k != "request_id"} | {"s": answer.status_code})
    assert said[0] == said[1]
    with reading(engine) as session:
        counted = session.scalars(select(func.count(AttemptRow.id)).group_by(AttemptRow.key)).all()
    assert sorted(counted) == [1, 1, 2]  # each name once, the address twice


def test_attempts_are_limited_by_name(users: Users, state: State) -> None:
    redeemed(users, "ann")
    redeemed(users, "bob")
    most = state.settings.login_attempts
    client = browser(users)
    for login in ("ann", "nobody"):
        statuses = [
            client.post(SESSION, json={"login": login, "password": OTHER}).status_code
            for _ in range(most + 1)
        ]
        assert statuses == [401] * most + [429]
    # Now the right one isn't heard either, until the time is over.
    answer = client.post(SESSION, json={"login": "ann", "password": GOOD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60 * state.settings.login_minutes
    logged_in(users, "bob")
    with writing(state.engine) as session:
        session.execute(update(AttemptRow).values(at=now() - dt.timedelta(hours=1)))
    logged_in(users, "ann")


def test_attempts_at_once_get_no_more(users: Users, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    redeemed(users, "ann")
    monkeypatch.setattr(passwords, "_waiting", threading.BoundedSemaphore(100))
    most = state.settings.login_attempts

    def attempt(_: int) -> int:
        return browser(users).post(SESSION, json={"login": "ann", "password": OTHER}).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(attempt, range(most + 6)))
    assert sorted(statuses) == [401] * most + [429] * 6


def test_attempts_are_limited_by_address(state: State) -> None:
    most = state.settings.login_attempts * attempts.OF_AN_ADDRESS
    address = attempts.address_key("203.0.113.7")
    with writing(state.engine) as session:
        session.add_all(AttemptRow(key=address, at=now()) for _ in range(most))
    with pytest.raises(TooMany), writing(state.engine) as session:
        attempts.count(session, state.settings, attempts.name_key("ann"), address)
    with writing(state.engine) as session:
        elsewhere = attempts.address_key("203.0.113.8")
        taken = attempts.count(session, state.settings, attempts.name_key("ann"), elsewhere)
        attempts.forgive(session, attempts.name_key("ann"), taken)
        left = session.scalar(select(func.count()).where(AttemptRow.key != address))
    assert left == 0


def test_an_ipv6_customer_is_one_address() -> None:
    assert attempts.address_key("2001:db8:1:2::3") == attempts.address_key("2001:db8:1:2:ffff::9")
    assert attempts.address_key("2001:db8:1:2::3") != attempts.address_key("2001:db8:1:3::3")
    assert attempts.address_key("not an address") != attempts.address_key("192.0.2.1")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "a" * 12,
        "abababababab",
        "password1234",
        "PassWord1234",
        "li.na@2026",
        "li.na12345li.na",
        "x" * 201,
    ],
)
def test_passwords_that_are_guessed_are_refused(password: str) -> None:
    with pytest.raises(BadPassword):
        passwords.check_rules(password, "li.na", "李娜")


def test_a_sentence_is_a_good_password() -> None:
    passwords.check_rules("今天早上七点二十在校门口站岗", "li.na", "李娜")
    passwords.check_rules("li.na walks to school", "li.na", "李娜")


def test_a_hash_is_salted_and_checked() -> None:
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert kept != passwords.hashed(GOOD)
    assert passwords.fits(GOOD, kept)
    assert not passwords.fits(OTHER, kept)
    assert not passwords.fits(GOOD, None)
    assert not passwords.is_dated(kept)
    assert passwords.is_dated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$6wVGpTJbcZr7JYWwHEdSKw")


def test_nobody_waits_long_for_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_waiting", threading.BoundedSemaphore(1))
    with passwords._turn(), pytest.raises(TooMany):
        passwords.hashed(GOOD)


def test_last_seen_is_written_beside_the_requests(users: Users, state: State) -> None:
    redeemed(users, "ann")
    client = logged_in(users, "ann")
    ago = now() - dt.timedelta(minutes=30)

    def seen() -> dt.datetime:
        with reading(state.engine) as session:
            return session.scalars(select(LoginRow.seen_at).order_by(LoginRow.seen_at.desc())).one()

    with writing(state.engine) as session:
        session.execute(update(LoginRow).values(seen_at=ago))
        session.query(LoginRow).filter(LoginRow.device == "").delete()
        newest = select(func.max(LoginRow.created_at)).scalar_subquery()
        session.query(LoginRow).filter(LoginRow.created_at < newest).delete()
    assert client.get(SESSION).status_code == 200
    assert seen() == ago
    state.seen.write()
    first = seen()
    assert first > ago
    # Within the minute nothing is noted again.
    assert client.get(SESSION).status_code == 200
    state.seen.write()
    assert seen() == first

"""Accounts: made with a link that works once, changed with care, shown to those who manage them."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from account_cases import GOOD, OTHER, SESSION, browser, logged_in, made, redeemed, secret_of
from api_cases import Users
from sqlalchemy import Engine, select, update

from api.accounts.tables import InvitationRow, TokenRow
from api.database.base import now
from api.database.engine import reading, writing
from models import Problem

ACCOUNTS = "/api/v1/accounts"
REDEEM = "/api/v1/invitations/redeem"
READ = "/api/v1/invitations/read"


def test_an_invitation_sets_a_password_once(users: Users, engine: Engine) -> None:
    found = made(users, "ann", person="S0001-T002")
    assert found["account"]["invited"]
    assert not found["account"]["has_password"]
    secret = secret_of(found["invitation"])
    with reading(engine) as session:
        assert secret not in str(session.execute(select(InvitationRow.hash)).all())
    client = browser(users)
    assert client.post(READ, json={"secret": secret}).json()["login"] == "ann"
    weak = client.post(REDEEM, json={"secret": secret, "password": "password1234"})
    assert (weak.status_code, weak.json()["code"]) == (422, "bad_password")
    answer = client.post(REDEEM, json={"secret": secret, "password": GOOD})
    assert (answer.status_code, answer.json()["person"]) == (201, "S0001-T002")
    assert client.get(SESSION).json()["login"] == "ann"
    for url, body in ((REDEEM, {"secret": secret, "password": OTHER}), (READ, {"secret": secret})):
        again = browser(users).post(url, json=body)
        assert (again.status_code, again.json()["code"]) == (404, "not_found")
    logged_in(users, "ann", GOOD)


def test_an_invitation_used_at_once_is_used_once(users: Users) -> None:
    secret = secret_of(made(users, "ann")["invitation"])

    def use(password: str) -> int:
        return browser(users).post(REDEEM, json={"secret": secret, "password": password}).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(use, [f"{GOOD} {n}" for n in range(4)]))
    assert sorted(statuses) == [201, 404, 404, 404]
    logged_in(users, "ann", f"{GOOD} {statuses.index(201)}")


def test_an_invitation_expires(users: Users, engine: Engine) -> None:
    secret = secret_of(made(users, "ann")["invitation"])
    with writing(engine) as session:
        session.execute(update(InvitationRow).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert browser(users).post(READ, json={"secret": secret}).status_code == 404
    assert browser(users).post(REDEEM, json={"secret": secret, "password": GOOD}).status_code == 404


def test_a_school_is_invited_at_once(users: Users, city: Problem) -> None:
    made(users, "ann", person="S0001-T002")
    answer = users["dispatcher"].post(f"{ACCOUNTS}/invitations", json={"site": "S0001"})
    assert answer.status_code == 201, answer.text
    invited = answer.json()
    people = {p.id for p in city.people if p.unit in ("S0001", "S0001-V")}
    assert {i["person"] for i in invited["invitations"]} == people - {"S0001-T002"}
    assert invited["already"] == 1
    again = users["dispatcher"].post(f"{ACCOUNTS}/invitations", json={"site": "S0001"}).json()
    assert again == {"invitations": [], "already": len(people)}
    one = invited["invitations"][0]
    answer = browser(users).post(REDEEM, json={"secret": secret_of(one), "password": GOOD})
    assert (answer.json()["person"], answer.json()["grants"]) == (one["person"], [])
    logged_in(users, one["login"])


def test_some_of_a_unit_are_invited(users: Users) -> None:
    dispatcher, url = users["dispatcher"], f"{ACCOUNTS}/invitations"
    body = {"unit": "S0001", "people": ["S0001-T001", "S0001-T002"]}
    assert [i["login"] for i in dispatcher.post(url, json=body).json()["invitations"]] == [
        "s0001-t001",
        "s0001-t002",
    ]
    assert dispatcher.post(url, json={**body, "people": ["S0002-T001"]}).status_code == 404
    assert dispatcher.post(url, json={"unit": "none"}).status_code == 404
    assert dispatcher.post(url, json={"unit": "S0001", "site": "S0001"}).status_code == 422


def test_accounts_that_cannot_be(users: Users) -> None:
    made(users, "ann", person="S0001-T002")
    dispatcher = users["dispatcher"]

    def refused(**body: object) -> tuple[int, str]:
        answer = dispatcher.post(ACCOUNTS, json={"name": "n", **body})
        return answer.status_code, answer.json()["code"]

    assert refused(login="ANN") == (409, "login_taken")
    assert refused(login="bob", person="S0001-T002") == (409, "person_has_account")
    assert refused(login="bob", person="none") == (422, "invalid")
    assert refused(login="bob", grants=[{"role": "school_admin", "site": "none"}]) == (422, "invalid")
    assert refused(login="bob", grants=[{"role": "school_admin"}]) == (422, "invalid")
    assert refused(login="bob", grants=[{"role": "dispatcher", "site": "S0001"}]) == (422, "invalid")
    assert refused(login="b o b") == (422, "invalid")


def test_a_stale_change_changes_nothing(users: Users) -> None:
    account = redeemed(users, "ann", grants=[{"role": "school_admin", "site": "S0001"}])
    dispatcher, url = users["dispatcher"], f"{ACCOUNTS}/{account['id']}"
    read = dispatcher.get(url)
    body = {"name": "Ann", "grants": [{"role": "auditor", "district": "D001"}]}
    assert dispatcher.put(url, json=body).status_code == 428
    done = dispatcher.put(url, json=body, headers={"If-Match": read.headers["etag"]})
    assert done.status_code == 200, done.text
    assert done.json()["grants"] == [{"role": "auditor", "district": "D001", "site": None}]
    stale = dispatcher.put(url, json={"name": "x"}, headers={"If-Match": read.headers["etag"]})
    assert stale.status_code == 412
    assert dispatcher.get(url).json() == done.json()
    assert dispatcher.get(f"{ACCOUNTS}/999999").status_code == 404


def test_disabling_ends_everything(users: Users) -> None:
    account = redeemed(users, "ann")
    client = logged_in(users, "ann")
    token = client.post("/api/v1/tokens", json={"name": "mine"}).json()["secret"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert browser(users).get(SESSION, headers=bearer).status_code == 200
    dispatcher, url = users["dispatcher"], f"{ACCOUNTS}/{account['id']}"
    tag = {"If-Match": dispatcher.get(url).headers["etag"]}
    assert dispatcher.put(url, json={"name": "Ann", "disabled": True}, headers=tag).json()["disabled_at"]
    assert client.get(SESSION).status_code == 401
    assert browser(users).get(SESSION, headers=bearer).status_code == 401
    tag = {"If-Match": dispatcher.get(url).headers["etag"]}
    assert dispatcher.put(url, json={"name": "Ann"}, headers=tag).json()["disabled_at"] is None
    assert client.get(SESSION).status_code == 401  # its log-in is gone for good
    logged_in(users, "ann")


def test_a_reset_takes_password_and_log_ins_away(users: Users) -> None:
    account = redeemed(users, "ann")
    client = logged_in(users, "ann")
    dispatcher, url = users["dispatcher"], f"{ACCOUNTS}/{account['id']}"
    assert dispatcher.post(f"{url}/reset").status_code == 428
    answer = dispatcher.post(f"{url}/reset", headers={"If-Match": dispatcher.get(url).headers["etag"]})
    assert client.get(SESSION).status_code == 401
    assert browser(users).post(SESSION, json={"login": "ann", "password": GOOD}).status_code == 401
    body = {"secret": secret_of(answer.json()), "password": OTHER}
    assert browser(users).post(REDEEM, json=body).status_code == 201
    logged_in(users, "ann", OTHER)


def test_somebody_can_always_give_permissions(users: Users) -> None:
    dispatcher = users["dispatcher"]
    own = dispatcher.get(SESSION).json()["account"]
    url = f"{ACCOUNTS}/{own}"

    def degraded(**body: object) -> int:
        tag = {"If-Match": dispatcher.get(url).headers["etag"]}
        return dispatcher.put(url, json={"name": "d", **body}, headers=tag).status_code

    assert degraded() == 409
    assert degraded(grants=[{"role": "dispatcher", "district": "D001"}]) == 409
    assert degraded(grants=[{"role": "dispatcher"}], disabled=True) == 409
    assert dispatcher.get(url).json()["grants"] == [{"role": "dispatcher", "district": None, "site": None}]
    made(users, "ann", grants=[{"role": "dispatcher"}])
    assert degraded() == 200


def test_accounts_are_found(users: Users) -> None:
    users["auditor"]
    for login in ("ann", "bob", "cod"):
        made(users, login)
    made(users, "admin", grants=[{"role": "school_admin", "site": "S0002"}])
    made(users, "teacher", person="S0002-T001")
    dispatcher = users["dispatcher"]

    def logins(**wanted: object) -> list[str]:
        found: list[str] = []
        while True:
            answer = dispatcher.get(ACCOUNTS, params={"limit": 2, **wanted}).json()  # type: ignore[dict-item]
            found += [a["login"] for a in answer["items"]]
            if answer["next"] is None:
                return found
            wanted["cursor"] = answer["next"]

    assert logins() == ["admin", "ann", "auditor", "bob", "cod", "dispatcher", "teacher"]
    assert logins(text="O") == ["auditor", "bob", "cod"]
    assert logins(text="%") == []
    assert logins(site="S0002") == ["admin", "teacher"]
    assert logins(role="school_admin") == ["admin"]


def test_tokens_do_what_their_scope_says(users: Users, engine: Engine) -> None:
    redeemed(users, "ann", grants=[{"role": "dispatcher"}])
    client = logged_in(users, "ann")
    url = "/api/v1/tokens"
    made_ = {
        scope: client.post(url, json={"name": scope, "scope": scope}).json() for scope in ("read", "write")
    }
    listed = client.get(url).json()
    assert [t["name"] for t in listed] == ["write", "read"]
    assert all("secret" not in t for t in listed)
    with reading(engine) as session:
        assert made_["read"]["secret"] not in str(session.execute(select(TokenRow.hash)).all())
    read, write = ({"Authorization": f"Bearer {made_[scope]['secret']}"} for scope in ("read", "write"))
    other = browser(users)
    assert other.get("/api/v1/plans", headers=read).status_code == 200
    assert other.get(SESSION, headers=read).json()["token_scope"] == "read"
    assert other.post("/api/v1/plans", json={"start": "2026-11-30"}, headers=read).status_code == 403
    assert other.delete(f"{url}/{made_['read']['id']}", headers=read).status_code == 403
    assert other.post("/api/v1/plans", json={"start": "2026-11-30"}, headers=write).status_code == 201
    another = other.post(url, json={"name": "another"}, headers=write)
    assert (another.status_code, another.json()["code"]) == (403, "log_in")
    assert users["dispatcher"].delete(f"{url}/{made_['read']['id']}").status_code == 404
    assert client.delete(f"{url}/{made_['read']['id']}").status_code == 204
    assert other.get("/api/v1/plans", headers=read).status_code == 401
    with writing(engine) as session:
        session.execute(update(TokenRow).values(expires_at=now()))
    assert other.get("/api/v1/plans", headers=write).status_code == 401


def test_nothing_secret_is_in_the_audit(users: Users) -> None:
    redeemed(users, "ann")
    client = logged_in(users, "ann")
    token = client.post("/api/v1/tokens", json={"name": "mine"}).json()["secret"]
    listed = users["auditor"].get("/api/v1/audit", params={"limit": 1000}).text
    assert '"accounts.create"' in listed
    assert '"tokens.create"' in listed
    for secret in (GOOD, token, client.cookies["huxue"], client.headers["X-CSRF-Token"], "$argon2"):
        assert secret not in listed

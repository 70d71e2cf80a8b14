"""No stranger is written to: a code confirms an address before anything else goes there, and trials are few."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from api_cases import Users
from message_cases import FIXTURES, Mailbox, body, code_for, messages, sent
from sqlalchemy import select
from swapping_cases import API, SUNDAY, member, publish

from api.accounts.tables import AccountRow
from api.database.engine import reading
from api.messages.channels import HOLDS, TRIES
from api.messages.postman import Postman
from api.messages.tables import TrialRow
from api.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

mailbox, settings, users, postman = FIXTURES
MINE = f"{API}/me/channels"
SOMEBODY = {"name": "x", "address": "mail:somebody@example.cn"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The day before the week."""
    with time_machine.travel(SUNDAY) as traveller:
        yield traveller


def test_nothing_else_goes_to_an_address_before_its_code_was_entered(
    users: Users, state: State, postman: Postman, mailbox: Mailbox
) -> None:
    client = users["member"]
    added = client.post(MINE, json=SOMEBODY).json()
    number = added["id"]
    assert added["confirmed"] is False
    assert client.post(f"{MINE}/{number}/test").json()["code"] == "not_confirmed"
    publish(users, state)
    assert sent(postman, mailbox) == ["somebody"]
    code = code_for(state, number)
    (mail,) = mailbox.mails
    assert code in mail["Subject"] + body(mail)
    assert [row.kind for row in messages(state)] == ["code"]
    assert client.post(f"{MINE}/{number}/confirm", json={"code": code}).json()["confirmed"] is True
    assert client.post(f"{MINE}/{number}/code").json()["code"] == "confirmed"
    assert client.post(f"{MINE}/{number}/test").status_code == 202
    assert sent(postman, mailbox) == ["somebody"]


def test_a_code_holds_for_an_hour_and_a_few_tries(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    client = users["member"]
    number = client.post(MINE, json=SOMEBODY).json()["id"]
    confirm, first = f"{MINE}/{number}/confirm", code_for(state, number)
    wrong = "000000" if first != "000000" else "000001"
    for _ in range(TRIES):
        assert client.post(confirm, json={"code": wrong}).json()["confirmed"] is False
    assert client.post(confirm, json={"code": first}).json()["confirmed"] is False
    assert client.post(f"{MINE}/{number}/code").status_code == 202
    second = code_for(state, number)
    clock.shift(HOLDS + dt.timedelta(seconds=1))
    assert client.post(confirm, json={"code": second}).json()["confirmed"] is False
    assert client.post(f"{MINE}/{number}/code").status_code == 202
    assert users["school_admin"].post(confirm, json={"code": second}).status_code == 404
    # What holds no more isn't sent any more.
    assert sent(postman, mailbox) == ["somebody"]
    assert client.post(confirm, json={"code": code_for(state, number)}).json()["confirmed"] is True


def test_an_account_has_three_trials_an_hour(users: Users, clock: time_machine.Traveller) -> None:
    client = users["member"]
    number = client.post(MINE, json=SOMEBODY).json()["id"]
    assert client.post(f"{MINE}/{number}/code").status_code == 202
    # Another address, and one that is removed, count as well.
    other = client.post(MINE, json={"name": "x", "address": "mail:other@example.cn"}).json()["id"]
    assert client.delete(f"{MINE}/{other}").status_code == 204
    refused = client.post(f"{MINE}/{number}/code")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert client.post(MINE, json={"name": "x", "address": "mail:third@example.cn"}).status_code == 429
    clock.shift(int(refused.headers["Retry-After"]))
    assert client.post(f"{MINE}/{number}/code").status_code == 202


def test_an_address_is_sent_three_trials_an_hour_whoever_asks(
    users: Users, state: State, postman: Postman, clock: time_machine.Traveller
) -> None:
    with reading(state.engine) as session:
        assert not session.scalars(select(AccountRow.person).where(AccountRow.person.is_not(None))).all()
    askers = [member(users, state, f"S0001-T00{n}") for n in range(1, 5)]
    told = [
        client.post(MINE, json={"name": "x", "address": f"mail:{'S' if n % 2 else 's'}omebody@example.cn"})
        for n, client in enumerate(askers)
    ]
    assert [answer.status_code for answer in told] == [201, 201, 201, 429]
    clock.shift(dt.timedelta(hours=2))
    postman.look_at_the_clock()
    with reading(state.engine) as session:
        assert session.scalars(select(TrialRow)).all() == []


def test_a_units_mail_is_confirmed_and_its_robot_needs_no_code(users: Users, state: State) -> None:
    admin, url = users["school_admin"], f"{API}/units/S0001/channels"
    robot = admin.post(url, json={"name": "g", "address": "dingtalk://0123456789abcdef/"}).json()
    assert robot["confirmed"] is True
    assert admin.post(f"{url}/{robot['id']}/test").status_code == 202
    mail = admin.post(url, json=SOMEBODY).json()
    assert mail["confirmed"] is False
    publish(users, state)
    assert {row.channel for row in messages(state) if row.kind == "published"} == {robot["id"]}
    assert admin.post(f"{url}/{mail['id']}/code").status_code == 202
    answer = admin.post(f"{url}/{mail['id']}/confirm", json={"code": code_for(state, mail["id"])})
    assert answer.json()["confirmed"] is True
    assert admin.post(f"{url}/{robot['id']}/test").status_code == 429

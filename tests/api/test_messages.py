"""Messages: written with the change, sent to a real mail server, at least once and each with an id that stays."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from api_cases import Users
from message_cases import FIXTURES, Mailbox, body, channel, messages, sent
from roster_cases import MONDAY, PLAN, audited, post, solved, tags
from run_cases import step
from sqlalchemy import select, update
from swapping_cases import API, SUNDAY, ask, do, duties_of, member, publish, ways

from api.accounts.tables import AccountRow
from api.database.engine import reading, writing
from api.messages.gateway import deliver
from api.messages.outbox import put
from api.messages.postman import AGAIN, LEASE, Postman
from api.messages.tables import ChannelRow, MessageRow
from api.messages.told import Text
from api.messages.words import words
from api.settings import Settings
from api.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator


mailbox, settings, users, postman = FIXTURES


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The day before the week."""
    with time_machine.travel(SUNDAY) as traveller:
        yield traveller


def test_a_member_is_told_what_is_published_and_what_changes(
    users: Users, state: State, postman: Postman, mailbox: Mailbox
) -> None:
    _, roster = solved()
    held = next(a for a in roster.assignments if a.role == "staff" and a.shift.startswith("S0001/"))
    client = member(users, state, held.assignee)
    channel(client)
    publish(users, state)
    mine = client.get(f"{API}/me/duties").json()
    assert _pages(state) == {"published": "/duties"}
    assert postman.round() == 1
    (told,) = mailbox.mails
    assert "11月30日" in told["Subject"]
    assert body(told).count("–") == len(mine)
    # One duty is cleared and published: only who had it is told, and only of that.
    dispatcher = users["dispatcher"]
    answer = dispatcher.post(
        f"{PLAN}/edits",
        json={"edits": [{"kind": "clear", **post(held)}]},
        headers=tags(dispatcher, held.shift),
    )
    assert answer.status_code == 200, answer.text
    mailbox.mails.clear()
    step(dispatcher, MONDAY, "publish")
    postman.round()
    (told,) = mailbox.mails
    assert "【已取消】" in body(told)
    assert body(told).count("–") == 1


def test_a_swap_is_told_step_by_step(users: Users, state: State, postman: Postman, mailbox: Mailbox) -> None:
    publish(users, state)
    users["dispatcher"].put(
        f"{API}/swap-policies", json=[{"role": "staff", "approver": "school_admin", "automatic": False}]
    )
    duty, taker = next(
        (d, found[0]["handovers"][0]["taker"])
        for d in duties_of(state, site="S0001", role="staff")
        if (found := ways(users["school_admin"], d.uid)["partners"]["takers"])
    )
    asker, partner = member(users, state, duty.assignee), member(users, state, taker)
    for client, name in ((asker, "asker"), (partner, "partner"), (users["school_admin"], "admin")):
        channel(client, f"mail:{name}@example.cn")
    partner_account = partner.get(f"{API}/session").json()
    assert partner_account["login"]
    swap = ask(asker, "give_away", (duty.uid, taker), note="家长会")
    told = [sent(postman, mailbox)]
    do(partner, swap["id"], "accept")
    told.append(sent(postman, mailbox))
    assert _pages(state) == {
        "swap_asked": None,
        "swap_accepted": "/swaps",
        "swap_to_approve": "/school/S0001/swaps",
    }
    do(users["school_admin"], swap["id"], "approve")
    told.append(sent(postman, mailbox))
    assert told == [["partner"], ["admin", "asker"], ["asker", "partner"]]
    assert "家长会" in body(mailbox.mails[0])
    assert "批准" in mailbox.mails[1]["Subject"] + mailbox.mails[2]["Subject"]


def _pages(state: State) -> dict[str, str | None]:
    """Return to which page each message leads as things stand; None: there is nothing to say any more."""
    found = {}
    with reading(state.engine) as session:
        for row in session.scalars(select(MessageRow)):
            told = words(session, row, session.get_one(ChannelRow, row.channel), "https://huxue.example.cn/")
            last = None if told is None else told.body.splitlines()[-1]
            found[row.kind] = last and last.removeprefix("https://huxue.example.cn")
    return found


def test_choices_are_kept(users: Users, state: State, postman: Postman, mailbox: Mailbox) -> None:
    client = users["member"]
    channel(client)
    wanted = client.get(f"{API}/me/message-choices").json()["wanted"]
    assert wanted["tomorrow"] is True
    answer = client.put(f"{API}/me/message-choices", json={"wanted": {"published": False}})
    assert answer.json()["wanted"] == {**wanted, "published": False}
    assert client.put(f"{API}/me/message-choices", json={"wanted": {"none": True}}).status_code == 422
    publish(users, state)
    assert sent(postman, mailbox) == []


def test_a_mail_has_the_same_id_however_often_it_is_tried(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    channel(users["member"])
    publish(users, state)
    mailbox.full = True
    assert sent(postman, mailbox) == []
    (row,) = messages(state)
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "not_taken")
    shown = users["member"].get(f"{API}/me/channels").json()
    assert shown[0]["failing_since"] is not None
    outbox = users["dispatcher"].get(f"{API}/messages/outbox").json()
    assert (outbox["counts"], outbox["troubled"][0]["id"]) == ({"waiting": 1}, row.id)
    assert "example.cn" not in json.dumps(outbox)
    assert postman.round() == 0  # not yet due again
    clock.shift(AGAIN[0] + dt.timedelta(seconds=1))
    mailbox.full = False
    assert sent(postman, mailbox) == ["somebody"]
    assert mailbox.mails[0]["Message-ID"] == f"<{row.id}@127.0.0.1>"
    (row,) = messages(state)
    assert (row.state, row.attempts, row.error) == ("sent", 2, None)
    assert users["member"].get(f"{API}/me/channels").json()[0]["failing_since"] is None
    # What was in the hand of a process that died comes again under the same id.
    with writing(state.engine) as session:
        session.execute(update(MessageRow).values(state="waiting", leased_until=clock_now() + LEASE))
    assert postman.round() == 0
    clock.shift(LEASE + dt.timedelta(seconds=1))
    assert sent(postman, mailbox) == ["somebody"]
    assert mailbox.mails[1]["Message-ID"] == mailbox.mails[0]["Message-ID"]


def clock_now() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


def test_it_is_given_up_in_the_end(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    channel(users["member"])
    publish(users, state)
    mailbox.full = True
    for pause in (*AGAIN, dt.timedelta(days=1)):
        assert postman.round() == 1
        clock.shift(pause + dt.timedelta(seconds=1))
    assert postman.round() == 0
    assert [row.state for row in messages(state)] == ["failed"]


def test_several_postmen_send_each_message_once(users: Users, state: State, mailbox: Mailbox) -> None:
    """Sixty messages, three postmen at once."""
    channel(users["member"])
    publish(users, state)
    with writing(state.engine) as session:
        for k in range(60):
            put(session, "published", ["S0001-T001"], key=f"x{k}", values={"plan": MONDAY})
            put(session, "published", ["S0001-T001"], key=f"x{k}", values={"plan": MONDAY})  # the same again
    postmen = [Postman(state.settings, state.engine) for _ in range(3)]

    def go(postman: Postman) -> None:
        while postman.round():
            pass

    threads = [threading.Thread(target=go, args=(postman,)) for postman in postmen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert len(ids) == len(set(ids)) == 61


def test_who_is_on_duty_tomorrow_is_told_once(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    publish(users, state)
    duty = duties_of(state, site="S0001", role="staff", date=dt.date(2026, 11, 30))[0]
    channel(member(users, state, duty.assignee))
    postman.look_at_the_clock()
    assert sent(postman, mailbox) == []
    clock.move_to(dt.datetime(2026, 11, 29, 10, 1, tzinfo=dt.UTC))  # six in the evening
    for _ in range(3):
        postman.look_at_the_clock()
        clock.shift(60)
    assert sent(postman, mailbox) == ["somebody"]
    assert "11月30日" in mailbox.mails[0]["Subject"]


def test_an_expired_swap_is_told(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    publish(users, state)
    duty, taker = next(
        (d, found[0]["handovers"][0]["taker"])
        for d in duties_of(state, site="S0001", role="staff")
        if (found := ways(users["school_admin"], d.uid)["partners"]["takers"])
    )
    asker = member(users, state, duty.assignee)
    channel(asker)
    asker.put(f"{API}/me/message-choices", json={"wanted": {"tomorrow": False}})
    ask(asker, "give_away", (duty.uid, taker))
    clock.move_to(duty.start)
    postman.look_at_the_clock()
    assert sent(postman, mailbox) == ["somebody"]
    assert "过期" in mailbox.mails[0]["Subject"]


def test_a_test_says_whether_it_arrived(
    users: Users, state: State, postman: Postman, mailbox: Mailbox
) -> None:
    client = users["member"]
    number = channel(client)
    with writing(state.engine) as session:
        session.execute(update(AccountRow).where(AccountRow.login == "member").values(language="en"))
    asked = client.post(f"{API}/me/channels/{number}/test")
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert sent(postman, mailbox) == ["somebody"]
    # In the language of the account, as the list of its addresses says.
    assert "test" in mailbox.mails[0]["Subject"]
    assert [c["language"] for c in client.get(f"{API}/me/channels").json()] == ["en"]
    url = f"{API}/me/messages/{asked.json()['id']}"
    assert client.get(url).json()["state"] == "sent"
    assert users["school_admin"].get(url).status_code == 404
    mailbox.full = True
    failed = client.post(f"{API}/me/channels/{number}/test").json()["id"]
    sent(postman, mailbox)
    told = client.get(f"{API}/me/messages/{failed}").json()
    assert (told["state"], told["error"]) == ("failed", "not_taken")


def test_units_have_robots_of_their_own(users: Users, state: State) -> None:
    admin = users["school_admin"]
    url = f"{API}/units/S0001/channels"
    robot = {"name": "值班群", "address": "dingtalk://0123456789abcdef/", "language": "zh"}
    added = admin.post(url, json=robot)
    assert (added.status_code, added.json()["shown"]) == (201, "dingtalk://…")
    assert "0123456789abcdef" not in admin.get(url).text
    assert users["auditor"].get(url).status_code == 200
    assert users["member"].get(url).status_code == 403
    choices = admin.get(f"{API}/units/S0001/message-choices").json()["wanted"]
    assert (choices["published"], choices["not_checked_in"], "tomorrow" in choices) == (True, False, False)
    publish(users, state)
    assert {row.kind for row in messages(state)} == {"published"}
    assert admin.delete(f"{url}/{added.json()['id']}").status_code == 204
    assert messages(state) == []  # nothing waits for it any more
    assert "0123456789abcdef" not in json.dumps([row.after for row in audited(state, "channel.add")])


@pytest.mark.parametrize(
    "address",
    ["mail:no", "mail:a@b c", "sms:abc", "json://127.0.0.1/", "file:///etc/passwd", "mailto://127.0.0.1/?to=a@b.cn",
     "dingtalk://", "nothing", "mail:a@b.cn?to=c@d.cn"],
)  # fmt: skip
def test_other_addresses_are_refused(users: Users, address: str) -> None:
    answer = users["member"].post(f"{API}/me/channels", json={"name": "x", "address": address})
    assert answer.status_code == 422, answer.text


def test_without_a_gateway_it_is_said_so(users: Users, state: State) -> None:
    answer = users["member"].post(f"{API}/me/channels", json={"name": "x", "address": "sms:13800000000"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_gateway")
    assert deliver(Settings(_env_file=None), "mail:a@b.cn", "1", Text("t", "b")) == "no_gateway"


def test_nothing_of_an_address_is_in_errors_or_logs(
    users: Users, state: State, postman: Postman, capsys: pytest.CaptureFixture[str], caplog: Any
) -> None:
    with writing(state.engine) as session:
        session.add(
            ChannelRow(unit="S0001", name="x", address="dingtalk://s3cr3ts3cr3t/", created_at=clock_now())
        )
    publish(users, state)
    with reading(state.engine) as session:
        assert session.scalars(select(MessageRow)).all()
    # The robot's host can't be reached from here, or refuses the secret: either way it fails.
    postman.round()
    written = capsys.readouterr()
    (row,) = messages(state)
    assert row.error is not None
    assert "s3cr3t" not in written.out + written.err + caplog.text + row.error


def test_the_service_has_a_postman(users: Users, state: State, mailbox: Mailbox) -> None:
    """The one of the process goes by itself."""
    number = channel(users["member"])
    for rounds in state.postman.rounds:
        rounds.start()
    try:
        message = users["member"].post(f"{API}/me/channels/{number}/test").json()["id"]
        for _ in range(200):
            if users["member"].get(f"{API}/me/messages/{message}").json()["state"] == "sent":
                break
            threading.Event().wait(0.1)
    finally:
        for rounds in state.postman.rounds:
            rounds.stop()
    assert [mail["To"] for mail in mailbox.mails] == ["somebody@example.cn"]

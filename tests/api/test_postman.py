"""The postman: urgent messages first, no host that holds up the others, and nothing that ends it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
import time_machine
from api_cases import Users
from day_cases import at, duties_of, publish
from message_cases import FIXTURES, Mailbox, channel, messages, sent
from roster_cases import audited
from sqlalchemy import select
from swapping_cases import API

from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import writing
from api.messages.outbox import put
from api.messages.postman import AGAIN, LEASE, Postman
from api.messages.tables import ChannelRow, MessageRow
from api.rounds import Rounds
from api.standing.tables import PersonRow
from api.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

mailbox, settings, users, postman = FIXTURES


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The morning of the first day."""
    with time_machine.travel(at("6:30")) as traveller:
        yield traveller


def _all_have_channels(state: State) -> int:
    """Give everybody an account with an address, and return how many they are."""
    with writing(state.engine) as session:
        people = list(session.scalars(select(PersonRow.id)))
        for person in people:
            row = AccountRow(login=person.lower(), name=person, person=person, created_at=now())
            session.add(row)
            session.flush()
            address = f"mail:{person}@example.cn"
            session.add(ChannelRow(account=row.id, name="m", address=address, created_at=now()))
    return len(people)


def test_an_urgent_message_overtakes_hundreds(
    users: Users, state: State, postman: Postman, mailbox: Mailbox
) -> None:
    _all_have_channels(state)
    publish(users, state)
    assert len(messages(state)) > 300
    duty = duties_of(state, site="S0001", role="staff")[-1]
    with writing(state.engine) as session:
        put(session, "replaced", [duty.assignee], key="1", values={"duty": duty.uid})
    postman.round()
    (first,) = mailbox.mails
    assert "接替" in first["Subject"]
    # The thread that is for urgent ones alone sends nothing else.
    assert postman.round(urgent=True) == 0
    assert postman.round() == 1


class Mute:
    """A server that takes connections and never says anything."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._socket.getsockname()[1]

    def close(self) -> None:
        """End it, and with it who waits."""
        self._socket.close()


@pytest.fixture
def mute() -> Iterator[Mute]:
    """A dead host."""
    found = Mute()
    yield found
    found.close()


def test_a_host_that_never_answers_holds_up_no_others(
    users: Users, state: State, mailbox: Mailbox, mute: Mute
) -> None:
    """Forty messages to the dead host are due before one mail."""
    channel(users["member"])
    with writing(state.engine) as session:
        account = session.scalars(select(AccountRow.id).where(AccountRow.login == "member")).one()
        for number in range(40):
            row = ChannelRow(account=account, name="r", address=f"json://127.0.0.1:{mute.port}/{number}/",
                             way=f"json://127.0.0.1:{mute.port}", created_at=now())  # fmt: skip
            session.add(row)
            session.flush()
            session.add(_test_row(row.id, number))
    with writing(state.engine) as session:
        mail = session.scalars(select(ChannelRow.id).where(ChannelRow.way == "mail")).one()
        session.add(_test_row(mail, 40))
    for rounds in state.postman.rounds:
        rounds.start()
    try:
        for _ in range(600):
            if mailbox.mails:
                break
            threading.Event().wait(0.1)
    finally:
        for rounds in state.postman.rounds:
            rounds.end()
        mute.close()
        for rounds in state.postman.rounds:
            rounds.stop()
    assert [mail["To"] for mail in mailbox.mails] == ["somebody@example.cn"]
    waiting = [row for row in messages(state) if row.attempts == 0]
    assert len(waiting) >= 30


def _test_row(of: int, number: int) -> MessageRow:
    moment = now()
    return MessageRow(id=f"m{number}", channel=of, kind="test", rank=0, key=f"m{number}", values={},
                      state="waiting", created_at=moment, due_at=moment, attempts=0)  # fmt: skip


def test_a_message_that_cant_be_said_stops_nobody(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    number = channel(users["member"])
    values = {"plan": "s3cr3t"}  # of a kind that needs more
    with writing(state.engine) as session:
        session.add_all(
            [
                MessageRow(id="none", channel=number, kind="no_such_kind", rank=0, key="none", values=values,
                           state="waiting", created_at=now(), due_at=now(), attempts=0),
                MessageRow(id="less", channel=number, kind="replaced", rank=0, key="less", values=values,
                           state="waiting", created_at=now(), due_at=now(), attempts=0),
            ]
        )  # fmt: skip
    sound = users["member"].post(f"{API}/me/channels/{number}/test").json()["id"]
    assert sent(postman, mailbox) == ["somebody"]
    found = {row.id: (row.state, row.attempts, row.error) for row in messages(state)}
    assert found == {
        "none": ("waiting", 1, "KeyError"),
        "less": ("waiting", 1, "KeyError"),
        sound: ("sent", 1, None),
    }
    assert "s3cr3t" not in capsys.readouterr().err


def test_whatever_fails_the_next_round_is_gone(users: Users, state: State) -> None:
    gone = threading.Semaphore(0)

    def go() -> bool:
        gone.release()
        raise KeyError("once more")

    rounds = Rounds("those_that_fail", go, 0.01)
    rounds.start()
    try:
        for _ in range(3):
            assert gone.acquire(timeout=60)
        figures = users["nobody"].get("/metrics").text
        assert 'huxue_rounds{of="those_that_fail"} 1.0' in figures
    finally:
        rounds.stop()
    figures = users["nobody"].get("/metrics").text
    assert 'huxue_rounds{of="those_that_fail"} 0.0' in figures
    failed = next(line for line in figures.splitlines() if "rounds_failed_total" in line and "those" in line)
    assert float(failed.split()[-1]) >= 3


def test_what_was_given_up_is_sent_again_on_request(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    channel(users["member"])
    publish(users, state)
    mailbox.full = True
    for pause in (*AGAIN, dt.timedelta(0)):
        assert postman.round() == 1
        clock.shift(pause + dt.timedelta(seconds=1))
    assert [row.state for row in messages(state)] == ["failed"]
    mailbox.full = False
    assert sent(postman, mailbox) == []
    retry = f"{API}/messages/outbox/retry"
    assert users["district"].post(retry).status_code == 403
    assert users["dispatcher"].post(retry).json() == {"messages": 1}
    assert sent(postman, mailbox) == ["somebody"]
    assert users["dispatcher"].post(retry).json() == {"messages": 0}
    assert [entry.after for entry in audited(state, "messages.retry")] == [{"messages": 1}]


_CHILD = """
import datetime as dt, sys
import time_machine
from api.messages.postman import Postman
from api.settings import Settings
from api.state import State
with time_machine.travel(dt.datetime.fromisoformat(sys.argv[1])):
    state = State.open(Settings(_env_file=None))
    Postman(state.settings, state.engine).round()
print("lived")
"""


def test_it_comes_twice_if_the_process_dies_before_it_was_noted(
    users: Users, state: State, postman: Postman, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    """It is killed after the gateway's yes and before our note of it."""
    channel(users["member"])
    publish(users, state)
    gateway = mailbox.gateway.get_secret_value()
    env = os.environ | {"HUXUE_DATABASE": state.settings.database_url, "HUXUE_MAIL_GATEWAY": gateway}
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, (now() + dt.timedelta(seconds=1)).isoformat()],
        env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    mailbox.after = lambda: os.kill(child.pid, signal.SIGKILL)
    told, _ = child.communicate()
    mailbox.after = lambda: None
    assert (child.returncode, told) == (-signal.SIGKILL, "")
    (row,) = messages(state)
    assert (row.state, row.attempts, len(mailbox.mails)) == ("waiting", 0, 1)
    assert postman.round() == 0  # still in the dead one's hand
    clock.shift(LEASE + dt.timedelta(seconds=2))
    assert sent(postman, mailbox) == ["somebody"]
    assert {mail["Message-ID"] for mail in mailbox.mails} == {f"<{row.id}@127.0.0.1>"}
    assert [row.state for row in messages(state)] == ["sent"]
    assert postman.round() == 0

"""A real mail server, and postmen that go when they are told."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from api_cases import Client, Users
from pydantic import SecretStr
from sqlalchemy import delete, select
from swapping_cases import API

from api.database.engine import reading, writing
from api.messages.postman import Postman
from api.messages.tables import ChannelRow, MessageRow
from api.settings import Settings
from api.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from fastapi import FastAPI


class Mailbox:
    """A mail server that keeps what it takes; while ``full`` it takes nothing.

    Attributes
    ----------
    after
        What happens once a sender has heard that a mail was taken.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.full = False
        self.after: Callable[[], object] = lambda: None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    def __enter__(self) -> Mailbox:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def gateway(self) -> SecretStr:
        """The Apprise URL that sends here."""
        return SecretStr(f"mailto://127.0.0.1:{self._port}/?from=huxue@example.cn")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail, or don't."""
        if self.full:
            return "452 no room"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:
        """Part; a sender says so after it has heard what became of its mail."""
        self.after()
        return "221 Bye"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server."""
    with Mailbox() as found:
        yield found


@pytest.fixture
def settings(database: str, tmp_path: Any, mailbox: Mailbox) -> Settings:
    """Settings with the mail server as gateway."""
    return Settings(data=tmp_path, database=database, mail_gateway=mailbox.gateway, _env_file=None)


@pytest.fixture
def users(app: FastAPI, state: State) -> Users:
    """Clients, without a postman of the service's own: the tests say when there is a round."""
    app.state.huxue = state
    return Users(state, Client(app))


@pytest.fixture
def postman(state: State) -> Postman:
    """A postman that goes when told."""
    return Postman(state.settings, state.engine)


def channel(client: Client, address: str = "mail:somebody@example.cn", **more: Any) -> int:
    """Add an address for somebody, confirm it, and return its number."""
    answer = client.post(f"{API}/me/channels", json={"name": "x", "address": address, **more})
    assert answer.status_code == 201, answer.text
    found: int = answer.json()["id"]
    state: State = client.app.state.huxue  # type: ignore[attr-defined]
    confirmed = client.post(f"{API}/me/channels/{found}/confirm", json={"code": code_for(state, found)})
    assert confirmed.json()["confirmed"], confirmed.text
    with writing(state.engine) as session:
        session.execute(delete(MessageRow).where(MessageRow.channel == found))
    return found


def code_for(state: State, number: int) -> str:
    """Return the code that was sent to an address last."""
    with reading(state.engine) as session:
        confirms = session.get_one(ChannelRow, number).confirms
        code: str = session.get_one(MessageRow, confirms).values["code"]
        return code


def body(mail: EmailMessage) -> str:
    """Return what a mail says."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def messages(state: State) -> list[MessageRow]:
    """Return all messages, the oldest first."""
    with reading(state.engine) as session:
        return list(session.scalars(select(MessageRow).order_by(MessageRow.created_at, MessageRow.key)))


def sent(postman: Postman, mailbox: Mailbox) -> list[str]:
    """Send all that is due, and return to whom."""
    before = len(mailbox.mails)
    while postman.round():
        pass
    return sorted(str(mail["To"]).partition("@")[0] for mail in mailbox.mails[before:])


FIXTURES: Any = (mailbox, settings, users, postman)
"""For tests that take them over under these names."""

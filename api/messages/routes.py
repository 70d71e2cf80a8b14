"""Messages over HTTP: where they go, which are wanted, and how the outbox stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.accounts.identity import Permission
from api.messages import channels
from api.messages.channels import Owner
from api.messages.shapes import (
    Channel,
    Code,
    MessageChoices,
    NewChannel,
    NewUnitChannel,
    Outbox,
    SentAgain,
    SentMessage,
)
from api.routing import Current, InSession, InState, Routes

mine = Routes("/me", "Messages")
of_unit = Routes("/units/{unit}", "Messages")
routes = Routes("/messages", "Messages")

Number = Annotated[int, Path(ge=1, lt=2**31)]
MessageId = Annotated[str, Path(min_length=1, max_length=64)]
SELF, READ, WRITE = Permission.SELF, Permission.READ_PEOPLE, Permission.WRITE_PEOPLE


@mine.on("GET", "/channels", SELF)
def list_own_channels(session: InSession, identity: Current) -> list[Channel]:
    """List the addresses to which one's messages go."""
    return channels.listed(session, Owner(account=identity.account))


@mine.on("POST", "/channels", SELF, status_code=201)
def add_own_channel(session: InSession, identity: Current, state: InState, body: NewChannel) -> Channel:
    """Have one's messages sent to an address."""
    return channels.add(session, identity.actor, state.settings, Owner(account=identity.account), body)


@mine.on("DELETE", "/channels/{channel}", SELF, status_code=204)
def remove_own_channel(session: InSession, identity: Current, channel: Number) -> None:
    """Send no more messages to an address."""
    channels.remove(session, identity.actor, Owner(account=identity.account), channel)


@mine.on("POST", "/channels/{channel}/test", SELF, status_code=202)
def test_own_channel(session: InSession, identity: Current, channel: Number) -> SentMessage:
    """Send a test to one's address; what became of it is read under `/me/messages`."""
    return channels.test(session, identity.actor, Owner(account=identity.account), channel)


@mine.on("POST", "/channels/{channel}/code", SELF, status_code=202)
def send_own_code(session: InSession, identity: Current, channel: Number) -> SentMessage:
    """Send another code to one's address; the one before holds no more."""
    return channels.send_code(session, identity.actor, Owner(account=identity.account), channel)


@mine.on("POST", "/channels/{channel}/confirm", SELF)
def confirm_own_channel(session: InSession, identity: Current, channel: Number, body: Code) -> Channel:
    """Enter the code that was sent to one's address; whether it was the right one is told in ``confirmed``."""
    return channels.confirm(session, Owner(account=identity.account), channel, body.code)


@mine.on("GET", "/messages/{message}", SELF)
def read_own_message(session: InSession, identity: Current, message: MessageId) -> SentMessage:
    """Read what has become of a message to oneself."""
    return channels.tested(session, Owner(account=identity.account), message)


@mine.on("GET", "/message-choices", SELF)
def read_own_choices(session: InSession, identity: Current) -> MessageChoices:
    """Read which kinds of messages one gets."""
    return channels.choices(session, Owner(account=identity.account))


@mine.on("PUT", "/message-choices", SELF)
def change_own_choices(session: InSession, identity: Current, body: MessageChoices) -> MessageChoices:
    """State which kinds of messages one wants."""
    return channels.choose(session, Owner(account=identity.account), body)


@of_unit.on("GET", "/channels", READ)
def list_unit_channels(session: InSession, identity: Current, unit: str) -> list[Channel]:
    """List the addresses of a unit's groups."""
    return channels.listed(session, channels.of_unit(session, identity.scope(READ), unit))


@of_unit.on("POST", "/channels", WRITE, status_code=201)
def add_unit_channel(
    session: InSession, identity: Current, state: InState, unit: str, body: NewUnitChannel
) -> Channel:
    """Have a unit's messages sent to a group's robot or an address."""
    owner = channels.of_unit(session, identity.scope(WRITE), unit)
    return channels.add(session, identity.actor, state.settings, owner, body, body.language)


@of_unit.on("DELETE", "/channels/{channel}", WRITE, status_code=204)
def remove_unit_channel(session: InSession, identity: Current, unit: str, channel: Number) -> None:
    """Send no more messages to a unit's address."""
    owner = channels.of_unit(session, identity.scope(WRITE), unit)
    channels.remove(session, identity.actor, owner, channel)


@of_unit.on("POST", "/channels/{channel}/test", WRITE, status_code=202)
def test_unit_channel(session: InSession, identity: Current, unit: str, channel: Number) -> SentMessage:
    """Send a test to a unit's address."""
    owner = channels.of_unit(session, identity.scope(WRITE), unit)
    return channels.test(session, identity.actor, owner, channel)


@of_unit.on("POST", "/channels/{channel}/code", WRITE, status_code=202)
def send_unit_code(session: InSession, identity: Current, unit: str, channel: Number) -> SentMessage:
    """Send another code to a unit's address; the one before holds no more."""
    owner = channels.of_unit(session, identity.scope(WRITE), unit)
    return channels.send_code(session, identity.actor, owner, channel)


@of_unit.on("POST", "/channels/{channel}/confirm", WRITE)
def confirm_unit_channel(
    session: InSession, identity: Current, unit: str, channel: Number, body: Code
) -> Channel:
    """Enter the code that was sent to a unit's address; whether it was the right one is told in ``confirmed``."""
    owner = channels.of_unit(session, identity.scope(WRITE), unit)
    return channels.confirm(session, owner, channel, body.code)


@of_unit.on("GET", "/message-choices", READ)
def read_unit_choices(session: InSession, identity: Current, unit: str) -> MessageChoices:
    """Read which kinds of messages a unit's groups get."""
    return channels.choices(session, channels.of_unit(session, identity.scope(READ), unit))


@of_unit.on("PUT", "/message-choices", WRITE)
def change_unit_choices(
    session: InSession, identity: Current, unit: str, body: MessageChoices
) -> MessageChoices:
    """State which kinds of messages a unit's groups want."""
    return channels.choose(session, channels.of_unit(session, identity.scope(WRITE), unit), body)


@routes.on("GET", "/outbox", Permission.PUBLISH)
def read_outbox(session: InSession) -> Outbox:
    """Read how many messages wait, were sent or failed, and why the latest failed."""
    return channels.outbox(session)


@routes.on("POST", "/outbox/retry", Permission.PUBLISH)
def send_again(session: InSession, identity: Current) -> SentAgain:
    """Send all again that was tried too often and has failed, as after an outage of the gateway."""
    return channels.retry(session, identity.actor)

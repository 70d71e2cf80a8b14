"""What messages look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.messages.kinds import MessageKind

Address = Annotated[
    str, StringConstraints(min_length=5, max_length=1000, strip_whitespace=True, pattern=r"^[^\x00-\x20]+$")
]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\x00]+$")
]


class NewChannel(BaseModel):
    """An address to which messages go.

    Parameters
    ----------
    address
        ``mail:name@example.cn``, ``sms:`` with a number behind, or a robot's address as Apprise writes it:
        ``dingtalk://…``, ``wecombot://…``, ``feishu://…``.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "邮箱", "address": "mail:name@example.cn"}]}
    )

    name: Name
    address: Address


class NewUnitChannel(NewChannel):
    """An address of a unit's group, and the language of its messages."""

    language: Literal["zh", "en"] = "zh"


class Channel(BaseModel):
    """Where messages go.

    Parameters
    ----------
    shown
        As much of the address as it takes to know it again.
    failing_since
        Since when nothing has arrived there.
    confirmed
        Whether messages go there: to a mail address or phone only after the code that was sent there was entered.
    """

    id: int
    name: str
    kind: str
    shown: str
    language: str
    created_at: dt.datetime
    failing_since: dt.datetime | None
    confirmed: bool


class Code(BaseModel):
    """The code that was sent to an address."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"code": "012345"}]})

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class MessageChoices(BaseModel):
    """Which kinds of messages are wanted; what isn't mentioned stays as it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"wanted": {"tomorrow": True}}]}
    )

    wanted: Annotated[dict[MessageKind, bool], Field(max_length=50)]


class SentMessage(BaseModel):
    """A message and what has become of it; where it went isn't told.

    Parameters
    ----------
    error
        Why the last try failed.
    """

    id: str
    kind: str
    state: Literal["waiting", "sent", "failed", "dropped"]
    created_at: dt.datetime
    due_at: dt.datetime
    attempts: int
    sent_at: dt.datetime | None
    error: str | None


class Outbox(BaseModel):
    """How many messages are in each state, and the latest that failed or wait for another try."""

    counts: dict[str, int]
    troubled: list[SentMessage]


class SentAgain(BaseModel):
    """How many messages that had failed are sent again."""

    messages: int

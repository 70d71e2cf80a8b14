"""The tables of messages."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import Base, Key, Moment, Text, Value

Address = String(1000)


def _scheme(context: DefaultExecutionContext) -> str:
    """Return how an address begins, for what says nothing of the way there."""
    address: str = context.get_current_parameters()["address"]  # type: ignore[no-untyped-call]
    return address.partition(":")[0]


class ChannelRow(Base):
    """Where messages go: an address of one account, or of a unit's group.

    Attributes
    ----------
    address
        ``mail:`` or ``sms:`` with the address or number behind, or an Apprise URL, which may hold a
        robot's secret: it is never shown or logged whole.
    way
        What it depends on that messages arrive there: ``mail``, ``sms``, a robot's scheme, with the host where
        addresses name one.
    language
        Of a unit's; an account's messages are in its language.
    failing_since
        Since when nothing has arrived there; None: the last did.
    confirms
        The message with the code that is still to be entered: until then nothing else goes there.
    tries
        How often a code was entered in vain.
    """

    __tablename__ = "message_channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    unit: Mapped[Key | None] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    name: Mapped[Text]
    address: Mapped[str] = mapped_column(Address)
    way: Mapped[str] = mapped_column(String(300), default=_scheme)
    language: Mapped[Key] = mapped_column(default="zh")
    created_at: Mapped[Moment]
    failing_since: Mapped[Moment | None]
    confirms: Mapped[Key | None]
    tries: Mapped[int] = mapped_column(default=0)


class ChoiceRow(Base):
    """Whether an account or a unit wants messages of a kind; without a row the kind's default holds.

    Attributes
    ----------
    owner
        ``account/`` or ``unit/`` with the id behind.
    """

    __tablename__ = "message_choices"

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)
    wanted: Mapped[bool]


class MessageRow(Base):
    """One message to one channel.

    Attributes
    ----------
    id
        Stays the same however often it is tried: in mails the Message-ID.
    key
        What it tells, and to which channel: the same is never told twice.
    rank
        Which go first: 0 what is wanted now, 1 all else.
    values
        What it is about, by ids.
    state
        ``waiting``, ``sent``, ``failed`` (tried too often) or ``dropped`` (nothing to tell any more).
    due_at
        When to send it, or to try again.
    leased_until
        Until when a process has it in hand.
    error
        Why the last try failed, without any address.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_state_rank_due", "state", "rank", "due_at"),)

    id: Mapped[Key] = mapped_column(primary_key=True)
    channel: Mapped[int] = mapped_column(ForeignKey("message_channels.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Key]
    rank: Mapped[int]
    key: Mapped[str] = mapped_column(String(300), unique=True)
    values: Mapped[Value]
    state: Mapped[Key]
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    attempts: Mapped[int]
    leased_until: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    error: Mapped[Text | None]


class TrialRow(Base):
    """A test or a code that was asked for.

    Attributes
    ----------
    key
        A hash of the account, or of the address.
    """

    __tablename__ = "message_trials"
    __table_args__ = (Index("ix_message_trials_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[Key]
    at: Mapped[Moment]

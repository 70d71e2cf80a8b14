"""The tables of the day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import Base, Key, Moment


class DaySecretRow(Base):
    """What the codes at the gates are made with; there is one.

    Attributes
    ----------
    secret
        32 random bytes in hexadecimal.
    """

    __tablename__ = "day_secrets"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))


class PresenceRow(Base):
    """What is known of whether somebody came to a published duty: their scan, and the word of who is in charge.

    It is never removed: its version rises with each change, so that the sum over a day tells whether anything did.

    Attributes
    ----------
    date
        The duty's.
    scanned_at
        When the code was scanned; the code proves it.
    delivered_at
        When the service learned of it, which on a poor network is later.
    step
        Which of the codes it was.
    scanned_by
        The account that sent it: the holder's, or of a crew any member's.
    key
        The sender's own name for the scan: sent again, it is the same one.
    strength
        Of a crew: how many came.
    marked
        ``present`` or ``absent``; None: nothing is marked, or it was taken back.
    came_at
        Of who is marked present: when they came.
    marked_at, marked_by, marked_how
        When, by which account, and as what: ``leader`` of the shift or ``admin``.
    """

    __tablename__ = "presences"

    uid: Mapped[Key] = mapped_column(ForeignKey("duties.uid"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    scanned_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    step: Mapped[int | None]
    scanned_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[Key | None]
    strength: Mapped[int | None]
    marked: Mapped[Key | None]
    came_at: Mapped[Moment | None]
    marked_at: Mapped[Moment | None]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    marked_how: Mapped[Key | None]


class RaisedRow(Base):
    """The risk at a site is higher on a day than it usually is.

    Attributes
    ----------
    risk
        What was said last.
    """

    __tablename__ = "raised_risks"

    date: Mapped[dt.date] = mapped_column(primary_key=True)
    site: Mapped[Key] = mapped_column(primary_key=True)
    risk: Mapped[int]
    at: Mapped[Moment]


class ReplacementRow(Base):
    """A published duty that somebody else took over on the day.

    Attributes
    ----------
    gone, come
        The lasting ids of the duty before and after.
    date
        The duty's.
    how
        ``pressed`` by who directs the day, by a ``call_out``, or by a ``repair``.
    account
        Who pressed it, or said yes.
    """

    __tablename__ = "replacements"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id"))
    gone: Mapped[Key] = mapped_column(ForeignKey("duties.uid"), index=True)
    come: Mapped[Key] = mapped_column(ForeignKey("duties.uid"), index=True)
    date: Mapped[dt.date] = mapped_column(index=True)
    how: Mapped[Key]
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[Moment]


class CallOutRow(Base):
    """Asking people in order whether they take a duty over, until one does.

    Attributes
    ----------
    uid
        The lasting id of the duty.
    state
        ``asking``, and then ``filled``, ``exhausted``, ``cancelled`` or ``stale``: the duty is no more to be had.
    seconds
        How long each has to answer before the next is asked.
    next_at
        When the next is asked, or there is none left.
    replacement
        What came of it.
    """

    __tablename__ = "call_outs"
    __table_args__ = (
        Index(
            "uq_call_outs_asking",
            "uid",
            unique=True,
            sqlite_where=text("state = 'asking'"),
            postgresql_where=text("state = 'asking'"),
        ),
        Index("ix_call_outs_date", "date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id"))
    uid: Mapped[Key] = mapped_column(ForeignKey("duties.uid"))
    date: Mapped[dt.date]
    state: Mapped[Key]
    seconds: Mapped[int]
    next_at: Mapped[Moment]
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    replacement: Mapped[int | None] = mapped_column(ForeignKey("replacements.id"))


class CallOutAskRow(Base):
    """One who is asked, in their place of the order.

    Attributes
    ----------
    asked_at, until
        When they were asked, and how long nobody else was; None: not yet.
    answer
        ``accepted``, ``declined``, ``refused`` (a rule forbade it by then) or ``silent``: they can still say yes
        while it goes on.
    """

    __tablename__ = "call_out_asks"

    call_out: Mapped[int] = mapped_column(ForeignKey("call_outs.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[Key] = mapped_column(index=True)
    asked_at: Mapped[Moment | None]
    until: Mapped[Moment | None]
    answer: Mapped[Key | None]
    answered_at: Mapped[Moment | None]

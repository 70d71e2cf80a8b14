"""The tables of calendar feeds. Of an address, which opens a calendar to whoever has it, the hash alone is kept."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.accounts.tables import Hash
from api.database.base import Base, Key, Moment, Text, Values


class FeedRow(Base):
    """One address of a calendar, usually one a device.

    Attributes
    ----------
    account
        Whose it is: what it shows is what they may see.
    kind, subject
        Whose duties: a ``person``, a ``crew``, a ``site`` or a ``unit``, by its id.
    device
        What its owner calls the place where it is subscribed to.
    rotated_at
        When another took its place; it says so for a while.
    number
        The count of changes of all feeds when this one was last changed.
    fetched_at, fetched_by
        When it was last fetched, about, and by which program.
    """

    __tablename__ = "feeds"
    __table_args__ = (Index("ix_feeds_kind_subject", "kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(Hash, unique=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Key]
    subject: Mapped[Key]
    device: Mapped[Text]
    created_at: Mapped[Moment]
    rotated_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
    number: Mapped[int] = mapped_column(index=True)
    fetched_at: Mapped[Moment | None]
    fetched_by: Mapped[Text | None]


class FeedChoiceRow(Base):
    """How somebody wants calendars to be.

    Attributes
    ----------
    language
        ``zh`` or ``en``.
    alarms
        Minutes before a duty of one's own.
    version, changed_at
        Rise with each change: every entry has changed then.
    """

    __tablename__ = "feed_choices"

    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[Key]
    alarms: Mapped[Values]
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Moment]


class FeedNoteRow(Base):
    """What calendars say about all duties at a site, or of a role.

    Attributes
    ----------
    kind, key
        A ``site`` or a ``role``, by its id.
    bring, bring_en
        What to bring.
    names
        Of a site: whether ``nobody``, the ``leaders`` or ``everybody`` may be named to those on the same shift.
    """

    __tablename__ = "feed_notes"

    kind: Mapped[Key] = mapped_column(primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    bring: Mapped[Text]
    bring_en: Mapped[Text]
    names: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)

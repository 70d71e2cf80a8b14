"""The tables of accounts. What opens a door (log-ins, tokens, invitations) is stored as a hash alone."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import Base, Key, Moment, Text

Hash = String(64)
"""SHA-256 in hexadecimal of what the holder has."""


class AccountRow(Base):
    """Somebody who can log in.

    Attributes
    ----------
    login
        In lower case.
    person
        Who of the people it is; None for those who hold no posts.
    password
        Argon2's hash; None until the invitation was used, or for log-ins from elsewhere alone.
    subject
        The identity provider's name for the account.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[Text] = mapped_column(unique=True)
    name: Mapped[Text]
    person: Mapped[Key | None] = mapped_column(ForeignKey("people.id"), unique=True)
    password: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    language: Mapped[Key] = mapped_column(default="zh")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    disabled_at: Mapped[Moment | None]


class GrantRow(Base):
    """What an account may be.

    Attributes
    ----------
    role
        ``dispatcher``, ``school_admin`` or ``auditor``; whoever is a person is a member without a grant.
    district
        Of a dispatcher or auditor: this district alone; None: the whole city.
    site
        Of a school admin: the school.
    """

    __tablename__ = "grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    role: Mapped[Key]
    district: Mapped[Key | None]
    site: Mapped[Key | None] = mapped_column(ForeignKey("sites.id"))


class LoginRow(Base):
    """A log-in, by the hash of its cookie."""

    __tablename__ = "logins"

    hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    device: Mapped[Text]
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class TokenRow(Base):
    """An API token: it can do what its account can, within its scope.

    Attributes
    ----------
    scope
        ``read`` or ``write``.
    """

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(Hash, unique=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[Text]
    scope: Mapped[Key]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]


class InvitationRow(Base):
    """A link with which an account gets, once, a password."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(Hash, unique=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class AttemptRow(Base):
    """A failed log-in, counted for all processes alike.

    Attributes
    ----------
    key
        A hash of the name or the address.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Hash)
    at: Mapped[Moment]

"""Invitations: links with which accounts get a password, once. The link is told once; a hash is kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from api.accounts import logins, passwords
from api.accounts.secrets import hash_of, new_secret
from api.accounts.shapes import Awaited, Invitation
from api.accounts.tables import AccountRow, InvitationRow
from api.audit import Actor, Entry, record
from api.database.base import now
from api.database.engine import reading, writing
from api.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine, Select
    from sqlalchemy.orm import Session

    from api.settings import Settings


def invite(
    session: Session, settings: Settings, accounts: Sequence[AccountRow], base: str
) -> list[Invitation]:
    """Make a link for each account; links made before for the same are void.

    Parameters
    ----------
    base
        What people type to reach the service.
    """
    if not accounts:
        return []
    moment = now()
    expires = moment + dt.timedelta(days=settings.invitation_days)
    ids = [account.id for account in accounts]
    session.execute(delete(InvitationRow).where(InvitationRow.account.in_(ids)))
    secrets = [new_secret() for _ in accounts]
    rows = [
        {"hash": hash_of(secret), "account": id_, "created_at": moment, "expires_at": expires}
        for secret, id_ in zip(secrets, ids, strict=True)
    ]
    session.execute(insert(InvitationRow), rows)
    return [
        Invitation(
            account=account.id,
            login=account.login,
            name=account.name,
            person=account.person,
            link=f"{base.rstrip('/')}/invitations/{secret}",
            expires_at=expires,
        )
        for account, secret in zip(accounts, secrets, strict=True)
    ]


def void(session: Session, account: AccountRow) -> None:
    """Make the links of an account void."""
    session.execute(delete(InvitationRow).where(InvitationRow.account == account.id))


def awaited(session: Session, secret: str) -> Awaited:
    """Return whom an invitation is for.

    Raises
    ------
    NotFound
        When it was used, has expired, or never was.
    """
    found = session.execute(_open(secret)).one_or_none()
    if found is None:
        raise NotFound
    return Awaited(
        login=found.AccountRow.login, name=found.AccountRow.name, expires_at=found.InvitationRow.expires_at
    )


def redeem(engine: Engine, settings: Settings, secret: str, password: str, device: str) -> str:
    """Set an account's password, end its other log-ins, begin one, and return the cookie.

    Raises
    ------
    NotFound
        When the invitation was used, has expired, or never was.
    BadPassword
        When the password isn't good enough.
    """
    with reading(engine) as session:
        found = awaited(session, secret)
    passwords.check_rules(password, found.login, found.name)
    hashed = passwords.hashed(password)
    with writing(engine) as session:
        row = session.execute(_open(secret).with_for_update()).one_or_none()
        if row is None:
            raise NotFound
        invitation: InvitationRow = row.InvitationRow
        account: AccountRow = row.AccountRow
        invitation.used_at = now()
        account.password = hashed
        account.version += 1
        actor = Actor(account.id)
        logins.end_all(session, actor, account)
        record(session, actor, [Entry("accounts.password", "accounts", account.login)])
        return logins.begin(session, settings, account, device, "invitation")


def _open(secret: str) -> Select[InvitationRow, AccountRow]:
    return (
        select(InvitationRow, AccountRow)
        .join(AccountRow, AccountRow.id == InvitationRow.account)
        .where(
            InvitationRow.hash == hash_of(secret),
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > now(),
            AccountRow.disabled_at.is_(None),
        )
    )

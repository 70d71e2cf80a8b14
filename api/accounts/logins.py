"""Log-ins: begun with a password, listed, ended.

A log-in that fails says the same, after the same work, whether there is such an account, whether it has a password, and
whether it is disabled.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import CursorResult, delete, select, update

from api.accounts import attempts, passwords
from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, LoginRow
from api.audit import Actor, Entry, record
from api.database.base import now
from api.database.engine import reading, writing
from api.errors import Invalid, NotFound, NotLoggedIn, Stale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.settings import Settings


class WrongLogin(NotLoggedIn):
    code = "wrong_login"
    title = "The name or the password is wrong"


class WrongPassword(Invalid):
    code = "wrong_password"
    title = "The current password is wrong"


class Came(NamedTuple):
    """From where somebody logs in.

    Attributes
    ----------
    address
        The other end's.
    device
        What its browser calls itself, for the list of log-ins.
    """

    address: str
    device: str


def folded(login: str) -> str:
    """Return a login as it is kept: without regard to case or surrounding space."""
    return login.strip().casefold()


def log_in(engine: Engine, settings: Settings, login: str, password: str, came: Came) -> str:
    """Log somebody in, and return the cookie.

    Raises
    ------
    WrongLogin
        When it isn't the password of an account in use.
    TooMany
        When too many attempts failed before.
    """
    name = folded(login)
    attempt, kept = judged(engine, settings, name, password, came)
    if kept is None:
        raise WrongLogin
    renewed = passwords.hashed(password) if passwords.is_dated(kept) else kept
    with writing(engine) as session:
        # Disabled, or given another password, while it was judged.
        query = select(AccountRow).where(AccountRow.login == name).with_for_update()
        account = session.execute(query).scalar_one_or_none()
        if account is None or account.disabled_at is not None or account.password != kept:
            raise WrongLogin
        account.password = renewed
        attempts.forgive(session, attempts.name_key(name), attempt)
        return begin(session, settings, account, came.device)


def judged(
    engine: Engine, settings: Settings, name: str, password: str, came: Came
) -> tuple[tuple[int, ...], str | None]:
    """Count an attempt and judge it; return what takes it back, and the hash that the password fits or None."""
    with writing(engine) as session:
        keys = attempts.name_key(name), attempts.address_key(came.address)
        attempt = attempts.count(session, settings, *keys)
        query = select(AccountRow.password, AccountRow.disabled_at).where(AccountRow.login == name)
        found = session.execute(query).one_or_none()
    kept: str | None = None if found is None or found.disabled_at is not None else found.password
    return attempt, kept if passwords.fits(password, kept) else None


def begin(
    session: Session, settings: Settings, account: AccountRow, device: str, how: str = "password"
) -> str:
    """Begin a log-in of an account, and return the cookie."""
    cookie, moment = new_secret(), now()
    session.execute(delete(LoginRow).where(LoginRow.expires_at <= moment))
    session.add(
        LoginRow(
            hash=hash_of(cookie),
            account=account.id,
            device=device[:200],
            created_at=moment,
            seen_at=moment,
            expires_at=moment + dt.timedelta(hours=settings.session_hours),
        )
    )
    entry = Entry("logins.begin", "logins", account.login, None, {"how": how})
    record(session, Actor(account.id), [entry])
    return cookie


def listed(session: Session, settings: Settings, account: int) -> Sequence[LoginRow]:
    """Return an account's log-ins that are good, the latest used first."""
    moment = now()
    idle = moment - dt.timedelta(minutes=settings.session_idle_minutes)
    query = (
        select(LoginRow)
        .where(LoginRow.account == account, LoginRow.expires_at > moment, LoginRow.seen_at > idle)
        .order_by(LoginRow.seen_at.desc())
    )
    return session.scalars(query).all()


def end(session: Session, identity: Identity, login: str) -> None:
    """End one of the caller's log-ins, by its hash.

    Raises
    ------
    NotFound
        When it is none of theirs.
    """
    ended: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        delete(LoginRow).where(LoginRow.hash == login, LoginRow.account == identity.account)
    )
    if not ended.rowcount:
        raise NotFound
    record(session, identity.actor, [Entry("logins.end", "logins", identity.login)])


def end_all(session: Session, actor: Actor, account: AccountRow, *, but: str | None = None) -> int:
    """End an account's log-ins, all or all but one, and return how many."""
    query = delete(LoginRow).where(LoginRow.account == account.id)
    if but is not None:
        query = query.where(LoginRow.hash != but)
    ended: CursorResult[Any] = session.execute(query)  # type: ignore[assignment]
    if ended.rowcount:
        entry = Entry("logins.end", "logins", account.login, {"count": ended.rowcount})
        record(session, actor, [entry])
    return ended.rowcount


def change_password(
    engine: Engine,
    settings: Settings,
    identity: Identity,
    current: str,
    new: str,
    came: Came,
    *,
    kept: str | None,
) -> None:
    """Give the caller another password, and end their other log-ins.

    Parameters
    ----------
    kept
        The hash of the log-in that goes on.

    Raises
    ------
    WrongPassword
        When the current one isn't that.
    BadPassword
        When the new one isn't good enough.
    TooMany
        When too many attempts failed before.
    Stale
        When the password was changed meanwhile.
    """
    with reading(engine) as session:
        name = session.scalar(select(AccountRow.name).where(AccountRow.id == identity.account)) or ""
    passwords.check_rules(new, identity.login, name)
    attempt, before = judged(engine, settings, identity.login, current, came)
    if before is None:
        raise WrongPassword
    hashed = passwords.hashed(new)
    with writing(engine) as session:
        changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
            update(AccountRow)
            .where(AccountRow.id == identity.account, AccountRow.password == before)
            .values(password=hashed, version=AccountRow.version + 1)
        )
        if not changed.rowcount:
            raise Stale
        attempts.forgive(session, attempts.name_key(identity.login), attempt)
        record(session, identity.actor, [Entry("accounts.password", "accounts", identity.login)])
        account = session.get_one(AccountRow, identity.account)
        end_all(session, identity.actor, account, but=kept)

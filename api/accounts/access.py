"""Who sends a request: by the cookie of a log-in, or by an API token."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import select

from api.accounts.identity import NOBODY, Grant, Identity
from api.accounts.secrets import csrf_of, hash_of, same
from api.accounts.tables import AccountRow, GrantRow, LoginRow, TokenRow
from api.database.base import now
from api.errors import Forbidden, NotLoggedIn

if TYPE_CHECKING:
    from fastapi import Request
    from sqlalchemy.orm import Session

    from api.accounts.identity import RoleName
    from api.accounts.seen import Seen
    from api.settings import Settings
    from api.state import State

COOKIE = "huxue"
CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NoCsrf(Forbidden):
    code = "csrf"
    title = "Send the log-in's CSRF token in the header X-CSRF-Token"


def identity_of(session: Session, request: Request, state: State) -> Identity:
    """Return who sends a request; nobody without a cookie or token.

    Raises
    ------
    NotLoggedIn
        When a token is sent that isn't valid.
    NoCsrf
        When a log-in is to change something and its page's token is missing.
    """
    header = request.headers.get("authorization", "")
    if header[:7].lower() == "bearer ":
        return _of_token(session, header[7:].strip(), request, state.seen)
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return NOBODY
    identity = identity_by_cookie(session, cookie, request, state.settings, state.seen)
    changes = identity.account is not None and request.method not in SAFE
    if changes and not same(request.headers.get(CSRF_HEADER, ""), csrf_of(cookie)):
        raise NoCsrf
    return identity


def identity_by_cookie(
    session: Session, cookie: str, request: Request, settings: Settings, seen: Seen | None = None
) -> Identity:
    """Return whose log-in a cookie is; nobody's when it is over."""
    found = session.execute(
        select(LoginRow.hash, LoginRow.seen_at, LoginRow.expires_at, AccountRow)
        .join(AccountRow, AccountRow.id == LoginRow.account)
        .where(LoginRow.hash == hash_of(cookie))
    ).one_or_none()
    moment = now()
    idle = dt.timedelta(minutes=settings.session_idle_minutes)
    if found is None or found.expires_at <= moment or found.seen_at + idle <= moment:
        return NOBODY
    account: AccountRow = found.AccountRow
    if account.disabled_at is not None:
        return NOBODY
    if seen is not None:
        seen.login(found.hash, found.seen_at)
    return _identity(session, account, request)


def _of_token(session: Session, secret: str, request: Request, seen: Seen) -> Identity:
    found = session.execute(
        select(TokenRow.hash, TokenRow.scope, TokenRow.expires_at, TokenRow.used_at, AccountRow)
        .join(AccountRow, AccountRow.id == TokenRow.account)
        .where(TokenRow.hash == hash_of(secret))
    ).one_or_none()
    if found is None or (found.expires_at is not None and found.expires_at <= now()):
        raise NotLoggedIn("The API token is unknown or has expired")
    account: AccountRow = found.AccountRow
    if account.disabled_at is not None:
        raise NotLoggedIn("The API token is unknown or has expired")
    seen.token(found.hash, found.used_at)
    return _identity(session, account, request, cast("Literal['read', 'write']", found.scope))


def _identity(
    session: Session, account: AccountRow, request: Request, token: Literal["read", "write"] | None = None
) -> Identity:
    grants = session.execute(
        select(GrantRow.role, GrantRow.district, GrantRow.site).where(GrantRow.account == account.id)
    )
    return Identity(
        account=account.id,
        login=account.login,
        person=account.person,
        language="en" if account.language == "en" else "zh",
        grants=tuple(Grant(cast("RoleName", role), district, site) for role, district, site in grants),
        scope_of_token=token,
        request=getattr(request.state, "request_id", None),
    )

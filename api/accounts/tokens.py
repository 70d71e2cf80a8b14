"""API tokens: made, listed, revoked. The token is told once; a hash is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.accounts.secrets import hash_of, new_secret
from api.accounts.shapes import MadeToken, Token, moment_in
from api.accounts.tables import TokenRow
from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Forbidden, NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.accounts.shapes import NewToken

MOST = 50
"""Tokens of one account."""


class LoginOnly(Forbidden):
    code = "log_in"
    title = "Log in for that: an API token can't make another, nor change the password"


class TooManyTokens(Conflict):
    code = "too_many_tokens"
    title = f"There are {MOST} API tokens: revoke one first"


def create(session: Session, identity: Identity, new: NewToken) -> MadeToken:
    """Make a token of the caller's account.

    Raises
    ------
    LoginOnly
        When a token asks.
    TooManyTokens
        When there are enough.
    """
    demand_login(identity)
    assert identity.account is not None
    if len(listed(session, identity.account)) >= MOST:
        raise TooManyTokens
    secret, moment = new_secret(), now()
    row = TokenRow(
        hash=hash_of(secret),
        account=identity.account,
        name=new.name,
        scope=new.scope,
        created_at=moment,
        expires_at=moment_in(new.days, moment),
    )
    session.add(row)
    session.flush()
    after = {"scope": new.scope, "days": new.days}
    record(session, identity.actor, [Entry("tokens.create", "tokens", str(row.id), None, after)])
    return MadeToken(**Token.model_validate(row).model_dump(), secret=secret)


def listed(session: Session, account: int) -> list[Token]:
    """Return an account's tokens, the latest first."""
    query = select(TokenRow).where(TokenRow.account == account).order_by(TokenRow.id.desc())
    return [Token.model_validate(row) for row in session.scalars(query)]


def revoke(session: Session, identity: Identity, token: int) -> None:
    """Revoke one of the caller's tokens.

    Raises
    ------
    NotFound
        When it is none of theirs.
    """
    row = session.get(TokenRow, token)
    if row is None or row.account != identity.account:
        raise NotFound
    session.delete(row)
    record(session, identity.actor, [Entry("tokens.revoke", "tokens", str(token), {"scope": row.scope})])


def demand_login(identity: Identity) -> None:
    """See that it isn't a token that asks.

    Raises
    ------
    LoginOnly
        When it is.
    """
    if identity.scope_of_token is not None:
        raise LoginOnly

"""Accounts, and one's own API tokens, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response

from api.accounts import accounts, tokens
from api.accounts.identity import Permission
from api.accounts.links import base_of
from api.accounts.shapes import (
    Account,
    AccountFields,
    Granted,
    Invitation,
    Invited,
    Inviting,
    MadeAccount,
    MadeToken,
    NewAccount,
    NewToken,
    Token,
)
from api.accounts.tables import AccountRow
from api.pages import Cursor, Limit, Page
from api.routing import Current, InSession, InState, Routes, demanded
from api.tags import etag

account_routes = Routes("/accounts", "Accounts")
token_routes = Routes("/tokens", "API tokens")

Number = Annotated[int, Path(ge=1, lt=2**31)]
Filter = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


@account_routes.on("GET", "", Permission.MANAGE_ACCOUNTS)
def list_accounts(
    session: InSession,
    text: Filter = None,
    site: Filter = None,
    role: Granted | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Account]:
    """List accounts by login; ``text`` is looked for in login and name."""
    return accounts.page(session, text=text, site=site, role=role, limit=limit, cursor=cursor)


@account_routes.on("POST", "", Permission.MANAGE_ACCOUNTS, status_code=201)
def create_account(
    session: InSession,
    state: InState,
    identity: Current,
    request: Request,
    response: Response,
    new: NewAccount,
) -> MadeAccount:
    """Make an account; the answer holds the link with which its password is set, once."""
    made = accounts.create(session, state.settings, identity.actor, new, base_of(request, state.settings))
    response.headers["ETag"] = etag("account", made.account.id, made.account.version)
    response.headers["Cache-Control"] = "no-store"
    return made


@account_routes.on("POST", "/invitations", Permission.MANAGE_ACCOUNTS, status_code=201)
def invite_people(
    session: InSession,
    state: InState,
    identity: Current,
    request: Request,
    response: Response,
    wanted: Inviting,
) -> Invited:
    """Make accounts of a unit's or site's people who have none; the answer holds each one's link, once."""
    response.headers["Cache-Control"] = "no-store"
    base = base_of(request, state.settings)
    return accounts.invite_people(session, state.settings, identity.actor, wanted, base)


@account_routes.on("GET", "/{account}", Permission.MANAGE_ACCOUNTS)
def read_account(session: InSession, response: Response, account: Number) -> Account:
    """Read one account."""
    return _shown(session, accounts.find(session, account), response)


@account_routes.on("PUT", "/{account}", Permission.MANAGE_ACCOUNTS)
def replace_account(
    session: InSession,
    identity: Current,
    request: Request,
    response: Response,
    account: Number,
    new: AccountFields,
) -> Account:
    """Change an account's name, language and grants, or disable it."""
    row = accounts.replace(session, identity.actor, account, new, demanded(request))
    return _shown(session, row, response)


@account_routes.on("POST", "/{account}/reset", Permission.MANAGE_ACCOUNTS)
def reset_account(
    session: InSession,
    state: InState,
    identity: Current,
    request: Request,
    response: Response,
    account: Number,
) -> Invitation:
    """Take an account's password and log-ins away; the answer holds a link to set another, once."""
    tags, base = demanded(request), base_of(request, state.settings)
    row, invitation = accounts.reset(session, state.settings, identity.actor, account, tags, base)
    response.headers["ETag"] = etag("account", row.id, row.version)
    response.headers["Cache-Control"] = "no-store"
    return invitation


@token_routes.on("GET", "", Permission.SELF)
def list_tokens(session: InSession, identity: Current) -> list[Token]:
    """List the caller's API tokens, the latest first."""
    assert identity.account is not None
    return tokens.listed(session, identity.account)


@token_routes.on("POST", "", Permission.SELF, status_code=201)
def create_token(session: InSession, identity: Current, response: Response, new: NewToken) -> MadeToken:
    """Make an API token of the caller's account; the answer holds it, once."""
    response.headers["Cache-Control"] = "no-store"
    return tokens.create(session, identity, new)


@token_routes.on("DELETE", "/{token}", Permission.SELF, status_code=204)
def revoke_token(session: InSession, identity: Current, token: Number) -> None:
    """Revoke one of the caller's API tokens."""
    tokens.revoke(session, identity, token)


def _shown(session: InSession, row: AccountRow, response: Response) -> Account:
    response.headers["ETag"] = etag("account", row.id, row.version)
    (account,) = accounts.shown(session, [row])
    return account

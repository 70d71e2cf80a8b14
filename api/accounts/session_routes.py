"""Log-ins, one's own password, and invitations over HTTP."""

from __future__ import annotations

from fastapi import Request, Response

from api.accounts import invitations, logins, tokens
from api.accounts.access import COOKIE, identity_by_cookie
from api.accounts.identity import Identity, Permission
from api.accounts.links import came, drop_cookie, set_cookie
from api.accounts.secrets import csrf_of, hash_of
from api.accounts.shapes import (
    Awaited,
    Ended,
    HeldGrant,
    LoginShown,
    Me,
    NewLogin,
    NewPassword,
    Redeeming,
    Secretive,
)
from api.accounts.tables import AccountRow
from api.database.engine import reading
from api.routing import Current, InSession, InState, Routes
from api.state import State

session_routes = Routes("/session", "Log-ins")
invitation_routes = Routes("/invitations", "Log-ins")


@session_routes.on("POST", "", Permission.ANYBODY, status_code=201)
def log_in(state: InState, request: Request, response: Response, new: NewLogin) -> Me:
    """Log in: the answer sets the cookie, and names the token that changes must carry."""
    cookie = logins.log_in(state.engine, state.settings, new.login, new.password, came(request))
    return _begun(state, request, response, cookie)


@session_routes.on("GET", "", Permission.SELF)
def read_session(identity: Current, request: Request) -> Me:
    """Say who is logged in."""
    return _me(identity, None if identity.scope_of_token else request.cookies.get(COOKIE))


@session_routes.on("DELETE", "", Permission.SELF, status_code=204)
def log_out(
    session: InSession, state: InState, identity: Current, request: Request, response: Response
) -> None:
    """Log out: the cookie opens nothing any more."""
    tokens.demand_login(identity)
    logins.end(session, identity, hash_of(request.cookies[COOKIE]))
    drop_cookie(response, state.settings)


@session_routes.on("GET", "/logins", Permission.SELF)
def list_logins(session: InSession, state: InState, identity: Current, request: Request) -> list[LoginShown]:
    """List the caller's log-ins, the latest used first."""
    assert identity.account is not None
    current = _current(identity, request)
    return [
        LoginShown(
            id=row.hash,
            device=row.device,
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            current=row.hash == current,
        )
        for row in logins.listed(session, state.settings, identity.account)
    ]


@session_routes.on("DELETE", "/logins", Permission.SELF)
def end_other_logins(session: InSession, identity: Current, request: Request) -> Ended:
    """End all of the caller's log-ins but the one that asks."""
    row = session.get_one(AccountRow, identity.account)
    return Ended(ended=logins.end_all(session, identity.actor, row, but=_current(identity, request)))


@session_routes.on("DELETE", "/logins/{login}", Permission.SELF, status_code=204)
def end_login(session: InSession, identity: Current, login: str) -> None:
    """End one of the caller's log-ins."""
    logins.end(session, identity, login)


@session_routes.on("PUT", "/password", Permission.SELF, status_code=204)
def change_password(state: InState, identity: Current, request: Request, new: NewPassword) -> None:
    """Take another password: the caller's other log-ins end."""
    tokens.demand_login(identity)
    logins.change_password(
        state.engine,
        state.settings,
        identity,
        new.current,
        new.new,
        came(request),
        kept=_current(identity, request),
    )


@invitation_routes.on("POST", "/read", Permission.ANYBODY)
def read_invitation(state: InState, wanted: Secretive) -> Awaited:
    """Say whom an invitation is for. Its secret is in the body: addresses are logged on the way."""
    with reading(state.engine) as session:
        return invitations.awaited(session, wanted.secret)


@invitation_routes.on("POST", "/redeem", Permission.ANYBODY, status_code=201)
def redeem_invitation(state: InState, request: Request, response: Response, given: Redeeming) -> Me:
    """Set the password of the account that an invitation is for, once, and log in."""
    device = came(request).device
    cookie = invitations.redeem(state.engine, state.settings, given.secret, given.password, device)
    return _begun(state, request, response, cookie)


def _current(identity: Identity, request: Request) -> str | None:
    return None if identity.scope_of_token is not None else hash_of(request.cookies.get(COOKIE, ""))


def _begun(state: State, request: Request, response: Response, cookie: str) -> Me:
    set_cookie(response, state.settings, cookie)
    response.headers["Cache-Control"] = "no-store"
    with reading(state.engine) as session:
        return _me(identity_by_cookie(session, cookie, request, state.settings), cookie)


def _me(identity: Identity, cookie: str | None) -> Me:
    assert identity.account is not None
    return Me(
        account=identity.account,
        login=identity.login,
        person=identity.person,
        language=identity.language,
        grants=[HeldGrant.model_validate(grant) for grant in identity.grants],
        token_scope=identity.scope_of_token,
        csrf=None if cookie is None else csrf_of(cookie),
    )

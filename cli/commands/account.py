"""Make an account, or reset one: the way into an installation that has none."""

from __future__ import annotations

import getpass
import json
import sys
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import select

from api.accounts import accounts, invitations, passwords
from api.accounts.logins import folded
from api.accounts.shapes import NewAccount
from api.accounts.tables import AccountRow
from api.audit import SERVICE
from api.database.engine import writing
from api.errors import ServiceError
from cli.output import Failure, UsageError, write_stdout
from cli.service import opened, settings_from, with_tables
from cli.words import say

if TYPE_CHECKING:
    import argparse

    from api.accounts.shapes import Invitation
    from api.settings import Settings
    from api.state import State
    from cli.words import Language


def run(args: argparse.Namespace) -> int:
    """Run ``huxue account``."""
    settings = settings_from(args.language)
    new = _new(args) if args.action == "create" else None
    password = _asked(args.language) if args.password else None
    with opened(settings, args.language) as state:
        with_tables(state, args.language)
        try:
            login, invitation = _done(args, state, new, password)
        except ServiceError as error:
            raise Failure(say(args.language, f"account-refused:{error.code}")) from None
    if args.json:
        said = {"login": login, "link": invitation and invitation.link}
        write_stdout(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    elif invitation is None:
        print(say(args.language, "account-made", login=login))
    else:
        until = invitation.expires_at.astimezone().strftime("%Y-%m-%d %H:%M")
        print(say(args.language, "invited", login=login, link=invitation.link, until=until))
    return 0


def _done(
    args: argparse.Namespace, state: State, new: NewAccount | None, password: str | None
) -> tuple[str, Invitation | None]:
    """Make or reset the account; return its login, and the invitation unless a password was given."""
    kept = None
    if password is not None:
        passwords.check_rules(password, folded(args.login), args.name or "")
        kept = passwords.hashed(password)
    base = _base(state.settings)
    with writing(state.engine) as session:
        if new is not None:
            row = accounts.add(session, SERVICE, new, password=kept)
            if kept is not None:
                return row.login, None
            (invitation,) = invitations.invite(session, state.settings, [row], base)
            return row.login, invitation
        found = session.scalar(select(AccountRow).where(AccountRow.login == folded(args.login)))
        if found is None:
            raise Failure(say(args.language, "no-account", login=args.login))
        invitation = accounts.start_over(session, state.settings, SERVICE, found, base)
        if kept is None:
            return found.login, invitation
        invitations.void(session, found)
        found.password = kept
        return found.login, None


def _new(args: argparse.Namespace) -> NewAccount:
    grants = []
    if args.role is not None:
        grants.append({"role": args.role, "district": args.district, "site": args.site})
    try:
        return NewAccount.model_validate(
            {
                "login": args.login,
                "name": args.name or args.login,
                "person": args.person,
                "language": args.language,
                "grants": grants,
            }
        )
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise UsageError(say(args.language, "account-fields", field=field)) from None


def _asked(language: Language) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(say(language, "ask-password"))
    if getpass.getpass(say(language, "ask-again")) != password:
        raise UsageError(say(language, "passwords-differ"))
    return password


def _base(settings: Settings) -> str:
    return str(settings.public_url or f"http://{settings.host}:{settings.port}")

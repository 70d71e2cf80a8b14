"""What the commands that run and keep the service can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.words import Language, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_service(command: Callable[[str], argparse.ArgumentParser], language: Language) -> None:
    """Add the commands' arguments."""

    def text(key: str) -> str:
        return say(language, f"help:{key}")

    serve = command("serve")
    serve.add_argument("--host", metavar="ADDRESS", help=text("host"))
    serve.add_argument("--port", type=int, metavar="N", help=text("port"))
    serve.add_argument("--processes", type=int, metavar="N", help=text("processes"))

    db = command("db")
    db.add_argument("action", choices=("status", "upgrade"), help=text("db-action"))

    backup = command("backup")
    backup.add_argument("output", metavar="FILE", help=text("backup-file"))

    restore = command("restore")
    restore.add_argument("file", metavar="FILE", help=text("backup-file"))
    restore.add_argument("--replace", action="store_true", help=text("replace"))

    account = command("account")
    account.add_argument("action", choices=("create", "reset"), help=text("account-action"))
    account.add_argument("login", metavar="LOGIN", help=text("login"))
    account.add_argument("--role", choices=("dispatcher", "school_admin", "auditor"), help=text("grant"))
    account.add_argument("--district", metavar="ID", help=text("grant-district"))
    account.add_argument("--site", metavar="ID", help=text("grant-site"))
    account.add_argument("--person", metavar="ID", help=text("account-person"))
    account.add_argument("--name", metavar="NAME", help=text("account-name"))
    account.add_argument("--password", action="store_true", help=text("ask-password"))

    command("settings")

"""Replace everything in the database by a backup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from api.database.engine import reading, writing
from api.operation.backup import BackupError, is_blank, restore
from cli.output import Failure, UsageError, write_stdout
from cli.service import opened, settings_from, with_tables
from cli.words import say

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue restore``."""
    with opened(settings_from(args.language), args.language) as state:
        with_tables(state, args.language)
        with reading(state.engine) as session:
            if not args.replace and not is_blank(session):
                raise UsageError(say(args.language, "not-empty"))
        try:
            with writing(state.engine) as session:
                found = restore(session, Path(args.file))
        except BackupError as error:
            raise Failure(str(error)) from error
    if args.json:
        write_stdout(json.dumps({"at": found.at.isoformat(), "rows": found.rows}).encode() + b"\n")
    else:
        at = found.at.astimezone().strftime("%Y-%m-%d %H:%M")
        print(say(args.language, "restored", rows=sum(found.rows.values()), at=at))
    return 0

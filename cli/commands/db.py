"""Look at the database's tables, or upgrade them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.database.schema import head, is_current, upgrade
from cli.output import write_stdout
from cli.service import opened, settings_from
from cli.words import say

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue db``."""
    with opened(settings_from(args.language), args.language) as state:
        if args.action == "upgrade":
            upgrade(state.engine)
        current = is_current(state.engine)
    if args.json:
        write_stdout(json.dumps({"current": current, "version": head()}).encode() + b"\n")
    elif args.action == "upgrade":
        print(say(args.language, "upgraded"))
    else:
        print(say(args.language, "tables-current" if current else "old-tables"))
    return 0 if current else 1

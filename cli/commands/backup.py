"""Back up a database in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from api.operation.backup import back_up
from cli.output import Failure, check_output, write_stdout
from cli.service import opened, settings_from
from cli.words import say

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue backup``."""
    from api.database.schema import is_current

    check_output(args.output, args.language, (), stdout=False)
    with opened(settings_from(args.language), args.language) as state:
        if not is_current(state.engine):
            raise Failure(say(args.language, "old-tables"))
        found = back_up(state.engine, Path(args.output))
    if args.json:
        said = {"file": args.output, "at": found.at.isoformat(), "rows": found.rows}
        write_stdout(json.dumps(said).encode() + b"\n")
    else:
        print(say(args.language, "backed-up", rows=sum(found.rows.values()), path=args.output))
    return 0

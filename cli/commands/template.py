"""Write the empty workbook to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import check_output, write_stdout
from cli.words import say
from formats.answers import Written
from formats.json_files import to_json
from formats.workbook import write_template

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue template``."""
    check_output(args.output, args.language, (".xlsx",), stdout=False)
    write_template(args.output)
    if args.json:
        write_stdout(to_json(Written(file=args.output)))
    else:
        print(say(args.language, "written", path=args.output))
    return 0

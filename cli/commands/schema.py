"""Print the JSON Schema of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import print_json
from formats.json_files import schema

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue schema``; its output is JSON with ``--json`` or without."""
    print_json(schema(args.shape))
    return 0

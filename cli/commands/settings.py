"""List all settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from api.settings import Settings
from cli.output import write_stdout
from cli.service import settings_from
from cli.words import say

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Run ``huxue settings``."""
    settings = settings_from(args.language)
    shown = {f"HUXUE_{name.upper()}": _shown(getattr(settings, name)) for name in Settings.model_fields}
    if args.json:
        write_stdout(json.dumps(shown, ensure_ascii=False).encode() + b"\n")
        return 0
    table = Table(box=None, pad_edge=False)
    for column in ("setting", "value", "meaning"):
        table.add_column(say(args.language, column), overflow="fold")
    for name in Settings.model_fields:
        value = shown[f"HUXUE_{name.upper()}"]
        table.add_row(
            f"HUXUE_{name.upper()}",
            say(args.language, "unset") if value is None else str(value),
            say(args.language, f"setting:{name}"),
        )
    Console(soft_wrap=False).print(table)
    return 0


def _shown(value: object) -> str | int | bool | None:
    """Return a setting's value, of a secret only that there is one."""
    if value is None or isinstance(value, bool | int):
        return value
    return "…" if isinstance(value, SecretStr) else str(value)

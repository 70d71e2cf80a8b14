"""What `huxue explain` can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.words import Language, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_explain(command: Callable[[str], argparse.ArgumentParser], language: Language) -> None:
    """Add the command's arguments."""

    def text(key: str) -> str:
        return say(language, f"help:{key}")

    explain = command("explain")
    explain.add_argument("file", metavar="PROBLEM", help=text("problem"))
    explain.add_argument("roster", metavar="ROSTER", nargs="?", help=text("explain-roster"))
    what = explain.add_mutually_exclusive_group(required=True)
    what.add_argument("--post", nargs=2, metavar=("SHIFT", "ROLE"), help=text("post"))
    what.add_argument("--person", metavar="ASSIGNEE", help=text("whom"))
    what.add_argument("--conflicts", action="store_true", help=text("conflicts"))
    explain.add_argument("--no-hire", action="store_true", help=text("no-hire"))

"""What `huxue swap` can be told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cli.moments import moment
from cli.words import Language, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

DUTY = ("SHIFT", "ROLE", "ASSIGNEE")


def add_swap(command: Callable[[str], argparse.ArgumentParser], language: Language) -> None:
    """Add the command's arguments."""

    def text(key: str) -> str:
        return say(language, f"help:{key}")

    swap = command("swap")
    swap.add_argument("file", metavar="PROBLEM", help=text("problem"))
    swap.add_argument("roster", metavar="ROSTER", help=text("roster"))
    what = swap.add_mutually_exclusive_group(required=True)
    what.add_argument("--give", nargs=3, metavar=DUTY, help=text("give"))
    what.add_argument("--wishes", metavar="FILE", help=text("wishes"))
    whom = swap.add_mutually_exclusive_group()
    whom.add_argument("--for", dest="back", nargs=3, metavar=DUTY, help=text("for"))
    whom.add_argument("--to", metavar="ASSIGNEE", help=text("to"))
    whom.add_argument("--cover", metavar="ASSIGNEE", help=text("cover"))
    swap.add_argument("--longest", type=int, default=3, metavar="N", help=text("longest"))
    swap.add_argument("--at", type=partial(moment, language), metavar="TIME", help=text("at"))
    swap.add_argument("--unpin", action="store_true", help=text("unpin"))
    swap.add_argument("--time-limit", type=float, metavar="S", help=text("time-limit"))
    swap.add_argument("-o", "--output", metavar="ROSTER", help=text("swap-output"))
    swap.add_argument("--phones", action="store_true", help=text("phones"))

"""What `huxue repair` can be told."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from cli.moments import moment
from cli.words import Language, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence


def add_repair(command: Callable[[str], argparse.ArgumentParser], language: Language) -> None:
    """Add the command's arguments."""

    def text(key: str) -> str:
        return say(language, f"help:{key}")

    repair = command("repair")
    repair.add_argument("file", metavar="PROBLEM", help=text("problem"))
    repair.add_argument("roster", metavar="ROSTER", help=text("roster"))
    add = partial(repair.add_argument, action=_Happening, dest="happenings", default=[])
    add("--absent", metavar="ASSIGNEE", help=text("absent"))
    add("--withdraw", metavar="UNIT", help=text("withdraw"))
    add("--close", metavar="SITE", help=text("close"))
    at = partial(moment, language)
    for option in ("--from", "--to"):
        repair.add_argument(
            option, action=_Stretch, type=at, metavar="TIME", help=text(f"repair-{option[2:]}")
        )
    add("--shift-bell", nargs=4, metavar=("SITE", "WINDOW", "DATE", "MINUTES"), help=text("shift-bell"))
    add("--pin", nargs=3, metavar=("SHIFT", "ROLE", "ASSIGNEE"), help=text("pin"))
    add("--fill", nargs=2, metavar=("SHIFT", "ROLE"), help=text("fill"))
    repair.add_argument("--happenings", dest="happened", metavar="FILE", help=text("happenings"))
    repair.add_argument("--candidates", nargs=2, metavar=("SHIFT", "ROLE"), help=text("candidates"))
    repair.add_argument("--instead", metavar="ASSIGNEE", help=text("instead"))
    repair.add_argument("--at", type=at, metavar="TIME", help=text("repair-at"))
    repair.add_argument("--time-limit", type=float, metavar="S", help=text("time-limit"))
    repair.add_argument("--workers", type=int, metavar="N", help=text("workers"))
    repair.add_argument("--seed", type=int, default=1, metavar="K", help=text("seed"))
    repair.add_argument("-o", "--output", metavar="ROSTER", help=text("repair-output"))
    repair.add_argument("--problem-output", metavar="FILE", help=text("problem-output"))
    repair.add_argument("--phones", action="store_true", help=text("phones"))


class _Happening(argparse.Action):
    """Collects happenings in the order in which they are named, as the words they were named with."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[str] | None,
        option_string: str | None = None,
    ) -> None:
        words = [values] if isinstance(values, str) else list(values or ())
        named = {"kind": (option_string or "").removeprefix("--"), "words": words}
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), named])


class _Stretch(argparse.Action):
    """Adds a beginning or an end to the happening named last, which has one."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: dt.datetime | str | Sequence[str] | None,
        option_string: str | None = None,
    ) -> None:
        option = (option_string or "").removeprefix("--")
        last = namespace.happenings[-1] if namespace.happenings else None
        if last is None or last["kind"] not in ("absent", "withdraw", "close") or option in last:
            parser.error(say(namespace.language, "repair-stretch", option=f"--{option}"))
        namespace.happenings = [*namespace.happenings[:-1], {**last, option: values}]

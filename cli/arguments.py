"""What the command line can say."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from cli.advise_arguments import add_advise
from cli.explain_arguments import add_explain
from cli.repair_arguments import add_repair
from cli.service_arguments import add_service
from cli.swap_arguments import add_swap
from cli.usage import ChineseParser
from cli.words import Language, join, language_of, say
from examples import EXAMPLES
from formats.json_files import SHAPES

if TYPE_CHECKING:
    from collections.abc import Sequence


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the arguments; bad usage leaves with 2, after a message."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language", choices=("zh", "en"), default=language_of(os.environ))
    language: Language = early.parse_known_args(argv)[0].language
    return parser(language).parse_args(argv)


def parser(language: Language) -> argparse.ArgumentParser:
    """Return what knows all commands."""

    def text(key: str) -> str:
        return say(language, f"help:{key}")

    parser_of = ChineseParser if language == "zh" else argparse.ArgumentParser
    found = parser_of(
        prog="huxue", description=say(language, "about"), epilog=say(language, "exits"), allow_abbrev=False
    )
    found.add_argument("--version", action="version", version=f"huxue {_version()}", help=text("version"))
    found.add_argument("--language", choices=("zh", "en"), default=language, help=text("language"))
    commands = found.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=text(name), description=text(name), epilog=say(language, "exits"), allow_abbrev=False
        )
        added.add_argument("--json", action="store_true", help=text("json"))
        added.add_argument("--language", choices=("zh", "en"), default=language, help=text("language"))
        return added

    example = command("example")
    example.add_argument("name", choices=tuple(EXAMPLES), help=text("name"))
    example.add_argument("-o", "--output", metavar="FILE", required=True, help=text("output-json"))
    _size(example, text("schools"), text("seed"))
    example.add_argument("--week", metavar="YYYY-MM-DD", type=_date, help=text("week"))

    template = command("template")
    template.add_argument("-o", "--output", metavar="FILE", required=True, help=text("output"))

    check = command("check")
    check.add_argument("file", metavar="FILE", help=text("problem"))

    solve = command("solve")
    solve.add_argument("file", metavar="FILE", help=text("problem"))
    solve.add_argument("-o", "--output", metavar="ROSTER", required=True, help=text("output-json"))
    solve.add_argument("--report", metavar="FILE", help=text("report"))
    solve.add_argument("--week", metavar="YYYY-MM-DD", type=_date, help=text("week"))
    _settings(solve, text("time-limit"), text("workers"))
    solve.add_argument("--seed", type=int, default=1, metavar="K", help=text("seed"))
    solve.add_argument("--cluster", metavar="ADDRESS", help=text("cluster"))
    solve.add_argument("--phones", action="store_true", help=text("phones"))

    verify = command("verify")
    verify.add_argument("file", metavar="PROBLEM", help=text("problem"))
    verify.add_argument("roster", metavar="ROSTER", help=text("roster"))
    verify.add_argument("--report", metavar="FILE", help=text("report-in"))

    add_explain(command, language)
    add_repair(command, language)
    add_swap(command, language)

    schema = command("schema")
    schema.add_argument(
        "shape",
        nargs="?",
        choices=SHAPES,
        default="problem",
        metavar="SHAPE",
        help=say(language, "help:shape", shapes=join(SHAPES, language)),
    )

    calendar = command("calendar")
    calendar.add_argument("file", metavar="PROBLEM", help=text("problem"))
    calendar.add_argument("roster", metavar="ROSTER", help=text("roster"))
    whose = calendar.add_mutually_exclusive_group(required=True)
    for kind in ("person", "crew", "school", "unit"):
        whose.add_argument(f"--{kind}", metavar="ID", help=text(kind))
    calendar.add_argument("-o", "--output", metavar="FILE", required=True, help=text("output"))
    calendar.add_argument("--previous", metavar="OLD.ics", help=text("previous"))
    calendar.add_argument("--names", action="store_true", help=text("names"))

    demo = command("demo")
    demo.add_argument("-o", "--output", metavar="FOLDER", default="demo", help=text("folder"))
    _size(demo, text("schools"), text("seed"))
    demo.add_argument("--week", metavar="YYYY-MM-DD", type=_date, help=text("demo-week"))
    demo.add_argument("--port", type=int, metavar="N", help=text("demo-port"))
    demo.add_argument("--fresh", action="store_true", help=text("fresh"))
    demo.add_argument("--no-serve", dest="serve", action="store_false", help=text("no-serve"))
    _settings(demo, text("time-limit"), text("workers"))

    add_advise(commands, language)
    add_service(command, language)
    return found


def _version() -> str:
    try:
        return version("huxue")
    except PackageNotFoundError:  # run from a checkout, as python -m cli
        return "(not installed)"


def _size(command: argparse.ArgumentParser, schools: str, seed: str) -> None:
    command.add_argument("--schools", type=int, metavar="N", help=schools)
    command.add_argument("--seed", type=int, metavar="K", help=seed)  # of the making, not of the solve


def _settings(command: argparse.ArgumentParser, time_limit: str, workers: str) -> None:
    command.add_argument("--time-limit", type=float, metavar="S", help=time_limit)
    command.add_argument("--workers", type=int, metavar="N", help=workers)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-09-07") from None

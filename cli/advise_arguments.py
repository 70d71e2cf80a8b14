"""What ``huxue advise`` can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.words import Language, say

if TYPE_CHECKING:
    import argparse


def add_advise(commands: argparse._SubParsersAction[argparse.ArgumentParser], language: Language) -> None:
    """Add the command with a question of its own for each kind of advice."""

    def text(key: str) -> str:
        return say(language, f"help:{key}")

    advise = commands.add_parser(
        "advise",
        help=text("advise"),
        description=text("advise"),
        epilog=say(language, "exits"),
        allow_abbrev=False,
    )
    advise.add_argument("--language", choices=("zh", "en"), default=language, help=text("language"))
    questions = advise.add_subparsers(dest="question", metavar="QUESTION", required=True)

    def question(name: str, *, roles: bool = True) -> argparse.ArgumentParser:
        help_ = text(f"advise-{name}")
        added = questions.add_parser(
            name, help=help_, description=help_, epilog=say(language, "exits"), allow_abbrev=False
        )
        added.add_argument("file", metavar="PROBLEM", help=text("problem"))
        added.add_argument("--json", action="store_true", help=text("json"))
        added.add_argument("--language", choices=("zh", "en"), default=language, help=text("language"))
        if roles:
            added.add_argument("--role", action="append", metavar="ID", help=text("only-role"))
            added.add_argument("--district", action="append", metavar="ID", help=text("only-district"))
        return added

    crews = question("crews")
    crews.add_argument("--proofs", action="store_true", help=text("proofs"))

    bells = question("bells")
    bells.add_argument("--within", type=int, default=10, metavar="MINUTES", help=text("within"))
    bells.add_argument("--grid", type=int, default=5, metavar="MINUTES", help=text("grid"))
    bells.add_argument("--fixed", nargs="+", action="extend", default=[], metavar="SITE", help=text("fixed"))
    bells.add_argument(
        "--limit", nargs=2, action="append", default=[], metavar=("SITE", "MINUTES"), help=text("limit")
    )
    bells.add_argument("--goal", choices=("crews", "posts"), default="crews", help=text("goal"))
    bells.add_argument("--time-limit", type=float, default=60.0, metavar="S", help=text("bells-time"))

    people = question("people")
    people.add_argument("--top", type=int, default=2, metavar="N", help=text("top-people"))

    fairness = question("fairness", roles=False)
    fairness.add_argument("roster", metavar="ROSTER", help=text("roster"))
    fairness.add_argument("--plot", metavar="FILE.svg", help=text("plot"))
    fairness.add_argument("--top", type=int, default=15, metavar="N", help=text("top-fairness"))

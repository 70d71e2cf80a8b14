"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import importlib
import json
import shlex
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.child import ChildError
from benchmarks.machine import Machine
from benchmarks.options import Options, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.tables import Section

NAMES = (
    "city",
    "command",
    "workbook",
    "repair",
    "swaps",
    "feeds",
    "pages",
    "service",
    "province",
    "textbook",
    "rota",
    "timefold",
)
ON_REQUEST = ("timefold",)
"""Run only when named: it needs Java and a package that the project doesn't depend on."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are named and print their tables."""
    given = sys.argv[1:] if argv is None else list(argv)
    parser = _parser()
    args = parser.parse_args(given)
    unknown = [name for name in args.names if name not in NAMES]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]!r}: choose from {', '.join(NAMES)}")
    names = args.names or [name for name in NAMES if name not in ON_REQUEST]
    if "timefold" in names and args.timefold_python is None:
        parser.error(
            "timefold needs --timefold-python: an interpreter that has the package (docs/benchmarks.md)"
        )
    with tempfile.TemporaryDirectory(prefix="huxue-benchmarks-") as folder:
        try:
            options = _options(args, Path(folder))
        except ValueError as error:
            parser.error(str(error))
        machine = Machine.here()
        head = [_command(given), *machine.lines()]
        print("\n".join(head), end="\n\n", flush=True)
        sections: list[Section] = []
        for name in names:
            began = time.monotonic()
            tell(name)
            run: Callable[[Options], Section] = importlib.import_module(f"benchmarks.{name}").run
            try:
                sections.append(run(options))
            except ChildError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
            tell(f"{name} took {time.monotonic() - began:.0f} s in all")
            print(sections[-1].text(), end="\n\n", flush=True)
            # After each: hours of figures don't wait for the last one.
            if args.markdown is not None:
                _write_markdown(args.markdown, head, sections)
            if args.json is not None:
                _write_json(args.json, head[0], machine, sections)
    return 0


def _command(given: Sequence[str]) -> str:
    """Return the command as typed, with files by their names alone: figures are passed on."""
    return shlex.join(["python", "-m", "benchmarks", *(Path(a).name if "/" in a else a for a in given)])


def _write_markdown(file: Path, head: Sequence[str], sections: Sequence[Section]) -> None:
    blocks = ["\n".join(f"    {line}" for line in head), *(s.markdown() for s in sections)]
    file.write_text("\n\n".join(blocks) + "\n", "utf-8")


def _write_json(file: Path, command: str, machine: Machine, sections: Sequence[Section]) -> None:
    result = {
        "command": command,
        "machine": asdict(machine),
        "benchmarks": {s.name: s.figures for s in sections},
    }
    file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    defaults = Options(Path())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure Huxue, alone and beside peers.", allow_abbrev=False
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; without names all but timefold")
    add(
        "--seeds",
        type=int,
        nargs="+",
        default=defaults.seeds,
        metavar="K",
        help="of the city, default 1 to 5",
    )
    add("--schools", type=int, default=defaults.schools, metavar="N", help="of the city, default 240")
    add(
        "--province", type=int, default=defaults.province_cities, metavar="N", help="cities in it, default 20"
    )
    add(
        "--district",
        type=int,
        default=defaults.district_schools,
        metavar="N",
        help="for timefold, default 22",
    )
    add("--textbook-seconds", type=float, metavar="S", help="a second, longer search by the textbook model")
    add(
        "--textbook-workers",
        type=int,
        nargs="+",
        metavar="N",
        help="of CP-SAT, a run each; default one a core, and 8",
    )
    add(
        "--timefold-python",
        type=Path,
        metavar="PATH",
        help="an interpreter that has timefold (needs Java 17)",
    )
    add(
        "--timefold-seconds",
        type=float,
        nargs="+",
        default=defaults.timefold_seconds,
        metavar="S",
        help="of its runs, default 30 and 60",
    )
    add(
        "--rota-seconds",
        type=float,
        default=defaults.rota_seconds,
        metavar="S",
        help="for each rota and solver, default 60",
    )
    add(
        "--rota-sizes",
        type=int,
        default=defaults.rota_sizes,
        metavar="N",
        help="the N smallest rotas alone, default 5",
    )
    add(
        "--subscribers",
        type=int,
        default=defaults.subscribers,
        metavar="N",
        help="calendar addresses, default 30000",
    )
    add(
        "--poll-seconds",
        type=float,
        default=defaults.poll_seconds,
        metavar="S",
        help="of asking for unchanged calendars, default 15",
    )
    add(
        "--requests",
        type=int,
        default=defaults.requests,
        metavar="N",
        help="of the service, for what isn't there, default 1000",
    )
    add("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    add("--markdown", type=Path, metavar="FILE", help="write the tables as Markdown")
    return parser


def _options(args: argparse.Namespace, folder: Path) -> Options:
    return Options(
        folder=folder,
        seeds=tuple(args.seeds),
        schools=args.schools,
        province_cities=args.province,
        district_schools=args.district,
        textbook_seconds=args.textbook_seconds,
        textbook_workers=tuple(args.textbook_workers) if args.textbook_workers else None,
        timefold_python=args.timefold_python,
        timefold_seconds=tuple(args.timefold_seconds),
        rota_seconds=args.rota_seconds,
        rota_sizes=args.rota_sizes,
        requests=args.requests,
        subscribers=args.subscribers,
        poll_seconds=args.poll_seconds,
    )

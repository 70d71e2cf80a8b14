"""Calendar feeds of a published city over HTTP, from one process, beside the naive way."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from benchmarks.child import ChildError, in_child
from benchmarks.feed_load import ask
from benchmarks.options import tell
from benchmarks.server import serving
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.feed_load import Pass
    from benchmarks.options import Options
    from benchmarks.tables import Cell

UNCHANGED_WANTED, CHANGED_WANTED, FRESH_S = 2000, 1000, 30
NAIVE_ASKED = 300
"""Calendars that are asked of the naive way: it takes its time."""


def run(options: Options) -> Section:
    """Fill a database, then have every address asked for, again, and again after everybody's duties have changed."""
    seed, folder = options.seeds[0], options.folder
    made = options.city(options.schools, seed)
    solution, tokens = folder / "published.pickle", folder / "tokens.json"
    tell("solving the city whose duties are published")
    solve(made.path, keep=solution, memory=False)
    tell(f"filling a database with {options.subscribers} calendar addresses")
    database = f"sqlite:///{folder / 'huxue.sqlite'}"
    arguments: dict[str, object] = {
        "problem": str(made.path),
        "solution": str(solution),
        "database": database,
        "addresses": options.subscribers,
        "tokens": str(tokens),
    }
    filled = in_child("feed_city", arguments).result
    paths = [f"/calendar/{token}.ics" for token, _ in json.loads(tokens.read_text("utf-8"))]
    tell("asking for all, twice, and once more after a publication that touches everybody")
    with _serve(folder, "-m", "cli", "serve", "--json", "--port", "0") as server:
        first = server.ask(paths, {})
        again = server.ask(paths, first.tags, seconds=options.poll_seconds)
        published = in_child("feed_publication", {"database": database}).result
        changed = server.ask(paths, first.tags)
    tell("asking the naive way")
    some = paths[:NAIVE_ASKED]
    with _serve(folder, "-m", "benchmarks.feed_naive", database) as server:
        naive_first = server.ask(some, {})
        naive_again = server.ask(some, naive_first.tags)
    _expect("first", first, 200)
    _expect("unchanged", again, 304)
    _expect("changed", changed, 200)
    rows = (
        _row("first poll after the start", first, None),
        _row("unchanged", again, UNCHANGED_WANTED),
        _row("changed for everybody", changed, CHANGED_WANTED),
        _row("naive, body", naive_first, None),
        _row("naive, unchanged", naive_again, None),
    )
    heads = ("polls", "answers", "a second", "wanted", "processor ms each", "median ms", "p99 ms", "MiB")
    fresh: tuple[Cell, ...] = (
        cast("float", published["seconds"]),
        round(changed.seconds, 1),
        round(changed.work, 1),
        FRESH_S,
    )
    tables = (
        Table(heads, rows),
        Table(
            (
                "publishing anew s",
                "until all are fresh s",
                "processor seconds of the service",
                "wanted under s",
            ),
            (fresh,),
        ),
    )
    notes = (
        f"{options.subscribers:,} addresses of {filled['people']:,} people with {filled['duties']:,} duties; 64 connections "
        "from one other process on the same machine. The naive way reads the duties and builds each calendar with "
        f"icalendar whenever it is asked, {len(some):,} times here.",
        "Everybody's 15 minutes are "
        f"{options.subscribers / 900:.0f} polls a second. Fresh: from the first poll after the publication to the last.",
    )
    figures: dict[str, object] = {
        "seed": seed,
        "subscribers": options.subscribers,
        **{
            f"{name}_{what}": round(value, 3)
            for name, asked in (
                ("first", first),
                ("unchanged", again),
                ("changed", changed),
                ("naive", naive_first),
                ("naive_unchanged", naive_again),
            )
            for what, value in (
                ("a_second", asked.rate),
                ("median_ms", asked.median_ms),
                ("p99_ms", asked.p99_ms),
            )
        },
        "publication_s": published["seconds"],
        "fresh_s": round(changed.seconds, 2),
        "fresh_processor_s": round(changed.work, 2),
    }
    title = f"calendar feeds of {options.schools} schools, seed {seed}"
    return Section("feeds", title, tables, notes, figures)


def _row(name: str, asked: Pass, wanted: int | None) -> tuple[Cell, ...]:
    times = (round(asked.work_ms, 2), round(asked.median_ms, 1), round(asked.p99_ms, 1))
    return (name, asked.answers, round(asked.rate), wanted, *times, round(asked.mebibytes, 1))


def _expect(name: str, asked: Pass, status: int) -> None:
    if set(asked.statuses) != {status}:
        raise ChildError(f"the polls {name} were answered {asked.statuses}, not {status} alone")


class _Server:
    """A process that answers polls."""

    def __init__(self, port: int, pid: int) -> None:
        self._port = port
        self._stat = Path(f"/proc/{pid}/stat")

    def ask(self, paths: Sequence[str], tags: dict[str, bytes], *, seconds: float | None = None) -> Pass:
        """Ask for calendars, and add how long its processor worked."""
        before = self._processor_seconds()
        asked = ask(self._port, paths, tags, seconds=seconds)
        return replace(asked, work=self._processor_seconds() - before)

    def _processor_seconds(self) -> float:
        try:
            fields = self._stat.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            return 0.0  # only Linux tells
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _serve(folder: Path, *arguments: str) -> Iterator[_Server]:
    with serving(folder, *arguments) as (port, process):
        yield _Server(port, process)

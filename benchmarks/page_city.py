"""A published city behind the real service, for a real browser: what pages are measured and pictured with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from api.state import State
from benchmarks.child import ROOT, ChildError, environment
from benchmarks.server import wait
from cli import demo_city, demo_logins
from examples import reference_city
from solver.solve import Settings, solve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class PageCity(NamedTuple):
    """A city that is served.

    Attributes
    ----------
    week
        Its plan.
    site
        The first school.
    passwords
        Of each login.
    officers
        The ids of those who are posted to a school.
    """

    url: str
    week: str
    site: str
    passwords: dict[str, str]
    officers: tuple[str, ...]


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser that is installed.

    Raises
    ------
    ChildError
        When none is.
    """
    from playwright.sync_api import sync_playwright

    path = os.environ.get("HUXUE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise ChildError("no browser: install Debian's package chromium, or set HUXUE_CHROMIUM")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@contextmanager
def page_city(folder: Path, schools: int, seed: int) -> Iterator[PageCity]:
    """Make up a city, publish its week, and serve it from a process of its own."""
    problem = reference_city(schools, seed)
    search = Settings(seed=seed)
    data = folder / "served"
    filled = demo_city.fill(data, problem, solve(problem, search), search, seed, "zh", lambda _: None)
    state = State.open(demo_city.settings_of(data))
    opened = demo_logins.open_all(state.engine, filled.logins)
    state.engine.dispose()
    passwords = {one.login.login: one.password for one in opened}
    officers = tuple(person.id for person in problem.people if person.posted_to is not None)
    settings = {"HUXUE_DATA": str(data), "HUXUE_LOG_LEVEL": "warning", "LANG": "en"}
    command = [sys.executable, "-m", "cli", "serve", "--json", "--port", "0"]
    with subprocess.Popen(
        command, env={**environment(), **settings}, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            if not said:
                raise ChildError("the service didn't start")
            url: str = json.loads(said)["url"]
            wait(urlsplit(url).port or 0)
            yield PageCity(url, filled.week.isoformat(), problem.sites[0].id, passwords, officers)
        finally:
            process.terminate()

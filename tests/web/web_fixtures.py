"""A browser for all tests, and a served city for each."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import time_machine
from browser_cases import CHROMIUM, Served, make_accounts, serving
from morning_cases import MORNING
from roster_cases import MONDAY, store_plan
from sqlalchemy import delete
from swapping_cases import SUNDAY

from api.accounts.tables import AccountRow, GrantRow
from api.audit import SERVICE
from api.database.engine import open_database, writing
from api.database.schema import upgrade
from api.plans import plans, publication
from api.settings import Settings
from api.standing.exchange import store
from api.state import State
from benchmarks.page_city import FLAGS
from examples.city import reference_city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip(
            "NO BROWSER: the pages are not tested. Install Debian's package chromium, or set HUXUE_CHROMIUM"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with accounts and nothing else, to be copied."""
    path = tmp_path_factory.mktemp("web") / "empty.sqlite"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """Return a database with four schools, accounts, and a week whose roster is solved, to be copied."""
    folder = tmp_path_factory.mktemp("web-city")
    path = folder / "city.sqlite"
    shutil.copy(empty_database, path)
    state = State.open(Settings(data=folder, database=f"sqlite:///{path}", _env_file=None))
    with writing(state.engine) as session:
        store(session, reference_city(schools=4, seed=1), SERVICE)
    make_accounts(f"sqlite:///{path}")
    store_plan(state)
    state.engine.dispose()
    return path


@pytest.fixture(scope="session")
def published_database(tmp_path_factory: pytest.TempPathFactory, filled_database: Path) -> Path:
    """Return the filled database on the day before its week, which is published, to be copied."""
    folder = tmp_path_factory.mktemp("web-published")
    path = folder / "city.sqlite"
    shutil.copy(filled_database, path)
    with time_machine.travel(SUNDAY, tick=True):
        state = State.open(Settings(data=folder, database=f"sqlite:///{path}", _env_file=None))
        with writing(state.engine) as session:
            tags = frozenset({plans.tag_of(plans.find(session, MONDAY))})
            publication.publish(session, SERVICE, state.settings, state.problems, MONDAY, tags)
        state.engine.dispose()
    return path


@pytest.fixture
def published(published_database: Path, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """Serve the city on the day before its published week, in a copy of the test's own."""
    path = tmp_path / "huxue.sqlite"
    shutil.copy(published_database, path)
    with time_machine.travel(SUNDAY, tick=True), serving(tmp_path, path, browser) as served:
        yield served


@pytest.fixture
def morning(published_database: Path, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """Serve the published week at ten to seven on its Monday, in a copy of the test's own."""
    path = tmp_path / "huxue.sqlite"
    shutil.copy(published_database, path)
    with time_machine.travel(MORNING, tick=True), serving(tmp_path, path, browser) as served:
        yield served


@pytest.fixture
def city(filled_database: Path, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """Serve the filled city, in a copy of the test's own."""
    path = tmp_path / "huxue.sqlite"
    shutil.copy(filled_database, path)
    with serving(tmp_path, path, browser) as served:
        yield served


@pytest.fixture
def web_state(filled_database: Path, tmp_path: Path) -> Iterator[State]:
    """Return what a process on the filled city holds, without accounts of the clients to come."""
    path = tmp_path / "huxue.sqlite"
    shutil.copy(filled_database, path)
    state = State.open(Settings(data=tmp_path, database=f"sqlite:///{path}", _env_file=None))
    with writing(state.engine) as session:
        session.execute(delete(GrantRow))
        session.execute(delete(AccountRow))
    yield state
    state.engine.dispose()

"""A real server on a city of the test's own, and a real browser that is logged in there."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from api_cases import GRANTS, MEMBER
from playwright.sync_api import expect

from api.accounts import logins
from api.accounts.access import COOKIE
from api.accounts.passwords import hashed
from api.accounts.tables import AccountRow, GrantRow
from api.database.base import now
from api.database.engine import open_database, writing
from api.operation.logs import configure
from api.settings import Settings
from api.state import State
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

# A machine that does more than one thing at a time may take its time.
expect.set_options(timeout=30_000)

CHROMIUM = os.environ.get("HUXUE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
"""The browser that tests drive; none of its own is ever fetched."""

PASSWORD = "a sentence for the tests"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


def make_accounts(url: str) -> None:
    """Make an account of each kind of user, called like the kind, all with `PASSWORD`."""
    for name in (*GRANTS, "other_dispatcher", "member"):
        make_account(url, name)


def make_account(url: str, name: str) -> None:
    """Make an account of a kind of user, with `PASSWORD`."""
    engine = open_database(url)
    with writing(engine) as session:
        account = AccountRow(
            login=name,
            name=name,
            person=MEMBER if name == "member" else None,
            password=_password(),
            language="en",
            created_at=now(),
        )
        session.add(account)
        session.flush()
        if (kind := name.removeprefix("other_")) in GRANTS:
            role, district, site = GRANTS[kind]
            session.add(GrantRow(account=account.id, role=role, district=district, site=site))
    engine.dispose()


@cache
def _password() -> str:
    return hashed(PASSWORD)


@dataclass
class Served:
    """A server with its state.

    Attributes
    ----------
    url
        Its address, without a slash at the end.
    """

    url: str
    state: State
    browser: Browser

    def cookie(self, name: str) -> str:
        """Begin a log-in of an account and return its cookie."""
        with writing(self.state.engine) as session:
            account = session.query(AccountRow).where(AccountRow.login == name).one()
            return logins.begin(session, self.state.settings, account, "test")

    def context(
        self, name: str | None = None, *, language: str = "en", size: dict[str, int] = DESKTOP
    ) -> BrowserContext:
        """Return a new window of the browser, logged in as somebody."""
        made = self.browser.new_context(
            base_url=self.url,
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN" if language == "zh" else "en-GB",
            has_touch=size is PHONE,
        )
        made.set_default_timeout(30_000)
        if name is not None:
            made.add_cookies([{"name": COOKIE, "value": self.cookie(name), "url": self.url}])
            with writing(self.state.engine) as session:
                session.query(AccountRow).where(AccountRow.login == name).update({"language": language})
        return made

    def page(self, name: str | None = None, *, language: str = "en", size: dict[str, int] = DESKTOP) -> Page:
        """Return a page of a new window, which fails the test when its script does."""
        page = self.context(name, language=language, size=size).new_page()
        page.on("pageerror", _fail)
        return page


def _fail(error: object) -> None:
    raise AssertionError(f"the page's script failed: {error}")


@contextmanager
def serving(folder: Path, database: Path, browser: Browser, **settings: object) -> Iterator[Served]:
    """Serve a database in a thread."""
    configure(Settings(log_format="json", _env_file=None))
    state = State.open(
        Settings(data=folder, database=f"sqlite:///{database}", workers=1, _env_file=None, **settings)  # type: ignore[arg-type]
    )
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(state=state), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", state, browser)
    finally:
        for context in browser.contexts:
            context.close()
        server.should_exit = True
        thread.join(20)


def serious(page: Page) -> list[str]:
    """Return what axe-core finds on a page that is serious or worse."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:3]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]

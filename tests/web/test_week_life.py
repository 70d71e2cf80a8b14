"""A week that another dispatcher approves, and a generate whose followers lose the connection."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browser_cases import Served, serving
from playwright.sync_api import Page, expect
from roster_cases import MONDAY
from serving_cases import served as service

from api.settings import Settings
from api.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

WEEK = f"/plans/{MONDAY}"


@pytest.fixture
def strict(filled_database: Path, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """Serve the city where another dispatcher approves what one submits."""
    path = tmp_path / "huxue.sqlite"
    shutil.copy(filled_database, path)
    with serving(tmp_path, path, browser, approval="another") as served:
        yield served


def open_week(served: Served, who: str) -> Page:
    page = served.page(who)
    page.goto(WEEK)
    page.wait_for_selector("html.ready")
    return page


def take(page: Page, step: str, reason: str = "") -> None:
    """Take a step of the week's life, asked about in its dialog."""
    page.locator(".plan-acts").get_by_role("button", name=step).click()
    dialog = page.locator("#dialog[open]")
    if reason:
        dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name=step).click()


def test_what_one_submits_another_sends_back_or_approves(strict: Served) -> None:
    mine, theirs = open_week(strict, "dispatcher"), open_week(strict, "other_dispatcher")
    assert mine.locator(".plan-acts").get_by_role("button", name="Publish").count() == 0
    take(mine, "Submit")
    expect(mine.locator(".steps .now")).to_have_text("Submitted")
    take(mine, "Approve")
    expect(mine.locator("#dialog .notice-refused")).to_contain_text("ask another dispatcher")
    mine.keyboard.press("Escape")
    theirs.reload()
    take(theirs, "Send back", reason="Nobody speaks for the north gate")
    expect(theirs.locator(".steps .now")).to_have_text("Draft")
    # Who has the week open sees it without loading anew.
    expect(mine.locator(".steps .now")).to_have_text("Draft", timeout=30_000)
    take(mine, "Submit")
    expect(mine.locator(".steps .now")).to_have_text("Submitted")
    theirs.reload()
    take(theirs, "Approve")
    expect(theirs.locator(".steps .now")).to_have_text("Approved")
    mine.reload()
    take(mine, "Publish")
    expect(mine.locator(".steps .now")).to_have_text("Published 1")


class Line:
    """What lies between a browser and a server, and can be cut."""

    def __init__(self, server: str) -> None:
        self._server = urlsplit(server)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._cut = False
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Lose all connections, and take no new ones."""
        self._cut = True
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Be there again."""
        self._cut = False

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self._listening.accept()
                if self._cut:
                    browser.close()
                    continue
                server = socket.create_connection((self._server.hostname, self._server.port or 80))
                self._open += [browser, server]
                for source, target in ((browser, server), (server, browser)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(served: Served) -> Iterator[tuple[Line, Served]]:
    """Put a line before a server."""
    line = Line(served.url)
    try:
        yield line, replace(served, url=line.url)
    finally:
        line.close()


def test_a_run_is_followed_whichever_of_several_processes_answers(
    filled_database: Path, tmp_path: Path, browser: Browser
) -> None:
    shutil.copy(filled_database, tmp_path / "huxue.sqlite")
    state = State.open(Settings(data=tmp_path, _env_file=None))
    with service(tmp_path, "--processes", "2") as served:
        page = Served(served.url, state, browser).page("dispatcher")
        page.goto(WEEK)
        page.wait_for_selector("html.ready")
        take(page, "Generate")
        expect(page.get_by_text("Proven: no better roster exists")).to_be_visible(timeout=120_000)
        page.context.close()
    state.engine.dispose()


def test_a_run_is_followed_to_its_end_over_a_lost_connection(city: Served) -> None:
    with line_to(city) as (line, served):
        page = open_week(served, "dispatcher")
        take(page, "Generate")
        expect(page.locator(".run")).to_be_visible()
        line.cut()
        # Long enough for the browser to be refused, too.
        page.wait_for_timeout(1000)
        line.mend()
        expect(page.get_by_text("Proven: no better roster exists")).to_be_visible(timeout=120_000)
        expect(page.get_by_role("button", name="Generate")).to_be_visible()

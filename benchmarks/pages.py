"""Pages of a published city in a real browser: how soon they are on screen, and how large they are."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from benchmarks.options import tell
from benchmarks.page_city import browser, page_city
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from benchmarks.options import Options
    from benchmarks.page_city import PageCity
    from benchmarks.tables import Cell

TIMES = 7
HEAT_WANTED, SITE_WANTED, ABSENCE_WANTED, LARGEST = 1000, 300, 5000, 500
"""Milliseconds until the heat map or the day board, a school's week, and a replacement; KB of a page."""

_PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_BYTES = """() => {
  const sum = (entries) => entries.reduce((all, entry) => all + entry.encodedBodySize, 0);
  return [sum(performance.getEntriesByType("navigation")), sum(performance.getEntriesByType("resource"))];
}"""


def run(options: Options) -> Section:
    """Open the city's week, then click on schools."""
    seed = options.seeds[0]
    tell("solving and publishing the city, and starting the service")
    with page_city(options.folder, options.schools, seed) as city, browser() as chromium:
        page = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
        _log_in(page, city)
        week = f"{city.url}/plans/{city.week}"
        tell("opening the city's week, then schools from there")
        heat = [
            _timed(page, lambda: page.goto(week), ".heat tbody:last-of-type tr:last-child td")
            for _ in range(TIMES)
        ]
        size = page.evaluate(_BYTES)
        sites, site_size = [], [0, 0]
        for number in range(TIMES):
            page.goto(week)
            page.wait_for_selector("html.ready")
            link = page.locator(".heat th[scope=row] a").nth(number)
            sites.append(_timed(page, link.click, "table.sheet tbody:last-of-type tr:last-child td"))
            site_size = page.evaluate(_BYTES)
        cells = page.goto(week) and page.locator(".heat tbody td").count()
        tell("opening the day board, schools on it, and an absence")
        day = f"{city.url}/day?date={city.week}&window="
        board = [_timed(page, lambda: page.goto(day), "details.day-site:last-of-type") for _ in range(TIMES)]
        board_size = page.evaluate(_BYTES)
        posts = [_timed(page, _school(page, number).click, _posts(number)) for number in range(1, TIMES + 1)]
        absent = [
            _timed(page, _absence(page, officer), "#dialog .stand-ins") for officer in city.officers[:TIMES]
        ]
    rows: tuple[tuple[Cell, ...], ...] = (
        _row("city's week", heat, HEAT_WANTED, size[0]),
        _row("school's week, from the click", sites, SITE_WANTED, site_size[0]),
        _row("day board", board, HEAT_WANTED, board_size[0]),
        _row("school's posts on it, from the click", posts, SITE_WANTED, None),
        _row("officer's absence: the replacement, from the press", absent, ABSENCE_WANTED, None),
    )
    heads = ("page", "first ms", "median ms", "slowest ms", "wanted ms", "KB", "wanted KB")
    notes = (
        f"{cells:,} cells. Until two frames after the last cell is there; the browser and the service share the processors. "
        f"Styles, script and icons, {size[1] / 1000:.0f} KB in all, come once and are kept.",
    )
    figures: dict[str, object] = {
        "seed": seed,
        "schools": options.schools,
        "heat_ms": [round(x) for x in heat],
        "site_ms": [round(x) for x in sites],
        "board_ms": [round(x) for x in board],
        "posts_ms": [round(x) for x in posts],
        "absence_ms": [round(x) for x in absent],
        "heat_bytes": size[0],
        "board_bytes": board_size[0],
        "site_bytes": site_size[0],
        "shared_bytes": size[1],
    }
    return Section(
        "pages", f"pages of {options.schools} schools, seed {seed}", (Table(heads, rows),), notes, figures
    )


def _log_in(page: Page, city: PageCity) -> None:
    page.goto(f"{city.url}/login")
    page.fill("#login", "dispatcher")
    page.fill("#password", city.passwords["dispatcher"])
    page.click("form[action='/login'] button")
    page.wait_for_url("**/plans")


def _timed(page: Page, act: Callable[[], object], last: str) -> float:
    """Return how many milliseconds pass until the last part of a page is painted."""
    began = time.perf_counter()
    act()
    page.wait_for_selector(last, state="attached")
    page.evaluate(_PAINTED)
    return 1000 * (time.perf_counter() - began)


def _school(page: Page, number: int) -> Locator:
    """Return the name of a school on the day board."""
    return page.locator(f"details.day-site:nth-of-type({number}) summary")


def _posts(number: int) -> str:
    return f"details.day-site:nth-of-type({number}) .shift-today:last-child .gate-post:last-child"


def _absence(page: Page, officer: str) -> Callable[[], object]:
    """Fill in that an officer can't come, and return the press that asks for a replacement."""
    page.reload()
    page.wait_for_selector("html.ready")
    page.locator(".happens button").first.click()
    page.locator("#dialog[open] #name").fill(officer)
    page.wait_for_selector("#people input")
    return page.locator("#dialog button.btn-primary").click


def _row(name: str, times: list[float], wanted: int, size: int | None) -> tuple[Cell, ...]:
    shown = (round(times[0]), round(statistics.median(times)), round(max(times)))
    kept = (None, None) if size is None else (round(size / 1000), LARGEST)
    return (name, *shown, wanted, *kept)

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

    from playwright.sync_api import Page

    from benchmarks.options import Options
    from benchmarks.page_city import PageCity
    from benchmarks.tables import Cell

TIMES = 7
HEAT_WANTED, SITE_WANTED, LARGEST = 1000, 300, 500
"""Milliseconds until the heat map, until a school's week; KB of a page."""

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
    rows: tuple[tuple[Cell, ...], ...] = (
        _row("city's week", heat, HEAT_WANTED, size[0]),
        _row("school's week, from the click", sites, SITE_WANTED, site_size[0]),
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
        "heat_bytes": size[0],
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


def _row(name: str, times: list[float], wanted: int, size: int) -> tuple[Cell, ...]:
    shown = (round(times[0]), round(statistics.median(times)), round(max(times)))
    return (name, *shown, wanted, round(size / 1000), LARGEST)

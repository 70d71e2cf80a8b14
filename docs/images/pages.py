"""Take the pictures of pages that the readmes show.

python docs/images/pages.py docs/images makes up a small city, publishes its week, and photographs it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.page_city import browser, page_city

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from benchmarks.page_city import PageCity

SCHOOLS = 16
DESKTOP, PHONE = (1280, 760), (390, 760)


def main(folder: Path) -> None:
    """Take all pictures, in both languages where they are for both."""
    with tempfile.TemporaryDirectory() as temporary, page_city(Path(temporary), SCHOOLS, 1) as city:
        week = f"/plans/{city.week}"
        site = f"{week}/sites/{city.site}"
        with browser() as chromium:
            for language in ("en", "zh"):
                for name, login, address, size in (
                    ("city", "dispatcher", week, DESKTOP),
                    ("school", "dispatcher", site, DESKTOP),
                    ("repair", "dispatcher", site, DESKTOP),
                    ("open", "dispatcher", f"{week}/open", DESKTOP),
                    ("route", "dispatcher", site, DESKTOP),
                    ("day", "dispatcher", f"/day?date={city.week}&window=morning_arrival", DESKTOP),
                    ("member", "officer", "/duties", PHONE),
                ):
                    if login in city.passwords:
                        picture = folder / f"{name}-{language}.png"
                        _photograph(chromium, city, picture, login, address, size, language)


def _photograph(
    chromium: Browser,
    city: PageCity,
    picture: Path,
    login: str,
    address: str,
    size: tuple[int, int],
    language: str,
) -> None:
    context = chromium.new_context(
        base_url=city.url, viewport={"width": size[0], "height": size[1]}, device_scale_factor=1
    )
    page = context.new_page()
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", city.passwords[login])
    page.click("form[action='/login'] button")
    page.wait_for_url("**/*")
    if page.locator(f".languages [name=language][value={language}]").count():
        with page.expect_navigation():
            page.click(f".languages [name=language][value={language}]")
    page.goto(address)
    page.wait_for_selector("html.ready")
    if picture.name.startswith("school"):
        page.locator(".sheet td.held button").nth(5).click()
        page.wait_for_selector(".panel .candidates", timeout=120_000)
        page.mouse.move(0, 0)
    elif picture.name.startswith("day"):
        page.locator(".happens button").first.click()
        page.locator("#dialog[open] #name").fill(city.officers[0])
        page.wait_for_selector("#people input")
        page.locator("#dialog .btn-primary").click()
        page.wait_for_selector("#dialog .stand-ins", timeout=120_000)
    elif "/sites/" in address:
        page.locator(".sheet td[data-role=patrol_crew] button").first.click()
        if picture.name.startswith("route"):
            page.locator(".panel .holder a").click()
            page.wait_for_selector(".route-map")
        else:
            page.locator(".panel a[href*='/repairs']").click()
            page.locator(".happening .btn-primary").click()
            page.wait_for_selector("#found-title", timeout=120_000)
    page.screenshot(path=str(picture))
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

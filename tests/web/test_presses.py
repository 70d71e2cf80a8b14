"""What is pressed twice, from anywhere, or after a refusal, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import PHONE, Served
from playwright.sync_api import expect
from roster_cases import MONDAY
from run_cases import held_run, hold_runs
from sqlalchemy import func, select

from api.database.engine import reading
from api.feeds.tables import FeedRow

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route


def open_page(served: Served, address: str, who: str = "dispatcher", **how: object) -> Page:
    page = served.page(who, **how)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


def test_a_second_press_does_nothing_more(published: Served) -> None:
    page = open_page(published, "/subscribe", "school_admin")

    def slow(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/subscribe", slow)
    page.get_by_role("button", name="Outlook").dblclick()
    expect(page.locator(".made")).to_be_visible()
    page.wait_for_load_state("networkidle")
    with reading(published.state.engine) as session:
        assert session.scalar(select(func.count()).select_from(FeedRow)) == 1


@pytest.mark.parametrize("tab", ["/sites/S0001", "/open", "/fairness", "/repairs"])
def test_a_run_is_begun_and_followed_from_any_page(
    city: Served, tab: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_runs(monkeypatch, tmp_path)
    page = open_page(city, f"/plans/{MONDAY}{tab}")
    page.get_by_role("button", name="Generate").click()
    page.locator("#dialog").get_by_role("button", name="Generate").click()
    held_run(city.state)
    expect(page.locator(".run")).to_contain_text("Under way")
    expect(page.locator(".plan-acts .btn-primary")).to_have_count(0)
    page.locator(".run").get_by_role("button", name="Stop").click()
    expect(page.locator(".run")).to_contain_text("Nothing was changed", timeout=60_000)


def test_what_was_refused_before_is_not_said_any_more(city: Served) -> None:
    page = open_page(city, f"/plans/{MONDAY}/sites/S0001")

    def button(role: str, index: int) -> str:
        return (
            f'tr[data-shift="S0001/{MONDAY}/morning_arrival"] '
            f'td[data-role="{role}"][data-index="{index}"] button'
        )

    page.locator(button("duty_leader", 0)).drag_to(page.locator(button("staff", 0)))
    expect(page.locator(".notice-refused")).to_be_visible()
    page.locator(button("staff", 0)).drag_to(page.locator(button("staff", 1)))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(page.locator(".notice-refused")).to_have_count(0)


def test_a_schools_page_is_no_wider_than_a_phone(city: Served) -> None:
    page = open_page(city, f"/plans/{MONDAY}/sites/S0001", language="zh", size=PHONE)
    post = page.locator(
        f'tr[data-shift="S0001/{MONDAY}/morning_arrival"] td[data-role="security_guard"] button'
    )
    post.first.click()
    page.locator("#panel").get_by_role("button", name="清空").click()
    expect(page.locator(".sheet td.short").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_download_is_called_like_what_is_in_it(published: Served) -> None:
    page = open_page(published, "/school/S0001/week", "school_admin")
    with page.expect_download() as sent:
        page.get_by_role("link", name=re.compile("Excel")).click()
    assert sent.value.suggested_filename == f"S0001-{MONDAY}.xlsx"

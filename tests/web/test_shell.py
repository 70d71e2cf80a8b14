"""Log-in, log-out, language, invitations and what is refused, in a real browser."""

from __future__ import annotations

import re

from browser_cases import PASSWORD, Served, serious
from playwright.sync_api import expect


def test_logging_in_and_out(city: Served) -> None:
    page = city.page()
    page.goto("/plans")
    expect(page).to_have_url(f"{city.url}/login?next=%2Fplans")
    page.get_by_label("Login").fill("dispatcher")
    page.get_by_label("Password").fill("something else entirely")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{city.url}/plans")
    expect(page.get_by_role("heading", name="Weeks")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{city.url}/login")
    page.goto("/plans")
    expect(page).to_have_url(re.compile("/login"))


def test_a_log_in_leads_nowhere_else(city: Served) -> None:
    page = city.page()
    page.goto("/login?next=//example.org/")
    expect(page.locator("input[name=next]")).to_have_value("/")


def test_the_other_language_stays(city: Served) -> None:
    page = city.page("dispatcher", language="zh")
    page.goto("/plans")
    expect(page.get_by_role("heading", name="周方案")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Weeks")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_what_is_not_there_says_what_to_do(city: Served) -> None:
    page = city.page("dispatcher", language="zh")
    answer = page.goto("/plans/1999-01-01/nothing")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="这里没有这样的内容")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="首页").click()
    expect(page).to_have_url(f"{city.url}/plans")


def test_a_log_in_that_is_over_loses_no_form(city: Served) -> None:
    page = city.page("dispatcher")
    page.goto("/plans")
    page.get_by_role("button", name="New week").click()
    page.get_by_label("First day").fill("2026-12-07")
    page.context.clear_cookies()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Log in again")).to_be_visible()
    again = page.locator("#again")
    again.get_by_label("Login").fill("dispatcher")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{city.url}/plans/2026-12-07")

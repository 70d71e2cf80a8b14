"""Log-in, log-out, language, invitations and what is refused, in a real browser."""

from __future__ import annotations

import re

import httpx2 as httpx
from browser_cases import PASSWORD, Served, serious
from playwright.sync_api import expect

from api.accounts import invitations
from api.accounts.access import COOKIE
from api.accounts.tables import AccountRow
from api.database.engine import writing


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


def test_an_invitation_sets_a_password_once(city: Served) -> None:
    with writing(city.state.engine) as session:
        account = session.query(AccountRow).where(AccountRow.login == "school_admin").one()
        (invitation,) = invitations.invite(session, city.state.settings, [account], city.url)
    page = city.page(language="zh")
    page.goto(invitation.link)
    expect(page.get_by_role("heading")).to_contain_text("您好")
    assert serious(page) == []
    for once, again, said in (
        ("an apple a day", "an apple a way", "两次输入的密码不同"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "至少用 5 种不同的字符"),
    ):
        page.get_by_label("新密码").fill(once)
        page.get_by_label("再输一次").fill(again)
        page.get_by_role("button", name="设好密码并登录").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
    page.get_by_label("新密码").fill("an apple a day keeps")
    page.get_by_label("再输一次").fill("an apple a day keeps")
    page.get_by_role("button", name="设好密码并登录").click()
    expect(page).to_have_url(re.compile("/school/"))
    page.goto(invitation.link)
    expect(page.get_by_role("heading", name=re.compile("can't be used|不能用了"))).to_be_visible()


def test_a_log_in_in_another_tab_goes_unnoticed(city: Served) -> None:
    page = city.page("dispatcher")
    page.goto("/plans")
    page.context.add_cookies([{"name": COOKIE, "value": city.cookie("dispatcher"), "url": city.url}])
    page.get_by_role("button", name="New week").click()
    page.get_by_label("First day").fill("2026-12-14")
    page.get_by_role("button", name="Make it").click()
    expect(page).to_have_url(f"{city.url}/plans/2026-12-14")


def test_another_sites_form_logs_nobody_in(city: Served) -> None:
    form = {"login": "dispatcher", "password": PASSWORD}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        answer = httpx.post(f"{city.url}/login", data=form, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_a_page_says_whose_it_is(city: Served) -> None:
    answer = httpx.get(f"{city.url}/login")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", answer.text)
    page = city.page("auditor")
    refused = page.goto("/imports")
    assert refused is not None
    assert refused.status == 403
    expect(page.get_by_role("heading", name="This account may not do that")).to_be_visible()

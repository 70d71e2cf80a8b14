"""What members do on their phones, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import icalendar
import pytest
from browser_cases import DESKTOP, PHONE, Served, serious
from member_cases import busiest, duties_of, login_of, subscribed
from playwright.sync_api import Page, expect
from roster_cases import violations
from sqlalchemy import select

from api.database.engine import reading
from api.swaps.tables import SwapPartyRow, SwapRow

ROLE = "duty_leader"


def open_page(served: Served, address: str, person: str, **how: object) -> Page:
    page = served.page(login_of(served, person), **{"size": PHONE, **how})  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


def entries(page: Page, url: str) -> dict[str, Any]:
    """Return what a calendar shows, by the ids of duties, without what has fallen away."""
    answer = page.request.get(url)
    assert answer.ok
    events = icalendar.Calendar.from_ical(answer.body()).walk("VEVENT")
    return {str(event["UID"]): event for event in events if event.get("STATUS") != "CANCELLED"}


@pytest.mark.parametrize(
    ("language", "size"), [("zh", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_pages_are_for_everybody(published: Served, language: str, size: dict[str, int]) -> None:
    leader = busiest(published, ROLE)
    duty = duties_of(published, leader)[0].uid
    page = open_page(published, "/duties", leader, language=language, size=size)
    for address in ("/duties", "/duties/past", f"/duties/{duty}", "/swaps"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert serious(page) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], address


def test_the_next_duty_comes_first(published: Served) -> None:
    leader = busiest(published, ROLE)
    mine = duties_of(published, leader)
    page = open_page(published, "/", leader)
    expect(page).to_have_url(f"{published.url}/duties")
    first = page.locator(".next-duty")
    expect(first).to_contain_text(f"{mine[0].date:%a} {mine[0].date.day} {mine[0].date:%b}")
    expect(first).to_contain_text("Duty leader")
    expect(first).to_contain_text("Staff × 2")
    expect(page.locator("a.duty")).to_have_count(len(mine) - 1)
    expect(page.locator(".day h3").first).to_have_text(re.compile("Mon|Tue|Wed|Thu|Fri"))


def test_one_duty_goes_into_any_calendar(published: Served) -> None:
    leader = busiest(published, ROLE)
    mine = duties_of(published, leader)
    page = open_page(published, "/duties", leader)
    with page.expect_download() as download:
        page.get_by_role("link", name="Into my calendar").click()
    content = download.value.path().read_bytes()
    event: Any
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (str(event["UID"]), event.start) == (mine[0].uid, mine[0].start)
    assert str(event["URL"]) == f"{published.url}/duties/{mine[0].uid}"


def test_nobody_sees_the_duties_of_others(published: Served) -> None:
    leader = busiest(published, ROLE)
    page = open_page(published, f"/duties/{duties_of(published, leader)[0].uid}", "S0002-T001")
    expect(page.get_by_role("heading", name="There is nothing of that name here")).to_be_visible()


def test_who_looks_after_the_school_is_led_to_its_week(published: Served) -> None:
    duty = duties_of(published, busiest(published, ROLE))[0]
    page = published.page("school_admin")
    page.goto(f"/duties/{duty.uid}")
    expect(page).to_have_url(re.compile(f"/plans/2026-11-30/sites/S0001#{duty.date}/{duty.window}"))


def test_without_duties_the_page_says_what_to_do(published: Served) -> None:
    page = open_page(published, "/duties", "S0001-G1", language="zh")
    expect(page.get_by_role("heading", name=re.compile("近期没有您的班|我的班"))).to_be_visible()
    page = published.page("auditor")
    page.goto("/duties")
    expect(page.get_by_text("This account is nobody who stands guard")).to_be_visible()


def test_an_exchange_in_three_taps_reaches_both_calendars(published: Served) -> None:
    leader = busiest(published, ROLE)
    calendar = subscribed(published, leader)
    page = open_page(published, "/duties", leader)
    before = entries(page, calendar)
    page.locator("a.duty").nth(1).click()
    given = page.url.rpartition("/")[2]
    way = page.locator(".way").first
    key = way.get_attribute("hx-get") or ""
    way.click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("You give")
    dialog.get_by_label("Note").fill("Parents' evening")
    dialog.get_by_role("button", name="Ask").click()
    expect(page).to_have_url(re.compile(r"/swaps\?asked="))
    expect(page.locator(".swap")).to_contain_text("Waiting for an answer")
    expect(page.locator(".swap.fresh")).to_contain_text("Parents' evening")

    partner, returned = re.findall(r"%3E([^%&]+)%2C([^%&]+)%3E", key)[0]
    theirs = subscribed(published, partner)
    other = open_page(published, "/duties", partner)
    assert given not in entries(other, theirs)
    other.get_by_role("link", name="1 swap waits for your answer").click()
    expect(other.locator(".swap")).to_contain_text("Parents' evening")
    assert serious(other) == []
    other.get_by_role("button", name="Accept").click()
    expect(other.locator(".notice")).to_contain_text("Agreed, and in force")
    expect(other.locator(".swap")).to_contain_text("In force")

    after, gained = entries(page, calendar), entries(other, theirs)
    assert before.keys() - after.keys() == {given}
    (mine,) = after.keys() - before.keys()
    assert returned not in gained
    assert after[mine].start in {duty.start for duty in duties_of(published, leader)}
    taken = {event.start for event in gained.values()}
    assert before[given].start in taken
    assert not violations(published.state)
    page.goto("/duties")
    expect(page.locator(".next-duty, a.duty")).to_have_count(len(before))


def test_an_exchange_offered_to_all_asks_what_is_given_back(published: Served) -> None:
    leader = busiest(published, ROLE)
    page = open_page(published, "/duties", leader)
    page.locator("a.duty").nth(1).click()
    page.get_by_role("button", name="Ask all who could exchange").click()
    page.locator("#dialog").get_by_role("button", name="Ask").click()
    expect(page.locator(".swap")).to_contain_text("who accepts first has it")
    partner = _asked(published)[0]
    other = open_page(published, "/swaps", partner)
    other.get_by_role("button", name="Accept …").click()
    dialog = other.locator("#dialog")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    assert serious(other) == []
    dialog.get_by_role("button", name="Exchange").click()
    expect(dialog).to_be_hidden()
    expect(other.locator(".swap")).to_contain_text(re.compile("In force|Waiting for approval"))
    assert not violations(published.state)


def _asked(served: Served) -> list[str]:
    with reading(served.state.engine) as session:
        return list(session.scalars(select(SwapPartyRow.assignee).order_by(SwapPartyRow.assignee)))


def test_declining_and_taking_back(published: Served) -> None:
    leader = busiest(published, ROLE)
    page = open_page(published, "/duties", leader)
    for _ in range(2):
        page.goto("/duties")
        page.locator("a.duty").nth(1).click()
        page.locator(".way").first.click()
        page.locator("#dialog").get_by_role("button", name="Ask").click()
        expect(page.locator(".swap-acts")).to_be_visible()
        page.get_by_role("button", name="Withdraw").click()
        expect(page.locator(".notice")).to_contain_text("Taken back.")
    page.goto("/duties")
    page.locator("a.duty").nth(1).click()
    page.locator(".way").first.click()
    page.locator("#dialog").get_by_role("button", name="Ask").click()
    expect(page.locator(".swap-acts")).to_be_visible()
    other = open_page(published, "/swaps", _waiting(published))
    other.get_by_role("button", name="Decline").click()
    expect(other.locator(".swap").first).to_contain_text("Declined")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".notice-refused")).to_be_visible()
    expect(page.locator(".swap-acts")).to_have_count(0)


def _waiting(served: Served) -> str:
    with reading(served.state.engine) as session:
        query = select(SwapPartyRow.assignee).join(SwapRow).where(SwapRow.state == "offered")
        return session.scalars(query).one()


def test_wishing_for_a_swap(published: Served) -> None:
    page = open_page(published, "/swaps", busiest(published, ROLE))
    page.get_by_role("button", name="Wish for a swap").click()
    dialog = page.locator("#dialog")
    dialog.get_by_text("Fri", exact=True).click()
    dialog.get_by_text("Morning arrival", exact=True).click()
    assert serious(page) == []
    dialog.get_by_role("button", name="Wish").click()
    row = page.locator("#wishes .row-line")
    expect(row).to_contain_text("for Fri Morning arrival")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)

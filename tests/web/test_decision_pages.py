"""Swaps at a dispatcher's desk, in a real browser."""

from __future__ import annotations

import pytest
from browser_cases import DESKTOP, PHONE, Served, serious
from member_cases import agreed, busiest, duties_of, identity_of, login_of
from playwright.sync_api import Page, expect
from roster_cases import MONDAY, violations
from sqlalchemy import select

from api.database.engine import reading, writing
from api.swaps import ways, wishes
from api.swaps.shapes import NewWish
from api.swaps.tables import SwapPolicyRow, SwapRow, SwapWishRow
from models import Given, Wanted


def open_page(served: Served, address: str = "/decisions", **how: object) -> Page:
    page = served.page("dispatcher", **how)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


def wish(served: Served) -> None:
    """Have two wish for what the other has."""
    state, giver = served.state, busiest(served, "duty_leader")
    login = login_of(served, giver)
    with reading(state.engine) as session:
        me = identity_of(session, login)
        found = ways.of(session, me, state.desk, duties_of(served, giver)[1].uid, chains=False)
    one, other = found.partners.exchanges[0].handovers
    for mine, theirs in ((one, other), (other, one)):
        login = login_of(served, mine.duty.assignee)
        give = Given(shift=mine.duty.shift, role=mine.duty.role)
        take = [Wanted(shift=theirs.duty.shift, role=theirs.duty.role)]
        with writing(state.engine) as session:
            wishes.wish(session, identity_of(session, login), MONDAY, NewWish(give=give, take=take))


@pytest.mark.parametrize(
    ("language", "size"), [("zh", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_pages_are_for_everybody(published: Served, language: str, size: dict[str, int]) -> None:
    wish(published)
    agreed(published, "dispatcher")
    page = open_page(published, language=language, size=size)
    for address in ("/decisions", "/decisions/policies"):
        page.goto(address)
        assert serious(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address


def test_a_dispatcher_is_led_to_what_waits(published: Served) -> None:
    _, _, number = agreed(published, "dispatcher")
    page = open_page(published, "/plans")
    page.get_by_role("link", name="Approvals").click()
    card = page.locator(f"#swap-{number}")
    expect(card).to_contain_text("Parents' evening")
    card.get_by_role("button", name="Approve").click()
    expect(page.locator(".notice")).to_contain_text("Approved: it is in force")
    expect(page.get_by_role("heading", name="No swap waits")).to_be_visible()
    assert not violations(published.state)


def test_wishes_are_matched(published: Served) -> None:
    wish(published)
    page = open_page(published)
    expect(page.get_by_role("heading", name="2 wishes for")).to_be_visible()
    page.get_by_role("button", name="Match the wishes").click()
    expect(page.locator(".notice")).to_contain_text("2 of 2 wishes can come true: 1 swaps wait")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".notice").last).to_contain_text("Approved: it is in force")
    with reading(published.state.engine) as session:
        assert session.scalars(select(SwapRow.state)).all() == ["applied"]
        assert session.scalars(select(SwapWishRow)).all() == []
    assert not violations(published.state)


def test_who_approves_is_stated(published: Served) -> None:
    page = open_page(published, "/decisions/policies")
    page.get_by_label("Who approves: Staff").select_option("nobody")
    page.get_by_label("Role", exact=True).select_option("staff")
    page.get_by_label("The unit's id").fill("S0001")
    page.get_by_label("Who approves: another line").select_option("dispatcher")
    page.get_by_label("Where nothing gets worse: another line").select_option("no")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".notice")).to_contain_text("Kept")
    query = select(SwapPolicyRow.role, SwapPolicyRow.unit, SwapPolicyRow.approver, SwapPolicyRow.automatic)
    with reading(published.state.engine) as session:
        lines = {tuple(row) for row in session.execute(query)}
    assert lines == {("staff", "", "nobody", True), ("staff", "S0001", "dispatcher", False)}
    page.get_by_label("Who approves: Staff").last.select_option("")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Who approves: Staff")).to_have_count(1)

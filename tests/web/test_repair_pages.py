"""Something has happened: from the post to the published repair, in a real browser."""

from __future__ import annotations

import re

from browser_cases import PHONE, Served, serious
from member_cases import busiest
from playwright.sync_api import expect
from roster_cases import MONDAY, violations
from sqlalchemy import select

from api.database.engine import reading
from api.plans.tables import AssignmentRow, DutyRow, ShiftRow

WEEK = f"/plans/{MONDAY}"


def test_who_cant_come_is_replaced_and_that_is_published(published: Served) -> None:
    person = busiest(published, "staff")
    page = published.page("dispatcher")
    page.goto(f"{WEEK}/people/{person}")
    page.get_by_role("link", name="Can't come").click()
    expect(page.get_by_label("Who")).to_have_value(re.compile(re.escape(f"({person})")))
    assert serious(page) == []
    page.get_by_label("Last day").fill("2026-12-06")
    page.get_by_role("button", name="Find the fewest changes").click()
    expect(page.get_by_role("heading", name=re.compile(r"dut(y changes|ies change)"))).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_text("Proven: with fewer changes")).to_be_visible()
    expect(page.locator("del").first).to_be_visible()
    assert serious(page) == []
    with reading(published.state.engine) as session:
        held = select(AssignmentRow.shift).where(AssignmentRow.assignee == person)
        assert session.scalars(held).first() is not None, "nothing changes before it is taken over"
    page.get_by_role("button", name="Take it over and publish").click()
    expect(page.get_by_text("Taken over and published")).to_be_visible()
    with reading(published.state.engine) as session:
        assert session.scalars(held).first() is None
        left = select(DutyRow.uid).where(DutyRow.assignee == person, DutyRow.cancelled_at.is_(None))
        assert session.scalars(left).first() is None
    assert not violations(published.state)


def test_several_things_happen_at_once(published: Served) -> None:
    page = published.page("dispatcher", language="zh", size=PHONE)
    page.goto(f"{WEEK}/sites/S0002")
    page.get_by_role("link", name="突发情况").last.click()
    page.get_by_role("button", name="还有别的情况").click()
    expect(page.locator(".said li")).to_contain_text("停课，11月30日 周一")
    page.get_by_text("铃点变动").click()
    page.get_by_label("多少分钟").fill("20")
    page.get_by_label("学校", exact=True).select_option("S0001")
    assert serious(page) == []
    page.get_by_role("button", name="找出最少改动").click()
    expect(page.locator(".told li")).to_have_count(2, timeout=60_000)
    expect(page.locator(".repair-said")).to_contain_text("不再需要")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    assert serious(page) == []
    page.get_by_role("button", name="先采用，稍后发布").click()
    expect(page.get_by_text("随这一周一起发布")).to_be_visible()
    with reading(published.state.engine) as session:
        closed = select(ShiftRow.id).where(ShiftRow.site == "S0002", ShiftRow.date == MONDAY)
        assert session.scalars(closed).first() is None
    page.get_by_role("link", name="还有别的情况").click()
    page.get_by_label("谁").fill("没有这个人")
    page.get_by_role("button", name="找出最少改动").click()
    expect(page.locator(".notice-refused")).to_contain_text("没有这个名称")

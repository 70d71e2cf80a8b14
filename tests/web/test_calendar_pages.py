"""The school calendar at the desk, in a real browser."""

from __future__ import annotations

import datetime as dt

import pytest
from browser_cases import DESKTOP, PHONE, Served, serious
from playwright.sync_api import expect

from api.database.engine import reading
from api.standing import city
from models import SchoolCalendar


def kept(served: Served) -> SchoolCalendar:
    with reading(served.state.engine) as session:
        return city.read(session)[0].calendar


@pytest.mark.parametrize(
    ("language", "size"), [("zh", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_terms_and_days_come_and_go(city: Served, language: str, size: dict[str, int]) -> None:
    zh = language == "zh"
    page = city.page("dispatcher", language=language, size=size)
    page.goto("/imports")
    page.get_by_role("link", name="校历" if zh else "School calendar").click()
    page.wait_for_selector("html.ready")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    before = kept(city)
    page.get_by_placeholder("学期名称" if zh else "Name of a term").last.fill("Spring")
    page.locator("[name=term_first]").last.fill("2027-02-22")
    page.locator("[name=term_last]").last.fill("2027-01-22")
    keep = page.get_by_role("button", name="保存" if zh else "Keep")
    keep.click()
    expect(page.locator(".notice-refused")).to_contain_text("更晚的最后一天" if zh else "a last day after it")
    assert kept(city) == before
    page.locator(".notice [data-dismiss]").click()
    page.locator("[name=term_last]").last.fill("2027-07-02")
    page.locator("[name=day_date]").last.fill("2026-12-12")
    page.locator("[name=day_school]").last.select_option("4")
    page.locator("[name=day_note]").last.fill("instead of the sports day")
    keep.click()
    expect(page.locator(".notice").last).to_contain_text("已保存" if zh else "Kept")
    new = kept(city)
    assert [(t.name, t.first, t.last) for t in new.terms[len(before.terms) :]] == [
        ("Spring", dt.date(2027, 2, 22), dt.date(2027, 7, 2))
    ]
    assert [(d.date, d.school, d.follows) for d in new.exceptions[len(before.exceptions) :]] == [
        (dt.date(2026, 12, 12), True, 4)
    ]
    page.locator("[name=day_date]").nth(len(before.exceptions)).fill("")
    keep.click()
    expect(page.locator("[name=day_date]")).to_have_count(len(before.exceptions) + 1)
    assert kept(city).exceptions == before.exceptions

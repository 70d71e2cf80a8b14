"""The other pages of a week: open posts, people and crews, comparison, schools' input."""

from __future__ import annotations

import re

import pytest
from browser_cases import DESKTOP, PHONE, Served, serious
from playwright.sync_api import Page, expect
from roster_cases import MONDAY, violations
from sqlalchemy import delete, select

from api.database.engine import reading, writing
from api.plans.tables import AssignmentRow, PlanRow
from api.standing.tables import CrewRow, UnitRow

WEEK = f"/plans/{MONDAY}"


def open_page(city: Served, address: str, who: str = "dispatcher", **how: object) -> Page:
    page = city.page(who, **how)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


def holder_of(city: Served, role: str) -> str:
    with reading(city.state.engine) as session:
        query = (
            select(AssignmentRow.assignee).where(AssignmentRow.role == role).order_by(AssignmentRow.assignee)
        )
        return session.scalars(query).first() or ""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_open_posts_with_their_reasons(city: Served, size: dict[str, int]) -> None:
    page = open_page(city, f"{WEEK}/open", language="zh", size=size)
    rows = page.locator("#open tbody tr")
    expect(rows.first).to_contain_text("未报名")
    all_of_them = rows.count()
    page.get_by_label("只看缺最低要求的").check()
    expect(rows).not_to_have_count(all_of_them)
    assert serious(page) == []
    rows.first.get_by_role("link").click()
    expect(page.locator("tr.meant td.chosen")).to_be_visible()
    expect(page.locator("#panel .holder-open.short")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_open_post_is_filled_where_it_is_listed(city: Served, size: dict[str, int]) -> None:
    site = open_page(city, f"{WEEK}/sites/S0001", size=size)
    site.locator("td[data-role=staff]").first.locator("button").click()
    site.locator("#panel").get_by_role("button", name="Clear").click()
    expect(site.locator(".sheet-sums")).to_contain_text("239 / 240")
    page = open_page(city, f"{WEEK}/open", size=size)
    row = page.locator("#open tr", has_text=re.compile("Staff.*Mon 30 Nov", re.DOTALL)).first
    row.get_by_role("button", name="What would fill it?").click()
    # What hasn't been asked for takes no room.
    empty = page.locator(".row-ways").last.evaluate("(row) => row.getBoundingClientRect().height")
    assert empty < 1
    ways = page.locator(".row-ways", has=page.locator(".ways"))
    expect(ways).to_contain_text("Ways to fill it, each tried out", timeout=90_000)
    assert serious(page) == []
    open_before = page.locator("#open tr:not(.row-ways)").count()
    ways.get_by_role("button", name="Do it").first.click()
    expect(page.locator("#open tr:not(.row-ways)")).to_have_count(open_before - 1)
    site.reload()
    expect(site.locator(".sheet-sums")).to_contain_text("240 / 240")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#open tr:not(.row-ways)")).to_have_count(open_before)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    assert not violations(city.state)


def test_what_fills_a_post_is_done_at_a_click(city: Served) -> None:
    page = open_page(city, f"{WEEK}/sites/S0001")
    post = page.locator("td[data-role=staff]").first
    post.locator("button").click()
    page.locator("#panel").get_by_role("button", name="Clear").click()
    expect(page.locator(".sheet-sums")).to_contain_text("239 / 240")
    page.locator("#panel").get_by_role("button", name="What would fill it?").click()
    page.locator("#panel").get_by_role("button", name="Do it").first.click(timeout=90_000)
    expect(page.locator(".sheet-sums")).to_contain_text("240 / 240")
    assert not violations(city.state)


def test_a_person_and_why(city: Served) -> None:
    page = open_page(city, f"{WEEK}/people/{holder_of(city, 'traffic_officer')}")
    expect(page.locator("tbody tr").first).to_contain_text("Traffic officer")
    page.get_by_role("button", name="Why these duties?").click()
    expect(page.locator("#why")).to_contain_text("Burden", timeout=60_000)
    assert serious(page) == []
    page.get_by_role("link", name="The whole unit").click()
    expect(page.locator("tbody tr").first).to_be_visible()
    assert serious(page) == []


def test_people_crews_and_units_are_found_by_name(city: Served) -> None:
    crew = holder_of(city, "patrol_crew")
    page = open_page(city, f"{WEEK}/open", size=PHONE)
    field = page.get_by_role("combobox", name="Find a person, crew or unit")
    field.fill("nobody is called so")
    field.press("Enter")
    expect(page.locator(".notice-refused")).to_contain_text("There is none of that name")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    with reading(city.state.engine) as session:
        unit = session.scalars(select(UnitRow).order_by(UnitRow.id)).first()
        crew_name = session.get_one(CrewRow, crew).name
    assert unit is not None
    field.fill(crew_name)
    expect(page.locator(f"#holders option[value*='({crew})']")).to_have_count(1)
    field.fill(page.locator(f"#holders option[value*='({crew})']").get_attribute("value") or "")
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"/crews/{crew}$"))
    field.fill(unit.id)
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_url(re.compile(f"/units/{unit.id}$"))
    expect(page.get_by_role("heading", name=unit.name)).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_somebody_without_duties_is_told_why_and_what_next(city: Served, language: str) -> None:
    with writing(city.state.engine) as session:
        officer = session.scalars(
            select(AssignmentRow.assignee).where(AssignmentRow.role == "traffic_officer")
        ).first()
        session.execute(delete(AssignmentRow).where(AssignmentRow.assignee == officer))
        session.get_one(PlanRow, MONDAY).roster_version += 1
        session.get_one(PlanRow, MONDAY).version += 1
    page = open_page(city, f"{WEEK}/people/{officer}", language=language)
    zh = language == "zh"
    expect(page.get_by_role("link", name="查看空岗" if zh else "See the open posts")).to_be_visible()
    page.get_by_role("button", name="为什么没有执勤" if zh else "Why no duty?").click()
    expect(page.locator("#why")).to_contain_text(
        "可以去这些空岗" if zh else "Free for these open posts", timeout=60_000
    )
    assert serious(page) == []
    page.locator("#why a").first.click()
    expect(page.locator("tr.meant td.chosen")).to_be_visible()


def test_a_crews_way_through_the_day(city: Served) -> None:
    page = open_page(city, f"{WEEK}/crews/{holder_of(city, 'patrol_crew')}", language="zh", size=PHONE)
    expect(page.locator(".stops .leg").first).to_contain_text(re.compile("路上 .* 分钟"))
    assert serious(page) == []


def test_what_differs_from_what_is_published(city: Served) -> None:
    page = open_page(city, f"{WEEK}/comparison")
    expect(page.get_by_role("heading", name="Nothing is published yet")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.locator("#dialog").get_by_role("button", name="Publish").click()
    expect(page.locator(".steps .now")).to_have_text("Published 1")
    # There is nothing to publish, and so that isn't what is to be done next.
    publish = page.get_by_role("button", name="Publish", exact=True)
    expect(page.locator(".plan-acts")).to_contain_text("Nothing differs from what is published")
    expect(publish).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    page.goto(f"{WEEK}/sites/S0001")
    staff = page.locator("td[data-role=staff]")
    staff.nth(0).locator("button").drag_to(staff.nth(1).locator("button"))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(page.locator(".plan-acts")).not_to_contain_text("Nothing differs")
    expect(publish).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert serious(page) == []


def test_schools_confirm_and_are_reminded(city: Served) -> None:
    page = open_page(city, "/plans")
    page.get_by_role("button", name="New week").click()
    page.get_by_label("Schools confirm their input until").fill("2026-12-04T18:00")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="Schools' input").click()
    expect(page.locator("#input .sheet-sums")).to_contain_text("0 / 4")
    page.get_by_role("button", name="Confirm for it").first.click()
    expect(page.locator("#input .sheet-sums")).to_contain_text("1 / 4")
    page.get_by_role("button", name="Remind the others").click()
    expect(page.locator(".notice")).to_contain_text("3 schools were reminded.")
    assert serious(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_fairness_and_advice(city: Served, language: str) -> None:
    page = open_page(city, f"{WEEK}/fairness", language=language)
    expect(page.locator("#fairness svg")).to_be_visible(timeout=60_000)
    expect(page.locator("#fairness tbody tr").first).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="建议" if language == "zh" else "Advice").click()
    page.locator("#advice-crews button").click()
    expect(page.locator("#advice-crews tbody tr")).to_have_count(1, timeout=60_000)
    assert serious(page) == []

"""What dispatchers do at the desk, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import DESKTOP, PHONE, Served, serious
from playwright.sync_api import Locator, Page, Route, expect
from roster_cases import MONDAY, violations
from run_cases import held_run, hold_runs
from sqlalchemy import update

from api.audit import SERVICE
from api.database.engine import reading, writing
from api.plans.tables import AssignmentRow, PlanRow
from api.roster import editing
from api.roster.shapes import Clear
from api.standing.kinds import SITES
from api.standing.tables import SiteRow

if TYPE_CHECKING:
    from pathlib import Path

WEEK = f"/plans/{MONDAY}"
SITE = f"{WEEK}/sites/S0001"


def cell(page: Page, shift: str, role: str, index: int = 0) -> Locator:
    return page.locator(f'tr[data-shift="{shift}"] td[data-role="{role}"][data-index="{index}"]')


def shift(day: str = MONDAY, window: str = "morning_arrival", site: str = "S0001") -> str:
    return f"{site}/{day}/{window}"


def open_page(city: Served, address: str, who: str = "dispatcher", **how: object) -> Page:
    page = city.page(who, **how)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


@pytest.mark.parametrize(
    ("language", "size"), [("zh", DESKTOP), ("en", PHONE)], ids=["zh-desktop", "en-phone"]
)
@pytest.mark.parametrize("address", ["/plans", WEEK, SITE])
def test_pages_are_for_everybody(city: Served, address: str, language: str, size: dict[str, int]) -> None:
    page = open_page(city, address, language=language, size=size)
    assert serious(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size["width"], "the page itself is never wider than the screen"


def test_the_city_by_the_keys(city: Served) -> None:
    page = open_page(city, WEEK)
    expect(page.locator(".heat tbody tr[data-site]")).to_have_count(4)
    page.locator(".heat td[tabindex]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#heat-told")).to_contain_text("Mon 30 Nov · Noon dismissal: 11/12 filled")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/sites/S0002#2026-11-30/noon_dismissal"))
    expect(page.locator("tr.meant")).to_be_visible()


def test_filters_and_finding(city: Served) -> None:
    page = open_page(city, WEEK)
    page.get_by_label("Only with open posts").check()
    expect(page.locator(".heat tbody tr[data-site]")).to_have_count(3)
    expect(page).to_have_url(re.compile("open=true"))
    page.get_by_label("Risk", exact=True).select_option("3")
    expect(page.locator(".heat tbody tr[data-site]")).to_have_count(1)
    page.get_by_label("Risk", exact=True).select_option("5")
    expect(page.get_by_text("No school is like that")).to_be_visible()
    page.goto(WEEK)
    page.get_by_label("Kind of school").select_option("高级中学")
    expect(page.locator(".heat tbody tr[data-site]")).to_have_count(1)
    page.goto(WEEK)
    page.get_by_placeholder("Find a school").fill("高级")
    expect(page.locator(".heat tbody tr[data-site]:visible")).to_have_count(1)


def test_a_drag_that_breaks_a_rule_is_refused_by_its_name(city: Served) -> None:
    page = open_page(city, SITE, language="zh")
    leader, staff = cell(page, shift(), "duty_leader"), cell(page, shift(), "staff")
    before = leader.inner_text()
    leader.locator("button").drag_to(staff.locator("button"))
    notice = page.locator(".notice-refused")
    expect(notice).to_contain_text("这样会违反硬规则")
    expect(notice).to_contain_text("角色不符")
    assert leader.inner_text() == before
    assert not violations(city.state)


def test_a_drag_is_done_and_undone(city: Served) -> None:
    page = open_page(city, SITE)
    one, other = cell(page, shift(), "staff", 0), cell(page, shift(), "staff", 1)
    names = one.inner_text(), other.inner_text()
    one.locator("button").drag_to(other.locator("button"))
    expect(one).to_contain_text(names[1])
    expect(other).to_contain_text(names[0])
    page.get_by_role("button", name="Undo").click()
    expect(one).to_contain_text(names[0])
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    assert not violations(city.state)


def test_clearing_and_assigning_by_the_keys(city: Served) -> None:
    page = open_page(city, SITE)
    post = cell(page, shift(), "security_guard")
    post.locator("button").focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_text("Could take it instead")).to_be_visible()
    panel.get_by_role("button", name="Clear").press("Enter")
    expect(post).to_contain_text("open")
    expect(page.locator(".sheet-sums")).to_contain_text("239 / 240")
    expect(panel).to_contain_text("Open, and one of the minimum")
    panel.get_by_role("button", name=re.compile("^Assign")).first.press("Enter")
    expect(page.locator(".sheet-sums")).to_contain_text("240 / 240")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert not violations(city.state)


def test_pinned_posts_are_kept(city: Served) -> None:
    page = open_page(city, SITE)
    post = cell(page, shift(), "staff", 0)
    post.locator("button").click()
    page.locator("#panel").get_by_role("button", name="Pin").click()
    expect(post.get_by_role("img", name="pinned")).to_be_visible()
    post.locator("button").drag_to(cell(page, shift(), "staff", 1).locator("button"))
    expect(page.locator(".notice-refused")).to_contain_text("pin")
    page.goto(WEEK)
    expect(page.locator(".heat td.p")).to_have_count(1)


def test_a_stale_edit_changes_nothing_and_shows_the_latest(city: Served) -> None:
    page = open_page(city, SITE)
    post = cell(page, shift(), "staff", 0)
    post.locator("button").click()
    expect(page.locator("#panel").get_by_text("Could take it instead")).to_be_visible()
    _clear_beside(city, shift(), "staff", 1)
    page.locator("#panel").get_by_role("button", name="Clear").click()
    expect(page.locator(".notice-refused")).to_contain_text("It was changed meanwhile")
    expect(cell(page, shift(), "staff", 1)).to_contain_text("open")
    with reading(city.state.engine) as session:
        assert session.get(AssignmentRow, (MONDAY, shift(), "staff", 0)) is not None


def test_the_second_sees_what_the_first_does(city: Served) -> None:
    page = open_page(city, SITE, who="other_dispatcher")
    _clear_beside(city, shift(), "staff", 1)
    expect(cell(page, shift(), "staff", 1)).to_contain_text("open", timeout=20_000)


def put_another(page: Page, post: Locator) -> str:
    """Put somebody else on a post that is held, and return who it is."""
    before = post.inner_text()
    post.locator("button").click()
    page.locator("#panel").get_by_role("button", name=re.compile("^Assign")).first.click()
    expect(post).not_to_have_text(before)
    return post.inner_text()


def test_undo_leaves_what_another_has_decided_since(city: Served) -> None:
    """The page has polled what the other did, so its tags are the newest; what is undone is older."""
    mine, theirs = open_page(city, SITE), open_page(city, SITE, who="other_dispatcher")
    other = cell(mine, shift(window="noon_dismissal"), "security_guard")
    kept = other.inner_text()
    put_another(mine, other)
    put_another(mine, cell(mine, shift(), "security_guard"))
    theirs.reload()
    decided = put_another(theirs, cell(theirs, shift(), "security_guard"))
    expect(cell(mine, shift(), "security_guard")).to_have_text(decided)
    undo = mine.get_by_role("button", name="Undo")
    undo.click()
    notice = mine.locator(".notice-refused")
    expect(notice).to_contain_text("It can't be taken back")
    expect(notice).to_contain_text("changed meanwhile")
    school = mine.locator("h2").inner_text().split("\n")[0].strip()
    expect(notice).to_contain_text(re.compile(rf"{school.split()[0]}.* Mon 30 Nov Morning"))
    expect(notice).not_to_contain_text("S0001/")
    expect(cell(mine, shift(), "security_guard")).to_have_text(decided)
    # What was done before that is not barred by it.
    undo.click()
    expect(other).to_have_text(kept)
    expect(undo).to_be_disabled()
    assert not violations(city.state)


def test_changes_of_one_post_are_taken_back_in_turn(city: Served) -> None:
    page = open_page(city, SITE)
    post, undo = cell(page, shift(), "security_guard"), page.get_by_role("button", name="Undo")
    first = post.inner_text()
    second = put_another(page, post)
    put_another(page, post)
    undo.click()
    expect(post).to_have_text(second)
    undo.click()
    expect(post).to_have_text(first)
    expect(undo).to_be_disabled()
    assert page.locator(".notice-refused").count() == 0


def test_nothing_can_be_dragged_before_the_script_is_there(city: Served) -> None:
    page = city.page("dispatcher")
    page.add_init_script(
        "window.drags = 0; addEventListener('dragstart', () => { window.drags += 1; }, true)"
    )
    held: list[Route] = []
    page.route("**/app*.js", lambda route: held.append(route))
    page.goto(SITE, wait_until="commit")
    one, other = cell(page, shift(), "staff", 0), cell(page, shift(), "staff", 1)
    expect(other).to_be_visible()
    one.locator("button").drag_to(other.locator("button"))
    assert page.evaluate("drags") == 0
    held[0].continue_()
    page.wait_for_selector("html.ready")
    name = one.inner_text()
    one.locator("button").drag_to(other.locator("button"))
    expect(other).to_have_text(name)
    assert page.evaluate("drags") == 1
    # And again after the sheet has come anew.
    other.locator("button").drag_to(one.locator("button"))
    expect(one).to_have_text(name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_could_take_a_post_is_read_by_everybody(city: Served, language: str) -> None:
    page = open_page(city, SITE, language=language)
    _clear_beside(city, shift(), "staff", 1)
    post = cell(page, shift(), "staff", 1)
    expect(post).to_have_class(re.compile("short|open"))
    expect(post.locator("button")).to_have_css("color", re.compile(r"rgb\((160, 31, 24|122, 79, 0)\)"))
    post.locator("button").click()
    name = re.compile("^安排 " if language == "zh" else "^Assign ")
    expect(page.locator("#panel").get_by_role("button", name=name).first).to_be_visible()
    assert serious(page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_long_name_leaves_the_mark_of_its_risk(city: Served, size: dict[str, int]) -> None:
    long = "北京市东城区第一百六十六中学附属校尉胡同小学（东校区）"
    with writing(city.state.engine) as session:
        session.execute(update(SiteRow).values(name=long))
    page = open_page(city, WEEK, language="zh", size=size)
    head = page.locator("th[scope=row]", has=page.locator(".risk")).first
    name, mark = head.locator("a"), head.locator(".risk")
    expect(name).to_have_attribute("title", long)
    expect(name).to_have_css("text-overflow", "ellipsis")
    expect(head).to_have_css("position", "sticky")
    outer, inner, link = head.bounding_box(), mark.bounding_box(), name.bounding_box()
    assert outer is not None
    assert inner is not None
    assert link is not None
    assert link["x"] + link["width"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_an_auditor_changes_nothing(city: Served) -> None:
    page = open_page(city, SITE, who="auditor")
    expect(page.get_by_text("can't be changed now")).to_be_visible()
    assert page.locator(".sheet [draggable]").count() == 0
    cell(page, shift(), "staff").locator("button").click()
    expect(page.locator("#panel").get_by_text("Could take it instead")).to_be_visible()
    expect(page.locator("#panel").get_by_role("button", name=re.compile("Assign|Clear|Pin"))).to_have_count(0)


def _clear_beside(city: Served, of_shift: str, role: str, index: int) -> None:
    """Clear a post as somebody else does."""
    from api.accounts.identity import Scope
    from api.plans.tables import ShiftRow
    from api.roster.places import shift_tag

    with reading(city.state.engine) as alone:
        city.state.desk.warm(alone, MONDAY, [of_shift])
    with writing(city.state.engine) as session:
        row = session.get_one(ShiftRow, (MONDAY, of_shift))
        tag = shift_tag(MONDAY, of_shift, row.version)
        edits = [Clear(kind="clear", shift=of_shift, role=role, index=index)]
        editing.edit(session, SERVICE, city.state.desk, Scope(everywhere=True), MONDAY, edits, [tag])


def test_generating_is_followed_to_its_proof(city: Served) -> None:
    with writing(city.state.engine) as session:
        session.query(AssignmentRow).delete()
        session.get_one(PlanRow, MONDAY).roster_version = 0
    page = open_page(city, WEEK)
    expect(page.locator(".heat td.e").first).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    page.locator("#dialog").get_by_role("button", name="Generate").click()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.get_by_text("Proven: no better roster exists")).to_be_visible(timeout=90_000)
    expect(page.locator(".heat td.f").first).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    assert not violations(city.state)


def test_publishing_says_whom_it_concerns(city: Served) -> None:
    page = open_page(city, WEEK)
    page.get_by_role("button", name="Publish").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Duties added")
    dialog.get_by_text("Whom it concerns").click()
    expect(dialog.locator("tbody tr").first).to_be_visible()
    assert serious(page) == []
    dialog.get_by_role("button", name="Publish").click()
    expect(page.locator(".notice")).to_contain_text("The week is published.")
    expect(page.locator(".steps .now")).to_have_text("Published 1")
    page.get_by_role("button", name="Un-publish").click()
    dialog.get_by_label("Reason").fill("A school is closed")
    dialog.get_by_role("button", name="Un-publish").click()
    expect(page.locator(".steps .now")).to_have_text("Draft")


def test_a_run_goes_on_when_the_page_is_loaded_anew_and_can_be_stopped(
    city: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_runs(monkeypatch, tmp_path)
    page = open_page(city, WEEK)
    page.get_by_role("button", name="Generate").click()
    page.locator("#dialog").get_by_role("button", name="Generate").click()
    held_run(city.state)
    expect(page.locator(".run")).to_be_visible()
    page.reload()
    page.locator(".run").get_by_role("button", name="Stop").click()
    expect(page.locator(".run")).to_contain_text("Cancelled", timeout=60_000)
    expect(page.locator(".run")).to_contain_text("Nothing was changed.")
    expect(page.get_by_role("button", name="Generate")).to_be_visible()
    assert not violations(city.state)


def test_a_lost_connection_is_said_until_it_is_back(city: Served) -> None:
    page = open_page(city, SITE)
    page.route("**/changes?*", lambda route: route.abort())
    lost = page.locator(".notice-lost")
    expect(lost).to_contain_text("No connection", timeout=20_000)
    page.unroute("**/changes?*")
    expect(lost).to_have_count(0, timeout=20_000)


@pytest.mark.parametrize("paper", [True, False], ids=["print", "phone"])
def test_where_each_position_is_stands_below_the_sheet(city: Served, paper: bool) -> None:
    page = open_page(city, SITE, language="zh", size=DESKTOP if paper else PHONE)
    if paper:
        page.emulate_media(media="print")
    shown = page.locator(".positions > span")
    with reading(city.state.engine) as session:
        places = SITES.values_of(SITES.load(session, among=["S0001"]))[0].positions
    told = dict(line.split(" ", 1) for line in shown.all_inner_texts())
    columns = page.locator(".sheet thead .position").all_inner_texts()
    assert columns
    assert told == {str(place.number): place.name for place in places if str(place.number) in columns}
    expect(shown.first).to_be_visible()


def test_a_schools_week_fits_on_one_sheet_of_paper(city: Served) -> None:
    page = open_page(city, f"{WEEK}/sites/S0004", language="zh")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1

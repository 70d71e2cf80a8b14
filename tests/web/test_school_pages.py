"""What a school's admin does in its office, in a real browser."""

from __future__ import annotations

import datetime as dt
import gzip
import re

import pytest
from browser_cases import DESKTOP, PASSWORD, PHONE, Served, serious
from member_cases import agreed, busiest, login_of, subscribed
from playwright.sync_api import Locator, Page, expect
from roster_cases import MONDAY, violations
from sqlalchemy import insert, select

from api.audit import SERVICE
from api.database.engine import reading, writing
from api.plans import plans
from api.plans.tables import ConfirmationRow
from api.standing.tables import AbsenceRow, OfferRow, PersonRow, TimetableRow

OFFICE = "/school/S0001"
ADMIN = "school_admin"
TABS = ("", "/week", "/swaps", "/people", "/absences", "/timetables", "/offers")


def open_page(served: Served, address: str, who: str = ADMIN, **how: object) -> Page:
    page = served.page(who, **how)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


def collect(served: Served) -> str:
    """Make a week that collects the schools' input."""
    until = dt.datetime(2026, 12, 3, 10, tzinfo=dt.UTC)
    with writing(served.state.engine) as session:
        start = dt.date.fromisoformat(MONDAY) + dt.timedelta(days=7)
        return plans.create(session, SERVICE, served.state.problems, start, collects_until=until).id


def dialog(page: Page) -> Locator:
    return page.locator("#dialog[open]")


@pytest.mark.parametrize(
    ("language", "size"), [("zh", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_pages_are_for_everybody(published: Served, language: str, size: dict[str, int]) -> None:
    collect(published)
    agreed(published)
    page = open_page(published, "/", language=language, size=size)
    expect(page).to_have_url(f"{published.url}{OFFICE}")
    for tab in TABS:
        page.goto(OFFICE + tab)
        page.wait_for_load_state("networkidle")
        assert serious(page) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], tab


def test_a_school_confirms_its_input(published: Served) -> None:
    plan = collect(published)
    page = open_page(published, OFFICE)
    wanted = page.locator(".input-wanted")
    expect(wanted).to_contain_text("Please confirm until Thu 3 Dec 18:00")
    expect(wanted).to_contain_text("103 people")
    expect(wanted).to_have_css("border-left-color", "rgb(201, 138, 27)")
    wanted.get_by_role("button", name="It is complete").click()
    expect(wanted).to_contain_text("confirmed Sun 29 Nov")
    expect(wanted).not_to_have_css("border-left-color", "rgb(201, 138, 27)")
    with reading(published.state.engine) as session:
        assert session.get_one(ConfirmationRow, (plan, "S0001")).confirmed_at is not None
    wanted.get_by_role("button", name="Take back").click()
    expect(wanted.get_by_role("button", name="It is complete")).to_be_visible()


def test_a_school_says_what_calendars_say(published: Served) -> None:
    leader = busiest(published, "duty_leader")
    calendar = subscribed(published, leader)
    page = open_page(published, OFFICE)
    page.get_by_label("What to bring, in Chinese").fill("袖标")
    page.get_by_label("What to bring, in English").fill("An armband")
    page.get_by_label("Calendars may name").select_option("everybody")
    page.locator("#calendar-note").get_by_role("button", name="Keep").click()
    expect(page.locator(".notice")).to_contain_text("Kept")
    with reading(published.state.engine) as session:
        names = session.scalars(
            select(PersonRow.name).where(PersonRow.unit == "S0001", PersonRow.id != leader)
        ).all()
    told = page.request.get(calendar).text().replace("\r\n ", "")
    assert "An armband" in told
    assert any(name in told for name in names)


def test_an_approved_swap_reaches_both_calendars(published: Served) -> None:
    giver, taker, _ = agreed(published)
    calendars = [subscribed(published, giver), subscribed(published, taker)]
    page = open_page(published, OFFICE)
    before = [page.request.get(url).text() for url in calendars]
    page.get_by_role("link", name="1 swap waits for your approval").click()
    expect(page.locator(".tabs .badge")).to_have_text("1")
    card = page.locator(".swap")
    expect(card).to_contain_text("Parents' evening")
    expect(card).to_contain_text("costs nobody anything")
    card.get_by_role("button", name="Approve").click()
    expect(page.locator(".notice")).to_contain_text("Approved: it is in force")
    expect(page.locator(".tabs .badge")).to_have_count(0)
    after = [page.request.get(url).text() for url in calendars]
    for old, new in zip(before, after, strict=True):
        gained = set(re.findall("UID:(.+)\r", new)) - set(re.findall("UID:(.+)\r", old))
        assert len(gained) == 1
        assert new.count("STATUS:CANCELLED") == 1
    assert not violations(published.state)


def test_who_is_denied_learns_why(published: Served) -> None:
    giver, _, _ = agreed(published)
    page = open_page(published, f"{OFFICE}/swaps")
    page.get_by_role("button", name="Deny …").click()
    assert serious(page) == []
    dialog(page).get_by_label("Reason").fill("Both are needed at the fair")
    dialog(page).get_by_role("button", name="Deny").click()
    expect(page.locator(".notice")).to_contain_text("Denied")
    expect(page.get_by_role("heading", name="No swap waits")).to_be_visible()
    expect(page.locator(".tabs .badge")).to_have_count(0)
    member = published.page(login_of(published, giver), size=PHONE)
    member.goto("/swaps")
    expect(member.locator(".swap")).to_contain_text("Both are needed at the fair")


def test_a_duty_is_given_in_an_emergency(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/week")
    assert page.locator(".sheet [draggable]").count() == 0
    cell = page.locator('tr[data-shift] td[data-role="duty_leader"]').nth(1)
    holder = cell.inner_text().strip()
    cell.locator("button").click()
    page.locator("#panel").get_by_role("button", name="Give it to somebody else").click()
    expect(dialog(page)).to_contain_text(f"Who takes it over from {holder}?")
    assert serious(page) == []
    taker = dialog(page).locator(".choice strong").first.inner_text()
    dialog(page).get_by_label("Reason").fill("Ill")
    dialog(page).get_by_role("button", name="Give it").click()
    expect(page.locator(".notice")).to_contain_text("Given")
    expect(cell).to_contain_text(taker)
    page.goto(f"{OFFICE}/swaps")
    page.locator("summary").click()
    expect(page.locator(".swap")).to_contain_text("Given directly")
    assert not violations(published.state)


def test_what_dispatchers_decide_is_refused_with_its_reason(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/week", language="zh")
    page.locator('tr[data-shift] td[data-role="traffic_officer"] button').nth(1).click()
    page.locator("#panel").get_by_role("button", name="改由他人上岗").click()
    expect(page.locator(".notice-refused")).to_be_visible()


def test_people_are_found_added_changed_and_leave(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/people")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(101)  # a hundred, and that there are more
    page.get_by_placeholder("Find by name or id").fill("S0001-V05")
    expect(rows).to_have_count(8)
    expect(page).to_have_url(re.compile("text=S0001-V05"))
    page.get_by_role("button", name="Add somebody").click()
    form = dialog(page)
    form.get_by_label("Name", exact=True).fill("欧阳娜娜")
    form.get_by_label("Unit").select_option("S0001-V")
    form.get_by_label("Phone").fill("call me")
    form.get_by_text("Volunteer", exact=True).click()
    assert serious(page) == []
    form.get_by_role("button", name="Keep").click()
    # What is refused is said in the dialog, and nothing of the form is lost.
    expect(form.locator(".notice-refused")).to_contain_text("phone")
    form.get_by_label("Phone").fill("138 0000 0000")
    form.get_by_label("Qualification").first.fill("vetting")
    form.get_by_label("Last day").first.fill("2027-06-30")
    form.get_by_role("button", name="Keep").click()
    expect(page.locator("#notices .notice")).to_contain_text("Added: 欧阳娜娜")
    expect(form).to_be_hidden()
    row = page.locator("tr", has_text="欧阳娜娜")
    expect(row).to_contain_text("S0001-V058")
    expect(row).to_contain_text("vetting until 2027-06-30")

    row.get_by_role("button", name="Change").click()
    expect(form.get_by_label("Name", exact=True)).to_have_value("欧阳娜娜")
    with writing(published.state.engine) as session:
        session.get_one(PersonRow, "S0001-V058").version += 1
    form.get_by_label("Name", exact=True).fill("欧阳娜")
    form.get_by_role("button", name="Keep").click()
    expect(form.locator(".notice-refused")).to_contain_text("It was changed meanwhile")
    form.get_by_role("button", name="Cancel").click()
    row.get_by_role("button", name="Change").click()
    form.get_by_role("button", name="Let leave").click()
    expect(page.locator(".notice").last).to_contain_text("欧阳娜娜 leaves")
    expect(row).to_have_count(0)
    page.get_by_text("Those who have left").click()
    expect(row).to_contain_text("left Sun 29 Nov")


def test_who_holds_posts_leaves_only_after_them(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/people?text={busiest(published, 'duty_leader')}", language="zh")
    page.locator(".acts button").click()
    dialog(page).get_by_role("button", name="登记离岗").click()
    expect(dialog(page).locator(".notice-refused")).to_contain_text("还有内容引用它")


def test_absences_are_entered_and_taken_back(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/absences")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Enter an absence").click()
    form = dialog(page)
    form.get_by_label("Who").fill("S0001-T00")
    expect(form.locator("#names option")).to_have_count(9)
    choice = form.locator("#names option").first.get_attribute("value") or ""
    form.get_by_label("Who").fill(choice)
    form.get_by_label("First day").fill("2026-12-04")
    form.get_by_label("Last day").fill("2026-12-01")
    form.get_by_text("Training", exact=True).click()
    assert serious(page) == []
    form.get_by_role("button", name="Keep").click()
    expect(form.locator(".notice-refused")).to_contain_text("It ends before it begins")
    form.get_by_label("Last day").fill("2026-12-04")
    form.get_by_label("from else all day").fill("13:00")
    form.get_by_role("button", name="Keep").click()
    row = page.locator("#list tbody tr", has_text="S0001-T001")
    expect(row).to_contain_text("Fri 4 Dec 13:00 – Sat 5 Dec 00:00")
    expect(row).to_contain_text("Training")
    with reading(published.state.engine) as session:
        kept = session.scalars(select(AbsenceRow).where(AbsenceRow.assignee == "S0001-T001")).one()
        assert kept.start == dt.datetime(2026, 12, 4, 5, tzinfo=dt.UTC)
    row.get_by_role("button", name="Change").click()
    form.get_by_label("from else all day").fill("")
    form.get_by_role("button", name="Keep").click()
    expect(row).to_contain_text("Fri 4 Dec")
    expect(row).not_to_contain_text("13:00")
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)


def test_a_log_in_that_is_over_loses_no_absence(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/absences")
    page.get_by_role("button", name="Enter an absence").click()
    dialog(page).get_by_label("Who").fill("S0001-T002")
    expect(dialog(page).locator("#names option")).to_have_count(1)
    page.context.clear_cookies()
    dialog(page).get_by_role("button", name="Keep").click()
    again = page.locator("#again")
    again.get_by_label("Login").fill(ADMIN)
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    expect(page.locator("#list tbody tr", has_text="S0001-T002")).to_be_visible()
    expect(dialog(page)).to_have_count(0)


def test_nobody_else_can_be_entered(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/absences", language="zh")
    page.get_by_role("button", name="登记请假").click()
    dialog(page).locator("#who").fill("S0002-T001")
    dialog(page).get_by_role("button", name="保存").click()
    expect(dialog(page).locator(".notice-refused")).to_contain_text("本校没有这个人")


def test_timetables_are_written_as_people_write_them(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/timetables?text=S0001-V001")
    row = page.locator("#list tbody tr")
    expect(row).to_contain_text("teaches never")
    row.get_by_role("button").click()
    form = dialog(page)
    form.get_by_label("Tue").fill("8 to 9")
    assert serious(page) == []
    form.get_by_role("button", name="Keep").click()
    expect(form.locator(".notice-refused")).to_contain_text("Write lessons as 08:00-09:35")
    form.get_by_label("Tue").fill("8:00-9:35，10：00–11：35")
    form.get_by_role("button", name="Keep").click()
    expect(row).to_contain_text("Tue 08:00–09:35 10:00–11:35")
    with reading(published.state.engine) as session:
        assert len(session.get_one(TimetableRow, "S0001-V001").lessons) == 2
    row.get_by_role("button").click()
    expect(form.get_by_label("Tue")).to_have_value("08:00-09:35, 10:00-11:35")
    form.get_by_label("Tue").fill("")
    form.get_by_role("button", name="Keep").click()
    expect(row).to_contain_text("teaches never")


def test_offers_are_ticked_for_a_volunteer(published: Served) -> None:
    page = open_page(published, f"{OFFICE}/offers?text=S0001-V001")
    row = page.locator("#list tbody tr")
    row.get_by_role("button").click()
    form = dialog(page)
    form.get_by_label("Sun Noon dismissal").check(force=True)
    form.get_by_label("One more day").fill("2026-12-24")
    assert serious(page) == []
    form.get_by_role("button", name="Keep").click()
    expect(row).to_contain_text("Sun · Noon dismissal")
    expect(row).to_contain_text("Thu 24 Dec · any time")
    row.get_by_role("button").click()
    form.get_by_label("Sun Noon dismissal").uncheck(force=True)
    form.get_by_text("Thu 24 Dec").click()
    form.get_by_role("button", name="Keep").click()
    expect(row).not_to_contain_text("Sun ·")
    with reading(published.state.engine) as session:
        rows = session.scalars(select(OfferRow).where(OfferRow.person == "S0001-V001"))
        assert not [row for row in rows if row.date is not None or row.weekday == 7]


def test_another_school_is_none_of_theirs(published: Served) -> None:
    page = open_page(published, OFFICE)
    for tab in TABS:
        answer = page.goto(f"/school/S0002{tab}")
        assert answer is not None
        assert answer.status == 404, tab


def test_three_thousand_people_are_found_all_the_same(published: Served) -> None:
    with writing(published.state.engine) as session:
        first = session.get_one(PersonRow, "S0001-V001")
        names = [column.name for column in PersonRow.__table__.columns]
        like = {name: getattr(first, name) for name in names}
        rows = [
            like | {"id": f"S0001-W{n:04d}", "name": f"志愿者{n}", "position": 10_000 + n}
            for n in range(3000)
        ]
        session.execute(insert(PersonRow), rows)
    page = open_page(published, f"{OFFICE}/people")
    rows_shown = page.locator("#list tbody tr")
    expect(rows_shown).to_have_count(101)
    assert len(gzip.compress(page.content().encode())) < 500_000
    page.locator("tr.more").scroll_into_view_if_needed()
    expect(rows_shown).to_have_count(201)
    page.get_by_placeholder("Find by name or id").fill("志愿者2999")
    expect(rows_shown).to_have_count(1)
    expect(rows_shown).to_contain_text("S0001-W2999")

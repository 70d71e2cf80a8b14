"""A day on pages, in a real browser: the gate, a school's board, and a dispatcher at ten to seven."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import time_machine
from browser_cases import DESKTOP, PASSWORD, PHONE, Served, serious
from day_cases import opened
from member_cases import login_of
from morning_cases import MORNING, fits, on_duty, open_page, told
from playwright.sync_api import expect
from roster_cases import violations
from sqlalchemy import select

from api.accounts.passwords import hashed
from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import reading, writing
from api.day.tables import PresenceRow
from api.plans.tables import DutyRow
from api.roster.holders import names_of
from api.standing.counters import changed
from api.standing.tables import CityRow

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

WORDS = {
    "zh": {
        "happened": "有人不能到岗",
        "find": "找最合适的顶岗",
        "there": "路上",
        "proven": "已证明：改动再少",
        "do": "采用并发布",
        "done": "已生效并发布",
    },
    "en": {
        "happened": "Somebody can't come",
        "find": "Find the best replacement",
        "there": "on the way",
        "proven": "Proven",
        "do": "Do it, and publish it",
        "done": "In force and published",
    },
}


def named(served: Served, who: str) -> str:
    with reading(served.state.engine) as session:
        return names_of(session, [who])[who]


@pytest.mark.parametrize(("language", "size"), [("zh", DESKTOP), ("en", PHONE)], ids=["desktop", "phone"])
def test_at_ten_to_seven_an_officer_calls_in_sick(
    morning: Served, language: str, size: dict[str, int]
) -> None:
    """The best replacement is proposed with the reason, and accepted; all of the officer's day is covered by it."""
    words = WORDS[language]
    (duty,) = on_duty(morning, "resident_officer")
    name = named(morning, duty.assignee)
    page = open_page(morning, "/day", "dispatcher", language=language, size=size)
    assert serious(page) == []
    fits(page)
    page.get_by_role("button", name=words["happened"]).click()
    page.locator("#dialog[open] #name").click()
    page.keyboard.type(name)
    expect(page.locator("#people input:checked")).to_have_value(duty.assignee)
    assert serious(page) == []
    page.get_by_role("button", name=words["find"]).click()
    dialog = page.locator("#dialog[open]")
    first = dialog.locator(".stand-in").first
    expect(first.locator(".gone")).to_have_text(name)
    expect(first).to_contain_text(words["there"])
    expect(dialog).to_contain_text(words["proven"])
    assert serious(page) == []
    taker = first.locator("strong").inner_text()
    dialog.get_by_role("button", name=words["do"]).click()
    told(page, words["done"])
    expect(page.locator("#dialog[open]")).to_have_count(0)
    page.locator("#site-S0001 summary").click()
    gone = page.locator("#site-S0001 .gate-replaced")
    expect(gone).to_contain_text(name)
    expect(gone).to_contain_text(taker)
    fits(page)
    with reading(morning.state.engine) as session:
        held = select(DutyRow.assignee).where(
            DutyRow.role == "resident_officer",
            DutyRow.site == "S0001",
            DutyRow.date == duty.date,
            DutyRow.cancelled_at.is_(None),
        )
        assert duty.assignee not in set(session.scalars(held))
    assert not violations(morning.state)


def test_a_leader_and_a_member_at_the_gate(morning: Served) -> None:
    """A member scans the code without being logged in: the log-in leads back, and the code still counts."""
    (leads,), staff = on_duty(morning, "duty_leader"), on_duty(morning, "staff")
    login = login_of(morning, staff[0].assignee)
    with writing(morning.state.engine) as session:
        session.query(AccountRow).where(AccountRow.login == login).update(
            {"password": hashed(PASSWORD), "language": "zh"}
        )
    leader = open_page(morning, "/duties", login_of(morning, leads.assignee), language="zh", size=PHONE)
    leader.get_by_role("link", name="显示签到码").click()
    expect(leader.locator(".code:visible")).to_have_count(1)
    assert serious(leader) == []
    fits(leader)
    made, at = morning.state.codes, MORNING - dt.timedelta(minutes=5)
    code = made.shown(leads.shift, at, at)[0].code
    place = f"/check-in/{leads.uid}/{quote(code)}"

    member = morning.page(size=PHONE, language="zh")
    member.goto(f"{place}?at={int(at.timestamp())}")
    member.fill("#login", login)
    member.fill("#password", PASSWORD)
    member.press("#password", "Enter")
    expect(member.locator(".here")).to_contain_text("已到岗")
    assert serious(member) == []
    fits(member)
    # Pressed once more, from a page that was opened anew, it is the same.
    member.reload()
    expect(member.locator(".here")).to_be_visible()
    with reading(morning.state.engine) as session:
        row = session.get_one(PresenceRow, staff[0].uid)
        assert (row.version, row.marked) == (1, None)
    # A code of another time is worth nothing.
    late = made.shown(leads.shift, at - dt.timedelta(minutes=5), at - dt.timedelta(minutes=5))[0].code
    stranger = open_page(
        morning, f"/check-in/{leads.uid}/{quote(late)}", login_of(morning, staff[1].assignee), size=PHONE
    )
    expect(stranger.locator(".notice-refused")).to_be_visible()

    posts = leader.locator("#posts")
    expect(posts.locator(".gate-here")).to_contain_text(named(morning, staff[0].assignee))
    away = named(morning, staff[1].assignee)
    posts.get_by_role("button", name=f"{away}缺勤").click()
    expect(posts.locator(".gate-absent")).to_contain_text(away)
    posts.get_by_role("button", name=f"撤销：{away}").click()
    expect(posts.locator(".gate-absent")).to_have_count(0)


class Poor:
    """A network on which the first check-ins are lost; how often it was tried, and with what."""

    def __init__(self, page: Page, lost: int) -> None:
        self.tried: list[str] = []
        self._lost = lost
        page.context.route("**/check-in/**", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method == "POST":
            self.tried.append(route.request.post_data or "")
            if len(self.tried) <= self._lost:
                route.abort()
                return
        route.continue_()


def test_a_scan_is_sent_again_until_it_is_answered(morning: Served) -> None:
    """Two tries are lost; the third has the first one's key and time, and so has a page that is loaded anew."""
    (leads,), staff = on_duty(morning, "duty_leader"), on_duty(morning, "staff")
    place = f"/check-in/{leads.uid}/{quote(morning.state.codes.shown(leads.shift, now(), now())[0].code)}"
    page = morning.page(login_of(morning, staff[0].assignee), size=PHONE)
    network = Poor(page, lost=2)
    page.goto(place)
    expect(page.locator("#arrival [data-waiting]")).to_contain_text("kept on this phone")
    expect(page.locator(".here")).to_contain_text("You are here")
    assert "?at=" in page.url
    assert len(network.tried) == 3
    assert len(set(network.tried)) == 1
    with reading(morning.state.engine) as session:
        row = session.get_one(PresenceRow, staff[0].uid)
        assert row.version == 1
    with time_machine.travel(MORNING + dt.timedelta(minutes=20), tick=True):
        page.reload()
        expect(page.locator(".here")).to_be_visible()


def test_a_scan_outlives_its_page(morning: Served) -> None:
    """The page is closed before anything was delivered: the next one of the member delivers it as of its time."""
    (leads,), staff = on_duty(morning, "duty_leader"), on_duty(morning, "staff")
    place = f"/check-in/{leads.uid}/{quote(morning.state.codes.shown(leads.shift, now(), now())[0].code)}"
    page = morning.page(login_of(morning, staff[0].assignee), size=PHONE)
    network = Poor(page, lost=1)
    page.goto(place)
    expect(page.locator("#arrival [data-waiting]")).to_be_visible()
    scanned = int(parse_qs(urlsplit(page.url).query)["at"][0])
    page.close()
    with time_machine.travel(MORNING + dt.timedelta(minutes=20), tick=True):
        later = page.context.new_page()
        later.goto("/duties")
        expect(later.locator("#notices .here")).to_contain_text("You are here")
        assert network.tried[-1] == network.tried[0]
        assert serious(later) == []
        with reading(morning.state.engine) as session:
            row = session.get_one(PresenceRow, staff[0].uid)
            assert (row.scanned_at, row.marked) == (dt.datetime.fromtimestamp(scanned, dt.UTC), None)
        # What has been answered isn't sent again.
        tries = len(network.tried)
        later.reload()
        later.wait_for_selector("html.ready")
        assert later.evaluate("localStorage.getItem('huxue-scans')") == "[]"
        assert len(network.tried) == tries


def test_the_best_stand_in_takes_over_with_one_press(morning: Served) -> None:
    """Once somebody is absent the best is offered on the post's own line, with the reason, and asked for once."""
    first = on_duty(morning, "staff")[0]
    page = open_page(morning, "/school/S0001/day", "school_admin", size=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/best") else None)
    page.get_by_role("button", name=f"{named(morning, first.assignee)} won't come").first.click()
    best = page.locator(f"#best-{first.uid}")
    expect(best).to_contain_text("of this school")
    assert serious(page) == []
    fits(page)
    # The board is shown anew, and who is offered stays.
    second = named(morning, on_duty(morning, "staff")[1].assignee)
    page.get_by_role("button", name=f"{second} is here").first.click()
    expect(page.locator(".gate-here", has_text=second)).to_be_visible()
    taker = best.get_by_role("button").inner_text().removesuffix(" takes it over")
    best.get_by_role("button").click()
    told(page, f"{taker} takes it over")
    expect(page.locator(".gate-replaced")).to_contain_text(taker)
    expect(page.locator(".gate-best")).to_have_count(0)
    assert len(asked) == 1
    assert not violations(morning.state)


def test_an_open_post_is_filled_while_its_shift_goes_on(morning: Served) -> None:
    """Nobody holds it, and it is six past seven: who could come is listed with the reason, and takes it with a press."""
    post = opened(morning.state)
    with time_machine.travel(MORNING + dt.timedelta(minutes=16), tick=True):
        page = open_page(morning, "/school/S0001/day", "school_admin")
        page.locator(f"[id='fill-{post['shift']}-staff-{post['index']}']").click()
        best = page.locator(".stand-in.best")
        expect(best).to_contain_text("late")
        expect(page.locator("#dialog-title")).to_have_text("Who takes the open post?")
        assert serious(page) == []
        taker = best.locator("strong").inner_text()
        best.get_by_role("button").click()
        told(page, f"{taker} takes it")
        expect(page.locator(".gate-open", has_text="Staff")).to_have_count(0)
        expect(page.locator("li.gate-post", has_text=taker).first).to_be_visible()
    assert not violations(morning.state)


def test_a_raised_risk_is_seen_before_and_after(morning: Served) -> None:
    """What the shifts would ask for and who would come is shown first; then the board says how high the risk is."""
    with writing(morning.state.engine) as session:
        session.scalars(select(CityRow)).one().formulas = [{"formula": "3+1+3+2+N", "risk": 5}]
        changed(session, "city")
    page = open_page(morning, "/day", "dispatcher")
    page.get_by_role("button", name="The risk at a school is higher").click()
    page.locator("#dialog[open] #site").select_option("S0001")
    assert serious(page) == []
    page.get_by_role("button", name="What would change?").click()
    dialog = page.locator("#dialog[open]")
    expect(dialog.get_by_role("heading", name="中苑第一小学: what would change")).to_be_visible()
    expect(dialog).to_contain_text("The coming shifts ask for more:")
    expect(dialog.locator(".stand-in")).to_have_count(4)
    assert serious(page) == []
    dialog.get_by_role("button", name="Do it, and publish it").click()
    told(page, "In force and published")
    expect(page.locator("#name-S0001 .risk")).to_have_text("5")
    assert not violations(morning.state)


def test_a_school_sees_its_day_and_has_gaps_filled(morning: Served) -> None:
    """One is replaced with a press, for another people are asked; in the evening the report says so."""
    first, second = on_duty(morning, "staff")
    with reading(morning.state.engine) as session:
        teachers = [
            d
            for d in session.scalars(select(DutyRow).where(DutyRow.role == "staff", DutyRow.site == "S0001"))
        ]
    for person in {duty.assignee for duty in teachers}:
        login_of(morning, person)
    page = open_page(morning, "/school/S0001/day", "school_admin")
    assert serious(page) == []
    page.get_by_role("button", name=f"{named(morning, first.assignee)} won't come").first.click()
    page.locator(".gate-absent").get_by_role("button", name="Who instead?").click()
    best = page.locator(".stand-in.best")
    expect(best).to_contain_text("of this school")
    assert serious(page) == []
    taker = best.locator("strong").inner_text()
    best.get_by_role("button").click()
    told(page, f"{taker} takes it over")
    expect(page.locator(".gate-replaced")).to_contain_text(taker)
    # Police are the dispatchers' to find.
    officer = page.locator(".gate-post", has_text="Resident officer").first
    expect(officer.get_by_role("button")).to_have_count(2)

    page.locator(f"#find-{second.uid}").click()
    page.get_by_role("button", name="Ask all in turn").click()
    call = page.locator(".call-out")
    expect(call).to_contain_text("people are being asked")
    asked = call.locator(".call-asks li").first.inner_text().split(" ")[0]
    with reading(morning.state.engine) as session:
        who = next(d.assignee for d in teachers if names_of(session, [d.assignee])[d.assignee] == asked)
    member = open_page(morning, "/duties", login_of(morning, who), size=PHONE)
    expect(member.locator(".call-out")).to_contain_text("Can you come now?")
    assert serious(member) == []
    fits(member)
    member.get_by_role("button", name="Yes, I come").click()
    expect(member.locator(".call-out")).to_have_count(0)
    page.reload()
    expect(page.locator(".call-filled")).to_contain_text(f"{asked} comes")
    assert not violations(morning.state)

    with time_machine.travel(MORNING.replace(hour=21), tick=True):
        report = open_page(morning, "/day/report", "dispatcher")
        expect(report.locator("table").last).to_contain_text(taker)
        assert serious(report) == []
        with report.expect_download() as download:
            report.get_by_role("link", name="Excel").click()
        assert download.value.suggested_filename == "huxue-day-2026-11-30.xlsx"

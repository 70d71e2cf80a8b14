"""What members set: calendars, messages, when they can come; in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import DESKTOP, PHONE, Served, serious
from member_cases import busiest, login_of
from playwright.sync_api import Page, expect
from pydantic import SecretStr
from sqlalchemy import select

from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import reading, writing
from api.messages.tables import ChannelRow, MessageRow
from api.plans.tables import DutyRow
from api.standing.tables import OfferRow, PersonRow, PreferenceRow

if TYPE_CHECKING:
    from collections.abc import Sequence

LEADER, VOLUNTEER = "duty_leader", "volunteer"


def open_page(served: Served, address: str, person: str, **how: object) -> Page:
    page = served.page(login_of(served, person), **{"size": PHONE, **how})  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


@pytest.mark.parametrize(
    ("language", "size"), [("zh", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_pages_are_for_everybody(published: Served, language: str, size: dict[str, int]) -> None:
    page = open_page(published, "/settings", busiest(published, VOLUNTEER), language=language, size=size)
    for address in ("/settings", "/subscribe", "/availability"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert serious(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address


def test_a_calendar_is_subscribed_renewed_and_revoked(published: Served) -> None:
    page = open_page(published, "/subscribe", busiest(published, LEADER))
    page.get_by_role("button", name="iPhone").click()
    made = page.locator(".made")
    address = made.get_by_role("textbox").input_value()
    assert made.get_by_role("link", name="Open in the calendar").get_attribute("href") == re.sub(
        "^http", "webcal", address
    )
    assert made.locator(".qr svg path").count()
    assert serious(page) == []
    feed = page.locator(".feed")
    expect(feed).to_contain_text("not fetched yet")
    assert page.request.get(address, headers={"User-Agent": "iOS/18.1 (22B83) dataaccessd/1.0"}).ok

    feed.get_by_role("button", name="New address").click()
    expect(page.locator(".feed")).to_have_count(2)
    newer = made.get_by_role("textbox").input_value()
    assert newer != address
    # It tells that it has expired, and nothing else.
    assert page.request.get(address).text().count("BEGIN:VEVENT") == 1
    published.state.seen.write()
    page.goto("/subscribe")
    expect(page.get_by_text("replaced by a new address")).to_be_visible()
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.locator(".notice")).to_contain_text("Revoked")
    assert page.request.get(newer).status == 404


def test_a_dispatcher_finds_a_units_calendar(published: Served) -> None:
    page = published.page("dispatcher")
    page.goto("/plans")
    page.get_by_role("link", name="Calendar").click()
    page.get_by_label("Find a school, unit or crew").fill("nothing is called so")
    expect(page.get_by_label("Whose duties")).to_contain_text("Nothing is called like that")
    page.get_by_label("Find a school, unit or crew").fill("D001-P01")
    expect(page.get_by_label("Whose duties")).to_have_value("unit/D001-P01")
    assert serious(page) == []
    page.get_by_role("button", name="Outlook").click()
    calendar = page.request.get(page.locator(".made").get_by_role("textbox").input_value()).text()
    query = select(DutyRow.uid).join(PersonRow, PersonRow.id == DutyRow.assignee)
    with reading(published.state.engine) as session:
        held = session.scalars(
            query.where(PersonRow.unit == "D001-P01", DutyRow.cancelled_at.is_(None))
        ).all()
    assert held
    assert calendar.count("BEGIN:VEVENT") == len(held)


def test_who_looks_after_a_school_subscribes_to_its_calendar(published: Served) -> None:
    page = published.page("school_admin")
    page.goto("/subscribe")
    page.get_by_role("button", name="Outlook").click()
    address = page.locator(".made").get_by_role("textbox").input_value()
    assert page.request.get(address).text().count("BEGIN:VEVENT") == 240


def test_a_member_chooses_alarms_and_another_tab_sees_it(published: Served) -> None:
    page = open_page(published, "/settings", busiest(published, LEADER))
    other = page.context.new_page()
    other.goto("/settings")
    page.get_by_label("1 day before").check(force=True)
    expect(page.locator(".notice")).to_contain_text("Kept")
    expect(page.get_by_label("1 hour before")).to_be_checked()
    other.get_by_label("15 minutes before").check(force=True)
    expect(other.locator(".notice-refused")).to_contain_text("It was changed meanwhile")
    other.reload()
    expect(other.get_by_label("1 day before")).to_be_checked()
    expect(other.get_by_label("15 minutes before")).not_to_be_checked()


def test_a_test_message_says_whether_it_arrived(published: Served) -> None:
    page = open_page(published, "/settings", busiest(published, LEADER))
    page.get_by_label("Address or number").fill("nonsense://x")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".notice-refused")).to_contain_text("Addresses begin with mail:, sms:")
    # A robot's address of the right form, behind which there is none.
    page.get_by_label("Address or number").fill("dingtalk://abcdefghijkl")
    page.get_by_role("button", name="Add", exact=True).click()
    channel = page.locator(".channel")
    expect(channel).to_contain_text("dingtalk://…")
    channel.get_by_role("button", name="Test").click()
    expect(channel).to_contain_text("It didn't arrive", timeout=30_000)
    channel.get_by_role("button", name="Remove").click()
    expect(page.locator(".channel")).to_have_count(0)


def test_an_address_is_confirmed_by_its_code(published: Served) -> None:
    person = busiest(published, LEADER)
    page = open_page(published, "/settings", person)
    with writing(published.state.engine) as session:
        account = session.scalars(select(AccountRow.id).where(AccountRow.person == person)).one()
        channel = ChannelRow(
            account=account, name="Mail", address="mail:a@example.cn", confirms="c", created_at=now()
        )
        session.add(channel)
        session.flush()
        session.add(MessageRow(id="c", channel=channel.id, kind="code", rank=0, key="c", values={"code": "012345"},
                               state="sent", created_at=now(), due_at=now(), attempts=1))  # fmt: skip
    page.reload()
    page.wait_for_selector("html.ready")
    expect(page.get_by_role("button", name="Test")).to_have_count(0)
    assert serious(page) == []
    page.get_by_label("Code", exact=True).fill("543210")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("This code doesn't hold")
    assert serious(page) == []
    page.get_by_label("Code", exact=True).fill("012345")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".notice")).to_contain_text("Confirmed: messages go there from now on")
    expect(page.get_by_role("button", name="Test")).to_have_count(1)


def test_the_phone_that_is_known_is_offered(published: Served) -> None:
    person = busiest(published, LEADER)
    gateway = {"sms_gateway": SecretStr("json://127.0.0.1:9/{phone}")}
    published.state.settings = published.state.settings.model_copy(update=gateway)
    with writing(published.state.engine) as session:
        session.get_one(PersonRow, person).phone = "138 0000 1234"
    page = open_page(published, "/settings", person)
    page.get_by_role("button", name="Send text messages to 138 0000 1234").click()
    expect(page.locator(".notice")).to_contain_text("A code was sent there")
    expect(page.locator(".channel")).to_contain_text("…1234")
    expect(page.get_by_role("button", name="Send text messages to")).to_have_count(0)


def test_kinds_of_messages_are_chosen(published: Served) -> None:
    page = open_page(published, "/settings", busiest(published, LEADER))
    page.get_by_label("I'm on duty tomorrow").uncheck()
    expect(page.locator(".notice")).to_contain_text("Kept")
    page.reload()
    expect(page.get_by_label("I'm on duty tomorrow")).not_to_be_checked()
    expect(page.get_by_label("A duty of mine changes")).to_be_checked()
    expect(page.get_by_label("A swap waits for my approval")).to_have_count(0)


def test_what_was_given_up_is_sent_again_with_a_press(published: Served) -> None:
    with writing(published.state.engine) as session:
        account = session.scalars(select(AccountRow.id).where(AccountRow.login == "dispatcher")).one()
        channel = ChannelRow(account=account, name="m", address="mail:a@example.cn", created_at=now())
        session.add(channel)
        session.flush()
        row = MessageRow(id="m", channel=channel.id, kind="published", rank=1, key="m", values={},
                         state="failed", created_at=now(), due_at=now(), attempts=5)  # fmt: skip
        session.add(row)
    page = published.page("dispatcher", size=PHONE)
    page.goto("/plans")
    page.get_by_role("link", name="Settings").click()
    expect(page.locator("#outbox")).to_contain_text("1 was tried too often and given up")
    assert serious(page) == []
    page.get_by_role("button", name="Send them again").click()
    expect(page.locator(".notice")).to_contain_text("1 message is sent again")
    expect(page.locator("#outbox")).not_to_contain_text("given up")
    # Dispatchers are told of swaps to approve, and of shifts to which nobody came.
    expect(page.locator(".kinds label")).to_have_count(2)


def offers(served: Served, person: str) -> Sequence[tuple[str | None, int | None]]:
    with reading(served.state.engine) as session:
        query = select(OfferRow.window, OfferRow.weekday).where(OfferRow.person == person)
        return sorted((window, day) for window, day in session.execute(query))


def test_a_volunteer_says_when_they_can_come(published: Served) -> None:
    person = busiest(published, VOLUNTEER)
    before = set(offers(published, person))
    page = open_page(published, "/availability", person)
    ticked = page.get_by_label("Sat Noon dismissal")
    ticked.check(force=True)
    taken = page.locator(".grid input:checked").first
    window, _, day = (taken.get_attribute("value") or "").rpartition("|")
    taken.uncheck(force=True)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".notice")).to_contain_text("the next week that is planned knows it")
    assert set(offers(published, person)) == (before | {("noon_dismissal", 6)}) - {(window, int(day))}

    # Meanwhile the school enters the same: who comes second sees it before deciding.
    with writing(published.state.engine) as session:
        row = session.scalars(select(OfferRow).where(OfferRow.person == person)).first()
        assert row is not None
        row.version += 1
    page.get_by_label("Sun Noon dismissal").check(force=True)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".notice-refused")).to_contain_text("It was changed meanwhile")
    expect(page.get_by_label("Sun Noon dismissal")).not_to_be_checked()


def test_wishes_are_made_and_taken_back(published: Served) -> None:
    person = busiest(published, LEADER)
    page = open_page(published, "/availability", person)
    expect(page.get_by_text("I can come every week")).to_have_count(0)
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".notice-refused")).to_contain_text("Say on which day or at what time")
    page.get_by_label("Weekday").select_option("5")
    page.get_by_label("important").check()
    page.get_by_role("button", name="Add").click()
    line = page.locator(".row-line")
    expect(line).to_contain_text("rather not: Fri · any time")
    with reading(published.state.engine) as session:
        row = session.scalars(select(PreferenceRow).where(PreferenceRow.assignee == person)).one()
        assert (row.kind, row.weekday, row.weight) == ("avoid", 5, 3)
        assert session.get(PersonRow, person) is not None
    line.get_by_role("button").click()
    expect(line).to_have_count(0)

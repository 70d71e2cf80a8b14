"""The morning of a published day: who is on duty then, and how the stories of a day begin."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import select

from api.database.engine import reading
from api.plans.tables import DutyRow

if TYPE_CHECKING:
    from browser_cases import Served
    from playwright.sync_api import Page

MORNING = dt.datetime(2026, 11, 30, 6, 50, tzinfo=ZoneInfo("Asia/Shanghai"))


def on_duty(served: Served, role: str, site: str = "S0001") -> list[DutyRow]:
    """Return the published duties of a role in a school's first shift of the morning."""
    query = (
        select(DutyRow)
        .where(DutyRow.role == role, DutyRow.site == site, DutyRow.window == "morning_arrival")
        .where(DutyRow.date == MORNING.date(), DutyRow.cancelled_at.is_(None))
        .order_by(DutyRow.index)
    )
    with reading(served.state.engine) as session:
        return list(session.scalars(query))


def open_page(served: Served, address: str, who: str, **how: Any) -> Page:
    """Return a page of somebody who is logged in, when it answers."""
    page = served.page(who, **how)
    page.goto(address)
    page.wait_for_selector("html.ready")
    return page


def fits(page: Page) -> None:
    """See that nothing reaches beyond the screen."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def told(page: Page, text: str) -> None:
    """See that a notice says something."""
    expect(page.locator(".notice").last).to_contain_text(text)

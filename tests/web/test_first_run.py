"""An empty installation leads to a proven week: template, import, week, generating."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_cases import DESKTOP, PHONE, Served, make_account, serious, serving
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from formats.workbook.standing_sheets import SETTINGS
from formats.workbook.weekly_sheets import TERMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture
def empty(empty_database: Path, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """Serve an installation in which there is nothing but the first account."""
    path = tmp_path / "huxue.sqlite"
    shutil.copy(empty_database, path)
    make_account(f"sqlite:///{path}", "dispatcher")
    with serving(tmp_path, path, browser) as served:
        yield served


@pytest.mark.parametrize(
    ("language", "size"), [("zh", DESKTOP), ("en", PHONE)], ids=["zh-desktop", "en-phone"]
)
def test_from_nothing_to_a_proven_week(
    empty: Served, tmp_path: Path, language: str, size: dict[str, int]
) -> None:
    zh = language == "zh"
    page = empty.page("dispatcher", language=language, size=size)
    page.goto("/")
    page.get_by_role("link", name="导入您的城市" if zh else "Bring in your city").click()
    assert serious(page) == []
    with page.expect_download() as example:
        page.get_by_role("link", name="填写示例" if zh else "One small school").click()
    workbook = tmp_path / "example.xlsx"
    example.value.save_as(workbook)
    page.locator("#file").set_input_files(workbook)
    page.get_by_role("button", name="检查" if zh else "Look at it").click()
    expect(page.locator("#answer")).to_contain_text("没有问题" if zh else "is fine", timeout=30_000)
    assert serious(page) == []
    page.locator("#answer button").click()
    expect(page.locator("#answer")).to_contain_text("已导入" if zh else "Imported", timeout=30_000)
    page.locator("#answer button").click()
    page.locator("#dialog .btn-primary").click()
    expect(page.locator(".heat")).to_be_visible()
    page.get_by_role("button", name="生成排班" if zh else "Generate").click()
    page.locator("#dialog .btn-primary").click()
    expect(page.locator(".run")).to_contain_text("已证明" if zh else "Proven", timeout=90_000)
    expect(page.locator(".heat td.f, .heat td.o, .heat td.s").first).to_be_visible()


def test_the_empty_template_says_what_is_missing(empty: Served, tmp_path: Path) -> None:
    page = empty.page("dispatcher", language="zh")
    page.goto("/imports")
    with page.expect_download() as template:
        page.get_by_role("button", name="下载空模板").click()
    workbook = tmp_path / "template.xlsx"
    template.value.save_as(workbook)
    page.locator("#file").set_input_files(workbook)
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#answer")).to_contain_text("处要改", timeout=30_000)
    expect(page.locator(".faults li").first).to_contain_text("首日")
    page.goto("/plans")
    expect(page.get_by_role("heading", name="还没有城市数据")).to_be_visible()


def test_the_calendar_that_is_chosen_first_stands_in_the_template(empty: Served, tmp_path: Path) -> None:
    page = empty.page("dispatcher", language="zh")
    page.goto("/imports")
    assert serious(page) == []
    page.locator(".stages").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="The city's school calendar")).to_be_visible()
    page.get_by_label("Public holidays").select_option("none")
    page.get_by_label("First day of the term").fill("2027-02-22")
    page.get_by_label("Last day of the term").fill("2027-07-02")
    with page.expect_download() as template:
        page.get_by_role("button", name="The empty template").click()
    workbook = tmp_path / "template.xlsx"
    template.value.save_as(workbook)
    book = CalamineWorkbook.from_path(workbook)
    (term,) = book.get_sheet_by_name(TERMS.title).to_python(skip_empty_area=True)[1:]
    assert term == ["This term", "2027-02-22", "2027-07-02"]
    settings = book.get_sheet_by_name(SETTINGS.title).to_python(skip_empty_area=True)
    assert [row[1] for row in settings if "公历假日" in str(row[0])] == ["不用 none"]


def test_a_service_without_accounts_says_how_to_make_one(
    empty_database: Path, tmp_path: Path, browser: Browser
) -> None:
    path = tmp_path / "huxue.sqlite"
    shutil.copy(empty_database, path)
    with serving(tmp_path, path, browser) as served:
        page = browser.new_page(base_url=served.url)
        page.goto("/")
        expect(page.locator("#nobody")).to_contain_text("huxue account create")
        make_account(f"sqlite:///{path}", "dispatcher")
        page.reload()
        expect(page.locator("#login")).to_be_visible()
        expect(page.locator("#nobody")).to_have_count(0)
        page.close()

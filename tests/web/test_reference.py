"""The API's documentation in a browser: there without the internet, and everything can be tried."""

from __future__ import annotations

from browser_cases import Served
from playwright.sync_api import expect


def test_the_reference_comes_from_here_alone_and_tries_what_is_asked(city: Served) -> None:
    page = city.page("dispatcher")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto("/api/v1/docs#/Accounts/create_account")
    expect(page.get_by_role("heading", name="Huxue")).to_be_visible()
    operation = page.locator("#operations-Accounts-create_account")
    # A change: it needs the log-in's token, which the page fetches.
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("201")
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {city.url.split("/")[2]}
    # What Swagger says of its own plans is no matter of ours.
    assert not [text for text in said if not text.startswith("Deprecated")]

"""Only a demo lets anybody in without a password, and only as those whom it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api_cases import Client, secret_of

from api.accounts.access import COOKIE
from api.accounts.secrets import csrf_of
from web.app import create_app
from web.demo.offers import GUESTS, Demo

if TYPE_CHECKING:
    from api.state import State

WEEK = "2026-11-30"


def test_any_other_service_has_no_such_door(web_state: State) -> None:
    secret_of(web_state.engine, "dispatcher")
    with Client(create_app(state=web_state)) as client:
        assert client.get("/demo").status_code == 404
        answer = client.post("/demo", data={"login": "dispatcher"}, follow_redirects=False)
        assert (answer.status_code, COOKIE in answer.cookies) == (404, False)
        assert client.get("/", follow_redirects=True).url.path == "/login"


def test_a_demo_lets_in_whom_it_names_and_nobody_else(web_state: State) -> None:
    for name in ("dispatcher", "auditor"):
        secret_of(web_state.engine, name)
    secret_of(web_state.engine, "school_admin")
    demo = Demo(places={"dispatcher": "", "school_admin": ""}, week=WEEK)
    with Client(create_app(state=web_state, demo=demo)) as client:
        door = client.get("/", follow_redirects=True)
        assert (door.url.path, door.status_code) == ("/demo", 200)
        assert (f"/plans/{WEEK}/open" in door.text, "auditor" in door.text) == (True, False)
        assert client.post("/demo", data={"login": "auditor"}).status_code == 404
        foreign = {"sec-fetch-site": "cross-site"}
        assert client.post("/demo", data={"login": "dispatcher"}, headers=foreign).status_code == 403
        answer = client.post(
            "/demo", data={"login": "dispatcher", "next": "//example.org"}, follow_redirects=False
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert client.get("/plans").status_code == 200
        assert "/demo" in client.get("/plans").text
        # Whoever is somebody already goes on as somebody else: as the page does, with the log-in's token.
        sent = {"hx-request": "true", "x-csrf-token": csrf_of(client.cookies[COOKIE])}
        answer = client.post("/demo", data={"login": "school_admin"}, headers=sent)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/")
        assert client.get("/", follow_redirects=True).url.path.startswith("/school/")


def test_what_cannot_be_begun_is_not_offered() -> None:
    places = {guest.login: "" for guest in GUESTS}
    without = [one.address for _, _, tries in Demo(places, WEEK).guests for one in tries]
    with_it = [one.address for _, _, tries in Demo(places, WEEK, "2026-12-07").guests for one in tries]
    assert set(with_it) - set(without) == {"/plans/2026-12-07"}
    assert not any("{" in address for address in with_it)

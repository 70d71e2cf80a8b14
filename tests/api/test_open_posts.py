"""Somebody for a post that nobody holds, also while its shift goes on: ranked, judged, in force everywhere at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from day_cases import (
    API,
    DAY,
    SHIFT,
    at,
    duties_of,
    mark,
    member,
    on_shift,
    opened,
    posts,
    publish,
    stands_at,
)
from roster_cases import audited
from swapping_cases import check

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.state import State

clock = stands_at("6:45")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


def could(client: Client, post: dict[str, Any], status: int = 200) -> Any:
    """Return who could take it."""
    answer = client.get(f"{DAY}/posts/stand-ins", params=post)
    assert answer.status_code == status, answer.text
    return answer.json()


def fill(client: Client, post: dict[str, Any], assignee: str, status: int = 201) -> dict[str, Any]:
    """Give it to somebody."""
    answer = client.post(f"{DAY}/posts/replacement", json={**post, "assignee": assignee})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_open_post_is_filled_while_its_shift_goes_on(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    admin, post = users["school_admin"], opened(state)
    clock.move_to(at("7:06"))
    found = could(admin, post)
    assert found["duty"] is None
    best = found["candidates"][0]
    assert best["late"] >= 6
    done = fill(admin, post, best["assignee"])
    assert (done["by"], done["name"], done["rises"]) == (best["assignee"], best["name"], best["rises"])
    (shown,) = (one for one in posts(admin) if one["duty"] == done["duty"])
    assert (shown["role"], shown["index"], shown["holder"]["id"]) == (
        "staff",
        post["index"],
        best["assignee"],
    )
    taker = member(users, state, best["assignee"])
    assert done["duty"] in {duty["uid"] for duty in taker.get(f"{API}/me/duties").json()}
    assert mark(admin, done["duty"], "present")["state"] == "here"
    assert fill(admin, post, best["assignee"], 409)["code"] == "not_open"
    assert could(admin, post, 409)["code"] == "not_open"
    assert len(audited(state, "duty.fill")) == len(audited(state, "shift.fill")) == 1
    check(state)


def test_rules_and_scopes_hold(users: Users, state: State, clock: time_machine.Traveller) -> None:
    admin, post = users["school_admin"], opened(state)
    (leads,) = on_shift(state, "duty_leader")
    assert leads.assignee not in {one["assignee"] for one in could(admin, post)["candidates"]}
    assert fill(admin, post, leads.assignee, 409)["code"] == "rules_broken"
    assert fill(admin, post, "nobody-there", 404)["code"] == "not_found"
    assert could(users["other_dispatcher"], {**post, "index": 99}, 404)["code"] == "not_found"
    assert could(users["member"], post, 403)["code"] == "forbidden"
    held = {"shift": SHIFT, "role": "duty_leader", "index": leads.index}
    assert could(users["dispatcher"], held, 409)["code"] == "not_open"
    # Police are the dispatchers' to find.
    officer = opened(state, "resident_officer")
    assert could(admin, officer, 403)["code"] == "forbidden"
    assert could(users["dispatcher"], officer)["candidates"]
    clock.move_to(at("7:31"))
    assert could(admin, post, 409)["code"] == "duty_over"


def test_of_many_at_once_one_fills_it(users: Users, state: State) -> None:
    admin, post = users["school_admin"], opened(state)
    takers = [one["assignee"] for one in could(admin, post)["candidates"][:3]]
    answers: list[int] = []
    clients = [users["school_admin"] for _ in takers]

    def press(client: Client, assignee: str) -> None:
        body = {**post, "assignee": assignee}
        answers.append(client.post(f"{DAY}/posts/replacement", json=body).status_code)

    threads = [
        threading.Thread(target=press, args=(client, taker))
        for client, taker in zip(clients, takers, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, *[409] * (len(takers) - 1)]
    held = [d for d in duties_of(state, shift=SHIFT, role="staff") if d.index == post["index"]]
    assert len(held) == 1
    check(state)

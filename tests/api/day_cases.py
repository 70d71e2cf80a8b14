"""A published week on its first morning: who is on the shift at the gate, and what the board says of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import delete, update
from swapping_cases import API, duties_of, member, publish

from api.database.engine import writing
from api.plans import plans
from api.plans.tables import AssignmentRow, DutyRow, PlanRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users

    from api.state import State

DATE = "2026-11-30"
DAY = f"{API}/days/{DATE}"
SITE = "S0001"
SHIFT = f"{SITE}/{DATE}/morning_arrival"
"""From 7:00 to 7:30 in Shanghai; guards ten minutes before and five after."""

__all__ = ["API", "duties_of", "member", "publish"]


def at(clock: str, day: int = 30) -> dt.datetime:
    """Return a moment of the month of that Monday, by the clock in Shanghai."""
    time = dt.time.fromisoformat(clock.zfill(5 if clock.count(":") == 1 else 8))
    return dt.datetime.combine(dt.date(2026, 11, day), time, dt.timezone(dt.timedelta(hours=8)))


def stands_at(moment: str) -> Any:
    """Return a fixture: the clock stands still at a time of that Monday, and can be moved on."""

    @pytest.fixture
    def clock() -> Iterator[time_machine.Traveller]:
        with time_machine.travel(at(moment), tick=False) as traveller:
            yield traveller

    return clock


def on_shift(state: State, role: str, **wanted: Any) -> list[DutyRow]:
    """Return the published duties of a role in the morning's shift."""
    return duties_of(state, **{"shift": SHIFT, "role": role, **wanted})


def leader(users: Users, state: State) -> tuple[DutyRow, Client]:
    """Return the leader's duty in the morning's shift, and a client that asks as them."""
    (duty,) = on_shift(state, "duty_leader")
    return duty, member(users, state, duty.assignee)


def code_now(client: Client, duty: str) -> str:
    """Return the code that a leader's phone shows now."""
    answer = client.get(f"{API}/duties/{duty}/codes")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()[0]["code"]
    return found


def check_in(client: Client, duty: str, code: str, status: int = 200, **more: Any) -> dict[str, Any]:
    """Send a scan."""
    answer = client.post(f"{API}/me/duties/{duty}/check-in", json={"code": code, **more})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def mark(client: Client, duty: str, state: str, status: int = 200, **more: Any) -> dict[str, Any]:
    """Say who has come."""
    answer = client.put(f"{API}/duties/{duty}/presence", json={"state": state, **more})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def day(client: Client, path: str = "", **asked: str) -> dict[str, Any]:
    """Return the board, or its counts."""
    answer = client.get(f"{DAY}{path}", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def posts(client: Client, shift: str = SHIFT, **asked: str) -> list[dict[str, Any]]:
    """Return a shift's posts on the board."""
    found = day(client, site=SITE, **asked)
    return [
        post for site in found["sites"] for s in site["shifts"] if s["shift"] == shift for post in s["posts"]
    ]


def states(client: Client, shift: str = SHIFT) -> dict[str, str]:
    """Return the state of each duty of a shift on the board."""
    return {post["duty"]: post["state"] for post in posts(client, shift) if post["duty"] is not None}


def stand_ins(client: Client, duty: str) -> list[dict[str, Any]]:
    """Return who could take a duty over."""
    answer = client.get(f"{API}/duties/{duty}/stand-ins")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["candidates"]
    return found


def replace(client: Client, duty: str, assignee: str, status: int = 201) -> dict[str, Any]:
    """Have somebody take a duty over."""
    answer = client.post(f"{API}/duties/{duty}/replacement", json={"assignee": assignee})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def with_stand_in(client: Client, state: State, role: str = "staff") -> tuple[DutyRow, list[dict[str, Any]]]:
    """Return a duty of the morning's shift that somebody could take over, and who."""
    for duty in on_shift(state, role):
        if found := stand_ins(client, duty.uid):
            return duty, found
    raise AssertionError("nobody could take any duty over")


def opened(state: State, role: str = "staff") -> dict[str, Any]:
    """Have nobody hold a post of the morning's shift, and return which it is."""
    duty = on_shift(state, role)[0]
    with writing(state.engine) as session:
        session.execute(
            update(DutyRow).where(DutyRow.uid == duty.uid).values(cancelled_at=at("6:00"), version=2)
        )
        session.execute(
            delete(AssignmentRow).where(
                AssignmentRow.shift == SHIFT,
                AssignmentRow.role == role,
                AssignmentRow.assignee == duty.assignee,
            )
        )
        plans.roster_changed(session.get_one(PlanRow, duty.plan))
    return {"shift": SHIFT, "role": role, "index": duty.index}

"""Whatever its holder can see of a duty changes the calendar's entry, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from run_cases import filled, made, step
from sqlalchemy import select

from api.database.engine import reading
from api.plans.tables import DutyRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from api_cases import Client, Users

    from api.state import State

pytestmark = pytest.mark.usefixtures("sunday")

SITE = "S0001"


@pytest.fixture
def dispatcher(users: Users, state: State) -> Client:
    """A dispatcher, when a day is published."""
    client = users["dispatcher"]
    plan = made(client, days=1)
    filled(state, plan)
    step(client, plan, "publish")
    return client


def duties(state: State) -> dict[str, DutyRow]:
    with reading(state.engine) as session:
        return {row.uid: row for row in session.scalars(select(DutyRow))}


def put(client: Client, path: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Read something, change it, and put it back."""
    found = client.get(f"/api/v1/{path}")
    value = found.json()["value"]
    change(value)
    answer = client.put(f"/api/v1/{path}", json=value, headers={"If-Match": found.headers["etag"]})
    assert answer.status_code == 200, answer.text


def risen(before: dict[str, DutyRow], after: dict[str, DutyRow]) -> set[str]:
    """Return which have changed; both stamps rise together, and the count of changes with them."""
    changed = {uid for uid, row in after.items() if row.sequence > before[uid].sequence}
    assert changed == {uid for uid, row in after.items() if row.changed_at > before[uid].changed_at}
    assert changed == {uid for uid, row in after.items() if row.number > before[uid].number}
    return changed


def test_a_school_by_another_name(dispatcher: Client, state: State) -> None:
    before = duties(state)
    put(dispatcher, f"sites/{SITE}", lambda site: site.update(name="第九十九小学"))
    after = duties(state)
    assert risen(before, after) == {uid for uid, row in after.items() if row.site == SITE}
    put(dispatcher, f"sites/{SITE}", lambda site: site.update(risk=site["risk"] % 5 + 1))
    assert risen(after, duties(state)) == set()


def test_a_gate_position_that_moves(dispatcher: Client, state: State) -> None:
    before = duties(state)
    held = next(row for row in before.values() if row.site == SITE and row.role == "security_guard")

    def move(site: dict[str, Any]) -> None:
        own = [p for p in site["positions"] if p["role"] == held.role]
        own[held.index]["name"] = "西门"

    put(dispatcher, f"sites/{SITE}", move)
    same = {
        uid for uid, row in before.items() if (row.site, row.role, row.index) == (SITE, held.role, held.index)
    }
    assert risen(before, duties(state)) == same


def test_windows_roles_and_crews_by_another_name(dispatcher: Client, state: State) -> None:
    before = duties(state)
    window = next(iter(before.values())).window
    put(dispatcher, f"windows/{window}", lambda value: value.update(name_en="Early"))
    between = duties(state)
    assert risen(before, between) == {uid for uid, row in before.items() if row.window == window}
    crew = next(row.assignee for row in before.values() if row.role == "patrol_crew")
    put(dispatcher, f"crews/{crew}", lambda value: value.update(name="飞虎队"))
    after = duties(state)
    assert risen(between, after) == {uid for uid, row in before.items() if row.assignee == crew}
    # A leader's role is named to everybody on the shift.
    put(dispatcher, "roles/duty_leader", lambda value: value.update(name="带班校长"))
    led = {row.shift for row in before.values() if row.role == "duty_leader"}
    assert risen(after, duties(state)) == {uid for uid, row in before.items() if row.shift in led}


def test_a_person_by_another_name_is_nobody_elses_matter(dispatcher: Client, state: State) -> None:
    before = duties(state)
    person = next(row.assignee for row in before.values() if row.role == "duty_leader")
    put(dispatcher, f"people/{person}", lambda value: value.update(name="改名"))
    assert risen(before, duties(state)) == set()

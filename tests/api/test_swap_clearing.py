"""Wishes cleared together: each exchange a swap of its own, everybody told, and the wishes kept until it is in force."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import time_machine
from roster_cases import MONDAY, PLAN, audited, post, stored, tags
from run_cases import step
from sqlalchemy import select
from swapping_cases import API, SUNDAY, SWAPS, check, do, duties_of, member, publish, ways

from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import reading, writing
from api.messages.due import look
from api.messages.tables import ChannelRow, MessageRow
from api.plans import plans
from api.state import State
from api.swaps.weekly import AGAIN, LATE, Weekly
from models import Given, SwapWish, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users

WISHES = f"{PLAN}/swap-wishes"
CLEARING = f"{PLAN}/clearing"


class Pair(NamedTuple):
    """Two who would exchange, and what each gives."""

    people: tuple[str, str]
    clients: tuple[Client, Client]
    duties: tuple[dict[str, str], dict[str, str]]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The day before the week, and the way to later ones."""
    with time_machine.travel(SUNDAY) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _published(users: Users, state: State, clock: time_machine.Traveller) -> None:
    publish(users, state)


def _pair(users: Users, state: State, site: str) -> Pair:
    """Return two of a school's staff whose exchange a clearing brings about, after they have wished for it."""
    for duty in duties_of(state, site=site, role="staff"):
        for trial in ways(users["dispatcher"], duty.uid)["partners"]["exchanges"]:
            one, other = (handover["duty"] for handover in trial["handovers"])
            if _agree(state, one, other):
                people = (one["assignee"], other["assignee"])
                clients = (member(users, state, people[0]), member(users, state, people[1]))
                for client, given, wanted in zip(clients, (one, other), (other, one), strict=True):
                    body = {"give": _given(given), "take": [_given(wanted)]}
                    assert client.post(WISHES, json=body).status_code == 201
                return Pair(people, clients, (one, other))
    raise AssertionError("nobody would exchange")


def _given(duty: dict[str, str]) -> dict[str, str]:
    return {"shift": duty["shift"], "role": duty["role"]}


def _agree(state: State, one: dict[str, str], other: dict[str, str]) -> bool:
    wishes = [
        SwapWish(assignee=a["assignee"], give=Given(**_given(a)), take=(Wanted(**_given(b)),))
        for a, b in ((one, other), (other, one))
    ]
    with reading(state.engine) as session:
        region = state.desk.region(session, plans.find(session, MONDAY), assignees=[one["assignee"]])
    return region.swaps.clear(wishes).value == 2


def _clear(users: Users) -> dict[str, Any]:
    answer = users["dispatcher"].post(CLEARING)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _reached(state: State, *logins: str) -> None:
    """Give accounts a channel each."""
    with writing(state.engine) as session:
        for account in session.scalars(select(AccountRow.id).where(AccountRow.login.in_(logins))):
            session.add(
                ChannelRow(account=account, name="m", address=f"mail:{account}@example.cn", created_at=now())
            )


def _told(state: State, kind: str) -> Counter[str]:
    """Return how often each account was told something."""
    with reading(state.engine) as session:
        query = (
            select(AccountRow.login)
            .join(ChannelRow, ChannelRow.account == AccountRow.id)
            .join(MessageRow, MessageRow.channel == ChannelRow.id)
            .where(MessageRow.kind == kind)
        )
        return Counter(session.scalars(query))


def _logins(*pairs: Pair) -> list[str]:
    return [person.lower() for pair in pairs for person in pair.people]


def _of(found: dict[str, Any], pair: Pair) -> int:
    """Return the number of the swap between two."""
    (number,) = (
        swap["id"] for swap in found["swaps"] if {p["assignee"] for p in swap["parties"]} == set(pair.people)
    )
    assert isinstance(number, int)
    return number


def test_each_exchange_is_a_swap_of_its_own(users: Users, state: State) -> None:
    one, other = _pair(users, state, "S0001"), _pair(users, state, "S0002")
    users["dispatcher"].get(WISHES)
    _reached(state, "dispatcher", *_logins(one, other))
    found = _clear(users)
    assert (found["status"], found["value"], found["bound"], found["wishes"]) == ("optimal", 4, 4, 4)
    assert [swap["kind"] for swap in found["swaps"]] == ["exchange", "exchange"]
    assert _told(state, "swap_accepted") == dict.fromkeys(_logins(one, other), 1)
    assert _told(state, "swap_to_approve") == {"dispatcher": 1}
    # The wishes stay, each with what is to fulfil it; no other clearing asks for it again.
    kept = users["dispatcher"].get(WISHES).json()
    assert {wish["id"]: wish["swap"] for wish in kept} == {
        wish["id"]: _of(found, one if wish["assignee"] in one.people else other) for wish in kept
    }
    assert sorted(found["fulfilled"]) == [wish["id"] for wish in kept]
    assert (_clear(users)["wishes"], _clear(users)["swaps"]) == (0, [])
    # One is denied: both are told, and wish on; the other comes about without it.
    do(users["dispatcher"], _of(found, one), "deny", reason="x")
    assert _told(state, "swap_ended") == dict.fromkeys(_logins(one), 1)
    assert do(users["dispatcher"], _of(found, other), "approve")["state"] == "applied"
    assert _told(state, "swap_applied") == dict.fromkeys(_logins(other), 1)
    kept = users["dispatcher"].get(WISHES).json()
    assert [(wish["assignee"], wish["swap"]) for wish in kept] == [(name, None) for name in one.people]
    check(state)


def test_who_is_in_it_can_take_it_back(users: Users, state: State) -> None:
    pair = _pair(users, state, "S0001")
    _reached(state, *_logins(pair))
    number = _of(_clear(users), pair)
    first, second = pair.clients
    assert [(s["id"], s["may"]) for s in first.get(f"{API}/me/swaps").json()] == [(number, ["withdraw"])]
    assert do(first, number, "withdraw")["state"] == "withdrawn"
    assert _told(state, "swap_ended") == dict.fromkeys(_logins(pair), 1)
    # Who took it back doesn't wish for it any more; the other still does.
    assert first.get(WISHES).json() == []
    (left,) = second.get(WISHES).json()
    assert left["swap"] is None
    assert _clear(users)["value"] == 0
    # A wish that is taken back takes what would fulfil it along.
    given, wanted = pair.duties
    assert first.post(WISHES, json={"give": _given(given), "take": [_given(wanted)]}).status_code == 201
    again = _of(_clear(users), pair)
    assert second.delete(f"{API}/swap-wishes/{left['id']}").status_code == 204
    assert first.get(f"{SWAPS}/{again}").json()["state"] == "withdrawn"
    (mine,) = users["dispatcher"].get(WISHES).json()
    assert mine["assignee"] == pair.people[0]
    check(state)


def test_a_changed_duty_takes_no_other_exchange_along(users: Users, state: State) -> None:
    one, other = _pair(users, state, "S0001"), _pair(users, state, "S0002")
    _reached(state, *_logins(one))
    found = _clear(users)
    given, _ = one.duties
    _, roster = stored(state)
    held = next(a for a in roster.assignments if (a.shift, a.role, a.assignee) == tuple(given.values()))
    edit = {"edits": [{"kind": "clear", **post(held)}]}
    answer = users["dispatcher"].post(
        f"{PLAN}/edits", json=edit, headers=tags(users["dispatcher"], held.shift)
    )
    assert answer.status_code == 200, answer.text
    step(users["dispatcher"], MONDAY, "publish")
    assert do(users["dispatcher"], _of(found, one), "approve", 409)["state"] == "stale"
    assert do(users["dispatcher"], _of(found, other), "approve")["state"] == "applied"
    look(state.engine, state.settings)
    assert _told(state, "swap_ended") == dict.fromkeys(_logins(one), 1)
    check(state)


def test_what_nobody_approves_in_time_is_told(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    pair = _pair(users, state, "S0001")
    _reached(state, *_logins(pair))
    (swap,) = _clear(users)["swaps"]
    clock.move_to(dt.datetime.fromisoformat(swap["expires_at"]))
    assert do(users["dispatcher"], swap["id"], "approve", 409)["state"] == "expired"
    look(state.engine, state.settings)
    assert _told(state, "swap_ended") == dict.fromkeys(_logins(pair), 1)
    assert [wish["swap"] for wish in pair.clients[0].get(WISHES).json()] == [None]


def test_wishes_are_ones_own(users: Users, state: State) -> None:
    (asker, partner) = _pair(users, state, "S0001").clients
    extra = asker.post(WISHES, json={"take": [{"weekday": 5}]}).json()
    assert len(asker.get(WISHES).json()) == 2
    assert len(users["school_admin"].get(WISHES).json()) == 3
    assert partner.delete(f"{API}/swap-wishes/{extra['id']}").status_code == 404
    assert asker.delete(f"{API}/swap-wishes/{extra['id']}").status_code == 204
    assert asker.post(WISHES, json={}).status_code == 422
    assert users["school_admin"].post(CLEARING).status_code == 403


def _weekly(state: State, when: str = "SU 12:30") -> Weekly:
    """Return the weekly clearing of a process of its own."""
    settings = state.settings.model_copy(update={"clearing": when})
    return State(settings, state.engine).weekly


def test_it_clears_by_itself_once_a_week(users: Users, state: State, clock: time_machine.Traveller) -> None:
    pair = _pair(users, state, "S0001")
    processes = [_weekly(state) for _ in range(3)]
    assert not processes[0].clear()
    clock.move_to(SUNDAY + dt.timedelta(minutes=31))
    done: list[bool] = []
    threads = [threading.Thread(target=lambda one=one: done.append(one.clear())) for one in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, True]
    assert [p.clear() for p in processes] == [False, False, False]
    (entry,) = audited(state, "swap.clear")
    assert entry.account is None
    (swap,) = pair.clients[0].get(f"{API}/me/swaps").json()
    assert (swap["state"], swap["proposer"]) == ("accepted", None)


def test_what_was_put_off_is_made_up_for(users: Users, state: State, clock: time_machine.Traveller) -> None:
    """A dispatcher is changing the week when it is time; minutes later that is published."""
    pair = _pair(users, state, "S0001")
    duty = duties_of(state, site="S0001", role="security_guard")[0]
    _, roster = stored(state)
    held = next(
        a for a in roster.assignments if (a.shift, a.role, a.index) == (duty.shift, duty.role, duty.index)
    )
    edit = {"edits": [{"kind": "clear", **post(held)}]}
    headers = tags(users["dispatcher"], duty.shift)
    assert users["dispatcher"].post(f"{PLAN}/edits", json=edit, headers=headers).status_code == 200
    weekly = _weekly(state)
    due = SUNDAY + dt.timedelta(minutes=30)
    clock.move_to(due)
    assert not weekly.clear()
    step(users["dispatcher"], MONDAY, "publish")
    assert not weekly.clear()
    clock.move_to(due + AGAIN + dt.timedelta(minutes=1))
    assert weekly.clear()
    assert len(pair.clients[0].get(f"{API}/me/swaps").json()) == 1


def test_what_is_long_past_is_left_to_the_next(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    _pair(users, state, "S0001")
    clock.move_to(SUNDAY + dt.timedelta(minutes=31) + LATE)
    assert not _weekly(state).clear()
    assert not _weekly(state, "SA 12:30").clear()

"""Each kind of message that somebody can choose reaches them, and so does each that a unit can choose."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from api_cases import Users
from day_cases import at, leader, mark, on_shift, replace, with_stand_in
from message_cases import FIXTURES
from roster_cases import MONDAY, PLAN, post, solved, store_plan, tags
from run_cases import step
from sqlalchemy import select
from swapping_cases import API, SUNDAY, ask, do, duties_of, member, ways

from api.accounts.identity import Grant, Identity
from api.accounts.tables import AccountRow
from api.database.base import now
from api.database.engine import reading, writing
from api.messages.kinds import CHOICES, CHOSEN
from api.messages.outbox import dispatchers_of
from api.messages.postman import Postman
from api.messages.tables import ChannelRow, MessageRow
from api.standing.tables import PersonRow
from api.state import State
from web.member.message_kinds import kinds_for

if TYPE_CHECKING:
    from collections.abc import Iterator

mailbox, settings, users, postman = FIXTURES


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The day before the week."""
    with time_machine.travel(SUNDAY, tick=False) as traveller:
        yield traveller


def _everybody_has_an_address(users: Users, state: State) -> None:
    assert users["dispatcher"]
    assert users["school_admin"]
    with writing(state.engine) as session:
        for person in session.scalars(select(PersonRow.id)).all():
            login = person.lower()
            session.add(AccountRow(login=login, name=person, person=person, created_at=now()))
        session.flush()
        for account in session.scalars(select(AccountRow.id)).all():
            session.add(ChannelRow(account=account, name="m", address="mail:a@example.cn", created_at=now()))
        session.add(ChannelRow(unit="S0001", name="g", address="dingtalk://0123456789/", created_at=now()))
    wanted = {kind: True for kind in CHOSEN if CHOICES[kind].of_unit is not None}
    answer = users["school_admin"].put(f"{API}/units/S0001/message-choices", json={"wanted": wanted})
    assert answer.json()["wanted"] == wanted


def _swaps(users: Users, state: State) -> None:
    """Have a swap accepted and approved, by the school's admin and by a dispatcher, and one declined."""
    for approver in ("school_admin", "dispatcher", None):
        policy = [{"role": "staff", "approver": approver or "nobody", "automatic": False}]
        assert users["dispatcher"].put(f"{API}/swap-policies", json=policy).status_code == 200
        duty, taker = next(
            (d, found[0]["handovers"][0]["taker"])
            for d in duties_of(state, site="S0001", role="staff")
            if (found := ways(users["school_admin"], d.uid)["partners"]["takers"])
        )
        swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, taker))
        do(member(users, state, taker), swap["id"], "accept" if approver else "decline")
        if approver:
            do(users[approver], swap["id"], "approve")


def _changes(users: Users) -> None:
    """Clear a duty that was published."""
    dispatcher = users["dispatcher"]
    held = next(
        a for a in solved()[1].assignments if a.role == "security_guard" and a.shift.startswith("S0001/")
    )
    edits = {"edits": [{"kind": "clear", **post(held)}]}
    answer = dispatcher.post(f"{PLAN}/edits", json=edits, headers=tags(dispatcher, held.shift))
    assert answer.status_code == 200, answer.text
    step(dispatcher, MONDAY, "publish")


def _morning(users: Users, state: State, clock: time_machine.Traveller) -> None:
    """Call somebody out, press somebody in, and miss the others."""
    clock.move_to(at("6:50"))
    admin = users["school_admin"]
    duty, found = with_stand_in(admin, state)
    answer = admin.post(f"{API}/duties/{duty.uid}/call-out", json={})
    assert answer.status_code == 201, answer.text
    replace(admin, duty.uid, found[0]["assignee"])
    first, phone = leader(users, state)
    mark(phone, first.uid, "present")
    clock.move_to(at("7:07"))
    state.caller.look_for_missing()
    late = on_shift(state, "staff")
    with reading(state.engine) as session:
        told = set(session.scalars(select(MessageRow.key).where(MessageRow.kind == "not_checked_in")))
    assert any(key.split(":")[1] in {d.uid for d in late} for key in told)
    # The next morning nobody comes at all.
    clock.move_to(at("7:07") + dt.timedelta(days=1))
    state.caller.look_for_missing()


def test_what_is_offered_comes(
    users: Users, state: State, postman: Postman, clock: time_machine.Traveller
) -> None:
    _everybody_has_an_address(users, state)
    dispatcher = users["dispatcher"]
    assert (
        dispatcher.post(
            f"{API}/plans", json={"start": "2026-12-07", "collects_until": "2026-12-04T12:00:00+08:00"}
        ).status_code
        == 201
    )
    assert dispatcher.post(f"{API}/plans/2026-12-07/reminders").status_code == 200
    store_plan(state)
    step(dispatcher, MONDAY, "publish")
    _swaps(users, state)
    _changes(users)
    clock.move_to(at("18:01", day=29))
    postman.look_at_the_clock()
    _morning(users, state, clock)

    with reading(state.engine) as session:
        query = select(MessageRow.kind, ChannelRow.unit, AccountRow.login, AccountRow.person)
        query = query.join(ChannelRow, ChannelRow.id == MessageRow.channel)
        rows = session.execute(query.outerjoin(AccountRow, AccountRow.id == ChannelRow.account)).all()
    guards = {row.kind for row in rows if row.person is not None}
    assert guards == set(kinds_for(Identity(account=1, person="S0001-T001")))
    for login, grant in (
        ("school_admin", Grant("school_admin", None, "S0001")),
        ("dispatcher", Grant("dispatcher", None, None)),
    ):
        told = {row.kind for row in rows if row.login == login}
        assert told == set(kinds_for(Identity(account=1, grants=(grant,)))), login
    of_units = {kind for kind in CHOSEN if CHOICES[kind].of_unit is not None}
    assert {row.kind for row in rows if row.unit is not None} == of_units


def test_units_choose_only_what_groups_are_told(users: Users) -> None:
    url = f"{API}/units/S0001/message-choices"
    answer = users["school_admin"].put(url, json={"wanted": {"swap_to_approve": True}})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "input_wanted" not in users["school_admin"].get(url).json()["wanted"]


def test_a_disabled_dispatcher_decides_for_no_district(users: Users, state: State) -> None:
    assert users["dispatcher"]
    assert users["district_dispatcher"]
    with writing(state.engine) as session:
        ids = dict(session.execute(select(AccountRow.login, AccountRow.id)).all())
        assert dispatchers_of(session, ["D001"]) == [ids["district_dispatcher"]]
        session.get_one(AccountRow, ids["district_dispatcher"]).disabled_at = now()
        session.flush()
        assert dispatchers_of(session, ["D001"]) == [ids["dispatcher"]]

"""Call-outs: asked in order with a time to answer each; the first yes within the rules has it, also after a restart."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from api_cases import Client, Users
from day_cases import (
    API,
    DATE,
    SHIFT,
    at,
    day,
    duties_of,
    leader,
    mark,
    member,
    on_shift,
    publish,
    replace,
    stand_ins,
    stands_at,
    states,
    with_stand_in,
)
from roster_cases import audited
from sqlalchemy import select, update
from swapping_cases import check

from api.accounts.tables import AccountRow
from api.app import create_app
from api.database.engine import reading, writing
from api.day.tables import CallOutRow
from api.messages.postman import Postman
from api.messages.tables import ChannelRow, MessageRow
from api.messages.words import words
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow
from api.state import State

if TYPE_CHECKING:
    from api.settings import Settings


clock = stands_at("6:50")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


class Case:
    """A duty that three could take over who have accounts, and their clients in the order of asking."""

    def __init__(self, users: Users, state: State) -> None:
        self.admin = users["school_admin"]
        self.duty, found = with_stand_in(self.admin, state)
        self.people = [one["assignee"] for one in found[:3]]
        self.clients = [member(users, state, person) for person in self.people]

    def begin(self, status: int = 201, **how: Any) -> dict[str, Any]:
        answer = self.admin.post(f"{API}/duties/{self.duty.uid}/call-out", json=how)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def read(self, number: int) -> dict[str, Any]:
        answer = self.admin.get(f"{API}/call-outs/{number}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def case(users: Users, state: State, _published: None) -> Case:
    """A duty to be called out for."""
    return Case(users, state)


def say(client: Client, number: int, word: str, status: int = 200) -> dict[str, Any]:
    """Answer a call-out, or cancel it."""
    answer = client.post(f"{API}/call-outs/{number}/{word}", json={})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def answers(call_out: dict[str, Any]) -> list[str | None]:
    """Return what each has answered, ``asked`` for who is asked now."""
    return [ask["answer"] or ("asked" if ask["asked_at"] is not None else None) for ask in call_out["asks"]]


def own(client: Client) -> list[int]:
    """Return the call-outs in which somebody is asked."""
    return [one["id"] for one in client.get(f"{API}/me/call-outs").json()]


def test_they_are_asked_in_order_until_one_says_yes(
    users: Users, state: State, case: Case, clock: time_machine.Traveller
) -> None:
    mark(case.admin, case.duty.uid, "absent")
    found = case.begin()
    number = found["id"]
    assert [ask["assignee"] for ask in found["asks"]] == case.people  # those who can answer, the best first
    assert answers(found) == ["asked", None, None]
    assert found["asks"][0]["until"] == at("6:52").isoformat()
    first, second, third = case.clients
    assert (own(first), own(second)) == ([number], [])
    assert say(second, number, "accept", 404)["code"] == "not_found"
    # Of the others nobody who is asked is told, nor whose duty it is.
    seen = first.get(f"{API}/call-outs/{number}").json()
    assert ([a["assignee"] for a in seen["asks"]], seen["holder"]) == (case.people[:1], None)
    assert answers(say(first, number, "decline")) == ["declined"]
    assert own(first) == [number]
    assert say(first, number, "accept", 409)["code"] == "answered"
    clock.move_to(at("6:51:59"))
    assert answers(case.read(number)) == ["declined", "asked", None]
    clock.move_to(at("6:52"))
    assert answers(case.read(number)) == ["declined", "silent", "asked"]
    done = say(third, number, "accept")
    assert (done["state"], done["by"]["id"]) == ("filled", case.people[2])
    told = case.read(number)
    assert (answers(told), told["by"]["id"]) == (["declined", "silent", "accepted"], case.people[2])
    seen_now = states(case.admin)
    assert seen_now[case.duty.uid] == "replaced"
    assert day(case.admin)["counts"]["replaced"] == 1
    assert say(second, number, "accept", 409)["state"] == "filled"
    assert own(second) == []
    assert [one["id"] for one in case.admin.get(f"{API}/call-outs", params={"date": DATE}).json()] == [number]
    (entry,) = audited(state, "duty.replace")
    assert entry.after is not None
    assert (entry.after["assignee"], entry.after["how"]) == (case.people[2], "call_out")
    with reading(state.engine) as session:
        account = session.scalar(select(AccountRow.id).where(AccountRow.person == case.people[2]))
    assert entry.account == account
    check(state)


def test_who_was_too_slow_may_still_say_yes(case: Case, clock: time_machine.Traveller) -> None:
    number = case.begin(seconds=30)["id"]
    clock.move_to(at("6:50:30"))
    assert answers(case.read(number)) == ["silent", "asked", None]
    assert say(case.clients[0], number, "accept")["state"] == "filled"


def test_nobody_is_left(case: Case, clock: time_machine.Traveller) -> None:
    number = case.begin(candidates=case.people[1::-1])["id"]
    assert [a["assignee"] for a in case.read(number)["asks"]] == case.people[1::-1]
    say(case.clients[1], number, "decline")
    assert case.begin(409)["code"] == "already_calling"
    assert say(case.clients[0], number, "decline")["state"] == "exhausted"
    # Then anybody may be called out again.
    assert case.begin(candidates=case.people[2:])["id"] != number
    assert case.begin(409)["code"] == "already_calling"


def test_silence_exhausts_it_too(case: Case, clock: time_machine.Traveller) -> None:
    number = case.begin(candidates=case.people[:1], seconds=10)["id"]
    clock.move_to(at("6:50:10"))
    told = case.read(number)
    assert (told["state"], answers(told), told["ended_at"]) == (
        "exhausted",
        ["silent"],
        at("6:50:10").isoformat(),
    )
    assert say(case.clients[0], number, "accept", 409)["code"] == "call_out_ended"


def test_it_is_cancelled(case: Case) -> None:
    number = case.begin()["id"]
    assert say(case.clients[0], number, "cancel", 403)["code"] == "forbidden"
    assert say(case.admin, number, "cancel")["state"] == "cancelled"
    assert say(case.admin, number, "cancel", 409)["code"] == "call_out_ended"
    assert say(case.clients[0], number, "accept", 409)["state"] == "cancelled"


def test_one_press_ends_it(case: Case, state: State) -> None:
    number = case.begin()["id"]
    replace(case.admin, case.duty.uid, case.people[1])
    assert case.read(number)["state"] == "stale"
    assert case.begin(409)["code"] == "already_replaced"
    check(state)


def test_the_end_of_the_duty_ends_it(case: Case, clock: time_machine.Traveller) -> None:
    number = case.begin(seconds=3600)["id"]
    clock.move_to(at("7:30"))
    assert say(case.clients[0], number, "accept", 409)["code"] == "duty_over"
    clock.move_to(at("7:50"))
    assert case.read(number)["state"] == "stale"


def test_a_yes_that_breaks_a_rule_by_now_goes_on_to_the_next(state: State, case: Case) -> None:
    number = case.begin()["id"]
    with writing(state.engine) as session:
        session.add(
            AbsenceRow(assignee=case.people[0], start=at("0:00"), end=at("23:00"), kind="sick", version=1)
        )
        changed(session, "absences")
    told = say(case.clients[0], number, "accept")
    assert (told["state"], answers(told)) == ("asking", ["refused"])
    assert answers(case.read(number)) == ["refused", "asked", None]
    (entry,) = audited(state, "call_out.refuse")
    assert entry.after is not None
    assert entry.after["rules"] == ["absence"]
    assert say(case.clients[1], number, "accept")["state"] == "filled"
    check(state)


def test_only_who_could_is_asked(users: Users, state: State, case: Case) -> None:
    refused = case.begin(422, candidates=["S0002-T001"])
    assert "S0002-T001" in refused["detail"]
    assert case.begin(422, candidates=[])["code"] == "invalid"
    (officer,) = on_shift(state, "resident_officer")
    answer = users["school_admin"].post(f"{API}/duties/{officer.uid}/call-out", json={})
    assert answer.status_code == 403
    # Where nobody who could has an account, nobody can be asked.
    with writing(state.engine) as session:
        session.execute(
            update(AccountRow).where(AccountRow.person.is_not(None)).values(disabled_at=at("6:00"))
        )
    assert case.begin(409)["code"] == "nobody_could"


def test_it_survives_a_restart(
    settings: Settings, case: Case, users: Users, clock: time_machine.Traveller
) -> None:
    """Another process takes it up where it stands: time when nobody looked is nobody's loss."""
    number = case.begin()["id"]
    clock.move_to(at("7:10"))
    later = State.open(settings)
    with Client(create_app(state=later)):
        later.caller.call()
        told = case.read(number)
        assert answers(told) == ["silent", "asked", None]
        assert told["asks"][1]["until"] == at("7:12").isoformat()
    later.engine.dispose()
    clock.move_to(at("7:12"))
    assert answers(case.read(number)) == ["silent", "silent", "asked"]


def test_all_who_were_asked_say_yes_at_once(state: State, case: Case, clock: time_machine.Traveller) -> None:
    number = case.begin(seconds=10)["id"]
    clock.shift(10)
    case.read(number)
    clock.shift(10)
    assert answers(case.read(number)) == ["silent", "silent", "asked"]
    told: list[Any] = []
    start = threading.Barrier(3)

    def accept(client: Client) -> None:
        start.wait()
        told.append(client.post(f"{API}/call-outs/{number}/accept", json={}))

    threads = [threading.Thread(target=accept, args=(client,)) for client in case.clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in told) == [200, 409, 409]
    assert {a.json()["code"] for a in told if a.status_code == 409} == {"call_out_ended"}
    held = [d.assignee for d in duties_of(state, shift=SHIFT, role="staff") if d.index == case.duty.index]
    (won,) = [a.json()["by"]["id"] for a in told if a.status_code == 200]
    assert held == [won]
    with reading(state.engine) as session:
        assert session.scalars(select(CallOutRow)).one().state == "filled"
    check(state)


def test_several_callers_ask_once(
    state: State, settings: Settings, case: Case, clock: time_machine.Traveller
) -> None:
    number = case.begin(seconds=10)["id"]
    clock.shift(10)
    others = [State.open(settings) for _ in range(3)]
    threads = [threading.Thread(target=one.caller.call) for one in (state, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.engine.dispose()
    assert answers(case.read(number)) == ["silent", "asked", None]


def _channel(state: State, person: str) -> int:
    """Give somebody an address, and return its number."""
    with writing(state.engine) as session:
        account = session.scalar(select(AccountRow.id).where(AccountRow.person == person))
        row = ChannelRow(account=account, name="m", address="mail:a@example.cn", created_at=at("6:00"))
        session.add(row)
        session.flush()
        return row.id


def _told(state: State) -> list[tuple[str, int]]:
    with reading(state.engine) as session:
        query = select(MessageRow.kind, MessageRow.channel).order_by(MessageRow.kind, MessageRow.channel)
        return [(kind, channel) for kind, channel in session.execute(query)]


def test_they_are_told(users: Users, state: State, case: Case, clock: time_machine.Traveller) -> None:
    one, other = (_channel(state, person) for person in case.people[:2])
    number = case.begin()["id"]
    assert _told(state) == [("called_out", one)]
    say(case.clients[0], number, "decline")
    assert _told(state) == [("called_out", one), ("called_out", other)]
    say(case.clients[1], number, "accept")
    assert ("replaced", other) in _told(state)


def test_who_hasnt_checked_in_is_told_once_where_people_check_in(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    late, here = on_shift(state, "staff")
    member(users, state, late.assignee)
    mine, leaders = _channel(state, late.assignee), _channel(state, first.assignee)
    clock.move_to(at("7:06"))
    state.caller.look_for_missing()
    assert _told(state) == []  # nobody checks in here
    mark(phone, here.uid, "present")
    mark(phone, first.uid, "present")
    clock.move_to(at("7:07"))
    state.caller.look_for_missing()
    told = _told(state)
    assert ("not_checked_in", mine) in told
    assert ("not_checked_in", leaders) in told
    clock.move_to(at("7:08"))
    state.caller.look_for_missing()
    assert _told(state) == told
    # The leader is told of each who is missing, and nobody of whom it is known.
    missing = [d for d in duties_of(state, shift=SHIFT) if states(users["dispatcher"])[d.uid] == "late"]
    assert sum(channel == leaders for _, channel in told) == len(missing)
    with reading(state.engine) as session:
        keys = {row.values["duty"] for row in session.scalars(select(MessageRow))}
        assert keys == {d.uid for d in missing}
        assert session.get_one(DutyRow, here.uid).uid not in keys
    assert dt.timedelta(minutes=state.settings.late_minutes) == dt.timedelta(minutes=5)
    assert stand_ins(users["dispatcher"], late.uid)


def test_the_time_to_answer_begins_when_the_message_leaves(
    users: Users, state: State, case: Case, clock: time_machine.Traveller
) -> None:
    first = _channel(state, case.people[0])
    postman = Postman(state.settings, state.engine)
    number = case.begin(seconds=60)["id"]
    clock.move_to(at("6:51"))
    # It waits for its turn: nobody was told yet, so nobody is too late.
    assert answers(case.read(number)) == ["asked", None, None]
    clock.move_to(at("6:51:30"))
    postman.round()
    assert case.read(number)["asks"][0]["until"] == at("6:52:30").isoformat()
    clock.move_to(at("6:52:29"))
    assert answers(case.read(number)) == ["asked", None, None]
    clock.move_to(at("6:52:30"))
    assert answers(case.read(number)) == ["silent", "asked", None]
    assert ("called_out", first) in _told(state)


def test_a_message_that_never_leaves_holds_nobody_up_for_long(
    state: State, case: Case, clock: time_machine.Traveller
) -> None:
    _channel(state, case.people[0])
    number = case.begin(seconds=60)["id"]
    clock.move_to(at("6:51:59"))
    assert answers(case.read(number)) == ["asked", None, None]
    clock.move_to(at("6:52:05"))
    assert answers(case.read(number)) == ["silent", "asked", None]


def test_the_message_says_until_when_and_nothing_once_it_has_ended(
    state: State, case: Case, clock: time_machine.Traveller
) -> None:
    _channel(state, case.people[0])
    number = case.begin(seconds=60)["id"]
    with reading(state.engine) as session:
        row = session.scalars(select(MessageRow)).one()
        channel = session.get_one(ChannelRow, row.channel)
        told = words(session, row, channel, "https://huxue.example.cn/")
    assert told is not None
    assert "请在 06:51:00 前答复" in told.body
    assert told.body.splitlines()[-1] == "https://huxue.example.cn/duties"
    say(case.admin, number, "cancel")
    with reading(state.engine) as session:
        assert words(session, row, channel, None) is None
    Postman(state.settings, state.engine).round()
    with reading(state.engine) as session:
        assert session.scalars(select(MessageRow.state)).all() == ["dropped"]


def _accounts_channel(state: State, login: str) -> int:
    with writing(state.engine) as session:
        account = session.scalars(select(AccountRow.id).where(AccountRow.login == login)).one()
        row = ChannelRow(account=account, name="m", address="mail:a@example.cn", created_at=at("6:00"))
        session.add(row)
        session.flush()
        return row.id


def _of_shifts(state: State) -> list[MessageRow]:
    """Return the messages that say that nobody came."""
    with reading(state.engine) as session:
        query = select(MessageRow).where(MessageRow.key.startswith("not_checked_in:shift:"))
        return list(session.scalars(query.order_by(MessageRow.channel)))


def test_a_shift_to_which_nobody_comes_is_told_to_who_directs_the_day(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    mark(phone, first.uid, "present")
    for name in ("dispatcher", "school_admin"):
        assert users[name]  # made when they are first asked for
    admins = {_accounts_channel(state, login) for login in ("school_admin", "dispatcher")}
    tomorrow = SHIFT.replace("11-30", "12-01")
    here = duties_of(state, shift=tomorrow)
    clock.move_to(at("6:57") + dt.timedelta(days=1))  # the guards are late, the others needn't be there
    state.caller.look_for_missing()
    assert _of_shifts(state) == []
    for clock_time in ("7:06", "7:07"):
        clock.move_to(at(clock_time) + dt.timedelta(days=1))
        state.caller.look_for_missing()
        assert {row.channel for row in _of_shifts(state)} == admins
    row, _ = _of_shifts(state)
    with reading(state.engine) as session:
        channel = session.get_one(ChannelRow, row.channel)
        said = words(session, row, channel, None)
        assert said is not None
        assert f"{len(here)} 岗均无人签到" in said.body
    (tomorrows,) = (duty for duty in here if duty.role == "duty_leader")
    mark(users["school_admin"], tomorrows.uid, "present")
    with reading(state.engine) as session:
        assert words(session, row, channel, None) is None  # somebody has come meanwhile


def test_who_is_missing_is_told_however_late_the_first_comes(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    late = on_shift(state, "staff")[0]
    member(users, state, late.assignee)
    mine = _channel(state, late.assignee)
    clock.move_to(at("7:16"))
    state.caller.look_for_missing()
    assert _told(state) == []
    mark(phone, first.uid, "present")
    clock.move_to(at("7:18"))
    state.caller.look_for_missing()
    assert _told(state) == [("not_checked_in", mine)]

"""Checking in at the gate: codes that hold for one shift and half a minute, poor networks, and the leader's word."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from day_cases import (
    API,
    DATE,
    SHIFT,
    at,
    check_in,
    code_now,
    day,
    duties_of,
    leader,
    mark,
    member,
    on_shift,
    posts,
    publish,
    stands_at,
    states,
)
from pydantic import SecretStr
from roster_cases import audited
from sqlalchemy import select

from api.database.engine import reading
from api.day.codes import Codes, step_at
from api.day.tables import PresenceRow

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.plans.tables import DutyRow
    from api.settings import Settings
    from api.state import State

OTHERS = "S0002/2026-11-30/morning_arrival"


clock = stands_at("6:55")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


@pytest.fixture
def staff(state: State) -> DutyRow:
    """A teacher's duty in the morning's shift."""
    return on_shift(state, "staff")[0]


def test_scanned_at_the_gate(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    assert states(users["dispatcher"])[staff.uid] == "due"
    clock.move_to(at("6:57"))
    found = check_in(teacher, staff.uid, code_now(phone, first.uid), key="scan-0001")
    assert found == {
        "duty": staff.uid, "state": "here", "at": "2026-11-30T06:57:00+08:00", "how": "scan", "late": None,
        "strength": None, "scanned": None, "delivered": None,
    }  # fmt: skip
    assert states(users["dispatcher"])[staff.uid] == "here"
    assert teacher.get(f"{API}/duties/{staff.uid}/presence").json() == found
    with reading(state.engine) as session:
        row = session.scalars(select(PresenceRow)).one()
    assert (row.step, row.scanned_at, row.delivered_at) == (step_at(at("6:57")), at("6:57"), at("6:57"))


def test_a_code_holds_for_its_shift_and_a_minute_at_most(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    (elsewhere,) = duties_of(state, shift=OTHERS, role="duty_leader")
    other_phone = member(users, state, elsewhere.assignee)
    other = code_now(other_phone, elsewhere.uid)
    assert check_in(teacher, staff.uid, other, 409)["code"] == "wrong_code"
    code = code_now(phone, first.uid)
    step, _, mac = code.partition(".")
    for wrong in ("x", f"{int(step) + 1}.{mac}", f"{step}.{mac[:-1]}", f"-{code}", "1" * 90, "９.é"):
        assert check_in(teacher, staff.uid, wrong, 409)["code"] == "wrong_code", wrong
    clock.move_to(at("6:56"))
    assert check_in(teacher, staff.uid, code, 409)["code"] == "code_expired"
    clock.move_to(at("6:55:59"))
    assert check_in(teacher, staff.uid, code)["state"] == "here"
    # Of the codes that are handed out ahead, each is accepted in its own time alone.
    ahead = phone.get(f"{API}/duties/{first.uid}/codes").json()
    assert len(ahead) == 21
    assert len({c["code"] for c in ahead}) == 21
    second = on_shift(state, "staff")[1]
    partner = member(users, state, second.assignee)
    assert check_in(partner, second.uid, ahead[5]["code"], 409)["code"] == "code_expired"
    clock.move_to(dt.datetime.fromisoformat(ahead[5]["start"]))
    assert check_in(partner, second.uid, ahead[5]["code"])["state"] == "here"


def test_what_is_delivered_later_counts_as_of_when_it_was_scanned(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    code, scanned = code_now(phone, first.uid), at("6:55:10").isoformat()
    clock.move_to(at("11:30"))
    # The time has to be that of the code, which nobody else can make.
    assert check_in(teacher, staff.uid, code, 409, at=at("7:20").isoformat())["code"] == "code_expired"
    assert check_in(teacher, staff.uid, code, 409, at=at("11:31").isoformat())["code"] == "code_expired"
    found = check_in(teacher, staff.uid, code, at=scanned)
    assert (found["state"], found["at"], found["late"]) == ("here", scanned, None)
    with reading(state.engine) as session:
        row = session.scalars(select(PresenceRow)).one()
    assert (row.step, row.delivered_at) == (step_at(at("6:55")), at("11:30"))
    # Not even that somebody was ticked off meanwhile makes them late.
    second = on_shift(state, "staff")[1]
    colleague = member(users, state, second.assignee)
    assert mark(phone, second.uid, "present", at=at("7:20").isoformat())["late"] == 20
    found = check_in(colleague, second.uid, code, at=scanned)
    assert (found["at"], found["late"], found["how"]) == (scanned, None, "scan")
    # After so many hours nobody knows any more.
    second = on_shift(state, "security_guard")[0]
    clock.move_to(at("19:00"))
    late = check_in(member(users, state, second.assignee), second.uid, code, 409, at=scanned)
    assert late["code"] == "code_expired"


def test_a_phone_whose_clock_is_wrong_gets_the_codes_time(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    """The code of 6:55:00 is shown until 6:55:30 and good until 6:56:00: a clock that is behind can't come earlier."""
    first, phone = leader(users, state)
    code = code_now(phone, first.uid)
    clock.move_to(at("8:00"))
    found = check_in(member(users, state, staff.assignee), staff.uid, code, at=at("6:54:45").isoformat())
    assert found["at"] == at("6:55").isoformat()


def test_sent_again_it_is_the_same_scan(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    code = code_now(phone, first.uid)
    sent = check_in(teacher, staff.uid, code, key="scan-0001")
    clock.move_to(at("7:10"))
    assert check_in(teacher, staff.uid, code, key="scan-0001") == sent
    # Whoever is here is here, whatever is sent; after a word to the contrary only a new scan says otherwise.
    assert check_in(teacher, staff.uid, "anything") == sent
    mark(phone, staff.uid, "absent")
    assert check_in(teacher, staff.uid, code, key="scan-0001")["state"] == "absent"
    assert check_in(teacher, staff.uid, code, 409, key="scan-0002")["code"] == "code_expired"
    again = check_in(teacher, staff.uid, code_now(phone, first.uid), key="scan-0003")
    assert (again["state"], again["at"]) == ("here", sent["at"])
    assert [e.after and e.after["was"] for e in audited(state, "presence.scan")] == ["absent"]


def test_an_old_scan_takes_no_absence_back(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    """Marked absent at 7:20; in the evening they send a colleague's photograph of the code as of 6:55."""
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    code, scanned = code_now(phone, first.uid), at("6:55:10").isoformat()
    clock.move_to(at("7:20"))
    mark(phone, staff.uid, "absent")
    delivered = at("18:00").isoformat()
    clock.move_to(at("18:00"))
    found = check_in(teacher, staff.uid, code, at=scanned, key="scan-0001")
    assert (found["state"], found["scanned"], found["delivered"]) == ("absent", scanned, delivered)
    assert check_in(teacher, staff.uid, code, at=scanned, key="scan-0001") == found
    assert states(users["school_admin"])[staff.uid] == "absent"
    (post,) = (post for post in posts(users["school_admin"]) if post["duty"] == staff.uid)
    assert (post["scanned"], post["delivered"]) == (scanned, delivered)
    report = day(users["school_admin"], "/report")
    (ended,) = (one for one in report["exceptions"] if one["delivered"] is not None)
    assert (ended["outcome"], ended["scanned"], ended["delivered"]) == ("absent", scanned, delivered)
    assert [e.after and e.after["is"] for e in audited(state, "presence.scan")] == ["absent"]
    # Whoever is in charge may believe it.
    answer = users["school_admin"].delete(f"{API}/duties/{staff.uid}/presence")
    assert (answer.json()["state"], answer.json()["at"]) == ("here", scanned)


def test_who_comes_after_being_marked_absent_is_here(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    """What was scanned after the mark takes it back, however late it is delivered; as of then, not of an old scan."""
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    old = code_now(phone, first.uid)
    clock.move_to(at("7:05"))
    mark(phone, staff.uid, "absent")
    clock.shift(dt.timedelta(minutes=5))
    assert check_in(teacher, staff.uid, old, at=at("6:55:10").isoformat())["state"] == "absent"
    code = code_now(phone, first.uid)
    clock.move_to(at("9:00"))
    found = check_in(teacher, staff.uid, code, at=at("7:10:05").isoformat())
    assert (found["state"], found["at"], found["late"]) == ("here", at("7:10:05").isoformat(), 10)
    # It came late enough to be told from others; as an exception it is one already.
    assert (found["scanned"], found["delivered"]) == (at("7:10:05").isoformat(), at("9:00").isoformat())


def test_what_is_delivered_much_later_is_told(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    """Kept is kept, and the report says when that became known."""
    first, phone = leader(users, state)
    second = on_shift(state, "staff")[1]
    code, scanned = code_now(phone, first.uid), at("6:55:10").isoformat()
    clock.move_to(at("6:59"))
    check_in(member(users, state, second.assignee), second.uid, code, at=scanned)
    clock.move_to(at("11:30"))
    check_in(member(users, state, staff.assignee), staff.uid, code, at=scanned)
    told = {
        (post["duty"], post["delivered"])
        for post in posts(users["school_admin"])
        if post["delivered"] is not None
    }
    assert told == {(staff.uid, at("11:30").isoformat())}
    report = day(users["school_admin"], "/report")
    (ended,) = (one for one in report["exceptions"] if one["delivered"] is not None)
    assert (ended["outcome"], ended["scanned"]) == ("kept", scanned)


def test_many_at_once_are_noted_once(users: Users, state: State, staff: DutyRow) -> None:
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    code, found = code_now(phone, first.uid), []

    def send(key: str) -> None:
        found.append(check_in(teacher, staff.uid, code, key=key))

    threads = [threading.Thread(target=send, args=(f"scan-{k:04}",)) for k in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert all(one == found[0] for one in found)
    with reading(state.engine) as session:
        assert session.scalars(select(PresenceRow)).one().version == 1


def test_only_when_it_is_time(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    teacher = member(users, state, staff.assignee)
    assert (first.start, first.end) == (at("7:00"), at("7:30"))
    clock.move_to(at("4:45"))  # guards come at 6:50
    assert phone.get(f"{API}/duties/{first.uid}/codes").json()["code"] == "check_in_closed"
    clock.move_to(at("4:55"))
    early = code_now(phone, first.uid)
    assert check_in(teacher, staff.uid, early, 409)["code"] == "check_in_closed"
    clock.move_to(at("7:34"))  # guards stay until 7:35
    after = code_now(phone, first.uid)
    assert check_in(teacher, staff.uid, after, 409)["code"] == "check_in_closed"
    (guard, _) = on_shift(state, "security_guard")
    came = check_in(member(users, state, guard.assignee), guard.uid, after)
    assert (came["state"], came["late"]) == ("here", 44)  # from 6:50
    clock.move_to(at("7:36"))
    assert phone.get(f"{API}/duties/{first.uid}/codes").status_code == 409


def test_a_crew_comes_with_so_many(users: Users, state: State) -> None:
    first, phone = leader(users, state)
    (crew,) = on_shift(state, "patrol_crew")
    one, other = (member(users, state, f"{crew.assignee}-{k}") for k in (1, 2))
    code = code_now(phone, first.uid)
    assert check_in(one, crew.uid, code, 422, strength=9)["code"] == "invalid"
    assert check_in(one, crew.uid, code, strength=2)["strength"] == 2
    assert check_in(other, crew.uid, code)["strength"] == 2
    assert check_in(other, crew.uid, code, strength=3)["strength"] == 3
    assert mark(phone, crew.uid, "present", strength=4)["strength"] == 4
    staff = on_shift(state, "staff")[0]
    assert mark(phone, staff.uid, "present", 422, strength=1)["code"] == "invalid"


def test_the_leader_says_who_has_come(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    _, phone = leader(users, state)
    clock.move_to(at("7:08"))
    assert states(users["dispatcher"])[staff.uid] == "late"
    found = mark(phone, staff.uid, "present")
    assert (found["state"], found["how"], found["late"]) == ("here", "leader", 8)
    found = mark(phone, staff.uid, "present", at=at("7:01").isoformat())
    assert (found["at"], found["late"]) == ("2026-11-30T07:01:00+08:00", None)
    assert mark(phone, staff.uid, "absent")["state"] == "absent"
    assert mark(users["school_admin"], staff.uid, "present")["how"] == "admin"
    undone = phone.delete(f"{API}/duties/{staff.uid}/presence")
    assert (undone.status_code, undone.json()["state"]) == (200, "late")
    assert phone.delete(f"{API}/duties/{staff.uid}/presence").json() == undone.json()
    told = [
        (e.after["was"], e.after["is"], e.after["how"]) for e in audited(state, "presence.mark") if e.after
    ]
    assert told == [
        (None, "present", "leader"), ("here", "present", "leader"), ("here", "absent", "leader"),
        ("absent", "present", "admin"),
    ]  # fmt: skip
    assert len(audited(state, "presence.undo")) == 1
    assert mark(phone, staff.uid, "absent", 422, at=at("7:01").isoformat())["code"] == "invalid"
    assert mark(phone, staff.uid, "present", 409, at=at("7:09").isoformat())["code"] == "check_in_closed"


def test_what_is_said_after_the_duty_calls_nobody_late(
    users: Users, state: State, staff: DutyRow, clock: time_machine.Traveller
) -> None:
    _, phone = leader(users, state)
    clock.move_to(at("12:00"))
    found = mark(phone, staff.uid, "present")
    assert (found["state"], found["at"], found["late"]) == ("here", None, None)
    clock.move_to(at("8:00").replace(month=12, day=1))
    assert mark(phone, staff.uid, "absent", 409)["code"] == "check_in_closed"
    assert mark(users["school_admin"], staff.uid, "absent")["state"] == "absent"
    tomorrow = duties_of(state, site="S0001", role="staff", date=dt.date(2026, 12, 2))[0]
    assert mark(users["school_admin"], tomorrow.uid, "absent", 409)["code"] == "check_in_closed"


def test_whose_business_it_is(users: Users, state: State, staff: DutyRow) -> None:
    first, phone = leader(users, state)
    teacher, second = member(users, state, staff.assignee), on_shift(state, "staff")[1]
    (elsewhere,) = duties_of(state, shift=OTHERS, role="duty_leader")
    other_phone = member(users, state, elsewhere.assignee)
    code = code_now(phone, first.uid)

    def asked(client: Client, duty: str) -> list[int]:
        url = f"{API}/duties/{duty}"
        return [
            client.get(f"{url}/presence").status_code,
            client.get(f"{url}/codes").status_code,
            client.get(f"{url}/shift").status_code,
            client.put(f"{url}/presence", json={"state": "absent"}).status_code,
            client.delete(f"{url}/presence").status_code,
        ]

    # Of their own duty people know whether it is kept; of others', nothing.
    assert asked(teacher, staff.uid) == [200, 403, 403, 403, 403]
    assert asked(teacher, second.uid) == [404] * 5
    assert asked(other_phone, staff.uid) == [404] * 5
    assert asked(phone, elsewhere.uid) == [404] * 5
    assert asked(users["auditor"], staff.uid) == [404] * 5
    assert asked(users["school_admin"], elsewhere.uid) == [404] * 5
    assert asked(users["district_dispatcher"], elsewhere.uid) == [200] * 5
    assert asked(phone, staff.uid) == [200] * 5
    assert check_in(teacher, second.uid, code, 404)["code"] == "not_found"
    assert check_in(users["dispatcher"], staff.uid, code, 404)["code"] == "not_found"
    assert check_in(phone, "none", code, 404)["code"] == "not_found"


def test_the_secret_is_the_same_for_all_processes(state: State, settings: Settings) -> None:
    found: list[str] = []

    def one() -> None:
        found.append(Codes(settings, state.engine).of(SHIFT, 7))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 6
    given: dict[str, Any] = {"check_in_secret": SecretStr("a secret of one's own")}
    own = Codes(settings.model_copy(update=given), state.engine)
    assert own.of(SHIFT, 7) not in found
    assert own.step_of(SHIFT, own.of(SHIFT, 7)) == 7
    assert own.step_of(SHIFT, found[0]) is None
    assert own.step_of(f"S0001/{DATE}/noon_dismissal", own.of(SHIFT, 7)) is None

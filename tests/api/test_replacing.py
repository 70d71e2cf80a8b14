"""Somebody else for a duty in one press: ranked, judged, in force everywhere at once, and once."""

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
    day,
    duties_of,
    leader,
    mark,
    member,
    on_shift,
    posts,
    publish,
    replace,
    stand_ins,
    stands_at,
    states,
    with_stand_in,
)
from roster_cases import PLAN, audited, tags
from sqlalchemy import select
from swapping_cases import check

from api.database.engine import reading
from api.day.tables import ReplacementRow
from api.standing.tables import AbsenceRow

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State


clock = stands_at("6:45")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


def test_the_first_who_could_takes_over(users: Users, state: State, clock: time_machine.Traveller) -> None:
    admin = users["school_admin"]
    clock.move_to(at("7:06"))
    duty, found = with_stand_in(admin, state)
    _, phone = leader(users, state)
    mark(phone, duty.uid, "absent")
    best = found[0]["assignee"]
    done = replace(admin, duty.uid, best)
    assert (done["assignee"], done["by"], done["how"]) == (duty.assignee, best, "pressed")
    # Whoever was there stays on the board beside who came.
    shown = {post["duty"]: post for post in posts(admin)}
    assert shown[duty.uid]["state"] == "replaced"
    assert shown[duty.uid]["by"]["id"] == best
    assert (shown[done["their_duty"]]["state"], shown[done["their_duty"]]["index"]) == ("late", duty.index)
    assert shown[done["their_duty"]]["instead_of"]["id"] == duty.assignee
    counts = day(admin)["counts"]
    assert (counts["replaced"], counts["absent"]) == (1, 0)
    replaced = day(users["dispatcher"], state="replaced")
    assert [p["duty"] for s in replaced["sites"] for shift in s["shifts"] for p in shift["posts"]] == [
        duty.uid
    ]
    # Both see it in their own duties.
    mine = {d["uid"] for d in member(users, state, duty.assignee).get(f"{API}/me/duties").json()}
    theirs = {d["uid"] for d in member(users, state, best).get(f"{API}/me/duties").json()}
    assert duty.uid not in mine
    assert done["their_duty"] in theirs
    (entry,) = audited(state, "duty.replace")
    assert (entry.site, entry.before, entry.after and entry.after["assignee"]) == (
        "S0001", {"assignee": duty.assignee, "how": None, "rises": None}, best,
    )  # fmt: skip
    assert len(audited(state, "shift.replace")) == 1
    check(state)


def test_who_comes_back_takes_their_own_duty_up_again(users: Users, state: State) -> None:
    admin = users["school_admin"]
    duty, found = with_stand_in(admin, state)
    mark(admin, duty.uid, "absent")
    done = replace(admin, duty.uid, found[0]["assignee"])
    assert replace(admin, done["their_duty"], duty.assignee)["their_duty"] == duty.uid
    seen = states(admin)
    assert (seen[duty.uid], seen[done["their_duty"]]) == ("due", "replaced")
    (back,) = duties_of(state, shift=SHIFT, role="staff", assignee=duty.assignee)
    assert (back.uid, back.sequence) == (duty.uid, duty.sequence + 2)
    check(state)


def test_an_own_post_goes_to_a_stand_in_and_back(users: Users, state: State) -> None:
    """Nobody else may hold it unless its holder is away: who doesn't come is freed from it for that duty alone."""
    dispatcher = users["dispatcher"]
    (duty,) = on_shift(state, "resident_officer")
    mark(dispatcher, duty.uid, "absent")
    best = stand_ins(dispatcher, duty.uid)[0]
    assert best["rises"]["stand_ins"] > 0
    done = replace(dispatcher, duty.uid, best["assignee"])
    with reading(state.engine) as session:
        (freed,) = session.scalars(select(AbsenceRow).where(AbsenceRow.assignee == duty.assignee))
        assert (freed.kind, freed.start, freed.end) == ("released", duty.start, duty.end)
    check(state)
    assert replace(dispatcher, done["their_duty"], duty.assignee)["their_duty"] == duty.uid
    check(state)


def test_who_was_marked_absent_isnt_asked(users: Users, state: State) -> None:
    """Of the teachers who could take over, one has another duty that day and doesn't come to it."""
    dispatcher = users["dispatcher"]
    duty = on_shift(state, "staff")[0]
    found = [one["assignee"] for one in stand_ins(dispatcher, duty.uid)]
    other = next(d for one in found for d in duties_of(state, assignee=one, date=duty.date))
    mark(dispatcher, other.uid, "absent")
    answer = dispatcher.get(f"{API}/duties/{duty.uid}/stand-ins").json()
    assert [one["assignee"] for one in answer["candidates"]] == [o for o in found if o != other.assignee]
    assert answer["blocked"]["absent"] == 1


def test_who_keeps_most_and_is_there_first_comes_first(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    """Officers of the same station, then of the district; among equals whoever has the shorter way."""
    duty = duties_of(
        state, role="traffic_officer", site="S0002", date=dt.date(2026, 11, 30), window="afternoon_dismissal"
    )[0]
    clock.move_to(duty.start - dt.timedelta(minutes=2))
    found = stand_ins(users["dispatcher"], duty.uid)
    assert len(found) > 1
    kept = [tuple(one["rises"].get(n, 0) for n in ("core", "volunteers", "stand_ins")) for one in found]
    order = list(zip(kept, (one["late"] for one in found), strict=True))
    assert order == sorted(order)
    assert [one["late"] for one in found] == [max(0, one["travel"] - 2) for one in found]
    # Whoever was on post that day before comes from there, and a school's own people are there already.
    before = {
        d.assignee: d.site
        for d in duties_of(state, role="traffic_officer", date=duty.date)
        if d.end <= duty.start
    }
    assert {one["assignee"]: one["origin"] for one in found} == {
        one["assignee"]: before.get(one["assignee"]) for one in found
    }
    teacher = on_shift(state, "staff")[0]
    assert {one["travel"] for one in stand_ins(users["dispatcher"], teacher.uid)} == {0}


def test_what_breaks_a_rule_is_refused_by_name(users: Users, state: State) -> None:
    duty = on_shift(state, "staff")[0]
    refused = replace(users["dispatcher"], duty.uid, "S0002-T001", 409)
    assert refused["code"] == "rules_broken"
    assert "scope" in {v["rule"] for v in refused["violations"]}
    other = on_shift(state, "staff")[1]
    assert replace(users["dispatcher"], duty.uid, other.assignee, 409)["code"] == "rules_broken"
    with reading(state.engine) as session:
        assert session.scalars(select(ReplacementRow)).all() == []
    check(state)


def test_who_may_replace_whom(users: Users, state: State) -> None:
    (officer,) = on_shift(state, "resident_officer")
    duty, found = with_stand_in(users["school_admin"], state)
    body = {"assignee": found[0]["assignee"]}
    for who, status in (("auditor", 403), ("member", 403), ("nobody", 401)):
        answer = users[who].post(f"{API}/duties/{duty.uid}/replacement", json=body)
        assert answer.status_code == status, who
    # Police roles are the dispatchers', and others' people nobody's.
    assert users["school_admin"].get(f"{API}/duties/{officer.uid}/stand-ins").status_code == 403
    assert replace(users["school_admin"], officer.uid, "S0002-R", 403)["code"] == "forbidden"
    assert replace(users["school_admin"], duty.uid, "S0002-T001", 404)["code"] == "not_found"
    elsewhere = duties_of(state, site="S0002", role="staff")[0]
    assert replace(users["school_admin"], elsewhere.uid, "S0002-T001", 404)["code"] == "not_found"
    # Phone numbers are told to who may know them.
    assert all("phone" in one for one in found)


def test_a_pin_gives_way(users: Users, state: State) -> None:
    duty, found = with_stand_in(users["school_admin"], state)
    edit = {"kind": "pin", "shift": SHIFT, "role": "staff", "index": duty.index}
    done = users["dispatcher"].post(
        f"{PLAN}/edits", json={"edits": [edit]}, headers=tags(users["dispatcher"], SHIFT)
    )
    assert done.is_success, done.text
    replace(users["school_admin"], duty.uid, found[0]["assignee"])
    check(state)


def test_only_while_it_lasts(users: Users, state: State, clock: time_machine.Traveller) -> None:
    duty, found = with_stand_in(users["school_admin"], state)
    clock.move_to(at("7:30"))
    assert replace(users["school_admin"], duty.uid, found[0]["assignee"], 409)["code"] == "duty_over"
    clock.move_to(at("7:29"))
    replace(users["school_admin"], duty.uid, found[0]["assignee"])
    assert replace(users["school_admin"], duty.uid, found[0]["assignee"], 409)["code"] == "already_replaced"
    code = users["school_admin"].get(f"{API}/duties/{duty.uid}/codes").json()[0]["code"]
    gone = member(users, state, duty.assignee).post(
        f"{API}/me/duties/{duty.uid}/check-in", json={"code": code}
    )
    assert (gone.status_code, gone.json()["code"]) == (409, "duty_gone")
    assert mark(users["school_admin"], duty.uid, "present", 409)["code"] == "duty_gone"


def test_two_press_at_once(users: Users, state: State) -> None:
    duty, found = with_stand_in(users["dispatcher"], state)
    clients = [users["dispatcher"], users["school_admin"], users["district_dispatcher"]]
    told: list[Any] = []
    start = threading.Barrier(len(clients))

    def press(k: int) -> None:
        start.wait()
        body = {"assignee": found[k % len(found)]["assignee"]}
        told.append(clients[k].post(f"{API}/duties/{duty.uid}/replacement", json=body))

    threads = [threading.Thread(target=press, args=(k,)) for k in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in told) == [201, 409, 409]
    assert {a.json()["code"] for a in told if a.status_code == 409} == {"already_replaced"}
    (won,) = [a.json()["by"] for a in told if a.status_code == 201]
    held = [d.assignee for d in duties_of(state, shift=SHIFT, role="staff") if d.index == duty.index]
    assert held == [won]
    assert duty.date.isoformat() == DATE
    check(state)


def test_a_swap_of_the_duty_comes_to_nothing(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    clock.move_to(at("4:00"))
    duty, found = with_stand_in(users["school_admin"], state)
    asker = member(users, state, duty.assignee)
    body = {"kind": "give_away", "handovers": [{"duty": duty.uid, "taker": found[0]["assignee"]}]}
    swap = asker.post(f"{API}/swaps", json=body)
    assert swap.status_code == 201, swap.text
    replace(users["school_admin"], duty.uid, found[0]["assignee"])
    assert asker.get(f"{API}/swaps/{swap.json()['id']}").json()["state"] == "stale"

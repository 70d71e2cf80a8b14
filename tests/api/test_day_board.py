"""The day board: every post's state as time goes by, its counts, its filters, and a tag that turns with all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from day_cases import (
    API,
    DATE,
    DAY,
    SHIFT,
    SITE,
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
from roster_cases import PLAN, solved, tags
from sqlalchemy import update

from api.database.engine import writing
from api.day.shapes import Board
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.tables import PersonRow

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State


clock = stands_at("6:45")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


def test_every_post_has_its_state_as_time_goes_by(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    first, phone = leader(users, state)
    one, other = on_shift(state, "staff")
    guard, _ = on_shift(state, "security_guard")
    assert set(states(users["dispatcher"]).values()) == {"due"}
    clock.move_to(at("6:54:59"))
    assert states(users["dispatcher"])[guard.uid] == "due"
    clock.move_to(at("6:55"))  # five minutes after ten to seven
    assert states(users["dispatcher"])[guard.uid] == "late"
    check_in(member(users, state, one.assignee), one.uid, code_now(phone, first.uid))
    mark(phone, other.uid, "absent")
    clock.move_to(at("7:06"))
    seen = states(users["dispatcher"])
    assert (seen[one.uid], seen[other.uid], seen[guard.uid]) == ("here", "absent", "late")
    shown = {post["duty"]: post for post in posts(users["dispatcher"])}
    assert (shown[one.uid]["how"], shown[other.uid]["how"]) == ("scan", "leader")
    assert shown[one.uid]["holder"]["id"] == one.assignee
    assert shown[one.uid]["start"] == "2026-11-30T07:00:00+08:00"
    clock.move_to(at("7:30"))
    seen = states(users["dispatcher"])
    assert (seen[one.uid], seen[first.uid], seen[guard.uid]) == ("here", "unmarked", "late")
    clock.move_to(at("7:35"))
    assert states(users["dispatcher"])[guard.uid] == "unmarked"


def test_the_counts_are_those_of_the_posts(users: Users, state: State, clock: time_machine.Traveller) -> None:
    problem, roster = solved()
    first, phone = leader(users, state)
    clock.move_to(at("7:10"))
    mark(phone, first.uid, "present")
    mark(phone, on_shift(state, "staff")[0].uid, "absent")
    found = day(users["dispatcher"])
    Board.model_validate(found)
    shown = Counter(
        post["state"] for site in found["sites"] for shift in site["shifts"] for post in shift["posts"]
    )
    asked = sum(n.target for s in problem.shifts if s.date.isoformat() == DATE for n in s.needs)
    held = sum(a.shift.split("/")[1] == DATE for a in roster.assignments)
    counts = found["counts"]
    assert (counts["posts"], counts["open"]) == (asked, asked - held)
    assert (counts["here"], counts["absent"], counts["came_late"]) == (1, 1, 1)
    for name in ("due", "here", "late", "absent", "open", "unmarked", "replaced"):
        assert counts[name] == shown[name], name
        for part in ("districts", "windows"):
            assert sum(c[name] for c in found[part].values()) == counts[name], (part, name)
        assert sum(s["counts"][name] for s in found["sites"]) == counts[name]
    told = day(users["dispatcher"], "/counts")
    assert {n: told[n] for n in ("counts", "districts", "windows")} == {
        n: found[n] for n in ("counts", "districts", "windows")
    }
    assert [s["site"] for s in told["sites"]] == [s["site"] for s in found["sites"]]
    assert told["sites"][0]["windows"]["morning_arrival"]["absent"] == 1


def test_open_posts_are_listed_where_nobody_is(users: Users, state: State) -> None:
    gone = on_shift(state, "staff")[0]
    with writing(state.engine) as session:
        session.execute(update(DutyRow).where(DutyRow.uid == gone.uid).values(cancelled_at=gone.start))
    (found,) = [post for post in posts(users["dispatcher"]) if post["role"] == "staff" and not post["duty"]]
    assert (found["state"], found["index"], found["needed"], found["holder"]) == (
        "open",
        gone.index,
        True,
        None,
    )
    (shift,) = [
        s for site in day(users["dispatcher"])["sites"] for s in site["shifts"] if s["shift"] == SHIFT
    ]
    assert shift["counts"]["short"] == 1


def test_filters_and_scopes(users: Users, state: State, clock: time_machine.Traveller) -> None:
    clock.move_to(at("7:05"))
    everything = day(users["dispatcher"])
    assert len(everything["sites"]) == 4
    assert [s["site"] for s in day(users["school_admin"])["sites"]] == [SITE]
    assert day(users["school_admin"], site="S0002")["sites"] == []
    assert len(day(users["district_dispatcher"])["sites"]) == 4
    assert day(users["dispatcher"], district="D009")["sites"] == []
    (site,) = day(users["dispatcher"], site=SITE, window="morning_arrival")["sites"]
    assert [s["shift"] for s in site["shifts"]] == [SHIFT]
    late = day(users["dispatcher"], state="late")
    assert late["counts"] == everything["counts"]
    listed = [p["state"] for s in late["sites"] for shift in s["shifts"] for p in shift["posts"]]
    assert set(listed) == {"late"}
    assert len(listed) == everything["counts"]["late"] > 0
    assert day(users["dispatcher"], state="replaced")["sites"] == []
    assert users["dispatcher"].get(DAY, params={"state": "ill"}).status_code == 422
    # No plan has that day, so nobody is to be anywhere.
    assert users["dispatcher"].get(f"{API}/days/2027-05-01").json()["sites"] == []
    assert users["dispatcher"].get(f"{API}/days/soon").status_code == 422


def test_the_leader_sees_the_own_shift(users: Users, state: State) -> None:
    first, phone = leader(users, state)
    found = phone.get(f"{API}/duties/{first.uid}/shift").json()
    assert found["shift"] == SHIFT
    assert found["posts"] == posts(users["dispatcher"])
    assert phone.get(DAY).status_code == 403


def test_the_tag_turns_with_whatever_is_shown(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    dispatcher = users["dispatcher"]
    first, phone = leader(users, state)
    seen: list[str] = []

    def turned(path: str = "", **asked: Any) -> bool:
        answer = dispatcher.get(f"{DAY}{path}", params=asked)
        tag = answer.headers["etag"]
        again = dispatcher.get(f"{DAY}{path}", params=asked, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        new = tag not in seen
        seen.append(tag)
        return new

    assert turned()
    assert turned("/counts")
    assert turned(site=SITE)
    assert turned(state="late")
    assert not turned()
    clock.move_to(at("6:54:59"))
    assert not turned()
    clock.move_to(at("6:55"))  # the guards are late now
    assert turned()
    mark(phone, first.uid, "present")
    assert turned()
    phone.delete(f"{API}/duties/{first.uid}/presence")
    assert turned()
    clock.move_to(at("7:31"))
    assert turned()
    with writing(state.engine) as session:
        session.execute(update(PersonRow).where(PersonRow.id == first.assignee).values(name="欧阳"))
        changed(session, "people")
    assert turned()
    # Each scope has its own.
    assert users["school_admin"].get(DAY).headers["etag"] not in seen


def test_only_what_is_published_is_shown(users: Users, state: State) -> None:
    held = on_shift(state, "staff")[0]
    edit = {"kind": "clear", "shift": SHIFT, "role": "staff", "index": held.index}
    done = users["dispatcher"].post(
        f"{PLAN}/edits", json={"edits": [edit]}, headers=tags(users["dispatcher"], SHIFT)
    )
    assert done.is_success, done.text
    assert held.uid in states(users["dispatcher"])
    assert {d.uid for d in duties_of(state, shift=SHIFT)} == states(users["dispatcher"]).keys()

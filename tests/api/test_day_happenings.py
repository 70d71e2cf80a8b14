"""What happens on the day reaches the draft and what is published in one transaction: legal, audited, and nothing else."""

from __future__ import annotations

import datetime as dt
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
    day,
    duties_of,
    member,
    on_shift,
    posts,
    publish,
    stands_at,
    states,
)
from roster_cases import MONDAY, PLAN, audited, stored, tags, violations
from run_cases import step
from sqlalchemy import func, select
from swapping_cases import check

from api.database.engine import reading, writing
from api.plans import plans, revisions
from api.plans.tables import DutyRow, ShiftRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, CityRow, LedgerRow

if TYPE_CHECKING:
    from api_cases import Client, Users
    from httpx2 import Response

    from api.state import State

NOON = f"{SITE}/{DATE}/noon_dismissal"


clock = stands_at("8:30")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


def happen(client: Client, *happenings: dict[str, Any], **more: Any) -> Response:
    """Say what happened."""
    return client.post(f"{DAY}/happenings", json={"happenings": happenings, **more})


def happened(client: Client, *happenings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Say what happened, and return the repair."""
    answer = happen(client, *happenings, **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def moved(minutes: int, window: str = "noon_dismissal") -> dict[str, Any]:
    """Return that the school's bell moves."""
    return {"kind": "moved", "site": SITE, "window": window, "minutes": minutes}


def test_somebody_is_absent_from_now_on(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    duty = duties_of(state, shift=NOON, role="staff")[0]
    tomorrow = duties_of(state, assignee=duty.assignee, date=dt.date(2026, 12, 1))
    found = happened(
        dispatcher, {"kind": "absent", "assignee": duty.assignee, "start": at("8:30").isoformat()}
    )
    assert found["published"]
    assert found["applied_at"] is not None
    (come,) = [d for d in duties_of(state, shift=NOON, role="staff") if d.index == duty.index]
    assert come.assignee != duty.assignee
    # The board shows both, as with one press; the calendars follow.
    shown = {post["duty"]: post for post in posts(dispatcher, NOON)}
    assert (shown[duty.uid]["state"], shown[duty.uid]["by"]["id"]) == ("replaced", come.assignee)
    mine = {d["uid"] for d in member(users, state, come.assignee).get(f"{API}/me/duties").json()}
    assert come.uid in mine
    # It holds for that day alone, unless it is said otherwise.
    with reading(state.engine) as session:
        row = session.scalars(select(AbsenceRow).where(AbsenceRow.assignee == duty.assignee)).one()
    assert row.end == at("0:00", 30) + dt.timedelta(days=1)
    kept = {d.uid for d in duties_of(state, assignee=duty.assignee, date=dt.date(2026, 12, 1))}
    assert kept == {d.uid for d in tomorrow}
    (entry,) = audited(state, "repair.apply")
    assert entry.after is not None
    assert entry.after["published"]
    assert [e.after["how"] for e in audited(state, "duty.replace") if e.after][:1] == ["repair"]
    check(state)


def test_a_bell_moves(users: Users, state: State, clock: time_machine.Traveller) -> None:
    dispatcher = users["dispatcher"]
    before = {d.uid: d for d in duties_of(state, shift=NOON)}
    found = happened(dispatcher, moved(30))
    after = {d.uid: d for d in duties_of(state, shift=NOON)}
    stayed = before.keys() & after.keys()
    assert stayed
    for uid in stayed:
        assert after[uid].start == before[uid].start + dt.timedelta(minutes=30)
        assert after[uid].sequence == before[uid].sequence + 1
    gone = {c["before"] for c in found["repair"]["changes"] if c["shift"] == NOON}
    assert {before[u].assignee for u in before.keys() - after.keys()} == gone - {None}
    # The other days' bells stay.
    tuesday = duties_of(state, site=SITE, date=dt.date(2026, 12, 1), window="noon_dismissal")[0]
    assert tuesday.sequence == 0
    with reading(state.engine) as session:
        plan = plans.find(session, MONDAY)
        assert plan.revision is not None
        problem = revisions.problem_of(revisions.find(session, MONDAY, plan.revision))
        row = session.execute(select(ShiftRow).where(ShiftRow.id == NOON)).scalar_one()
        assert problem.shift_by_id[NOON].start == row.start
    # A bell that has rung moves no more.
    assert happen(dispatcher, moved(30, "morning_arrival")).json()["code"] == "too_late"
    check(state)


def test_a_school_is_closed(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    there = duties_of(state, site=SITE, date=dt.date(2026, 11, 30))
    happened(dispatcher, {"kind": "closed", "site": SITE, "start": at("9:00").isoformat()})
    left = {d.uid for d in duties_of(state, site=SITE, date=dt.date(2026, 11, 30))}
    assert left == {d.uid for d in there if d.start < at("9:00")}
    (site,) = day(dispatcher, site=SITE)["sites"]
    assert [s["shift"] for s in site["shifts"]] == [SHIFT]
    assert duties_of(state, site=SITE, date=dt.date(2026, 12, 1))
    check(state)


def test_the_risk_is_raised(users: Users, state: State) -> None:
    """By the formula of risk 5 three teachers stand at each gate instead of two."""
    with writing(state.engine) as session:
        city = session.scalars(select(CityRow)).one()
        city.formulas = [{"formula": "3+1+3+2+N", "risk": 5}]
        changed(session, "city")
    dispatcher = users["dispatcher"]
    was = len(duties_of(state, site=SITE, role="staff", date=dt.date(2026, 11, 30)))
    found = happened(dispatcher, {"kind": "raised", "site": SITE, "risk": 5})
    assert {h["kind"] for h in found["happenings"]} == {"asked"}
    for window in ("noon_dismissal", "afternoon_arrival", "afternoon_dismissal"):
        held = duties_of(state, shift=f"{SITE}/{DATE}/{window}", role="staff")
        assert sorted(d.index for d in held) == [0, 1, 2], window
    assert len(on_shift(state, "staff")) == 2  # it is over
    assert len(duties_of(state, site=SITE, role="staff", date=dt.date(2026, 11, 30))) == was + 3
    raised = audited(state, "shift.raise")
    assert {e.key.split("/")[2] for e in raised} == {
        "noon_dismissal", "afternoon_arrival", "afternoon_dismissal"
    }  # fmt: skip
    check(state)
    # What they carry counts, though the revision asked for fewer.
    third = next(d for d in duties_of(state, shift=NOON, role="staff") if d.index == 2)
    told = step(dispatcher, MONDAY, "close", {"reason": "a test"})
    assert told["plan"]["state"] == "closed"
    with reading(state.engine) as session:
        points = session.scalar(
            select(LedgerRow.points).where(
                LedgerRow.assignee == third.assignee,
                LedgerRow.week == third.date,
                LedgerRow.kind == "carried",
            )
        )
        minutes = session.execute(
            select(DutyRow.start, DutyRow.end).where(
                DutyRow.assignee == third.assignee, DutyRow.plan == MONDAY, DutyRow.cancelled_at.is_(None)
            )
        ).all()
    assert points == sum(int((end - start).total_seconds()) // 60 for start, end in minutes)


def test_a_raised_risk_is_tried_first_and_stands_on_the_board(users: Users, state: State) -> None:
    """What is shown beforehand is what then happens, and nothing has changed until then."""
    with writing(state.engine) as session:
        city = session.scalars(select(CityRow)).one()
        city.formulas = [{"formula": "3+1+3+2+N", "risk": 5}]
        changed(session, "city")
    dispatcher = users["dispatcher"]
    before = dispatcher.get(f"{PLAN}").headers["etag"]
    board = dispatcher.get(f"{DAY}")
    own = {site["site"]: site["risk"] for site in board.json()["sites"]}
    answer = dispatcher.get(f"{DAY}/risk", params={"site": SITE, "risk": 5})
    assert answer.status_code == 200, answer.text
    tried = answer.json()
    asked = {(a["shift"].split("/")[2], a["role"], a["was_target"], a["target"]) for a in tried["asks"]}
    assert asked == {
        (window, "staff", 2, 3) for window in ("noon_dismissal", "afternoon_arrival", "afternoon_dismissal")
    }
    come = {(c["shift"], c["after"]) for c in tried["repair"]["changes"] if c["after"] is not None}
    assert len(come) == 3
    assert {who for _, who in come} <= tried["names"].keys()
    assert dispatcher.get(f"{PLAN}").headers["etag"] == before
    assert dispatcher.get(f"{DAY}", headers={"If-None-Match": board.headers["etag"]}).status_code == 304
    done = happened(dispatcher, {"kind": "raised", "site": SITE, "risk": 5})
    changes = done["repair"]["changes"]
    assert {(c["shift"], c["after"]) for c in changes if c["after"] is not None} == come
    for path in ("", "/counts"):
        sites = dispatcher.get(f"{DAY}{path}").json()["sites"]
        assert {site["site"]: site["risk"] for site in sites} == {**own, SITE: 5}
    assert own[SITE] < 5
    (tomorrow,) = (
        site for site in dispatcher.get(f"{API}/days/2026-12-01").json()["sites"] if site["site"] == SITE
    )
    assert tomorrow["risk"] == own[SITE]
    assert users["school_admin"].get(f"{DAY}/risk", params={"site": SITE, "risk": 5}).status_code == 403
    answer = users["district_dispatcher"].get(f"{DAY}/risk", params={"site": "S0099", "risk": 5})
    assert answer.status_code == 404
    check(state)


def test_what_cant_change_anything_any_more_is_refused(users: Users, state: State) -> None:
    """It is half past eight: the morning's posts have begun, and what was over before doesn't matter any more."""
    (held,) = on_shift(state, "duty_leader")
    shift = f"{SITE}/{DATE}/morning_arrival"
    over = {"start": at("7:00").isoformat(), "end": at("7:30").isoformat()}
    for late in (
        {"kind": "asked", "shift": shift, "role": "staff"},
        {"kind": "pinned", "shift": shift, "role": "duty_leader", "assignee": held.assignee},
        {"kind": "absent", "assignee": held.assignee, **over},
        {"kind": "closed", "site": SITE, **over},
    ):
        answer = happen(users["dispatcher"], late)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_late"), late
        assert "as" in answer.json()["detail"]


def test_a_risk_that_asks_for_nobody(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    raised = {"kind": "raised", "site": SITE, "risk": 3}
    with reading(state.engine) as session:
        open_posts = session.scalar(
            select(func.sum(ShiftRow.target)).where(
                ShiftRow.site == SITE, ShiftRow.date == dt.date(2026, 11, 30)
            )
        )
    held = len(duties_of(state, site=SITE, date=dt.date(2026, 11, 30)))
    assert open_posts == held  # nothing is open there
    answer = happen(dispatcher, raised)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert happen(dispatcher, raised, dry_run=True).status_code == 422
    assert happen(users["district_dispatcher"], {**raised, "site": "S0099"}).status_code == 404


def test_what_is_being_planned_anew_isnt_published_along(users: Users, state: State) -> None:
    """A cleared post of another role stays in the draft; where the happening is, the draft has to be as published."""
    dispatcher = users["dispatcher"]
    volunteer = duties_of(state, shift=NOON, role="volunteer")[0]
    teacher = duties_of(state, shift=NOON, role="staff")[0]
    clear = {"kind": "clear", "shift": NOON, "role": "volunteer", "index": volunteer.index}
    done = dispatcher.post(f"{PLAN}/edits", json={"edits": [clear]}, headers=tags(dispatcher, NOON))
    assert done.is_success, done.text
    happened(dispatcher, {"kind": "absent", "assignee": teacher.assignee, "start": at("8:30").isoformat()})
    assert teacher.uid not in {d.uid for d in duties_of(state, shift=NOON)}
    assert volunteer.uid in {d.uid for d in duties_of(state, shift=NOON)}  # still published
    assert (NOON, "volunteer", volunteer.index) not in {
        (a.shift, a.role, a.index) for a in stored(state)[1].assignments
    }
    version = dispatcher.get(f"{PLAN}").headers["etag"]
    refused = happen(dispatcher, moved(30))  # which touches the volunteers too
    assert (refused.status_code, refused.json()["code"]) == (409, "being_replanned")
    assert dispatcher.get(f"{PLAN}").headers["etag"] == version
    assert duties_of(state, shift=NOON)[0].start == at("11:10")
    assert not violations(state)


def test_it_is_tried_first(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    tried = happened(dispatcher, moved(30), dry_run=True)
    assert (tried["applied_at"], tried["published"]) == (None, False)
    assert duties_of(state, shift=NOON)[0].start == at("11:10")
    done = dispatcher.post(f"{API}/repairs/{tried['id']}/apply", params={"publish": True})
    assert done.json()["published"]
    assert duties_of(state, shift=NOON)[0].start == at("11:40")
    check(state)


def test_where_and_when_it_can_be_said(users: Users, state: State) -> None:
    for who, status in (("school_admin", 403), ("auditor", 403), ("member", 403), ("nobody", 401)):
        assert happen(users[who], moved(10)).status_code == status
    other = users["dispatcher"].post(f"{API}/days/2027-05-01/happenings", json={"happenings": [moved(10)]})
    assert (other.status_code, other.json()["code"]) == (409, "nothing_published")
    # While it is submitted to be published anew, nothing is.
    step(users["dispatcher"], MONDAY, "submit")
    assert happen(users["dispatcher"], moved(10)).json()["code"] == "wrong_state"
    assert set(states(users["dispatcher"], NOON).values()) == {"due"}

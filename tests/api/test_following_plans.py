"""Two plans of one week, both published: what is changed in the first must keep the rules of the second."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import time_machine
from roster_cases import audited
from run_cases import filled, made, step, stored
from sqlalchemy import select
from swapping_cases import API, SUNDAY, SWAPS, ask, duties_of, member

from api.database.engine import reading
from api.plans import duties, plans
from api.plans.problems import Problems, roster_of
from api.plans.tables import DutyRow
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Users
    from httpx2 import Response

    from api.state import State

FIRST, SECOND = "2026-11-30", "2026-12-03"
MOST = 5
"""Duties that one of the staff may have in a week."""


class Case(NamedTuple):
    """A duty of the first plan, who could take it but for the second, and who can."""

    duty: DutyRow
    full: str
    free: str


@pytest.fixture
def case(users: Users, state: State) -> Iterator[Case]:
    """Both plans published without a fault."""
    with time_machine.travel(SUNDAY):
        for start, days in ((FIRST, 3), (SECOND, 4)):
            made(users["dispatcher"], start, days)
            filled(state, start)
            step(users["dispatcher"], start, "publish")
        assert not _broken(state)
        yield _case(users, state)


def _case(users: Users, state: State) -> Case:
    held = Counter(duty.assignee for duty in duties_of(state, role="staff"))
    later = {duty.assignee for duty in duties_of(state, role="staff", plan=SECOND)}
    for duty in duties_of(state, role="staff", plan=FIRST):
        found = users["dispatcher"].get(f"{API}/duties/{duty.uid}/ways", params={"chains": False}).json()
        takers = [trial["handovers"][0]["taker"] for trial in found["partners"]["takers"]]
        full = [one for one in takers if held[one] >= MOST and one in later]
        free = [one for one in takers if held[one] < MOST - 1]
        if full and free:
            return Case(duty, full[0], free[0])
    raise AssertionError("nobody's week is full")


def _broken(state: State) -> tuple[Any, ...]:
    """Return what is published of the second plan breaks."""
    with reading(state.engine) as session:
        plan = plans.find(session, SECOND)
        problem = Problems(state.settings).of(session, plan)
        return Verifier(problem).verify(duties.roster_of(session, plan))


def _refused(answer: Response, case: Case) -> None:
    assert answer.status_code == 409, answer.text
    told = answer.json()
    assert told["code"] == "rules_broken"
    assert {(v["rule"], v["bearer"]) for v in told["violations"]} == {("duty_limit", case.full)}
    # It is the second plan that would be broken.
    assert all(shift.split("/")[1] >= SECOND for v in told["violations"] for shift in v["shifts"])


def test_no_swap_fills_a_week_beyond_its_end(users: Users, state: State, case: Case) -> None:
    giver = member(users, state, case.duty.assignee)
    give = {"kind": "give_away", "handovers": [{"duty": case.duty.uid, "taker": case.full}]}
    _refused(giver.post(SWAPS, json=give), case)
    emergency = {"handovers": give["handovers"], "reason": "x"}
    _refused(users["dispatcher"].post(f"{SWAPS}/direct", json=emergency), case)
    assert not audited(state, "shift.swap")
    # Of an offer to all, at the acceptance at the latest.
    swap = ask(giver, "give_away", (case.duty.uid, None))
    _refused(member(users, state, case.full).post(f"{SWAPS}/{swap['id']}/accept", json={}), case)
    given = {"handovers": [{"duty": case.duty.uid, "taker": case.free}], "reason": "x"}
    assert users["dispatcher"].post(f"{SWAPS}/direct", json=given).status_code == 201
    assert not _broken(state)


def test_nor_does_a_replacement(users: Users, state: State, case: Case) -> None:
    with time_machine.travel(case.duty.start - dt.timedelta(minutes=20)):
        path = f"{API}/duties/{case.duty.uid}/replacement"
        _refused(users["dispatcher"].post(path, json={"assignee": case.full}), case)
        assert users["dispatcher"].post(path, json={"assignee": case.free}).status_code == 201
    assert not _broken(state)


def test_nor_does_who_fills_an_open_post(users: Users, state: State, case: Case) -> None:
    with reading(state.engine) as session:
        roster = roster_of(session, plans.find(session, FIRST))
    post = {"shift": case.duty.shift, "role": "staff", "index": case.duty.index}
    stored(
        state, FIRST, *(a for a in roster.assignments if (a.shift, a.role, a.index) != tuple(post.values()))
    )
    step(users["dispatcher"], FIRST, "publish")
    with time_machine.travel(case.duty.start - dt.timedelta(minutes=20)):
        path = f"{API}/days/{case.duty.date}/posts/replacement"
        _refused(users["dispatcher"].post(path, json={**post, "assignee": case.full}), case)
        assert users["dispatcher"].post(path, json={**post, "assignee": case.free}).status_code == 201
    assert not _broken(state)


def test_nor_does_an_edit_or_its_publication(users: Users, state: State, case: Case) -> None:
    post = {"shift": case.duty.shift, "role": "staff", "index": case.duty.index}
    path, site = f"{API}/plans/{FIRST}", case.duty.site

    def edit(assignee: str) -> Response:
        week = users["dispatcher"].get(f"{path}/sites/{site}/week").json()
        (tag,) = (shift["etag"] for shift in week["shifts"] if shift["id"] == case.duty.shift)
        edits = [{"kind": "assign", "assignee": assignee, **post}]
        return users["dispatcher"].post(f"{path}/edits", json={"edits": edits}, headers={"If-Match": tag})

    _refused(edit(case.full), case)
    # However it got into the draft: it isn't published.
    with reading(state.engine) as session:
        roster = roster_of(session, plans.find(session, FIRST))
    changed = [
        a.model_copy(update={"assignee": case.full})
        if (a.shift, a.role, a.index) == (post["shift"], "staff", post["index"])
        else a
        for a in roster.assignments
    ]
    stored(state, FIRST, *changed)
    tag = users["dispatcher"].get(path).headers["etag"]
    _refused(users["dispatcher"].post(f"{path}/publish", headers={"If-Match": tag}), case)
    assert edit(case.free).status_code == 200
    step(users["dispatcher"], FIRST, "publish")
    assert not _broken(state)


def test_nor_does_a_repair(users: Users, state: State, case: Case) -> None:
    pinned = {"kind": "pinned", "shift": case.duty.shift, "role": "staff", "assignee": case.full}
    found = users["dispatcher"].post(f"{API}/plans/{FIRST}/repairs", json={"happenings": [pinned]})
    assert found.status_code == 201, found.text
    _refused(users["dispatcher"].post(f"{API}/repairs/{found.json()['id']}/apply"), case)
    with reading(state.engine) as session:
        held = session.scalars(
            select(DutyRow.assignee).where(
                DutyRow.shift == case.duty.shift, DutyRow.role == "staff", DutyRow.cancelled_at.is_(None)
            )
        ).all()
    assert case.full not in held

"""Runs: solved in a process of their own, followed, cancelled, and stored whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
from typing import TYPE_CHECKING

from run_cases import MONDAY, begun, ended, held_run, hold_runs, kept, made, solved
from sqlalchemy import select, update

from api.database.base import now
from api.database.engine import reading, writing
from api.plans.tables import AssignmentRow, AuditRow, PlanRow, RunRow, ShiftRow
from api.runs import runs

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from api_cases import Users

    from api.state import State


def test_a_plan_is_solved_to_its_proof(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher)
    run = solved(dispatcher, plan)
    assert run["report"]["status"] == "optimal"
    assert run["progress"]["phase"] == "done"
    assert run["progress"]["open"] == run["report"]["posts"] - run["report"]["filled"]
    roster = kept(state, plan)
    assert len(roster.assignments) == run["report"]["filled"]
    assert dispatcher.get(f"/api/v1/plans/{plan}").json()["roster_version"] == 1
    with reading(state.engine) as session:
        actions = list(session.scalars(select(AuditRow.action).where(AuditRow.plan == plan)))
        assert set(session.scalars(select(ShiftRow.version))) == {2}
    assert actions == ["plan.create", "run.start", "run.store"]
    # The same problem, seed and settings give the same roster: nothing is changed.
    solved(dispatcher, plan)
    assert kept(state, plan) == roster
    assert dispatcher.get(f"/api/v1/plans/{plan}").json()["roster_version"] == 1
    assert [r["state"] for r in dispatcher.get(f"/api/v1/plans/{plan}/runs").json()] == ["done", "done"]


def test_pins_are_kept_and_what_is_overwritten_stays_known(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    solved(dispatcher, plan)
    before = {(a.shift, a.role, a.index): a.assignee for a in kept(state, plan).assignments}
    staff = [key for key in before if key[1] == "staff"]
    # Two colleagues of one shift exchange their posts and stay there.
    first, second = [key for key in staff if key[0] == staff[0][0]][:2]
    with writing(state.engine) as session:
        post = update(AssignmentRow).where(AssignmentRow.plan == plan, AssignmentRow.shift == first[0])
        post = post.where(AssignmentRow.role == "staff")
        session.execute(post.where(AssignmentRow.index == first[2]).values(assignee="nobody"))
        session.execute(
            post.where(AssignmentRow.index == second[2]).values(assignee=before[first], pinned=True)
        )
        session.execute(
            post.where(AssignmentRow.index == first[2]).values(assignee=before[second], pinned=True)
        )
    solved(dispatcher, plan)
    after = {(a.shift, a.role, a.index): a for a in kept(state, plan).assignments}
    assert (after[first].assignee, after[first].pinned) == (before[second], True)
    assert (after[second].assignee, after[second].pinned) == (before[first], True)
    assert sum(a.pinned for a in after.values()) == 2


def test_a_pin_of_somebody_who_is_gone_is_dropped_and_said(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    solved(dispatcher, plan)
    post = kept(state, plan).assignments[0]
    with writing(state.engine) as session:
        session.execute(
            update(AssignmentRow)
            .where(
                AssignmentRow.shift == post.shift,
                AssignmentRow.role == post.role,
                AssignmentRow.index == post.index,
            )
            .values(assignee="gone", pinned=True)
        )
    (dropped,) = solved(dispatcher, plan)["report"]["dropped_pins"]
    assert (dropped["assignment"]["assignee"], dropped["rules"]) == ("gone", ["known_post"])
    kept(state, plan)
    with reading(state.engine) as session:
        entry = session.execute(select(AuditRow).where(AuditRow.action == "shift.solve")).scalar_one()
    assert entry.before is not None
    assert {"assignee": "gone", "pinned": True} in entry.before.values()


def test_one_run_a_plan_at_a_time(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan, other = made(dispatcher, days=1), made(dispatcher, "2026-12-01", days=1)
    run = begun(dispatcher, plan)
    again = dispatcher.post(f"/api/v1/plans/{plan}/runs", json={})
    assert (again.status_code, again.json()["code"], again.json()["run"]) == (409, "run_active", run)
    elsewhere = begun(dispatcher, other)
    assert ended(dispatcher, run)["state"] == ended(dispatcher, elsewhere)["state"] == "done"
    late = dispatcher.post(f"/api/v1/runs/{run}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "run_ended")


def test_a_cancelled_run_changes_nothing(
    users: Users, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher)
    with monkeypatch.context() as patch:
        hold_runs(patch, tmp_path)
        run = begun(dispatcher, plan)
        held_run(state)
    assert dispatcher.post(f"/api/v1/runs/{run}/cancel").status_code == 202
    assert ended(dispatcher, run)["state"] == "cancelled"
    assert kept(state, plan).assignments == ()
    assert solved(dispatcher, plan)["state"] == "done"


def test_a_run_is_followed_to_its_end(users: Users) -> None:
    dispatcher = users["dispatcher"]
    run = begun(dispatcher, made(dispatcher))
    events = []
    with dispatcher.stream("GET", f"/api/v1/runs/{run}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = list(answer.iter_lines())
    for name, data in zip(lines[::3], lines[1::3], strict=False):
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    assert [name for name, _ in events] == ["run"] * (len(events) - 1) + ["done"]
    assert events[-1][1]["state"] == "done"
    phases = [data["progress"]["phase"] for _, data in events]
    order = [None, "compile", "solve", "verify", "done"]
    assert sorted(phases, key=order.index) == phases
    levels = events[-1][1]["progress"]["levels"]
    assert {level["gap"] for level in levels if level["name"] == "core"} == {0}
    # Whoever comes late is told at once.
    with dispatcher.stream("GET", f"/api/v1/runs/{run}/events") as answer:
        names = [line for line in answer.iter_lines() if line.startswith("event")]
    assert names == ["event: run", "event: done"]


def test_what_is_not_there_is_not_there(users: Users) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    for method, path in (
        ("GET", "/runs/99"),
        ("GET", "/runs/99/events"),
        ("POST", "/runs/99/cancel"),
        ("GET", "/plans/none/runs"),
        ("POST", "/plans/none/runs"),
    ):
        body: dict[str, str] | None = {} if method == "POST" else None
        assert dispatcher.request(method, f"/api/v1{path}", json=body).status_code == 404, path
    nowhere = dispatcher.post(f"/api/v1/plans/{plan}/runs", json={"districts": ["nowhere"]})
    assert nowhere.status_code == 404


def test_a_district_is_solved_alone_by_its_dispatcher(users: Users, state: State) -> None:
    dispatcher, own = users["dispatcher"], users["district_dispatcher"]
    plan = made(dispatcher, days=1)
    with reading(state.engine) as session:
        districts = set(session.scalars(select(ShiftRow.district)))
    assert "D001" in districts
    run = solved(own, plan)
    assert run["settings"]["districts"] == ["D001"]
    with reading(state.engine) as session:
        at = dict(session.execute(select(ShiftRow.id, ShiftRow.district)).all())
        versions = {d: v for d, v in session.execute(select(ShiftRow.district, ShiftRow.version))}
    assert {at[a.shift] for a in kept(state, plan).assignments} == {"D001"}
    assert {d for d, v in versions.items() if v == 2} == {"D001"}
    foreign = own.post(f"/api/v1/plans/{plan}/runs", json={"districts": ["D002"]})
    whole = begun(dispatcher, plan)
    stranger = own.post(f"/api/v1/runs/{whole}/cancel")
    assert foreign.status_code == stranger.status_code == 404
    assert ended(dispatcher, whole)["state"] == "done"


def test_a_run_whose_process_is_killed_says_so_and_can_be_begun_again(
    users: Users, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher)
    with monkeypatch.context() as patch:
        hold_runs(patch, tmp_path)
        run = begun(dispatcher, plan)
        os.kill(held_run(state), signal.SIGKILL)
    found = ended(dispatcher, run)
    assert found["state"] == "interrupted"
    assert "again" in found["failure"]
    assert kept(state, plan).assignments == ()
    assert solved(dispatcher, plan)["state"] == "done"
    kept(state, plan)


def test_a_service_that_stops_ends_its_runs(
    users: Users, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_runs(monkeypatch, tmp_path)
    dispatcher = users["dispatcher"]
    plan = made(dispatcher)
    run = begun(dispatcher, plan)
    held_run(state)
    state.runs.stop()
    assert state.runs.processes() == []
    assert ended(dispatcher, run)["state"] == "interrupted"
    assert kept(state, plan).assignments == ()


def test_a_run_that_has_gone_silent_is_interrupted_for_whoever_looks(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)

    def silent() -> int:
        with writing(state.engine) as session:
            row = RunRow(
                plan=plan,
                state="running",
                settings={"time_limit": None, "seed": 1, "districts": []},
                progress={},
                created_at=now() - dt.timedelta(hours=1),
                seen_at=now() - runs.SILENCE - dt.timedelta(seconds=1),
            )
            session.add(row)
            session.flush()
            return row.id

    first = silent()
    assert dispatcher.get(f"/api/v1/runs/{first}").json()["state"] == "interrupted"
    second = silent()
    assert dispatcher.get(f"/api/v1/plans/{plan}/runs").json()[0]["state"] == "interrupted"
    third = silent()
    state.start()
    with reading(state.engine) as session:
        assert session.get_one(RunRow, third).state == "interrupted"
    silent()
    assert solved(dispatcher, plan)["state"] == "done"
    assert second < third


def test_an_edit_during_a_run_wins(
    users: Users, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_runs(monkeypatch, tmp_path)
    dispatcher = users["dispatcher"]
    plan = made(dispatcher)
    run = begun(dispatcher, plan)
    group = held_run(state)
    with writing(state.engine) as session:  # as an edit does
        session.get_one(PlanRow, plan, with_for_update=True).roster_version += 1
        session.scalars(select(ShiftRow).limit(1)).one().version += 1
    os.killpg(group, signal.SIGCONT)
    found = ended(dispatcher, run)
    assert (found["state"], found["report"]) == ("failed", None)
    assert "edited during the run" in found["failure"]
    assert kept(state, plan).assignments == ()


def test_what_is_submitted_is_not_solved_again(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    with writing(state.engine) as session:
        session.get_one(PlanRow, plan).state = "submitted"
    refused = dispatcher.post(f"/api/v1/plans/{plan}/runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert "draft" in refused.json()["detail"]


def test_settings_out_of_range_are_refused(users: Users) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    for wrong in ({"time_limit": 0}, {"time_limit": 1e9}, {"seed": -1}, {"districts": [""]}, {"more": 1}):
        assert dispatcher.post(f"/api/v1/plans/{plan}/runs", json=wrong).status_code == 422, wrong


def test_who_may_run(users: Users) -> None:
    plan = made(users["dispatcher"], days=1)
    for name, status in (("nobody", 401), ("school_admin", 403), ("auditor", 403), ("member", 403)):
        assert users[name].post(f"/api/v1/plans/{plan}/runs", json={}).status_code == status
    assert users["school_admin"].get(f"/api/v1/plans/{plan}/runs").json() == []
    assert plan == MONDAY

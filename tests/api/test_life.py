"""A plan's life: from collecting to closed and back, by whom, and never past what others have changed."""

from __future__ import annotations

import datetime as dt

import pytest
from api_cases import Client, Users
from run_cases import PLANS, filled, made, step
from sqlalchemy import select

from api.app import create_app
from api.database.engine import reading, writing
from api.plans.tables import AuditRow, PlanRow
from api.state import State

LATER = "2026-11-27T12:00:00+08:00"
BEFORE = "2026-11-20T12:00:00+08:00"


def test_each_school_confirms_and_the_rest_are_reminded(users: Users) -> None:
    dispatcher, admin = users["dispatcher"], users["school_admin"]
    made_now = dispatcher.post(PLANS, json={"start": "2026-11-30", "collects_until": LATER}).json()
    plan = made_now["id"]
    assert made_now["state"] == "collecting"
    path = f"{PLANS}/{plan}/confirmations"
    assert [c["site"] for c in admin.get(path).json()] == ["S0001"]
    assert admin.put(f"{path}/S0001").json()["confirmed_at"] is not None
    assert admin.put(f"{path}/S0002").status_code == 404
    assert dispatcher.put(f"{path}/none").status_code == 404
    reminded = dispatcher.post(f"{PLANS}/{plan}/reminders").json()
    assert [c["site"] for c in reminded] == ["S0002", "S0003", "S0004"]
    assert all(c["reminded_at"] for c in reminded)
    seen = {c["site"]: c for c in dispatcher.get(path).json()}
    assert (seen["S0001"]["confirmed_at"] is None, seen["S0002"]["confirmed_at"]) == (False, None)
    assert admin.delete(f"{path}/S0001").json()["confirmed_at"] is None
    assert len(dispatcher.post(f"{PLANS}/{plan}/reminders").json()) == 4
    assert step(dispatcher, plan, "proceed")["state"] == "draft"
    late = admin.put(f"{path}/S0001")
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    for name in ("auditor", "member", "school_admin"):
        assert users[name].post(f"{PLANS}/{plan}/reminders").status_code == 403


@pytest.mark.parametrize(("until", "overdue"), [(LATER, False), (BEFORE, True)])
def test_whether_the_time_for_input_is_over_is_seen(
    users: Users, monkeypatch: pytest.MonkeyPatch, until: str, overdue: bool
) -> None:
    moment = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    monkeypatch.setattr("api.plans.shapes.now", lambda: moment)
    plan = users["dispatcher"].post(PLANS, json={"start": "2026-11-30", "collects_until": until}).json()
    assert plan["overdue"] is overdue


def test_a_step_names_what_it_builds_on(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    blind = dispatcher.post(f"{PLANS}/{plan}/submit")
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    seen = dispatcher.get(f"{PLANS}/{plan}").headers["etag"]
    filled(state, plan)  # meanwhile
    for name in ("submit", "publish"):
        stale = dispatcher.post(f"{PLANS}/{plan}/{name}", headers={"if-match": seen})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    with reading(state.engine) as session:
        row = session.get_one(PlanRow, plan)
        assert (row.state, row.version, row.revision) == ("draft", 2, None)


def test_another_than_who_submitted_approves(users: Users, state: State) -> None:
    plan = made(users["dispatcher"], days=1)
    filled(state, plan)
    strict_state = State(state.settings.model_copy(update={"approval": "another"}), state.engine)
    strict = Users(strict_state, Client(create_app(state=strict_state)))
    first, second = strict["other_dispatcher"], users["dispatcher"]
    tag = first.get(f"{PLANS}/{plan}").headers["etag"]
    early = first.post(f"{PLANS}/{plan}/publish", headers={"if-match": tag})
    assert (early.status_code, early.json()["code"], early.json()["state"]) == (409, "wrong_state", "draft")
    assert step(first, plan, "submit")["state"] == "submitted"
    tag = first.get(f"{PLANS}/{plan}").headers["etag"]
    own = first.post(f"{PLANS}/{plan}/approve", headers={"if-match": tag})
    assert (own.status_code, own.json()["code"]) == (403, "own_submission")
    assert step(second, plan, "send-back", {"reason": "Friday"})["state"] == "draft"
    step(first, plan, "submit")
    assert step(second, plan, "approve")["state"] == "approved"
    assert step(first, plan, "publish")["number"] == 1
    # What is published stays in force while the next revision is looked at.
    step(first, plan, "submit")
    assert step(second, plan, "send-back", {"reason": "Friday"})["state"] == "published"
    with reading(state.engine) as session:
        actions = list(session.scalars(select(AuditRow.action).order_by(AuditRow.id)))
    names = ("submit", "send_back", "submit", "approve", "publish", "submit", "send_back")
    assert actions[-7:] == [f"plan.{name}" for name in names]


def test_steps_out_of_order_are_refused(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    allowed = {
        "draft": {"submit", "publish"},
        "submitted": {"approve", "send-back", "publish"},
        "approved": {"send-back", "publish"},
        "closed": {"reopen"},
        "collecting": {"proceed"},
    }
    bodies = {
        "send-back": {"reason": "x"},
        "withdraw": {"reason": "x"},
        "reopen": {"reason": "x"},
        "close": {},
    }
    steps = ("proceed", "submit", "approve", "send-back", "publish", "withdraw", "close", "reopen")
    for now, fitting in allowed.items():
        with writing(state.engine) as session:
            session.get_one(PlanRow, plan).state = now
        tag = dispatcher.get(f"{PLANS}/{plan}").headers["etag"]
        for name in steps:
            if name not in fitting:
                refused = dispatcher.post(
                    f"{PLANS}/{plan}/{name}", json=bodies.get(name), headers={"if-match": tag}
                )
                assert refused.status_code == 409, (now, name)
                assert refused.json()["code"] in ("wrong_state", "not_published"), (now, name)


def test_who_may_take_steps(users: Users) -> None:
    plan = made(users["dispatcher"], days=1)
    tag = users["dispatcher"].get(f"{PLANS}/{plan}").headers["etag"]
    for name in ("proceed", "submit", "approve", "publish"):
        path = f"{PLANS}/{plan}/{name}"
        assert users["nobody"].post(path, headers={"if-match": tag}).status_code == 401
        for user in ("district_dispatcher", "school_admin", "auditor", "member"):
            assert users[user].post(path, headers={"if-match": tag}).status_code == 403

"""Closing: what was published and carried is what the next week starts from; a newcomer never has to catch up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from run_cases import MONDAY, PLANS, filled, made, step, stored
from sqlalchemy import delete, select, update

from api.database.engine import reading, writing
from api.plans.tables import PlanRow, ShiftRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, LedgerRow, PersonRow
from api.state import State
from solver.verify import Verifier, burdens, opening_burdens

if TYPE_CHECKING:
    from api_cases import Users

    from models import Problem

# What is over depends on the day.
pytestmark = pytest.mark.usefixtures("sunday")

TUESDAY = "2026-12-01"
WEDNESDAY = "2026-12-02"
EARLY = {"reason": "A test"}


@pytest.fixture(autouse=True)
def _nothing_was_brought_along(state: State) -> None:
    """Begin with an empty ledger."""
    with writing(state.engine) as session:
        session.execute(delete(LedgerRow))
        changed(session, "ledger")


def problem_of(state: State, plan: str) -> Problem:
    """Return a plan's problem."""
    with reading(state.engine) as session:
        return state.problems.of(session, session.get_one(PlanRow, plan))


def ledger(state: State) -> dict[tuple[str, dt.date, str], int]:
    """Return all entries."""
    with reading(state.engine) as session:
        rows = session.execute(select(LedgerRow.assignee, LedgerRow.week, LedgerRow.kind, LedgerRow.points))
        return {(assignee, week, kind): points for assignee, week, kind, points in rows}


def closed(users: Users, state: State, start: str = MONDAY) -> str:
    """Make, solve, publish and close a day's plan."""
    plan = made(users["dispatcher"], start, days=1)
    filled(state, plan)
    step(users["dispatcher"], plan, "publish")
    step(users["dispatcher"], plan, "close", EARLY)
    return plan


def test_the_next_plan_starts_from_what_was_carried(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan)
    step(dispatcher, plan, "publish")
    stored(state, plan)  # what is edited after the publication doesn't count
    tag = dispatcher.get(f"{PLANS}/{plan}").headers["etag"]
    early = dispatcher.post(f"{PLANS}/{plan}/close", json={}, headers={"if-match": tag})
    assert (early.status_code, early.json()["code"]) == (409, "not_over")
    told = step(dispatcher, plan, "close", EARLY)
    carried = burdens(problem_of(state, plan), roster)
    assert (told["plan"]["state"], told["carried"], told["newcomers"]) == ("closed", len(carried), 0)
    after = made(dispatcher, TUESDAY, days=1)
    problem = problem_of(state, after)
    assert {e.assignee: e.points for e in problem.ledger} == {
        assignee: burden.points for assignee, burden in carried.items()
    }
    assert {
        (d.assignee, d.role, d.site, d.window) for d in problem.history if d.date == roster.horizon.start
    } == {(a.assignee, a.role, *(a.shift.split("/")[::2])) for a in roster.assignments}
    # A closed plan rests.
    refused = dispatcher.post(f"{PLANS}/{plan}/runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


def test_a_plan_that_is_over_is_closed_without_a_reason(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    filled(state, plan)
    step(dispatcher, plan, "publish")
    with writing(state.engine) as session:
        past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        session.execute(update(ShiftRow).values(start=past, end=past + dt.timedelta(minutes=30)))
    assert step(dispatcher, plan, "close", {})["plan"]["state"] == "closed"


def test_reopening_takes_out_what_closing_entered(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    first = closed(users, state)
    before = ledger(state)
    second = closed(users, state, TUESDAY)
    assert ledger(state).keys() > before.keys()
    assert step(dispatcher, second, "reopen", {"reason": "An absence came late"})["state"] == "published"
    assert ledger(state) == before
    assert problem_of(state, made(dispatcher, WEDNESDAY, days=1)).ledger == problem_of(state, second).ledger
    step(dispatcher, second, "close", EARLY)
    step(dispatcher, first, "reopen", {"reason": "Another"})
    assert {week.isoformat() for _, week, _ in ledger(state)} == {TUESDAY}


def test_an_absence_that_came_late_is_credited(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan)
    step(dispatcher, plan, "publish")
    problem = problem_of(state, plan)
    busy = {a.assignee for a in roster.assignments}
    staff = [p for p in problem.people if p.roles[:1] == ("staff",) and p.unit == "S0001"]
    away = next(p for p in staff if p.id not in busy)
    start = dt.datetime.combine(problem.horizon.start, dt.time(), ZoneInfo(problem.timezone))
    with writing(state.engine) as session:
        until = start + dt.timedelta(days=1)
        session.add(AbsenceRow(assignee=away.id, start=start, end=until, kind="sick"))
        changed(session, "absences")
    assert step(dispatcher, plan, "close", EARLY)["credited"] == 1
    carried = Verifier(problem).carried(roster)
    others = [p for p in staff if p != away]
    mean = sum(carried[p.id] for p in others) * away.capacity // sum(p.capacity for p in others)
    entries = ledger(state)
    week = problem.horizon.start
    assert entries[away.id, week, "carried"] == 0
    assert 0 < entries[away.id, week, "credited"] == mean
    (points,) = [
        e.points for e in problem_of(state, made(dispatcher, TUESDAY, days=1)).ledger if e.assignee == away.id
    ]
    assert points == mean


def _joined(state: State, like: str) -> str:
    """Take somebody in who is like another, and return the id."""
    with writing(state.engine) as session:
        row = session.get_one(PersonRow, like)
        copied: dict[str, Any] = {c.key: getattr(row, c.key) for c in PersonRow.__table__.columns}
        session.add(PersonRow(**{**copied, "id": "S0001-NEW", "name": "New", "position": 10**6}))
        changed(session, "people")
    return "S0001-NEW"


def test_a_newcomer_keeps_the_groups_mean_and_never_catches_up(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    closed(users, state, MONDAY)
    closed(users, state, TUESDAY)
    new = _joined(state, "S0001-T001")
    plan = made(dispatcher, WEDNESDAY, days=1)
    problem = problem_of(state, plan)
    group = [p for p in problem.people if p.roles[:1] == ("staff",) and p.unit == "S0001" and p.id != new]
    points = {e.assignee: e.points for e in problem.ledger}
    mean = sum(points[p.id] for p in group) * 100 // sum(p.capacity for p in group)
    starts = opening_burdens(problem)
    usual = Verifier(problem).usual_duties()["staff"]
    smallest = min(points[p.id] for p in group)
    assert new not in points
    assert starts[new] == (mean - smallest) // usual * usual
    # Once the plan is closed, the ledger knows it, week by week.
    filled(state, plan)
    step(dispatcher, plan, "publish")
    assert step(dispatcher, plan, "close", EARLY)["newcomers"] == 1
    entries = ledger(state)
    for week in (MONDAY, TUESDAY):
        day = dt.date.fromisoformat(week)
        total = sum(entries[p.id, day, "carried"] for p in group)
        assert entries[new, day, "credited"] == total * 100 // sum(p.capacity for p in group)
    after = problem_of(state, made(dispatcher, "2026-12-03", days=1))
    (known,) = [e.points for e in after.ledger if e.assignee == new]
    carried = entries[new, dt.date.fromisoformat(WEDNESDAY), "carried"]
    assert mean - 2 < known - carried <= mean
    # Re-opened, nothing of it is left.
    step(dispatcher, plan, "reopen", {"reason": "x"})
    assert not [key for key in ledger(state) if key[0] == new]


def test_what_is_credited_leaves_the_ledger_with_its_week(users: Users, state: State) -> None:
    closed(users, state, MONDAY)
    new = _joined(state, "S0001-T001")
    closed(users, state, TUESDAY)
    plan = made(
        users["dispatcher"], "2026-12-08", days=1
    )  # eight days after the first, seven after the second
    short = State(state.settings.model_copy(update={"ledger_weeks": 1}), state.engine)
    entries = ledger(state)
    week = dt.date.fromisoformat(TUESDAY)
    for problem, first in ((problem_of(state, plan), dt.date.min), (problem_of(short, plan), week)):
        points = {e.assignee: e.points for e in problem.ledger}
        assert points[new] == sum(p for (who, day, _), p in entries.items() if who == new and day >= first)
    assert entries[new, dt.date.fromisoformat(MONDAY), "credited"] > 0

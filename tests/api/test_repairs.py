"""Repairs: proposed, applied once and only while they fit, with what happened kept where it belongs."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from roster_cases import MONDAY, PLAN, SITE, audited, post, solved, store_plan, stored, tags, violations
from sqlalchemy import select, update

from api.accounts.tables import GrantRow
from api.database.engine import reading, writing
from api.plans.tables import RepairRow, ShiftRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow
from models import Absent, Repair
from solver.repair import repair
from solver.solve import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users
    from httpx2 import Response

    from api.state import State
    from models import Assignment, Roster

BEFORE = "2026-11-29T12:00:00+08:00"
TUESDAY = "2026-12-01T00:00:00+08:00"


@pytest.fixture
def roster(state: State) -> Iterator[Roster]:
    """The stored week; whatever a test does to it, no rule is broken afterwards."""
    found = store_plan(state)
    yield found
    assert violations(state) == ()


def propose(client: Client, *happenings: dict[str, Any], **more: Any) -> Response:
    """Ask for a repair."""
    body = {"happenings": happenings, "at": BEFORE, **more}
    return client.post(f"{PLAN}/repairs", json=body)


def proposed(client: Client, *happenings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a repair."""
    answer = propose(client, *happenings, **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def put_in_force(client: Client, repair: dict[str, Any]) -> Response:
    """Apply a repair."""
    return client.post(f"/api/v1/repairs/{repair['id']}/apply")


def teacher(roster: Roster) -> Assignment:
    """Return a post of a teacher's after Monday."""
    return next(
        a
        for a in roster.assignments
        if a.role == "staff" and a.shift.startswith(f"{SITE}/") and a.shift.split("/")[1] > MONDAY
    )


def away(assignee: str, start: str = TUESDAY, **more: Any) -> dict[str, Any]:
    """Return that somebody is absent."""
    return {"kind": "absent", "assignee": assignee, "start": start, **more}


def holders(roster: Roster) -> dict[tuple[str, str, int], str]:
    """Return who holds each post."""
    return {(a.shift, a.role, a.index): a.assignee for a in roster.assignments}


def test_a_proposal_is_the_engines_and_changes_nothing(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], teacher(roster)
    found = proposed(dispatcher, away(old.assignee))
    problem, _ = solved()
    happening = Absent(assignee=old.assignee, start=dt.datetime.fromisoformat(TUESDAY))
    expected = repair(problem, roster, [happening], settings=Settings(workers=1)).repair
    answer = Repair.model_validate(found["repair"])
    assert (answer.status, answer.changes, answer.levels) == (
        "optimal",
        expected.changes,
        expected.levels,
    )
    assert answer.changes
    assert found["applied_at"] is None
    assert found["names"][old.assignee] == problem.person_by_id[old.assignee].name
    assert stored(state)[1] == roster
    assert dispatcher.get(f"/api/v1/repairs/{found['id']}").json() == found
    assert dispatcher.get(f"{PLAN}/repairs").json() == {"items": [found], "next": None}
    (entry,) = audited(state, "repair.propose")
    assert (entry.kind, entry.key, entry.plan) == ("repair", str(found["id"]), MONDAY)


def test_applying_stores_changes_and_absence_once(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], teacher(roster)
    found = proposed(dispatcher, away(old.assignee, end="2027-01-31T00:00:00+08:00", why="sick"))
    answer = put_in_force(dispatcher, found)
    assert answer.status_code == 200, answer.text
    assert answer.json()["applied_at"] is not None
    problem, after = stored(state)
    expected = holders(roster)
    for change in found["repair"]["changes"]:
        key = (change["shift"], change["role"], change["index"])
        assert expected.pop(key, None) == change["before"]
        if change["after"] is not None:
            expected[key] = change["after"]
    assert holders(after) == expected
    (absence,) = [a for a in problem.absences if a.assignee == old.assignee]
    assert (absence.start, absence.kind) == (dt.datetime.fromisoformat(TUESDAY), "sick")
    assert not any(a.assignee == old.assignee and a.shift.split("/")[1] > MONDAY for a in after.assignments)
    assert {e.key for e in audited(state, "shift.repair")} == {c["shift"] for c in found["repair"]["changes"]}
    assert len(audited(state, "absences.add")) == 1
    assert len(audited(state, "repair.apply")) == 1
    again = put_in_force(dispatcher, found)
    assert (again.status_code, again.json()["code"]) == (409, "already_applied")
    # Whoever is away already is away: a second repair finds nothing to change, and no absence overlaps.
    more = proposed(dispatcher, away(old.assignee, "2026-11-30T00:00:00+08:00"), apply=True)
    assert more["applied_at"] is not None
    with reading(state.engine) as session:
        rows = session.scalars(
            select(AbsenceRow).where(AbsenceRow.assignee == old.assignee).order_by(AbsenceRow.start)
        ).all()
        assert [row.end <= later.start for row, later in pairwise(rows)] == [True]


def test_a_proposal_is_stale_when_its_field_has_changed(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], teacher(roster)
    found = proposed(dispatcher, away(old.assignee))
    # Another role of the same shift is another field.
    other = next(a for a in roster.assignments if (a.shift, a.role) == (old.shift, "volunteer"))

    def clear(a: Assignment) -> None:
        body = {"edits": [{"kind": "clear", **post(a)}]}
        answer = dispatcher.post(f"{PLAN}/edits", json=body, headers=tags(dispatcher, a.shift))
        assert answer.status_code == 200, answer.text

    clear(old)
    left = stored(state)[1]
    answer = put_in_force(dispatcher, found)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert stored(state)[1] == left
    assert audited(state, "absences.add") == audited(state, "shift.repair") == []
    anew = proposed(dispatcher, away(old.assignee))
    clear(other)
    assert put_in_force(dispatcher, anew).status_code == 200


def test_a_proposal_is_stale_when_it_would_break_a_rule_by_now(
    users: Users, state: State, roster: Roster
) -> None:
    dispatcher, old = users["dispatcher"], teacher(roster)
    found = proposed(dispatcher, away(old.assignee))
    taker = next(c["after"] for c in found["repair"]["changes"] if c["after"])
    # Who would step in is on leave by now, but for the duties held already.
    shift = next(c["shift"] for c in found["repair"]["changes"] if c["after"] == taker)
    when = solved()[0].shift_by_id[shift]
    with writing(state.engine) as session:
        session.add(AbsenceRow(assignee=taker, start=when.start, end=when.end, kind="leave"))
        changed(session, "absences")
    answer = put_in_force(dispatcher, found)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert stored(state)[1] == roster
    assert proposed(dispatcher, away(old.assignee), apply=True)["applied_at"] is not None


def test_a_unit_is_withdrawn_in_one_action(users: Users, state: State, roster: Roster) -> None:
    problem, _ = solved()
    brigade = problem.person_by_id[
        next(a.assignee for a in roster.assignments if a.role == "traffic_officer")
    ].unit
    happening = {"kind": "withdrawn", "unit": brigade, "start": TUESDAY, "end": "2026-12-02T00:00:00+08:00"}
    found = proposed(users["dispatcher"], happening, apply=True)
    after_problem, after = stored(state)
    mine = {p.id for p in problem.people if p.unit == brigade}
    assert not any(a.assignee in mine and a.shift.split("/")[1] == "2026-12-01" for a in after.assignments)
    away_now = {a.assignee for a in after_problem.absences if a.kind == "withdrawn"}
    assert away_now == mine
    assert found["repair"]["opened"]


def test_a_closed_school_and_a_moved_bell_change_the_plans_shifts(
    users: Users, state: State, roster: Roster
) -> None:
    dispatcher = users["dispatcher"]
    closed = {"kind": "closed", "site": "S0002", "start": TUESDAY, "end": "2026-12-02T00:00:00+08:00"}
    window = solved()[0].windows[0].id
    moved = {"kind": "moved", "site": SITE, "window": window, "date": "2026-12-03", "minutes": 5}
    proposed(dispatcher, closed, moved, apply=True)
    problem, after = stored(state)
    assert not any(s.site == "S0002" and s.date == dt.date(2026, 12, 1) for s in problem.shifts)
    was = next(
        s for s in solved()[0].shifts if (s.site, s.window, s.date) == (SITE, window, dt.date(2026, 12, 3))
    )
    now = problem.shift_by_id[was.id]
    assert now.start - was.start == now.end - was.end == dt.timedelta(minutes=5)
    assert len(audited(state, "shift.close")) == 4
    (entry,) = audited(state, "shift.move")
    assert entry.key == was.id
    assert {a.shift for a in after.assignments} <= problem.shift_by_id.keys()
    with reading(state.engine) as session:
        assert session.scalar(select(ShiftRow.moved).where(ShiftRow.id == was.id)) == 1
    # The desk goes by the moved shifts from now on.
    shown = dispatcher.get(f"{PLAN}/candidates", params={"shift": was.id, "role": "staff"})
    assert shown.status_code in (200, 409)


def test_a_pin_asked_for_is_kept(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], teacher(roster)
    found = dispatcher.get(
        f"{PLAN}/candidates", params={"shift": old.shift, "role": "staff", "instead": old.assignee}
    ).json()["answer"]["free"]
    new = found[0]["assignee"]
    pin = {"kind": "pinned", "shift": old.shift, "role": "staff", "assignee": new}
    proposed(dispatcher, pin, apply=True)
    pinned = [a for a in stored(state)[1].assignments if a.pinned]
    assert [(a.shift, a.role, a.assignee) for a in pinned] == [(old.shift, "staff", new)]


def test_repairs_stay_in_their_scope(users: Users, state: State, roster: Roster) -> None:
    dispatcher, district = users["dispatcher"], users["district_dispatcher"]
    old = teacher(roster)
    found = proposed(dispatcher, away(old.assignee))
    district.get("/api/v1/plans")
    with writing(state.engine) as session:
        session.execute(update(GrantRow).where(GrantRow.district.is_not(None)).values(district="elsewhere"))
    for there, nowhere in (
        (away(old.assignee), away("none")),
        (
            {"kind": "withdrawn", "unit": SITE, "start": TUESDAY},
            {"kind": "withdrawn", "unit": "none", "start": TUESDAY},
        ),
        (
            {"kind": "closed", "site": SITE, "start": TUESDAY},
            {"kind": "closed", "site": "none", "start": TUESDAY},
        ),
        (
            {"kind": "asked", "shift": old.shift, "role": "staff"},
            {"kind": "asked", "shift": "none", "role": "staff"},
        ),
    ):
        answers = [propose(district, there), propose(district, nowhere), propose(dispatcher, nowhere)]
        assert [a.status_code for a in answers] == [404, 404, 404], there
        bodies = [{**a.json(), "request_id": ""} for a in answers]
        assert bodies[0] == bodies[1] == bodies[2]
    assert put_in_force(district, found).status_code == 404
    assert district.get(f"/api/v1/repairs/{found['id']}").status_code == 404
    assert district.get(f"{PLAN}/repairs").json()["items"] == []
    assert users["school_admin"].get(f"{PLAN}/repairs").status_code == 403
    with reading(state.engine) as session:
        assert len(session.scalars(select(RepairRow)).all()) == 1


def test_what_comes_too_late_is_refused(users: Users, state: State, roster: Roster) -> None:
    window = solved()[0].windows[0].id
    moved = {"kind": "moved", "site": SITE, "window": window, "date": MONDAY, "minutes": 5}
    late = propose(users["dispatcher"], moved, at="2026-11-30T20:00:00+08:00")
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert propose(users["dispatcher"]).status_code == 422

"""Coverage and weeks: what stands in the database, within the scope, and nobody's phone number."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from api_cases import MEMBER
from roster_cases import MONDAY, PLAN, SITE, solved, store_plan, week
from sqlalchemy import delete, update

from api.database.base import now
from api.database.engine import writing
from api.plans.plans import locked
from api.plans.tables import AssignmentRow, DutyRow
from api.standing.tables import CrewRow

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State
    from models import Roster


@pytest.fixture
def roster(state: State) -> Roster:
    """The stored week."""
    return store_plan(state)


def test_coverage_counts_posts_by_shift_and_role(users: Users, state: State, roster: Roster) -> None:
    problem, _ = solved()
    dispatcher = users["dispatcher"]
    shift = problem.shifts[0]
    with writing(state.engine) as session:
        mine = AssignmentRow.shift == shift.id
        session.execute(delete(AssignmentRow).where(mine, AssignmentRow.role == "staff"))
        session.execute(
            update(AssignmentRow).where(mine, AssignmentRow.role == "security_guard").values(pinned=True)
        )
    rows = {row["shift"]: row for row in dispatcher.get(f"{PLAN}/coverage").json()}
    assert list(rows) == [s.id for s in problem.shifts]
    held = Counter(a.shift for a in roster.assignments)
    held[shift.id] -= 2
    for s in problem.shifts:
        row = rows[s.id]
        target = sum(n.target for n in s.needs)
        assert (row["filled"], row["target"], row["open"]) == (held[s.id], target, target - held[s.id])
        assert row["minimum"] == sum(n.minimum for n in s.needs)
    # The two staff are missing, whatever else is above its minimum.
    assert rows[shift.id]["short"] == 2
    assert rows[shift.id]["pinned"] == 2
    only = dispatcher.get(f"{PLAN}/coverage", params={"open": True}).json()
    assert only == [row for row in rows.values() if row["open"]]
    district = problem.sites[0].district
    asked = {"date": "2026-12-01", "district": district}
    day = dispatcher.get(f"{PLAN}/coverage", params=asked).json()
    assert day == [r for r in rows.values() if (r["date"], r["district"]) == ("2026-12-01", district)]
    assert day
    site = dispatcher.get(f"{PLAN}/coverage", params={"site": SITE}).json()
    assert site == [r for r in rows.values() if r["site"] == SITE]


def test_coverage_is_sent_again_only_when_the_roster_has_changed(
    users: Users, state: State, roster: Roster
) -> None:
    dispatcher = users["dispatcher"]
    first = dispatcher.get(f"{PLAN}/coverage")
    again = {"If-None-Match": first.headers["etag"]}
    same = dispatcher.get(f"{PLAN}/coverage", headers=again)
    assert (same.status_code, same.content) == (304, b"")
    assert users["school_admin"].get(f"{PLAN}/coverage", headers=again).status_code == 200
    with writing(state.engine) as session:
        locked(session, MONDAY).roster_version += 1
    assert dispatcher.get(f"{PLAN}/coverage", headers=again).status_code == 200


def test_a_scope_sees_its_own_alone(users: Users, roster: Roster) -> None:
    admin = users["school_admin"]
    assert {row["site"] for row in admin.get(f"{PLAN}/coverage").json()} == {SITE}
    assert week(admin)["site"] == SITE
    problem, _ = solved()
    crew = problem.crews[0]
    for path in (
        "sites/S0002/week",
        "people/S0002-T001/week",
        f"crews/{crew.id}/week",
        f"units/{crew.unit}/week",
    ):
        other, none = admin.get(f"{PLAN}/{path}"), admin.get(f"{PLAN}/{path.split('/')[0]}/none/week")
        assert (other.status_code, none.status_code) == (404, 404), path
        assert {**other.json(), "request_id": ""} == {**none.json(), "request_id": ""}
    assert users["member"].get(f"{PLAN}/coverage").status_code == 403
    assert users["nobody"].get(f"{PLAN}/coverage").status_code == 401
    assert users["dispatcher"].get("/api/v1/plans/2027-01-01/coverage").status_code == 404


def test_a_sites_week_shows_every_post(users: Users, roster: Roster) -> None:
    problem, _ = solved()
    found = week(users["school_admin"])
    held = {(a.shift, a.role, a.index): a.assignee for a in roster.assignments}
    site, names = (
        problem.site_by_id[SITE],
        {p.id: p.name for p in problem.people} | {c.id: c.name for c in problem.crews},
    )
    mine = sorted((s for s in problem.shifts if s.site == SITE), key=lambda s: s.start)
    assert [s["id"] for s in found["shifts"]] == [s.id for s in mine]
    for shown, shift in zip(found["shifts"], mine, strict=True):
        assert dt.datetime.fromisoformat(shown["start"]) == shift.start
        assert shown["start"].endswith("+08:00")
        asked = [(n.role, k) for n in shift.needs for k in range(n.target)]
        assert [(p["role"], p["index"]) for p in shown["posts"]] == asked
        for post in shown["posts"]:
            key = (shift.id, post["role"], post["index"])
            holder = post["holder"] and post["holder"]["id"]
            assert holder == held.get(key)
            assert not holder or post["holder"]["name"] == names[holder]
            position = site.position(post["role"], post["index"])
            assert post["position"] == (position and position.model_dump(mode="json"))
    assert "phone" not in users["dispatcher"].get(f"{PLAN}/sites/{SITE}/week").text


def test_people_crews_and_units_have_weeks(users: Users, roster: Roster) -> None:
    problem, _ = solved()
    dispatcher = users["dispatcher"]
    person = next(a.assignee for a in roster.assignments if a.role == "staff")
    found = dispatcher.get(f"{PLAN}/people/{person}/week").json()
    mine = {(a.shift, a.role) for a in roster.assignments if a.assignee == person}
    assert {(d["shift"], d["role"]) for d in found["duties"]} == mine
    assert [d["start"] for d in found["duties"]] == sorted(d["start"] for d in found["duties"])
    crew = problem.crew_by_id[next(a.assignee for a in roster.assignments if a.role == "patrol_crew")]
    route = dispatcher.get(f"{PLAN}/crews/{crew.id}/week").json()
    shifts = [stop["duty"]["shift"] for day in route["days"] for stop in day["stops"]]
    assert sorted(shifts) == sorted(a.shift for a in roster.assignments if a.assignee == crew.id)
    assert [m["id"] for m in route["members"]] == list(crew.members)
    for day in route["days"]:
        first, *later = day["stops"]
        assert (first["travel"], first["gap"]) == (None, None)
        # The engine's rule: whoever goes on gets there in time.
        assert all(0 <= stop["travel"] <= stop["gap"] for stop in later)
    member = dispatcher.get(f"{PLAN}/people/{crew.members[0]}/week").json()
    assert {d["shift"] for d in member["duties"] if d["crew"] == {"id": crew.id, "name": crew.name}} == set(
        shifts
    )
    unit = dispatcher.get(f"{PLAN}/units/{crew.unit}/week").json()
    assert crew.id in {c["id"] for c in unit["crews"]}
    assert found["duties"] == next(
        p["duties"]
        for p in dispatcher.get(f"{PLAN}/units/{found['unit']}/week").json()["people"]
        if p["id"] == person
    )


def test_members_see_what_is_published_of_their_own_and_no_names(
    users: Users, state: State, roster: Roster
) -> None:
    member = users["member"]
    assert member.get("/api/v1/me/duties").json() == []
    problem, _ = solved()
    shift = next(s for s in problem.shifts if s.site == SITE)
    names = {p.id: p.name for p in problem.people}
    others = [p.id for p in problem.people if p.unit == SITE and p.id != MEMBER][:2]

    def duty(assignee: str, role: str, index: int, *, cancelled: bool = False) -> DutyRow:
        return DutyRow(
            uid=f"{assignee}{role}",
            plan=MONDAY,
            assignee=assignee,
            shift=shift.id,
            role=role,
            index=index,
            site=SITE,
            date=shift.date,
            window=shift.window,
            start=shift.start,
            end=shift.end,
            sequence=0,
            changed_at=now(),
            cancelled_at=now() if cancelled else None,
        )

    crew = problem.crews[0]
    with writing(state.engine) as session:
        session.add(duty(MEMBER, "staff", 0))
        session.add(duty(others[0], "staff", 1))
        session.add(duty(others[1], "duty_leader", 0))
        session.add(duty(MEMBER, "security_guard", 0, cancelled=True))
        session.add(duty(crew.id, "patrol_crew", 0))
    answer = member.get("/api/v1/me/duties")
    (mine,) = answer.json()
    assert (mine["shift"], mine["role"], mine["crew"]) == (shift.id, "staff", None)
    assert mine["others"] == {"staff": 1, "duty_leader": 1, "patrol_crew": 1}
    for other in others:
        assert other not in answer.text
        assert names[other] not in answer.text
    later = {"first": (shift.date + dt.timedelta(days=1)).isoformat()}
    assert member.get("/api/v1/me/duties", params=later).json() == []
    with writing(state.engine) as session:
        session.execute(update(CrewRow).where(CrewRow.id == crew.id).values(members=[MEMBER, *crew.members]))
    assert [d["crew"] for d in member.get("/api/v1/me/duties").json()] == [crew.name, None]
    assert users["nobody"].get("/api/v1/me/duties").status_code == 401

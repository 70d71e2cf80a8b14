"""Publishing: what everybody is told to do, and exactly what changes about it from one revision to the next."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from typing import TYPE_CHECKING, Any

from run_cases import PLANS, filled, kept, made, step, stored
from sqlalchemy import select, update

from api.database.engine import reading, writing
from api.plans import revisions
from api.plans.tables import AuditRow, DutyRow, PlanRow, RevisionRow, ShiftRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, SiteRow
from models import Assignment, duty_uid
from solver.verify import verify

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State


def duties(state: State) -> dict[str, dict[str, Any]]:
    """Return all duties by uid."""
    with reading(state.engine) as session:
        return {row["uid"]: dict(row) for row in session.execute(select(DutyRow.__table__)).mappings()}


def test_what_is_published_is_what_was_solved(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan)
    affected = dispatcher.get(f"{PLANS}/{plan}/affected").json()
    told = step(dispatcher, plan, "publish")
    summary = told["summary"]
    people = {a.assignee for a in roster.assignments}
    assert (told["number"], summary["added"], summary["people"]) == (1, len(roster.assignments), len(people))
    assert affected["summary"] == {name: summary[name] for name in ("added", "changed", "removed", "people")}
    assert summary["filled"] <= summary["posts"]
    found = duties(state)
    assert found.keys() == {duty_uid(a.assignee, a.shift, a.role) for a in roster.assignments}
    assert {row["sequence"] for row in found.values()} == {0}
    with reading(state.engine) as session:
        revision = session.get_one(RevisionRow, (plan, 1))
        problem = revisions.problem_of(revision)
        assert set(revisions.roster_of(revision).assignments) == set(roster.assignments)
        assert not verify(problem, roster)
        assert {(p.name == p.id, p.phone) for p in problem.people} == {(True, None)}
        row = session.get_one(PlanRow, plan)
        assert (row.state, row.revision, row.duties_version) == ("published", 1, 1)
    nothing = step(dispatcher, plan, "publish")
    assert (nothing["number"], nothing["summary"]["people"]) == (2, 0)
    assert duties(state) == found


def test_only_what_changed_rises(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    first = filled(state, plan).assignments
    step(dispatcher, plan, "publish")
    before = duties(state)
    # One post is cleared, and one shift begins a quarter of an hour later.
    gone, rest = first[0], first[1:]
    stored(state, plan, *rest)
    moved = next(a.shift for a in rest if a.shift != gone.shift)
    with writing(state.engine) as session:
        shift = session.get_one(ShiftRow, (plan, moved))
        shift.start += dt.timedelta(minutes=15)
        shift.moved += 1
        shift.version += 1
    holders = {a.assignee for a in rest if a.shift == moved}
    page = dispatcher.get(f"{PLANS}/{plan}/affected").json()
    assert {a["assignee"] for a in page["items"]} == holders | {gone.assignee}
    told = step(dispatcher, plan, "publish")["summary"]
    count = sum(a.shift == moved for a in rest)
    assert (told["added"], told["changed"], told["removed"]) == (0, count, 1)
    after = duties(state)
    for uid, row in after.items():
        if row["shift"] == moved:
            assert row["sequence"] == 1
            assert row["start"] == before[uid]["start"] + dt.timedelta(minutes=15)
            assert row["changed_at"] > before[uid]["changed_at"]
        elif uid == duty_uid(gone.assignee, gone.shift, gone.role):
            assert row["sequence"] == 1
            assert row["cancelled_at"] is not None
        else:
            assert row == before[uid]
    # Who comes back takes up the entry that was.
    stored(state, plan, *first)
    told = step(dispatcher, plan, "publish")["summary"]
    assert (told["added"], told["changed"], told["removed"]) == (1, 0, 0)
    back = duties(state)[duty_uid(gone.assignee, gone.shift, gone.role)]
    assert (back["sequence"], back["cancelled_at"]) == (2, None)
    kept(state, plan)


def test_another_gate_is_seen_and_another_number_is_not(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan).assignments
    step(dispatcher, plan, "publish")
    with reading(state.engine) as session:
        problem = state.problems.of(session, session.get_one(PlanRow, plan))

    def place(a: Assignment) -> object:
        return problem.site_by_id[problem.shift_by_id[a.shift].site].position(a.role, a.index)

    a, b = next(
        (a, b)
        for a, b in combinations(roster, 2)
        if (a.shift, a.role) == (b.shift, b.role) and place(a) != place(b)
    )
    others = [c for c in roster if c not in (a, b)]
    exchanged = (a.model_copy(update={"index": b.index}), b.model_copy(update={"index": a.index}))
    for seen, sequence, pair in ((2, 1, exchanged), (0, 1, (a, b))):
        stored(state, plan, *others, *pair)
        assert step(dispatcher, plan, "publish")["summary"]["changed"] == seen
        after = duties(state)
        for moved in pair:
            row = after[duty_uid(moved.assignee, moved.shift, moved.role)]
            assert (row["index"], row["sequence"]) == (moved.index, sequence)
        with writing(state.engine) as session:  # from here on the gates have no names
            session.execute(update(SiteRow).values(positions=[]))
            changed(session, "sites")


def test_what_breaks_a_rule_is_not_published(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    post = next(a for a in filled(state, plan).assignments if a.role == "staff")
    with writing(state.engine) as session:
        shift = session.get_one(ShiftRow, (plan, post.shift))
        session.add(AbsenceRow(assignee=post.assignee, start=shift.start, end=shift.end, kind="sick"))
        changed(session, "absences")
    tag = dispatcher.get(f"{PLANS}/{plan}").headers["etag"]
    refused = dispatcher.post(f"{PLANS}/{plan}/publish", headers={"if-match": tag})
    assert (refused.status_code, refused.json()["code"]) == (409, "rules_broken")
    assert [v["rule"] for v in refused.json()["violations"]] == ["absence"]
    assert duties(state) == {}
    with reading(state.engine) as session:
        assert session.scalars(select(RevisionRow)).all() == []
        assert session.get_one(PlanRow, plan).state == "draft"


def test_unpublishing_cancels_and_publishing_again_takes_up(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    count = len(filled(state, plan).assignments)
    step(dispatcher, plan, "publish")
    told = step(dispatcher, plan, "withdraw", {"reason": "The wrong week"})
    assert (told["plan"]["state"], told["plan"]["revision"]) == ("draft", None)
    assert told["summary"]["removed"] == count
    assert all(row["cancelled_at"] and row["sequence"] == 1 for row in duties(state).values())
    assert dispatcher.get(f"{PLANS}/{plan}/revisions").json()[0]["withdrawn_at"] is not None
    tag = dispatcher.get(f"{PLANS}/{plan}").headers["etag"]
    again = dispatcher.post(f"{PLANS}/{plan}/withdraw", json={"reason": "x"}, headers={"if-match": tag})
    assert (again.status_code, again.json()["code"]) == (409, "not_published")
    assert step(dispatcher, plan, "publish")["number"] == 2
    assert all(row["cancelled_at"] is None and row["sequence"] == 2 for row in duties(state).values())
    with reading(state.engine) as session:
        entry = session.scalars(select(AuditRow).where(AuditRow.action == "plan.withdraw")).one()
    assert entry.after is not None
    assert (entry.after["reason"], entry.after["removed"]) == ("The wrong week", count)


def test_revisions_are_compared_within_a_scope(users: Users, state: State) -> None:
    dispatcher, admin = users["dispatcher"], users["school_admin"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan).assignments
    step(dispatcher, plan, "publish")
    own = next(a for a in roster if a.shift.startswith("S0001/"))
    other = next(a for a in roster if a.shift.startswith("S0002/"))
    rest = [a for a in roster if a not in (own, other)]
    stored(state, plan, *rest)
    path = f"{PLANS}/{plan}/comparison"
    whole = dispatcher.get(path, params={"before": 1}).json()["items"]
    assert [(c["shift"], c["before"]["id"], c["after"]) for c in whole] == sorted(
        [(own.shift, own.assignee, None), (other.shift, other.assignee, None)]
    )
    seen = admin.get(path, params={"before": 1}).json()["items"]
    assert [(c["site"], c["before"]["id"]) for c in seen] == [("S0001", own.assignee)]
    page = dispatcher.get(path, params={"before": 1, "limit": 1}).json()
    more = dispatcher.get(path, params={"before": 1, "limit": 1, "cursor": page["next"]}).json()
    assert [*page["items"], *more["items"]] == whole
    assert more["next"] is None
    step(dispatcher, plan, "publish")
    back = dispatcher.get(path, params={"before": 2, "after": 1, "site": "S0002"}).json()["items"]
    assert [(c["before"], c["after"]["id"]) for c in back] == [(None, other.assignee)]
    assert dispatcher.get(path, params={"before": 2}).json()["items"] == []
    assert dispatcher.get(path, params={"before": 9}).status_code == 404


def test_affected_people_come_in_pages_and_within_a_scope(users: Users, state: State) -> None:
    dispatcher, admin = users["dispatcher"], users["school_admin"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan).assignments
    path = f"{PLANS}/{plan}/affected"
    found, cursor = [], None
    while True:
        page = dispatcher.get(path, params={"limit": 50, **({"cursor": cursor} if cursor else {})}).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [f["assignee"] for f in found] == sorted({a.assignee for a in roster})
    own = admin.get(path, params={"limit": 1000}).json()
    here = [a for a in roster if a.shift.startswith("S0001/")]
    assert {f["assignee"] for f in own["items"]} == {a.assignee for a in here}
    assert own["summary"]["added"] == len(here)


def test_a_member_sees_what_is_published_alone(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    filled(state, plan)
    for path in ("affected", "revisions", "comparison?before=1", "confirmations"):
        assert users["member"].get(f"{PLANS}/{plan}/{path}").status_code == 403
        assert users["nobody"].get(f"{PLANS}/{plan}/{path}").status_code == 401


def test_a_post_of_a_shift_that_is_gone_is_removed(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    plan = made(dispatcher, days=1)
    roster = filled(state, plan).assignments
    step(dispatcher, plan, "publish")
    gone = roster[0].shift
    with writing(state.engine) as session:
        session.delete(session.get_one(ShiftRow, (plan, gone)))
        session.execute(update(PlanRow).values(roster_version=PlanRow.roster_version + 1))
    count = sum(a.shift == gone for a in roster)
    assert step(dispatcher, plan, "publish")["summary"]["removed"] == count
    compared = dispatcher.get(f"{PLANS}/{plan}/comparison", params={"before": 1, "after": 2}).json()
    assert {c["shift"] for c in compared["items"]} == {gone}
    assert len(compared["items"]) == count

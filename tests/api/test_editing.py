"""Edits by hand: judged, all or none, by tag, kept in the history, and taken back by their undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from roster_cases import MONDAY, PLAN, SITE, audited, post, solved, store_plan, stored, tags, violations, week
from sqlalchemy import update

from api.accounts.tables import GrantRow
from api.database.engine import writing
from api.plans.tables import PlanRow
from models import Post
from solver.swaps import Swaps
from solver.verify import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users
    from httpx2 import Response

    from api.state import State
    from models import Assignment, Roster


@pytest.fixture
def roster(state: State) -> Iterator[Roster]:
    """The stored week; whatever a test does to it, no rule is broken afterwards."""
    found = store_plan(state)
    yield found
    assert violations(state) == ()


def edit(client: Client, headers: dict[str, str], *edits: dict[str, Any], **more: Any) -> Response:
    """Send edits."""
    return client.post(f"{PLAN}/edits", json={"edits": edits, **more}, headers=headers)


def held(roster: Roster, role: str, at: int = 0) -> Assignment:
    """Return a post of the site's."""
    return [a for a in roster.assignments if a.role == role and a.shift.startswith(f"{SITE}/")][at]


def candidate(roster: Roster, leaving: Assignment) -> str:
    """Return somebody else who could hold a post."""
    free = Swaps(solved()[0], roster).candidates(leaving.shift, leaving.role, leaving.assignee).free
    return free[0].assignee


def test_an_edit_is_stored_with_its_costs_its_history_and_its_undo(
    users: Users, state: State, roster: Roster
) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    new = candidate(roster, old)
    answer = edit(dispatcher, tags(dispatcher, old.shift), {"kind": "assign", **post(old), "assignee": new})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    (change,) = found["changes"]
    assert (change["before"], change["after"]) == (old.assignee, new)
    assert found["names"].keys() == {old.assignee, new}
    assert found["roster_version"] == 2
    assert tags(dispatcher, old.shift) == {"If-Match": found["shifts"][0]["etag"]}
    # The region's levels are those of the verifier: the four schools' differences are all in it.
    problem, after = stored(state)
    rises = [
        b.value - a.value for a, b in zip(evaluate(problem, roster), evaluate(problem, after), strict=True)
    ]
    assert [level["after"] - level["before"] for level in found["levels"]] == rises
    (entry,) = audited(state, "shift.edit")
    assert (entry.kind, entry.key, entry.plan) == ("shift", old.shift, MONDAY)
    name = f"{old.role}/{old.index}"
    assert entry.before == {name: {"assignee": old.assignee, "pinned": False}}
    assert entry.after == {name: {"assignee": new, "pinned": False}}
    undone = edit(dispatcher, tags(dispatcher, old.shift), *found["undo"])
    assert undone.status_code == 200, undone.text
    assert stored(state)[1] == roster


def test_a_stale_edit_changes_nothing(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    before = tags(dispatcher, old.shift)
    clear = {"kind": "clear", **post(old)}
    assert edit(dispatcher, before, clear).status_code == 200
    _, left = stored(state)
    other = held(roster, "duty_leader")
    assert other.shift == old.shift
    again = edit(dispatcher, before, {"kind": "clear", **post(other)})
    assert (again.status_code, again.json()["code"]) == (412, "stale")
    assert again.json()["shifts"] == [old.shift]
    assert edit(dispatcher, {}, clear).status_code == 428
    # Of two shifts one tag is not enough.
    far = next(a for a in roster.assignments if a.shift.startswith(f"{SITE}/") and a.shift != old.shift)
    half = edit(
        dispatcher,
        tags(dispatcher, old.shift),
        {"kind": "clear", **post(far)},
        {"kind": "pin", **post(other)},
    )
    assert half.status_code == 412
    assert stored(state)[1] == left
    assert len(audited(state, "shift.edit")) == 1


def test_what_breaks_a_rule_is_refused_with_its_name(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    headers = tags(dispatcher, old.shift)
    problem, _ = solved()
    twice = next(a for a in roster.assignments if (a.shift, a.role) == (old.shift, "staff") and a != old)
    guard = held(roster, "security_guard")
    for assignee, rule in ((twice.assignee, "one_holder"), (guard.assignee, "role")):
        answer = edit(dispatcher, headers, {"kind": "assign", **post(old), "assignee": assignee})
        assert (answer.status_code, answer.json()["code"]) == (409, "rules_broken"), answer.text
        assert rule in {v["rule"] for v in answer.json()["violations"]}
        assert rule in answer.json()["detail"]
        # Ids alone: no name is in an error.
        assert problem.person_by_id[assignee].name not in answer.text
    assert stored(state)[1] == roster
    assert audited(state, "shift.edit") == []


def test_two_exchange_and_one_moves(users: Users, state: State, roster: Roster) -> None:
    dispatcher = users["dispatcher"]
    swaps = Swaps(solved()[0], roster)
    one, other = next(
        (a, b)
        for a in roster.assignments
        for b in roster.assignments
        if a.role == b.role == "staff"
        and a.shift.startswith(f"{SITE}/")
        and b.shift.startswith(f"{SITE}/")
        and a.shift < b.shift
        and a.assignee != b.assignee
        and not swaps.change({_at(a): b.assignee, _at(b): a.assignee}).violations
    )
    exchange = {"kind": "exchange", **post(one), "other": post(other)}
    answer = edit(dispatcher, tags(dispatcher, one.shift, other.shift), exchange)
    assert answer.status_code == 200, answer.text
    after = {_at(a): a.assignee for a in stored(state)[1].assignments}
    assert (after[_at(one)], after[_at(other)]) == (other.assignee, one.assignee)
    # Free the first post, then move the second's holder back onto it: one request, judged at the end.
    moved = edit(
        dispatcher,
        tags(dispatcher, one.shift, other.shift),
        {"kind": "clear", **post(one)},
        {"kind": "move", **post(other), "to": post(one)},
    )
    assert moved.status_code == 200, moved.text
    after = {_at(a): a.assignee for a in stored(state)[1].assignments}
    assert after[_at(one)] == one.assignee
    assert _at(other) not in after
    headers = tags(dispatcher, one.shift, other.shift)
    onto = edit(dispatcher, headers, {"kind": "move", **post(other), "to": post(one)})
    assert (onto.status_code, onto.json()["code"]) == (409, "post_open")
    back = edit(dispatcher, headers, {"kind": "exchange", **post(one), "other": post(other)})
    assert (back.status_code, back.json()["code"]) == (409, "post_open")
    assert (
        edit(dispatcher, tags(dispatcher, one.shift, other.shift), *moved.json()["undo"]).status_code == 200
    )
    full = edit(
        dispatcher,
        tags(dispatcher, one.shift, other.shift),
        {"kind": "move", **post(other), "to": post(one)},
    )
    assert (full.status_code, full.json()["code"]) == (409, "post_held")


def _at(held_post: Assignment) -> Post:
    """Return a post as the engine names it."""
    return Post(**post(held_post))


def test_what_is_pinned_stays_until_it_is_unpinned(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    pinned = edit(dispatcher, tags(dispatcher, old.shift), {"kind": "pin", **post(old)})
    assert pinned.json()["changes"][0]["pinned_after"] is True
    headers = tags(dispatcher, old.shift)
    shown = next(s for s in week(dispatcher)["shifts"] if s["id"] == old.shift)
    assert [p["holder"]["id"] for p in shown["posts"] if p["pinned"]] == [old.assignee]
    clear = {"kind": "clear", **post(old)}
    refused = edit(dispatcher, headers, clear)
    assert (refused.status_code, [v["rule"] for v in refused.json()["violations"]]) == (409, ["pin"])
    freed = edit(dispatcher, headers, {"kind": "unpin", **post(old)}, clear)
    assert freed.status_code == 200, freed.text
    # Its undo brings the pin back too.
    assert edit(dispatcher, tags(dispatcher, old.shift), *freed.json()["undo"]).status_code == 200
    assert [a.assignee for a in stored(state)[1].assignments if a.pinned] == [old.assignee]
    assert edit(dispatcher, tags(dispatcher, old.shift), *pinned.json()["undo"]).status_code == 200
    assert stored(state)[1] == roster


def test_a_dry_run_judges_alone(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    headers = tags(dispatcher, old.shift)
    tried = edit(dispatcher, headers, {"kind": "clear", **post(old)}, dry_run=True)
    assert tried.status_code == 200
    assert tried.json()["levels"][0]["after"] > tried.json()["levels"][0]["before"]
    assert tried.json()["shifts"][0]["etag"] == headers["If-Match"]
    assert stored(state)[1] == roster
    assert tags(dispatcher, old.shift) == headers
    assert audited(state, "shift.edit") == []


def test_an_edit_stays_in_its_scope(users: Users, state: State, roster: Roster) -> None:
    dispatcher, admin, old = users["dispatcher"], users["school_admin"], held(roster, "staff")
    clear = {"kind": "clear", **post(old)}
    headers = tags(dispatcher, old.shift)
    assert edit(admin, headers, clear).status_code == 403
    assert edit(users["nobody"], headers, clear).status_code == 401
    district = users["district_dispatcher"]
    with writing(state.engine) as session:
        session.execute(update(GrantRow).where(GrantRow.district.is_not(None)).values(district="elsewhere"))
    foreign = edit(district, headers, clear)
    none = edit(district, headers, {**clear, "shift": f"{SITE}/2026-11-30/none"})
    assert foreign.status_code == none.status_code == 404
    assert {**foreign.json(), "request_id": ""} == {**none.json(), "request_id": ""}
    for wrong in (
        {**clear, "index": 9},
        {**clear, "role": "none"},
        {"kind": "assign", **post(old), "assignee": "none"},
    ):
        assert edit(dispatcher, headers, wrong).status_code == 404, wrong
    assert edit(dispatcher, headers, {**clear, "shift": "a\x00b"}).status_code == 422
    assert edit(dispatcher, headers, {**clear, "index": -1}).status_code == 422
    assert edit(dispatcher, headers).status_code == 422


def test_a_submitted_plan_is_not_edited(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    clear, headers = {"kind": "clear", **post(old)}, tags(dispatcher, old.shift)
    for name, expected in (("submitted", 409), ("approved", 409), ("closed", 409), ("published", 200)):
        with writing(state.engine) as session:
            session.execute(update(PlanRow).values(state=name))
        answer = edit(dispatcher, headers, clear)
        assert answer.status_code == expected, name
        assert expected == 200 or answer.json()["code"] == "wrong_state"

"""Questions to the engine: the same answers as from the engine itself, within the scope, with names."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from roster_cases import MONDAY, PLAN, SITE, audited, post, solved, store_plan, stored, tags
from sqlalchemy import delete, update

from api.accounts.tables import GrantRow
from api.database.engine import writing
from api.plans.plans import locked, roster_changed
from api.plans.tables import AssignmentRow, ShiftRow
from api.roster.aside import AT_ONCE, TookTooLong, aside
from models import Candidates, Unfilled
from models.advice import CrewAdvice, FairnessAdvice
from models.explanation import PersonExplained
from solver.advise.crews import advise_crews
from solver.advise.fairness import advise_fairness
from solver.explain import explain_open, explain_person
from solver.swaps import Swaps

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.state import State
    from models import Assignment, Roster


@pytest.fixture
def roster(state: State) -> Roster:
    """The stored week."""
    return store_plan(state)


def ask(client: Client, path: str, **params: Any) -> Any:
    """Return a question's answer."""
    answer = client.get(f"{PLAN}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def status(client: Client, path: str, **params: Any) -> tuple[int, str | None]:
    """Return how a question is refused."""
    answer = client.get(f"{PLAN}/{path}", params=params)
    return answer.status_code, answer.json().get("code")


def held(roster: Roster, role: str) -> Assignment:
    """Return a post of the site's."""
    return next(a for a in roster.assignments if a.role == role and a.shift.startswith(f"{SITE}/"))


def test_candidates_are_the_engines(users: Users, state: State, roster: Roster) -> None:
    problem, _ = solved()
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    found = ask(dispatcher, "candidates", shift=old.shift, role=old.role, instead=old.assignee)
    expected = Swaps(problem, roster).candidates(old.shift, old.role, old.assignee)
    answer = Candidates.model_validate(found["answer"])
    assert [c.assignee for c in answer.free] == [c.assignee for c in expected.free]
    assert answer.blocked == expected.blocked
    assert [c.cost for c in answer.free] == [c.cost for c in expected.free]
    mentioned = {old.assignee, *(c.assignee for c in answer.free), *(b.assignee for b in answer.blocked)}
    assert found["names"] == {name: problem.person_by_id[name].name for name in mentioned}
    assert all(p.phone not in str(found) for p in problem.people if p.phone)
    assert status(dispatcher, "candidates", shift=old.shift, role=old.role) == (409, "post_held")
    for wrong in (
        {"shift": "none", "role": "staff"},
        {"shift": old.shift, "role": "none"},
        {"shift": old.shift, "role": "staff", "instead": "none"},
    ):
        assert status(dispatcher, "candidates", **wrong) == (404, "not_found"), wrong
    assert (
        users["school_admin"].get(f"{PLAN}/candidates", params={"shift": "a", "role": "b"}).status_code == 403
    )


def test_the_desk_sees_what_another_process_has_changed(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "staff")
    before = ask(dispatcher, "open", site=SITE)
    with writing(state.engine) as session:
        plan = locked(session, MONDAY)
        session.execute(
            delete(AssignmentRow).where(
                AssignmentRow.shift == old.shift,
                AssignmentRow.role == old.role,
                AssignmentRow.index == old.index,
            )
        )
        session.execute(update(ShiftRow).where(ShiftRow.id == old.shift).values(version=ShiftRow.version + 1))
        roster_changed(plan)
    after = ask(dispatcher, "open", site=SITE)
    new = [u for u in after if u not in before]
    assert [(u["shift"], u["role"], u["missing"]) for u in new] == [(old.shift, old.role, 1)]
    free = ask(dispatcher, "candidates", shift=old.shift, role=old.role)["answer"]["free"]
    assert old.assignee in {c["assignee"] for c in free}


def test_open_posts_are_those_of_the_scope_with_their_reasons(
    users: Users, state: State, roster: Roster
) -> None:
    problem, _ = solved()
    expected = explain_open(problem, roster)
    assert len(expected) > 0
    found = [Unfilled.model_validate(row) for row in ask(users["dispatcher"], "open")]
    assert found == list(expected)
    own = [Unfilled.model_validate(row) for row in ask(users["school_admin"], "open")]
    assert own == [u for u in expected if u.shift.startswith(f"{SITE}/")]
    assert ask(users["school_admin"], "open", site="S0002") == []


def test_a_persons_duties_are_explained(users: Users, roster: Roster) -> None:
    problem, _ = solved()
    who = held(roster, "staff").assignee
    found = ask(users["auditor"], f"explanations/people/{who}")
    expected = explain_person(Swaps(problem, roster), who)
    answer = PersonExplained.model_validate(found["answer"])
    assert [d.assignment for d in answer.duties] == [d.assignment for d in expected.duties]
    assert [d.others.free for d in answer.duties] == [d.others.free for d in expected.duties]
    assert answer.carried == expected.carried
    assert found["names"][who] == problem.person_by_id[who].name
    crew = held(roster, "patrol_crew").assignee
    assert ask(users["auditor"], f"explanations/crews/{crew}")["answer"]["assignee"] == crew
    assert status(users["auditor"], f"explanations/people/{crew}") == (404, "not_found")


def test_an_open_post_is_explained(users: Users, state: State, roster: Roster) -> None:
    dispatcher, old = users["dispatcher"], held(roster, "duty_leader")
    assert status(dispatcher, "explanations/post", shift=old.shift, role=old.role) == (409, "post_held")
    cleared = dispatcher.post(
        f"{PLAN}/edits",
        json={"edits": [{"kind": "clear", **post(old)}]},
        headers=tags(dispatcher, old.shift),
    )
    assert cleared.status_code == 200
    found = ask(dispatcher, "explanations/post", shift=old.shift, role=old.role)
    assert found["answer"]["open"] == 1
    assert old.assignee in {way["assignee"] for way in found["answer"]["ways"] if way["kind"] == "take"}
    assert old.assignee in found["names"]
    limited = status(dispatcher, "explanations/post", shift=old.shift, role=old.role, time_limit=0.001)
    assert limited == (409, "took_too_long")


def test_pins_that_contradict_each_other_are_found(users: Users, state: State, roster: Roster) -> None:
    dispatcher = users["dispatcher"]
    assert ask(dispatcher, "explanations/conflicts")["answer"]["conflicts"] == []
    problem, _ = solved()
    # One teacher, pinned to posts at the same time at two schools' gates, which no edit would have let through.
    one = held(roster, "staff")
    moment = problem.shift_by_id[one.shift]
    other = next(
        a
        for a in roster.assignments
        if a.role == "staff"
        and problem.shift_by_id[a.shift].site != SITE
        and (problem.shift_by_id[a.shift].date, problem.shift_by_id[a.shift].window)
        == (moment.date, moment.window)
    )
    with writing(state.engine) as session:
        plan = locked(session, MONDAY)
        for a in (one, other):
            session.execute(
                update(AssignmentRow)
                .where(
                    AssignmentRow.shift == a.shift,
                    AssignmentRow.role == a.role,
                    AssignmentRow.index == a.index,
                )
                .values(assignee=one.assignee, pinned=True)
            )
            session.execute(
                update(ShiftRow).where(ShiftRow.id == a.shift).values(version=ShiftRow.version + 1)
            )
        roster_changed(plan)
    (conflict,) = ask(dispatcher, "explanations/conflicts")["answer"]["conflicts"]
    assert {p["assignee"] for p in conflict["pins"]} == {one.assignee}
    assert conflict["broken"]


def test_advice_is_the_engines(users: Users, roster: Roster) -> None:
    problem, _ = solved()
    auditor = users["auditor"]
    found = ask(auditor, "advice/crews")["answer"]
    assert CrewAdvice.model_validate(found) == advise_crews(problem)
    fair = ask(auditor, "advice/fairness", role="staff", unit=SITE)["answer"]
    groups = [g for g in advise_fairness(problem, roster).groups if (g.role, g.unit) == ("staff", SITE)]
    assert FairnessAdvice.model_validate(fair).groups == tuple(groups)
    bells = ask(auditor, "advice/bells", goal="crews", within=5)
    assert (bells["goal"], bells["within"], bells["grid"]) == ("crews", 5, 5)
    assert bells["peaks"]
    hires = ask(auditor, "advice/hires", role="volunteer", top=1)["answer"]
    assert all(hire["role"] == "volunteer" for hire in hires["hires"])
    assert hires["tried"] > 0
    assert status(auditor, "advice/crews", role="none") == (404, "not_found")
    assert status(auditor, "advice/bells", within=180, grid=1) == (422, "invalid")


def test_advice_stays_in_its_district(users: Users, state: State, roster: Roster) -> None:
    district = users["district_dispatcher"]
    here = solved()[0].sites[0].district
    with writing(state.engine) as session:
        session.execute(update(GrantRow).where(GrantRow.district.is_not(None)).values(district=here))
    assert ask(district, "advice/crews") == ask(district, "advice/crews", district=here)
    with writing(state.engine) as session:
        session.execute(update(GrantRow).where(GrantRow.district.is_not(None)).values(district="elsewhere"))
    for question in (
        "advice/crews",
        "advice/fairness",
        "advice/hires",
        "advice/bells",
        "explanations/conflicts",
    ):
        assert status(district, question, district=here) == (404, "not_found"), question
        assert status(district, question) == (404, "not_found"), question
    assert audited(state, "shift.edit") == []
    assert stored(state)[1] == roster


def _sleeps(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_a_question_beside_has_a_process_and_an_end() -> None:
    assert aside(20, _sleeps, 0.0) != os.getpid()
    with pytest.raises(TookTooLong, match=r"0\.01 seconds"):
        aside(0.01, _sleeps, 60.0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        aside(20, divmod, 1, 0)
    # Each has given its place back.
    for _ in range(AT_ONCE):
        assert aside(20, max, 1, 2) == 2

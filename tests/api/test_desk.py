"""The engine at hand: right after every change, whoever made it, and no more read than has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_cases import MONDAY, SITE, solved, store_plan
from sqlalchemy import delete, update

from api.database.engine import reading, writing
from api.plans import plans
from api.plans.problems import Problems
from api.plans.tables import AssignmentRow, ShiftRow
from api.roster.desk import Desk
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, PersonRow
from solver.regions import Regions
from solver.swaps import Swaps

if TYPE_CHECKING:
    from api.roster.desk import Region
    from api.state import State
    from models import Problem


def region(state: State) -> Region:
    """Return the school's region."""
    with reading(state.engine) as session:
        return state.desk.region(session, plans.find(session, MONDAY), sites=[SITE])


def fresh(state: State) -> tuple[Problem, Region]:
    """Return the plan's problem and the school's region, read by a process that knows nothing yet."""
    with reading(state.engine) as session:
        desk, plan = Desk(Problems(state.settings)), plans.find(session, MONDAY)
        return desk.problem(session, plan), desk.region(session, plan, sites=[SITE])


def test_a_region_is_read_once_and_again_when_it_has_changed(state: State) -> None:
    roster = store_plan(state)
    first = region(state)
    assert first.roster == roster
    assert region(state) is first
    gone = roster.assignments[0]
    with writing(state.engine) as session:
        plan = plans.locked(session, MONDAY)
        here = AssignmentRow.shift == gone.shift
        session.execute(
            delete(AssignmentRow).where(
                here, AssignmentRow.role == gone.role, AssignmentRow.index == gone.index
            )
        )
        session.execute(
            update(ShiftRow).where(ShiftRow.id == gone.shift).values(version=ShiftRow.version + 1)
        )
        plans.roster_changed(plan)
    second = region(state)
    assert second.roster.assignments == roster.assignments[1:]
    # What follows from the problem alone is shared.
    assert second.problem is first.problem


def test_an_absence_changes_the_facts_alone(state: State) -> None:
    roster = store_plan(state)
    before = region(state)
    problem, _ = solved()
    held = next(a for a in roster.assignments if a.role == "staff")
    shift = problem.shift_by_id[held.shift]
    with writing(state.engine) as session:
        session.add(AbsenceRow(assignee=held.assignee, start=shift.start, end=shift.end, kind="sick"))
        changed(session, "absences")
    after = region(state)
    assert [a.assignee for a in after.problem.absences if a not in before.problem.absences] == [held.assignee]
    whole, anew = fresh(state)
    assert (after.problem, after.roster) == (anew.problem, anew.roster)
    with reading(state.engine) as session:
        assert state.desk.problem(session, plans.find(session, MONDAY)) == whole
    # Asked for the post, the engine knows of it.
    here = (a for a in roster.assignments if (a.shift, a.role) == (held.shift, held.role))
    other = next(a.assignee for a in here if a != held)
    expected = Swaps(anew.problem, anew.roster, regions=Regions(whole))
    assert after.swaps.candidates(held.shift, "staff", other) == expected.candidates(
        held.shift, "staff", other
    )


def test_whoever_leaves_is_known_to_have_left(state: State) -> None:
    roster = store_plan(state)
    before = region(state)
    gone = next(a.assignee for a in roster.assignments if a.role == "staff")
    with writing(state.engine) as session:
        session.execute(
            update(PersonRow).where(PersonRow.id == gone).values(left_on=solved()[0].horizon.start)
        )
        changed(session, "people")
    after = region(state)
    assert gone in before.problem.person_by_id
    assert gone not in after.problem.person_by_id
    assert after.problem == fresh(state)[1].problem

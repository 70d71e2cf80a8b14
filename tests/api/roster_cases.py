"""A plan whose roster is solved and stored, and what must hold of it whatever was done."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from api.audit import SERVICE
from api.database.engine import reading, writing
from api.plans import plans
from api.plans.problems import Problems, roster_of
from api.plans.tables import AssignmentRow, AuditRow
from examples.city import reference_city
from models import Roster
from solver.solve import Settings, solve
from solver.verify import Verifier

if TYPE_CHECKING:
    from api_cases import Client

    from api.state import State
    from models import Assignment, Problem, Violation

MONDAY = "2026-11-30"
PLAN = f"/api/v1/plans/{MONDAY}"
SITE = "S0001"


@cache
def solved() -> tuple[Problem, Roster]:
    """Return the tests' city with its roster."""
    problem = reference_city(schools=4, seed=1)
    return problem, solve(problem, Settings(workers=1)).roster


def store_plan(state: State) -> Roster:
    """Make the week's plan and store its roster."""
    problem, roster = solved()
    site = {shift.id: shift.site for shift in problem.shifts}
    with writing(state.engine) as session:
        plan = plans.create(session, SERVICE, state.problems, problem.horizon.start)
        rows = [{**a.model_dump(), "plan": plan.id, "site": site[a.shift]} for a in roster.assignments]
        session.execute(insert(AssignmentRow), rows)
        plan.roster_version = 1
    return roster


def stored(state: State) -> tuple[Problem, Roster]:
    """Return the plan's problem and roster as the database has them, in the problem's order."""
    with reading(state.engine) as session:
        plan = plans.find(session, MONDAY)
        problem, roster = Problems(state.settings).of(session, plan), roster_of(session, plan)
    place = {(s.id, n.role): k for k, (s, n) in enumerate((s, n) for s in problem.shifts for n in s.needs)}
    ordered = sorted(roster.assignments, key=lambda a: (place[a.shift, a.role], a.index))
    return problem, roster.model_copy(update={"assignments": tuple(ordered)})


def violations(state: State) -> tuple[Violation, ...]:
    """Return what the stored roster breaks."""
    problem, roster = stored(state)
    return Verifier(problem).verify(roster)


def audited(state: State, action: str) -> list[AuditRow]:
    """Return the history's entries of one action."""
    with reading(state.engine) as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id)))


def week(client: Client, site: str = SITE) -> dict[str, Any]:
    """Return a site's week."""
    answer = client.get(f"{PLAN}/sites/{site}/week")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tags(client: Client, *shifts: str, site: str = SITE) -> dict[str, str]:
    """Return the header that an edit of some shifts needs."""
    known = {shift["id"]: shift["etag"] for shift in week(client, site)["shifts"]}
    return {"If-Match": ", ".join(known[shift] for shift in shifts)}


def post(held: Assignment) -> dict[str, Any]:
    """Return a post as an edit names it."""
    return {"shift": held.shift, "role": held.role, "index": held.index}

"""Swaps put into force: who holds the posts, the published duties and so the calendars, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, tuple_

from api.plans import duties
from api.plans.tables import AssignmentRow, DutyRow
from api.roster.editing import Held, Posts, store
from api.standing.rows import alone
from models import Assignment, Horizon, Post, Roster

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.plans.tables import PlanRow
    from models import Handover, Problem


def put_in_force(
    session: Session,
    actor: Actor,
    problem: Problem,
    plan: PlanRow,
    handovers: Sequence[Handover],
    *,
    action: str = "shift.swap",
) -> None:
    """Hand duties of a locked plan over; they have been judged.

    Parameters
    ----------
    problem
        At least the regions of the duties.
    action
        What the history calls it.
    """
    alone(session)
    before, after = _posts(session, plan, handovers)
    store(session, actor, plan, before, after, action=action)
    _publish(session, problem, plan, handovers)


def fill(
    session: Session, actor: Actor, problem: Problem, plan: PlanRow, assignment: Assignment, *, action: str
) -> None:
    """Give an open post of a locked plan to somebody; it has been judged.

    Parameters
    ----------
    problem, action
        As `put_in_force` takes them.
    """
    alone(session)
    post = Post(shift=assignment.shift, role=assignment.role, index=assignment.index)
    store(session, actor, plan, {post: None}, {post: Held(assignment.assignee, False)}, action=action)
    _replace(session, problem, plan, [assignment], set())


def _posts(session: Session, plan: PlanRow, handovers: Sequence[Handover]) -> tuple[Posts, Posts]:
    """Return who holds the posts in the roster that is worked on, before and after."""
    taker = {(h.duty.shift, h.duty.role, h.duty.assignee): h.taker for h in handovers}
    query = select(AssignmentRow).where(
        AssignmentRow.plan == plan.id,
        tuple_(AssignmentRow.shift, AssignmentRow.role, AssignmentRow.assignee).in_(taker),
    )
    before: Posts = {}
    after: Posts = {}
    for row in session.scalars(query):
        post = Post(shift=row.shift, role=row.role, index=row.index)
        before[post] = Held(row.assignee, row.pinned)
        after[post] = Held(taker[row.shift, row.role, row.assignee], False)
    return before, after


def _publish(session: Session, problem: Problem, plan: PlanRow, handovers: Sequence[Handover]) -> None:
    gone = {(h.duty.assignee, h.duty.shift, h.duty.role): h.taker for h in handovers}
    query = select(DutyRow.assignee, DutyRow.shift, DutyRow.role, DutyRow.index).where(
        DutyRow.plan == plan.id, tuple_(DutyRow.assignee, DutyRow.shift, DutyRow.role).in_(gone)
    )
    assignments = [
        Assignment(shift=shift, role=role, index=index, assignee=gone[giver, shift, role])
        for giver, shift, role, index in session.execute(query)
    ]
    _replace(session, problem, plan, assignments, gone.keys())


def _replace(
    session: Session,
    problem: Problem,
    plan: PlanRow,
    assignments: Sequence[Assignment],
    gone: Collection[duties.Triple],
) -> None:
    """Change the published duties: some are cancelled, and others come, or come back."""
    come = {(a.assignee, a.shift, a.role) for a in assignments}
    # Others of the shifts are told who leads: their calendars may change too.
    query = select(DutyRow.__table__).where(
        DutyRow.plan == plan.id, DutyRow.shift.in_({shift for _, shift, _ in {*gone, *come}})
    )
    known = {
        (row["assignee"], row["shift"], row["role"]): dict(row) for row in session.execute(query).mappings()
    }
    roster = Roster(horizon=Horizon(start=plan.start, days=plan.days), assignments=tuple(assignments))
    before = {triple: row for triple, row in known.items() if triple in {*gone, *come}}
    found = duties.difference(problem, before, duties.wanted(plan.id, problem, roster))
    duties.apply(session, found, known.values())
    plan.duties_version += 1

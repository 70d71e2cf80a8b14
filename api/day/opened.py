"""Somebody for a post that nobody holds, on the day itself: ranked, judged, in force and published in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.accounts.identity import Permission
from api.audit import Entry, record
from api.database.base import now
from api.day import presence, reading, replacing, standins, telling
from api.day.shapes import DayPost, PostFilled, StandIns
from api.day.standins import OpenPost
from api.errors import Conflict, NotFound, RulesBroken
from api.plans import plans
from api.plans.following import demand_kept
from api.plans.tables import DutyRow, PlanRow, ShiftRow
from api.roster.holders import names_of
from api.roster.places import shifts_inside
from api.swaps import applying, judging
from models import Assignment, Post
from solver.swaps import InvalidSwap

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.roster.desk import Desk
    from models import Problem


class NotOpen(Conflict):
    code = "not_open"
    title = "Somebody holds this post already: look at the board"


def stand_ins(session: Session, identity: Identity, desk: Desk, date: dt.date, asked: DayPost) -> StandIns:
    """Return who could take an open post now, the best first.

    Raises
    ------
    NotFound, Forbidden, NotOpen, DutyOver
        As `find` does.
    """
    plan, post = find(session, identity, date, asked)
    plans.in_state(plan, "published")
    return standins.listed(session, identity, desk, plan, post)


def fill(
    session: Session, identity: Identity, desk: Desk, date: dt.date, asked: DayPost, assignee: str
) -> PostFilled:
    """Give an open post to somebody at once.

    Raises
    ------
    NotFound, Forbidden, NotOpen, DutyOver
        As `find` does; also when somebody is outside of the caller's scope.
    BeingReplanned
        When the draft has it otherwise.
    RulesBroken
        When it would break hard rules.
    """
    plan, post = find(session, identity, date, asked)
    plan = plans.locked(session, plan.id)
    plans.in_state(plan, "published")
    _, post = find(session, identity, date, asked)
    try:
        problem, rises = _judged(session, desk, plan, post, assignee)
    except judging.BeingReplanned:
        raise
    except Conflict as error:
        replacing.demand_known(session, identity, assignee, error)
        raise
    assignment = Assignment(shift=post.shift, role=post.role, index=post.index, assignee=assignee)
    applying.fill(session, identity.actor, problem, plan, assignment, action="shift.fill")
    query = select(DutyRow).where(
        DutyRow.shift == post.shift, DutyRow.role == post.role, DutyRow.assignee == assignee
    )
    come = session.execute(query.execution_options(populate_existing=True)).scalar_one()
    presence.clear(session, come.uid)
    after = {"assignee": assignee, "shift": post.shift, "role": post.role, "rises": rises}
    record(session, identity.actor, [Entry("duty.fill", "duty", come.uid, None, after, plan.id, post.site)])
    telling.tell_filled(session, come)
    return PostFilled(
        duty=come.uid, by=assignee, name=names_of(session, [assignee]).get(assignee, assignee), rises=rises
    )


def find(session: Session, identity: Identity, date: dt.date, asked: DayPost) -> tuple[PlanRow, OpenPost]:
    """Return an open post for which somebody may find a holder, and its plan.

    Raises
    ------
    NotFound
        When there is no such post in the caller's scope.
    Forbidden
        When dispatchers decide about its role, and the caller is none.
    NotOpen
        When somebody holds it.
    DutyOver
        When it is too late.
    """
    plan = reading.plan_of(session, date)
    if plan is None:
        raise NotFound
    query = select(ShiftRow).where(
        ShiftRow.plan == plan.id,
        ShiftRow.id == asked.shift,
        ShiftRow.date == date,
        shifts_inside(identity.where(Permission.DIRECT_DAY)),
    )
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    needs = [] if row is None else [reading.need_of(need, row.start, row.end) for need in row.needs]
    need = next((need for need in needs if need.role == asked.role and asked.index < need.target), None)
    if row is None or need is None:
        raise NotFound
    replacing.demand_word(session, identity, asked.role, "", row.site)
    held = select(DutyRow.uid).where(
        DutyRow.plan == plan.id,
        DutyRow.shift == asked.shift,
        DutyRow.role == asked.role,
        DutyRow.index == asked.index,
        DutyRow.cancelled_at.is_(None),
    )
    if session.scalar(held) is not None:
        raise NotOpen
    if need.end <= now():
        raise replacing.DutyOver
    return plan, OpenPost(
        plan=plan.id,
        shift=row.id,
        site=row.site,
        date=date,
        window=row.window,
        role=asked.role,
        index=asked.index,
        start=need.start,
        end=need.end,
    )


def _judged(
    session: Session, desk: Desk, plan: PlanRow, post: OpenPost, assignee: str
) -> tuple[Problem, dict[str, int]]:
    """Return the regions concerned, and by how much each level gets dearer where it is published."""
    region = desk.region(session, plan, sites=[post.site], assignees=[assignee])
    here = Post(shift=post.shift, role=post.role, index=post.index)
    if any((a.shift, a.role, a.index) == (*here.model_dump().values(),) for a in region.roster.assignments):
        raise judging.BeingReplanned
    published = judging.published_swaps(session, plan, region)
    try:
        working = region.swaps.change({here: assignee})
        verdict = working if published is region.swaps else published.change({here: assignee})
    except InvalidSwap as error:
        raise judging.unfit(error) from error
    if violations := verdict.violations or working.violations:
        raise RulesBroken(violations)
    held = published.roster.assignments
    filled = [*held, Assignment(**here.model_dump(), assignee=assignee)]
    demand_kept(
        session,
        desk.history_days,
        plan,
        region.regions.problem,
        (region.problem, held),
        (region.problem, filled),
    )
    return region.problem, {level.name: level.rise for level in verdict.levels if level.rise}

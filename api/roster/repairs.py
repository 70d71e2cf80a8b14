"""Repairs: what happened, the fewest changes that mend the roster, and putting both into force.

A proposal is computed without keeping anybody waiting, and stored. Applying it puts into force what was proposed and
nothing else: if the holders or shifts that it is made for have changed, or a rule would be broken by now, it is stale.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import select

from api.audit import Entry, record
from api.database.base import now
from api.day import replacing
from api.errors import Conflict, NotFound, Stale
from api.plans import plans
from api.plans.following import demand_kept
from api.plans.tables import DutyRow, RepairRow, ShiftRow
from api.roster import holders, republishing
from api.roster.aftermath import store_absences, store_shifts
from api.roster.editing import Held, Posts, store
from api.roster.fields import HAPPENINGS, Field, TooLate, field_of
from api.roster.places import shifts_inside
from api.roster.shapes import RepairShown
from api.roster.weeks import zone_of
from models import (
    Assignment,
    Happening,
    Post,
    Repair,
    Roster,
)
from solver.repair import repair
from solver.solve import Settings
from solver.swaps.verdict import RULES
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor
    from api.plans.duties import Difference
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from solver.repair import Repaired

_CHANGED = TypeAdapter(list[tuple[str, str, int, str | None, bool]])


class AlreadyApplied(Conflict):
    code = "already_applied"
    title = "This repair is in force already"


class ReachesOutside(Conflict):
    code = "reaches_outside"
    title = "The repair changes posts outside of your scope: ask a dispatcher of the city"


class Proposal(NamedTuple):
    """A repair that isn't stored yet."""

    plan: str
    roster_version: int
    happenings: tuple[Happening, ...]
    at: dt.datetime
    repair: Repair
    posts: Posts
    districts: list[str]
    built_on: str


def propose(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: str,
    happenings: Sequence[Happening],
    *,
    at: dt.datetime | None = None,
    seconds: float | None = None,
) -> Proposal:
    """Find the fewest changes that mend a roster after something happened; nothing is stored.

    Parameters
    ----------
    at
        Posts that began before stay as they are; left out, now.
    seconds
        How long the search may take.

    Raises
    ------
    NotFound
        When a happening speaks of something that isn't there, or is outside of the scope.
    WrongState
        When the plan's roster may not be changed now.
    TooLate
        When a bell is moved that has begun, or all posts of a need are pinned already.
    ReachesOutside
        When it can't be mended within the scope.
    """
    row = plans.find(session, plan)
    plans.in_state(row, *plans.CHANGEABLE)
    moment = (at or now()).replace(second=0, microsecond=0)
    field = field_of(session, scope, desk, row, happenings, moment)
    region = field.region
    found = repair(
        region.problem,
        region.roster,
        happenings,
        at=moment,
        # A pool of processes would take longer to start than this takes.
        settings=Settings(workers=1, time_limit=seconds),
        regions=region.regions,
    )
    posts = _changed(field, found)
    _check_reach(session, scope, row, posts)
    return Proposal(
        plan=row.id,
        roster_version=row.roster_version,
        happenings=tuple(happenings),
        at=moment,
        repair=found.repair,
        posts=posts,
        districts=field.districts,
        built_on=field.digest,
    )


def keep(session: Session, actor: Actor, proposal: Proposal) -> RepairRow:
    """Store a proposal.

    Raises
    ------
    NotFound
        When its plan is gone.
    """
    plans.locked(session, proposal.plan)
    row = RepairRow(
        plan=proposal.plan,
        happenings=HAPPENINGS.dump_python(list(proposal.happenings), mode="json"),
        at=proposal.at,
        repair=proposal.repair.model_dump(mode="json"),
        posts=[
            [post.shift, post.role, post.index, held and held.assignee, held is not None and held.pinned]
            for post, held in proposal.posts.items()
        ],
        districts=proposal.districts,
        roster_version=proposal.roster_version,
        built_on=proposal.built_on,
        account=actor.account,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    told = {"happenings": len(row.happenings), "changes": len(proposal.repair.changes)}
    record(session, actor, [Entry("repair.propose", "repair", str(row.id), None, told, row.plan)])
    return row


def put_in_force(
    session: Session, actor: Actor, scope: Scope, desk: Desk, repair_id: int, *, publish: bool = False
) -> RepairRow:
    """Apply a proposal: the changes, and what happened.

    Parameters
    ----------
    publish
        Whether what it touches is published in the same transaction.

    Raises
    ------
    NotFound
        When there is no such repair in the scope.
    AlreadyApplied
        When it was applied before.
    WrongState
        When the plan's roster may not be changed now.
    Stale
        When what it is made for has changed since; nothing changes.
    RulesBroken
        When it would break a plan that follows.
    BeingReplanned
        When it is to be published, and the draft isn't as it is published there.
    """
    plan = plans.locked(session, read(session, scope, repair_id).plan)
    row = session.get_one(RepairRow, repair_id, populate_existing=True)
    happenings = HAPPENINGS.validate_python(row.happenings)
    plans.in_state(plan, *(("published",) if publish else plans.CHANGEABLE))
    if row.applied_at is not None:
        raise AlreadyApplied
    try:
        field = field_of(session, scope, desk, plan, happenings, row.at)
    except (NotFound, TooLate) as error:
        raise Stale("What it is made for isn't there any more: propose a repair anew") from error
    if field.digest != row.built_on:
        raise Stale("Holders or shifts that it is made for have changed: propose a repair anew")
    changed = {
        Post(shift=shift, role=role, index=index): None if assignee is None else Held(assignee, pinned)
        for shift, role, index, assignee, pinned in _CHANGED.validate_python(row.posts)
    }
    _check_reach(session, scope, plan, changed)
    repaired = Repair.model_validate(row.repair)
    after, left = field.aftermath.problem, field.aftermath.problem.shift_by_id
    dropped = [dropped.assignment for dropped in repaired.dropped_pins]
    roster = _with(field.roster, changed, left)
    if Verifier(after).verify(roster, dropped, rules=RULES):
        raise Stale("It would break a rule by now, as people's times have changed: propose a repair anew")
    demand_kept(
        session, desk.history_days, plan, field.region.regions.problem,
        (field.problem, field.roster.assignments), (after, roster.assignments),
    )  # fmt: skip
    known = None
    if publish:
        needs = {(post.shift, post.role) for post in changed}
        known = republishing.standing(session, plan, field.problem, after, field.roster, needs)
    before = _posts(field.roster.assignments)
    staying = {post: held for post, held in changed.items() if post.shift in left}
    held_before = {post: before.get(post) for post in staying}
    if staying:
        store(session, actor, plan, held_before, staying, action="shift.repair")
    elif after.shifts != field.problem.shifts:
        plans.roster_changed(plan)
    store_shifts(session, actor, plan, field.problem, after, field.roster.assignments)
    store_absences(session, actor, field.problem, after)
    if known is not None:
        found = republishing.publish(session, plan, known, field.problem, after, roster, dropped)
        _note_taken_over(session, actor, plan, found)
        row.published = True
    row.applied_at = now()
    record(
        session,
        actor,
        [
            Entry(
                "repair.apply",
                "repair",
                str(row.id),
                None,
                {"changes": len(changed), "published": publish},
                plan.id,
            )
        ],
    )
    return row


def _note_taken_over(session: Session, actor: Actor, plan: PlanRow, found: Difference) -> None:
    """Keep for the day board who took over what from whom today."""
    today = now().astimezone(zone_of(session)).date()
    for gone, taker in republishing.taken_over(found):
        if gone["date"] == today:
            replacing.note(session, actor, plan, session.get_one(DutyRow, gone["uid"]), taker, "repair")


def read(session: Session, scope: Scope, repair_id: int) -> RepairRow:
    """Return a repair.

    Raises
    ------
    NotFound
        When there is none of that number, or it is about something outside of the scope.
    """
    row = session.get(RepairRow, repair_id)
    if row is None or not _within(scope, row):
        raise NotFound
    return row


def _within(scope: Scope, row: RepairRow) -> bool:
    return scope.everywhere or set(row.districts) <= scope.districts


def page(
    session: Session, scope: Scope, plan: str, *, before: int | None, limit: int
) -> tuple[list[RepairRow], int | None]:
    """Return repairs of a plan within a scope, the latest first, and after which number to go on."""
    plans.find(session, plan)
    query = select(RepairRow).where(RepairRow.plan == plan).order_by(RepairRow.id.desc())
    if before is not None:
        query = query.where(RepairRow.id < before)
    found: list[RepairRow] = []
    for row in session.scalars(query.execution_options(yield_per=100)):
        if len(found) == limit:
            return found, found[-1].id
        if _within(scope, row):
            found.append(row)
    return found, None


def shown(session: Session, row: RepairRow) -> RepairShown:
    """Return a repair as it is shown, with the names of those whom it mentions."""
    zone = zone_of(session)
    found = RepairShown(
        id=row.id,
        plan=row.plan,
        happenings=HAPPENINGS.validate_python(row.happenings),
        at=row.at.astimezone(zone),
        repair=Repair.model_validate(row.repair),
        roster_version=row.roster_version,
        created_at=row.created_at.astimezone(zone),
        applied_at=row.applied_at and row.applied_at.astimezone(zone),
        published=row.published,
        names={},
    )
    return found.model_copy(update={"names": holders.names_of(session, holders.mentioned(found))})


def _check_reach(session: Session, scope: Scope, plan: PlanRow, posts: Posts) -> None:
    """Raise `ReachesOutside` when some posts are not all in a scope."""
    shifts = sorted({post.shift for post in posts})
    if scope.everywhere or not shifts:
        return
    query = select(ShiftRow.id).where(ShiftRow.plan == plan.id, ShiftRow.id.in_(shifts), shifts_inside(scope))
    if len(session.scalars(query).all()) < len(shifts):
        raise ReachesOutside


def _changed(field: Field, found: Repaired) -> Posts:
    """Return the posts with another holder, or pinned otherwise, after a repair."""
    old, new = _posts(field.region.roster.assignments), _posts(found.roster.assignments)
    return {post: new.get(post) for post in (*old, *new) if old.get(post) != new.get(post)}


def _posts(assignments: Iterable[Assignment]) -> Posts:
    return {Post(shift=a.shift, role=a.role, index=a.index): Held(a.assignee, a.pinned) for a in assignments}


def _with(roster: Roster, changed: Posts, left: Iterable[str]) -> Roster:
    """Return a roster of the shifts that are left, with other holders of some posts."""
    posts, here = _posts(roster.assignments) | changed, set(left)
    return Roster(
        horizon=roster.horizon,
        assignments=tuple(
            Assignment(**post.model_dump(), **held._asdict())
            for post, held in posts.items()
            if held is not None and post.shift in here
        ),
    )

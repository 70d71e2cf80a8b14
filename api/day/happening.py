"""What happens on the day: said in the day's words, repaired and published by `api.roster.repairs`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from api.accounts.identity import Permission
from api.audit import Entry, record
from api.database.base import now
from api.database.engine import reading as reader
from api.database.engine import writing
from api.day import reading
from api.day.shapes import MoreAsked, Raised
from api.day.tables import RaisedRow
from api.errors import Conflict, Invalid, NotFound
from api.plans import plans, revisions
from api.plans.problems import shifts_of
from api.plans.tables import AssignmentRow, ShiftRow
from api.roster import repairs
from api.roster.fields import TooLate
from api.roster.weeks import zone_of
from api.standing.tables import SiteRow
from models import Absent, Asked, Closed, Horizon, Moved, Pinned, Withdrawn
from solver.repair import repair
from solver.solve import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope
    from api.audit import Actor
    from api.day.shapes import DayHappening, DayHappenings
    from api.plans.tables import PlanRow, RepairRow
    from api.roster.desk import Desk
    from api.state import State
    from models import Happening, Need, Repair, Shift


NOBODY_MORE = "At this risk the coming shifts ask for nobody more"


class NoSuchDay(Conflict):
    code = "nothing_published"
    title = "Nothing of this day is published"


def understood(
    session: Session,
    actor: Actor,
    scope: Scope,
    desk: Desk,
    date: dt.date,
    happenings: Sequence[DayHappening],
    *,
    dry_run: bool,
) -> tuple[str, list[Happening]]:
    """Return the plan of a day, and what happened as repairs take it: on that day alone, unless it is said otherwise.

    Where the risk is raised the coming shifts ask for more at once: whatever a repair finds, that stays.

    Raises
    ------
    NoSuchDay
        When nothing of it is published.
    NotFound
        When a site is outside of the scope.
    TooLate
        When it can't change anything any more.
    Invalid
        When a raised risk asks for nobody, or is only to be tried.
    """
    row = reading.plan_of(session, date)
    if row is None:
        raise NoSuchDay
    midnight = dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), zone_of(session))
    found: list[Happening] = []
    for happening in happenings:
        if isinstance(happening, Raised):
            if dry_run:
                raise Invalid("A raised risk is tried at /days/{date}/risk: it changes what shifts ask for")
            found += _raised(session, actor, scope, desk, row.id, date, happening)
        elif isinstance(happening, Absent | Withdrawn | Closed) and happening.end is None:
            found.append(
                happening.model_copy(update={"end": max(midnight, happening.start + dt.timedelta(minutes=1))})
            )
        elif isinstance(happening, Moved) and happening.date is None:
            found.append(happening.model_copy(update={"date": date}))
        else:
            found.append(happening)
        _demand_coming(session, row.id, found[-1] if found else None)
    if not found:
        raise Invalid(NOBODY_MORE)
    return row.id, found


def mend(session: Session, identity: Identity, state: State, date: dt.date, body: DayHappenings) -> RepairRow:
    """Mend a day after something happened, and publish what that touches, unless it is only to be proposed.

    Parameters
    ----------
    session
        Which hasn't begun: the search keeps nobody waiting.
    """
    scope, desk = identity.scope(Permission.EDIT_ROSTER), state.desk
    with writing(state.engine) as first:
        plan, happened = understood(
            first, identity.actor, scope, desk, date, body.happenings, dry_run=body.dry_run
        )
    with reader(state.engine) as alone:
        proposal = repairs.propose(alone, scope, desk, plan, happened, seconds=body.time_limit)
    row = repairs.keep(session, identity.actor, proposal)
    if not body.dry_run:
        repairs.put_in_force(session, identity.actor, scope, desk, row.id, publish=True)
    return row


def _demand_coming(session: Session, plan: str, happening: Happening | None) -> None:
    """Raise `TooLate` when what happened can't change any post any more."""
    if isinstance(happening, Absent | Withdrawn | Closed) and happening.end and happening.end <= now():
        raise TooLate("It was over before now: posts that have begun stay as they are")
    if not isinstance(happening, Pinned | Asked):
        return
    query = select(ShiftRow).where(ShiftRow.plan == plan, ShiftRow.id == happening.shift)
    shift = session.scalar(query)
    needs = [] if shift is None else [reading.need_of(n, shift.start, shift.end) for n in shift.needs]
    if any(need.role == happening.role and need.start <= now() for need in needs):
        raise TooLate("Its posts have begun: find somebody for each, as a stand-in")


def tried(
    session: Session, scope: Scope, desk: Desk, date: dt.date, happening: Raised, *, seconds: float
) -> tuple[PlanRow, list[MoreAsked], Repair]:
    """Return what a raised risk would ask for, and the fewest changes that fill that; nothing is stored.

    Raises
    ------
    NoSuchDay, NotFound, Invalid
        As `understood` does.
    """
    row = reading.plan_of(session, date)
    if row is None:
        raise NoSuchDay
    _check(session, scope, happening.site)
    plans.in_state(row, "published")
    coming, raised = _lifted(session, desk, row, date, happening)
    asked = _to_fill(session, row, raised)
    if not asked:
        raise Invalid(NOBODY_MORE)
    region = desk.region(session, row, sites=[happening.site])
    new = {shift.id: shift for shift in raised}
    shifts = tuple(new.get(shift.id, shift) for shift in region.problem.shifts)
    found = repair(
        region.problem.model_copy(update={"shifts": shifts}),
        region.roster,
        asked,
        at=now().replace(second=0, microsecond=0),
        settings=Settings(workers=1, time_limit=seconds),
    )
    return (
        row,
        [more for old, lifted in zip(coming, raised, strict=True) for more in _asks(old, lifted)],
        found.repair,
    )


def _asks(old: Shift, new: Shift) -> Iterator[MoreAsked]:
    """Yield of which roles a shift asks for more."""
    was = {need.role: need for need in old.needs}
    for need in new.needs:
        before = was.get(need.role)
        if need != before:
            yield MoreAsked(
                shift=new.id,
                role=need.role,
                was_minimum=before.minimum if before else 0,
                was_target=before.target if before else 0,
                minimum=need.minimum,
                target=need.target,
            )


def _check(session: Session, scope: Scope, site: str) -> None:
    """Raise `NotFound` when a site isn't in a scope."""
    district = session.scalar(select(SiteRow.district).where(SiteRow.id == site))
    if district is None:
        raise NotFound
    scope.check(district, site)


def _lifted(
    session: Session, desk: Desk, plan: PlanRow, date: dt.date, happening: Raised
) -> tuple[list[Shift], list[Shift]]:
    """Return a site's coming shifts of a day, and as they are at a raised risk."""
    moment = now()
    coming = [
        shift
        for shift in shifts_of(session, plan.id)
        if shift.site == happening.site and shift.date == date and shift.start > moment
    ]
    wanted = _wanted(session, desk, plan, date, happening)
    return coming, [
        shift.model_copy(update={"needs": _more(shift, wanted.get(shift.id))}) for shift in coming
    ]


def _raised(
    session: Session, actor: Actor, scope: Scope, desk: Desk, plan_id: str, date: dt.date, happening: Raised
) -> list[Happening]:
    """Have a site's coming shifts ask for what the risk demands, and return what there is to be filled."""
    _check(session, scope, happening.site)
    plan = plans.locked(session, plan_id)
    plans.in_state(plan, "published")
    session.merge(RaisedRow(date=date, site=happening.site, risk=happening.risk, at=now()))
    coming, raised = _lifted(session, desk, plan, date, happening)
    entries = []
    for old, new in zip(coming, raised, strict=True):
        if new == old:
            continue
        needs = [need.model_dump(mode="json") for need in new.needs]
        session.execute(
            update(ShiftRow)
            .where(ShiftRow.plan == plan.id, ShiftRow.id == new.id)
            .values(
                needs=needs,
                minimum=sum(need.minimum for need in new.needs),
                target=sum(need.target for need in new.needs),
                version=ShiftRow.version + 1,
                moved=ShiftRow.moved + 1,
            )
        )
        before = {"needs": [need.model_dump(mode="json") for need in old.needs]}
        entries.append(
            Entry("shift.raise", "shift", new.id, before, {"needs": needs, "risk": happening.risk}, plan.id)
        )
    if entries:
        record(session, actor, entries)
        plans.roster_changed(plan)
        revisions.amend(session, plan, {entry.key for entry in entries})
    return _to_fill(session, plan, raised)


def _wanted(
    session: Session, desk: Desk, plan: PlanRow, date: dt.date, happening: Raised
) -> dict[str, Shift]:
    """Return the shifts of a site that the bells would give on a day at a risk."""
    problem = desk.problem(session, plan)
    site = problem.site_by_id[happening.site].model_copy(update={"risk": happening.risk})
    there = problem.model_copy(update={"sites": (site,), "horizon": Horizon(start=date, days=1)})
    return {shift.id: shift for shift in there.lay_shifts()}


def _more(shift: Shift, wanted: Shift | None) -> tuple[Need, ...]:
    """Return what a shift asks for and what it would ask for, of each role the more."""
    needs = {need.role: need for need in shift.needs}
    for need in () if wanted is None else wanted.needs:
        old = needs.get(need.role)
        more = {} if old is None else {
            "minimum": max(old.minimum, need.minimum), "target": max(old.target, need.target)
        }  # fmt: skip
        needs[need.role] = need if old is None else old.model_copy(update=more)
    return tuple(needs.values())


def _to_fill(session: Session, plan: PlanRow, shifts: Sequence[Shift]) -> list[Happening]:
    """Return that all open posts of some shifts are asked for."""
    query = (
        select(AssignmentRow.shift, AssignmentRow.role, func.count())
        .where(AssignmentRow.plan == plan.id, AssignmentRow.shift.in_([shift.id for shift in shifts]))
        .group_by(AssignmentRow.shift, AssignmentRow.role)
    )
    held = Counter({(shift, role): count for shift, role, count in session.execute(query)})
    return [
        Asked(shift=shift.id, role=need.role, posts=need.target)
        for shift in shifts
        for need in shift.needs
        if held[shift.id, need.role] < need.target
    ]

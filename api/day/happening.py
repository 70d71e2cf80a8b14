"""What happens on the day: said in the day's words, repaired and published by `api.roster.repairs`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from api.audit import Entry, record
from api.database.base import now
from api.day import reading
from api.day.shapes import Raised
from api.errors import Conflict, Invalid, NotFound
from api.plans import plans, revisions
from api.plans.problems import shifts_of
from api.plans.tables import AssignmentRow, ShiftRow
from api.roster.weeks import zone_of
from api.standing.tables import SiteRow
from models import Absent, Asked, Closed, Horizon, Moved, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor
    from api.day.shapes import DayHappening
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from models import Happening, Need, Shift


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
                raise Invalid("A raised risk can't be tried: it changes what shifts ask for")
            found += _raised(session, actor, scope, desk, row.id, date, happening)
        elif isinstance(happening, Absent | Withdrawn | Closed) and happening.end is None:
            found.append(
                happening.model_copy(update={"end": max(midnight, happening.start + dt.timedelta(minutes=1))})
            )
        elif isinstance(happening, Moved) and happening.date is None:
            found.append(happening.model_copy(update={"date": date}))
        else:
            found.append(happening)
    if not found:
        raise Invalid("At this risk the coming shifts ask for nobody more")
    return row.id, found


def _raised(
    session: Session, actor: Actor, scope: Scope, desk: Desk, plan_id: str, date: dt.date, happening: Raised
) -> list[Happening]:
    """Have a site's coming shifts ask for what the risk demands, and return what there is to be filled."""
    district = session.scalar(select(SiteRow.district).where(SiteRow.id == happening.site))
    if district is None:
        raise NotFound
    scope.check(district, happening.site)
    plan = plans.locked(session, plan_id)
    plans.in_state(plan, "published")
    moment = now()
    coming = [
        shift
        for shift in shifts_of(session, plan.id)
        if shift.site == happening.site and shift.date == date and shift.start > moment
    ]
    wanted = _wanted(session, desk, plan, date, happening)
    raised = [shift.model_copy(update={"needs": _more(shift, wanted.get(shift.id))}) for shift in coming]
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

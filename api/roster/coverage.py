"""How far a plan's shifts are filled."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Integer, cast, func, select

from api.plans.tables import AssignmentRow, ShiftRow
from api.roster.places import shifts_inside
from api.roster.shapes import Covered
from api.tags import etag

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow


FEW = 2000
"""Up to so many shifts are named in a statement; beyond, all are read."""


def tag(plan: PlanRow, scope: Scope) -> str:
    """Return the entity tag of a plan's coverage as a scope shows it."""
    shown = repr((scope.everywhere, sorted(scope.districts), sorted(scope.sites)))
    return etag(plan.id, plan.roster_version, hashlib.sha256(shown.encode()).hexdigest()[:12])


class Totals(NamedTuple):
    """How many posts a plan has, and how many are filled."""

    posts: int
    filled: int


def totals(session: Session, scope: Scope) -> dict[str, Totals]:
    """Return how far each plan's shifts within a scope are filled."""
    posts = select(ShiftRow.plan, func.sum(ShiftRow.target)).where(shifts_inside(scope))
    filled = (
        select(AssignmentRow.plan, func.count())
        .join(ShiftRow, (ShiftRow.plan == AssignmentRow.plan) & (ShiftRow.id == AssignmentRow.shift))
        .where(shifts_inside(scope))
    )
    held: dict[str, int] = dict(session.execute(filled.group_by(AssignmentRow.plan)).all())
    return {
        plan: Totals(int(count), held.get(plan, 0))
        for plan, count in session.execute(posts.group_by(ShiftRow.plan))
    }


def coverage(
    session: Session,
    scope: Scope,
    plan: PlanRow,
    *,
    district: str | None = None,
    site: str | None = None,
    date: dt.date | None = None,
    only_open: bool = False,
) -> list[Covered]:
    """Return how far each shift in a scope is filled, in the plan's order."""
    held = (
        select(
            AssignmentRow.shift,
            func.count().label("filled"),
            func.sum(cast(AssignmentRow.pinned, Integer)).label("pinned"),
        )
        .where(AssignmentRow.plan == plan.id)
        .group_by(AssignmentRow.shift)
        .subquery()
    )
    query = (
        select(
            ShiftRow.id,
            ShiftRow.site,
            ShiftRow.district,
            ShiftRow.date,
            ShiftRow.window,
            ShiftRow.minimum,
            ShiftRow.target,
            func.coalesce(held.c.filled, 0),
            func.coalesce(held.c.pinned, 0),
        )
        .outerjoin(held, held.c.shift == ShiftRow.id)
        .where(ShiftRow.plan == plan.id, shifts_inside(scope))
        .order_by(ShiftRow.position)
    )
    if district is not None:
        query = query.where(ShiftRow.district == district)
    if site is not None:
        query = query.where(ShiftRow.site == site)
    if date is not None:
        query = query.where(ShiftRow.date == date)
    # Taken out here: asked of the database, SQLite plans the join badly.
    rows = [row for row in session.execute(query) if not only_open or row[7] < row[6]]
    partly = [row[0] for row in rows if 0 < row[7] < row[6]]
    short = _short(session, plan.id, partly)
    return [
        Covered(
            shift=shift,
            site=where,
            district=of,
            date=day,
            window=window,
            minimum=minimum,
            target=target,
            filled=count,
            open=max(0, target - count),
            short=short.get(shift, 0) if count else minimum,
            pinned=pinned,
        )
        for shift, where, of, day, window, minimum, target, count, pinned in rows
    ]


def _short(session: Session, plan: str, shifts: list[str]) -> dict[str, int]:
    """Return by how many posts shifts are short of their minimum, role by role."""
    if not shifts:
        return {}
    counted = (
        select(AssignmentRow.shift, AssignmentRow.role, func.count())
        .where(AssignmentRow.plan == plan)
        .group_by(AssignmentRow.shift, AssignmentRow.role)
    )
    asked = select(ShiftRow.id, ShiftRow.needs).where(ShiftRow.plan == plan)
    if len(shifts) <= FEW:
        counted = counted.where(AssignmentRow.shift.in_(shifts))
        asked = asked.where(ShiftRow.id.in_(shifts))
    wanted = set(shifts)
    held = {(shift, role): count for shift, role, count in session.execute(counted) if shift in wanted}
    return {
        shift: sum(max(0, need["minimum"] - held.get((shift, need["role"]), 0)) for need in needs)
        for shift, needs in session.execute(asked)
        if shift in wanted
    }

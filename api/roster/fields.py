"""What happenings touch: a part of a plan, as it is and after them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import func, select, union_all

from api.errors import Conflict, Invalid, NotFound
from api.plans.tables import ShiftRow
from api.standing.tables import CrewRow, PersonRow, SiteRow, UnitRow
from models import Absent, Asked, Closed, Happening, Moved, Pinned, Roster, Withdrawn
from solver.happen import Aftermath, HappeningError, touch
from solver.happen import apply as apply_happenings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk, Region
    from models import Problem

HAPPENINGS = TypeAdapter(list[Happening])
"""Happenings as they are stored."""


class TooLate(Conflict):
    code = "too_late"
    title = "What happened comes too late for that"


class Field(NamedTuple):
    """What happenings touch: as it is, and after them; and the districts of which they speak."""

    region: Region
    problem: Problem
    roster: Roster
    aftermath: Aftermath
    districts: list[str]

    @property
    def digest(self) -> str:
        """A hash of the shifts and holders."""
        said = [
            [shift.model_dump(mode="json") for shift in self.problem.shifts],
            [[*a.model_dump().values()] for a in self.roster.assignments],
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def field_of(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    happenings: Sequence[Happening],
    at: dt.datetime,
) -> Field:
    """Return the field of some happenings.

    Raises
    ------
    NotFound
        When one speaks of something that isn't there, or is outside of the scope.
    TooLate
        When a bell is moved that has begun, or all posts of a need are pinned already.
    """
    districts = districts_of(session, scope, plan, happenings)
    try:
        touched = touch(desk.problem(session, plan), happenings)
        if not touched.places and not touched.assignees:
            raise Invalid("Nobody of this unit serves: there is nothing to repair")
        sites = {site for site, _ in touched.places}
        region = desk.region(session, plan, sites=sites, assignees=touched.assignees)
        problem = region.regions.field(places=touched.places, assignees=touched.assignees)
        asked = {(shift.id, need.role) for shift in problem.shifts for need in shift.needs}
        mine = tuple(a for a in region.roster.assignments if (a.shift, a.role) in asked)
        roster = region.roster.model_copy(update={"assignments": mine})
        return Field(region, problem, roster, apply_happenings(problem, roster, happenings, at), districts)
    except HappeningError as error:
        if error.fault in ("began", "all_pinned"):
            why = "A bell has begun" if error.fault == "began" else "All posts of a need are pinned to others"
            raise TooLate(f"{why}: {error.what}") from error
        if error.fault == "outside":
            raise Invalid(f"That lies outside of the plan's days: {error.what}") from error
        raise NotFound from error


def districts_of(session: Session, scope: Scope, plan: PlanRow, happenings: Iterable[Happening]) -> list[str]:
    """Return the districts of what happenings speak of; empty is the name of what is in none.

    Raises
    ------
    NotFound
        When one is outside of a scope, or what a happening speaks of isn't there.
    """
    found = {session.scalar(query) for happening in happenings for query in _districts(plan, happening)}
    districts = {district for district in found if district is not None}
    if len(districts) < len(found) or not all(scope.holds(district, None) for district in districts):
        raise NotFound
    return sorted(districts)


def _districts(plan: PlanRow, happening: Happening) -> Iterator[Select[str]]:
    """Yield what asks for the district of each thing that a happening speaks of."""
    if isinstance(happening, Closed | Moved):
        yield select(SiteRow.district).where(SiteRow.id == happening.site)
    if isinstance(happening, Pinned | Asked):
        yield select(ShiftRow.district).where(ShiftRow.plan == plan.id, ShiftRow.id == happening.shift)
    units = select(func.coalesce(UnitRow.district, ""))
    if isinstance(happening, Withdrawn):
        yield units.where(UnitRow.id == happening.unit)
    if isinstance(happening, Absent | Pinned):
        who = happening.assignee
        belongs = union_all(
            select(PersonRow.unit).where(PersonRow.id == who), select(CrewRow.unit).where(CrewRow.id == who)
        )
        yield units.where(UnitRow.id.in_(belongs))

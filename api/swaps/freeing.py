"""Own posts (一校一警) on the day: who doesn't come to one is freed from it, so that a stand-in may."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from models import Absence, AbsenceKind, Scope
from solver.happen import without
from solver.swaps import Swaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.plans.tables import DutyRow
    from api.roster.desk import Region


def freed(region: Region, duties: Iterable[DutyRow]) -> Region:
    """Return a region as it is when the holders of some duties that are their own posts are freed from these.

    Nothing is stored; where no duty is an own post it is the region itself.
    """
    problem = region.problem
    new: list[Absence] = []
    for duty in duties:
        person = problem.person_by_id.get(duty.assignee)
        own = person is not None and person.posted_to == duty.site
        if not own or problem.role_by_id[duty.role].scope is not Scope.POSTED:
            continue
        known = [(a.start, a.end) for a in (*problem.absences, *new) if a.assignee == duty.assignee]
        new += [
            Absence(assignee=duty.assignee, start=start, end=end, kind=AbsenceKind.RELEASED)
            for start, end in without((duty.start, duty.end), known)
        ]
    if not new:
        return region
    here = problem.model_copy(update={"absences": (*problem.absences, *new)})
    everywhere = region.regions.problem
    whole = everywhere.model_copy(update={"absences": (*everywhere.absences, *new)})
    swaps = Swaps(here, region.roster, regions=region.regions.on(whole))
    return dataclasses.replace(region, problem=here, swaps=swaps)

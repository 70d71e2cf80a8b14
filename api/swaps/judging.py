"""Swaps before the engine: judged on what is published, and on the roster that is being worked on.

The two are the same but while a dispatcher prepares a new revision. What changes hands must be legal in both, since it is
put into both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from api.errors import Conflict, RulesBroken
from api.plans.following import demand_kept
from api.plans.tables import DutyRow
from api.swaps.freeing import freed
from models import Assignment, Duty, Handover, Roster
from solver.swaps import InvalidSwap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow
    from api.roster.desk import Desk, Region
    from models import Problem, Trial
    from solver.swaps import Swaps


class BeingReplanned(Conflict):
    code = "being_replanned"
    title = "A dispatcher is changing these duties: wait for the next publication"


class ServesNoMore(Conflict):
    title = "The taker isn't among those who serve any more"


class Judged(NamedTuple):
    """A legal swap, and by how much it makes each level dearer where it is published.

    Attributes
    ----------
    before, problem
        The regions concerned, before and after own posts were freed.
    """

    rises: dict[str, int]
    before: Problem
    problem: Problem
    handovers: tuple[Handover, ...]

    @property
    def nothing_dearer(self) -> bool:
        """Whether no level gets dearer."""
        return all(rise <= 0 for rise in self.rises.values())


def judge(
    session: Session,
    desk: Desk,
    plan: PlanRow,
    duties: Sequence[DutyRow],
    takers: Sequence[str],
    *,
    unpin: bool = False,
    free: bool = False,
) -> Judged:
    """Have the engine judge that some duties go to others.

    Parameters
    ----------
    duties, takers
        Each duty, and who takes it.
    unpin
        Whether those who are pinned to them may go.
    free
        Whether who holds an own post is freed from it.

    Raises
    ------
    RulesBroken
        When that breaks hard rules that are kept now, here or in a plan that follows.
    ServesNoMore
        When a taker isn't among those who serve any more.
    BeingReplanned
        When somebody doesn't hold their duty any more in the roster that is worked on.
    """
    handovers = [handover(duty, taker) for duty, taker in zip(duties, takers, strict=True)]
    assignees = {*takers, *(duty.assignee for duty in duties)}
    known = desk.region(session, plan, sites={duty.site for duty in duties}, assignees=assignees)
    region = freed(known, duties) if free else known
    draft = region.swaps.on(_unpinned(region.roster, handovers)) if unpin else region.swaps
    try:
        working = draft.trial(handovers)
        published = published_swaps(session, plan, region)
        trial = working if published is region.swaps else published.trial(handovers)
    except InvalidSwap as error:
        raise unfit(error) from error
    if violations := trial.violations or working.violations:
        raise RulesBroken(violations)
    before = [a for a in published.roster.assignments if a.assignee in assignees]
    gone = {(h.duty.shift, h.duty.role, h.duty.assignee): h.taker for h in handovers}
    after = [
        a.model_copy(update={"assignee": gone.get((a.shift, a.role, a.assignee), a.assignee)}) for a in before
    ]
    problem = region.problem
    demand_kept(session, desk.history_days, plan, region.regions.problem, (problem, before), (problem, after))
    return Judged(rises_of(trial), known.problem, region.problem, tuple(handovers))


def is_never(error: RulesBroken | ServesNoMore) -> bool:
    """Say whether a refused swap could be at no other time either: somebody has no such role, or doesn't serve there."""
    return isinstance(error, ServesNoMore) or any(v.rule in ("role", "scope") for v in error.violations)


def _unpinned(roster: Roster, handovers: Sequence[Handover]) -> Roster:
    """Return a roster in which nobody is pinned to what is handed over."""
    given = {(h.duty.shift, h.duty.role, h.duty.assignee) for h in handovers}
    assignments = tuple(
        a.model_copy(update={"pinned": False}) if (a.shift, a.role, a.assignee) in given else a
        for a in roster.assignments
    )
    return roster.model_copy(update={"assignments": assignments})


def unfit(error: InvalidSwap) -> Conflict:
    """Return what is said where the engine knows a post or somebody no more."""
    if error.fault == "no_assignee":
        return ServesNoMore()
    return BeingReplanned()


def rises_of(trial: Trial) -> dict[str, int]:
    """Return by how much each level gets dearer, of those that change."""
    return {level.name: level.rise for level in trial.levels if level.rise}


def published_swaps(session: Session, plan: PlanRow, region: Region) -> Swaps:
    """Return the engine's swaps on what is published in some regions: the region's own where that is the same."""
    query = select(DutyRow.shift, DutyRow.role, DutyRow.index, DutyRow.assignee).where(
        DutyRow.plan == plan.id, DutyRow.site.in_(region.sites), DutyRow.cancelled_at.is_(None)
    )
    duties = {(shift, role, assignee): index for shift, role, index, assignee in session.execute(query)}
    working = {(a.shift, a.role, a.assignee) for a in region.roster.assignments}
    if duties.keys() == working:
        return region.swaps
    asked = {(shift.id, need.role) for shift in region.problem.shifts for need in shift.needs}
    assignments = tuple(
        Assignment(shift=shift, role=role, index=index, assignee=assignee)
        for (shift, role, assignee), index in duties.items()
        if (shift, role) in asked
    )
    return region.swaps.on(Roster(horizon=region.problem.horizon, assignments=assignments))


def handover(duty: DutyRow, taker: str) -> Handover:
    """Return a duty's handover as a value."""
    return Handover(duty=Duty(shift=duty.shift, role=duty.role, assignee=duty.assignee), taker=taker)

"""Closing a plan: what was published, and so carried, goes into the ledger; docs/ledger.md has the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from api.database.base import now
from api.day.tables import PresenceRow
from api.errors import Conflict
from api.plans import duties, life, plans, revisions
from api.plans.past import counting
from api.plans.problems import within
from api.plans.tables import DutyRow, ShiftRow
from api.standing.counters import changed
from api.standing.tables import LedgerRow
from solver.verify import Verifier

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.plans.problems import Problems
    from api.plans.tables import PlanRow
    from api.settings import Settings
    from models import Problem, Roster


class NotOver(Conflict):
    code = "not_over"
    title = "The plan's last shift isn't over: give a reason to close it nevertheless"


def close(
    session: Session,
    actor: Actor,
    settings: Settings,
    problems: Problems,
    plan_id: str,
    tags: Collection[str],
    reason: str | None,
) -> tuple[PlanRow, dict[str, int]]:
    """Enter into the ledger what a plan's published duties have put on everybody, and let it rest.

    Returns
    -------
    tuple
        The plan, how many ledger entries of each kind were made, newcomers' apart, and how many duties nobody kept.

    Raises
    ------
    NotOver
        When the last shift isn't over, and no reason given.
    plans.WrongState
        When the plan isn't published.
    """
    plan = plans.expected(session, plan_id, tags)
    plans.in_state(plan, "published")
    assert plan.revision is not None
    last = session.scalar(select(func.max(ShiftRow.end)).where(ShiftRow.plan == plan.id))
    if reason is None and last is not None and last > now():
        raise NotOver(until=last.isoformat())
    revision = revisions.find(session, plan.id, plan.revision)
    roster, problem = duties.roster_of(session, plan), revisions.problem_of(revision)
    absent = _absent(session, plan)
    roster = _without(roster, absent)
    verifier = Verifier(_with_absences(problem, within(problems.standing(session), problem.horizon)))
    rows = [
        {"assignee": assignee, "week": plan.start, "kind": kind, "points": points, "plan": plan.id}
        for kind, found in (("carried", verifier.carried(roster)), ("credited", verifier.credited(roster)))
        for assignee, points in found.items()
    ]
    told = Counter(row["kind"] for row in rows)
    newcomers = list(_starts(session, settings, plan, verifier))
    session.execute(insert(LedgerRow), [*rows, *newcomers])
    changed(session, "ledger")
    counts = {
        "carried": told["carried"],
        "credited": told["credited"],
        "newcomers": len({row["assignee"] for row in newcomers}),
        "absent": len(absent),
    }
    return life.step(session, actor, plan, "close", "closed", reason=reason, **counts), counts


def _absent(session: Session, plan: PlanRow) -> set[tuple[str, str, str]]:
    """Return the duties to which their holders didn't come, and nobody in their place: shift, role, assignee."""
    query = (
        select(DutyRow.shift, DutyRow.role, DutyRow.assignee)
        .join(PresenceRow, PresenceRow.uid == DutyRow.uid)
        .where(DutyRow.plan == plan.id, DutyRow.cancelled_at.is_(None), PresenceRow.marked == "absent")
    )
    return {(shift, role, assignee) for shift, role, assignee in session.execute(query)}


def _without(roster: Roster, duties: Collection[tuple[str, str, str]]) -> Roster:
    kept = tuple(a for a in roster.assignments if (a.shift, a.role, a.assignee) not in duties)
    return roster.model_copy(update={"assignments": kept})


def _with_absences(problem: Problem, standing: dict[str, Any]) -> Problem:
    """Return a published problem with the absences that are known by now."""
    known = problem.person_by_id.keys() | problem.crew_by_id.keys()
    absences = tuple(a for a in standing["absences"] if a.assignee in known)
    return problem.model_copy(update={"absences": absences})


def _starts(
    session: Session, settings: Settings, plan: PlanRow, verifier: Verifier
) -> Iterator[dict[str, Any]]:
    """Yield, week by week, the group's mean for those of whom the ledger knows nothing yet.

    They started with it; entered, it goes on counting, and leaves the ledger along with the others' weeks.
    """
    query = select(LedgerRow.assignee, LedgerRow.week, func.sum(LedgerRow.points)).where(
        counting(session, plan.start, settings.ledger_weeks)
    )
    carried: defaultdict[str, dict[dt.date, int]] = defaultdict(dict)
    for assignee, week, points in session.execute(query.group_by(LedgerRow.assignee, LedgerRow.week)):
        carried[assignee][week] = int(points)
    for group in verifier.fairness_groups().values():
        new = [member for member in group if member not in carried]
        weeks = sorted({week for member in group if member in carried for week in carried[member]})
        for week in weeks if new else ():
            entered = [m for m in group if m in carried and week in carried[m]]
            points = sum(carried[m][week] for m in entered)
            capacity = sum(group[m] for m in entered)
            for member in new:
                yield {
                    "assignee": member,
                    "week": week,
                    "kind": "credited",
                    "points": points * group[member] // capacity,
                    "plan": plan.id,
                }


def reopen(session: Session, actor: Actor, plan_id: str, tags: Collection[str], reason: str) -> PlanRow:
    """Take what a plan's closing entered out of the ledger again."""
    plan = plans.expected(session, plan_id, tags)
    plans.in_state(plan, "closed")
    session.execute(delete(LedgerRow).where(LedgerRow.plan == plan.id))
    changed(session, "ledger")
    return life.step(session, actor, plan, "reopen", "published", reason=reason)

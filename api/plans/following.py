"""The plans that follow: their rules look back, so what changes in one week can break what is published for the next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.errors import RulesBroken
from api.plans.past import duties_before
from api.plans.problems import shifts_of
from api.plans.tables import DutyRow, PlanRow
from api.standing.kinds import ABSENCES
from api.standing.tables import AbsenceRow
from models import Assignment, Fairness, Horizon, PastDuty, Roster
from solver.swaps.verdict import new_violations
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from models import Problem, Violation

LOOKING_BACK = (
    "overlap",
    "travel",
    "rest",
    "duty_limit",
    "consecutive_days",
    "days_off",
    "succession",
    "weekends",
)
"""The hard rules that ask what somebody did before."""

_Key = tuple[str, str, str]


def demand_kept(
    session: Session,
    days: int,
    plan: PlanRow,
    whole: Problem,
    before: tuple[Problem, Iterable[Assignment]],
    after: tuple[Problem, Iterable[Assignment]],
) -> None:
    """Raise `RulesBroken` when other holders in a plan break what is published of the plans that follow it.

    What these break without it is not held against it. Only who gets or loses a duty, and has some in such a plan, is
    looked at.

    Parameters
    ----------
    days
        How far the rules look back.
    whole
        The plan's problem.
    before, after
        Who holds what of the plan, or of a part of it, in whose problem.
    """
    end = plan.start + dt.timedelta(days=plan.days)
    query = select(PlanRow).where(
        PlanRow.start >= end, PlanRow.start < end + dt.timedelta(days=days), PlanRow.revision.is_not(None)
    )
    later = session.scalars(query.order_by(PlanRow.start)).all()
    if not later:
        return
    old, new = _held(*before), _held(*after)
    changed = {key[2] for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    if not changed:
        return
    carriers = _carriers(whole, changed)
    was, is_ = ([duty for key, duty in held.items() if key[2] in changed] for held in (old, new))
    for one in later:
        if broken := _broken(session, days, plan, one, whole, carriers, changed, was, is_):
            raise RulesBroken(broken)


def _broken(
    session: Session,
    days: int,
    plan: PlanRow,
    later: PlanRow,
    whole: Problem,
    carriers: Collection[str],
    changed: Collection[str],
    was: Iterable[PastDuty],
    is_: Iterable[PastDuty],
) -> tuple[Violation, ...]:
    """Return what a later plan breaks with another past of some people and crews, and wouldn't break otherwise."""
    columns = (DutyRow.shift, DutyRow.role, DutyRow.index, DutyRow.assignee)
    query = select(*columns).where(
        DutyRow.plan == later.id, DutyRow.cancelled_at.is_(None), DutyRow.assignee.in_(carriers)
    )
    held = tuple(
        Assignment(shift=shift, role=role, index=index, assignee=assignee)
        for shift, role, index, assignee in session.execute(query)
    )
    if not held:
        return ()
    horizon = Horizon(start=later.start, days=later.days)
    absences = session.execute(select(AbsenceRow.__table__).where(AbsenceRow.assignee.in_(carriers)))
    part = whole.model_copy(
        update={
            "horizon": horizon,
            "shifts": tuple(
                s for s in shifts_of(session, later.id, {a.shift for a in held}) if s.site in whole.site_by_id
            ),
            "people": tuple(p for p in whole.people if p.id in carriers),
            "crews": tuple(c for c in whole.crews if c.id in carriers),
            "absences": ABSENCES.values_of([dict(row) for row in absences.mappings()]),
            "timetables": (),
            "offers": (),
            "preferences": (),
            "ledger": (),
            "pins": (),
            "rules": tuple(rule for rule in whole.rules if not isinstance(rule, Fairness)),
        }
    )
    zone, first = ZoneInfo(whole.timezone), plan.start
    after = first + dt.timedelta(days=plan.days)
    others = [
        duty
        for duty in duties_before(session, later.start, days, zone, but_of=later.id, assignees=carriers)
        if duty.site in whole.site_by_id and not (duty.assignee in changed and first <= duty.date < after)
    ]
    roster = Roster(horizon=horizon, assignments=held)
    known, found = (
        Verifier(part.model_copy(update={"history": (*others, *mine)})).verify(roster, rules=LOOKING_BACK)
        for mine in (was, is_)
    )
    return new_violations(known, found)


def _held(problem: Problem, assignments: Iterable[Assignment]) -> dict[_Key, PastDuty]:
    """Return duties as those who come later look back on them; of posts that aren't there any more, none."""
    found = {}
    for a in assignments:
        shift = problem.shift_by_id.get(a.shift)
        need = next((n for n in shift.needs if n.role == a.role), None) if shift else None
        if shift is not None and need is not None:
            start, end = shift.on_post(need)
            found[a.shift, a.role, a.assignee] = PastDuty.model_construct(
                assignee=a.assignee, role=a.role, site=shift.site, window=shift.window, date=shift.date,
                start=start, end=end,
            )  # fmt: skip
    return found


def _carriers(problem: Problem, names: Collection[str]) -> set[str]:
    """Return some people and crews, their members, and all crews of these."""
    bearers = set(names)
    for name in names:
        if (crew := problem.crew_by_id.get(name)) is not None:
            bearers.update(crew.members)
    crews = {crew.id for crew in problem.crews if not bearers.isdisjoint(crew.members)}
    members = {member for crew in problem.crews if crew.id in crews for member in crew.members}
    return bearers | crews | members

"""Somebody else for a duty, on the day itself: judged by the engine, in force and published in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, update

from api.accounts.identity import Permission
from api.audit import Entry, record
from api.database.base import now
from api.day import presence, telling
from api.day.access import at_sites
from api.day.shapes import Replacement
from api.day.tables import CallOutRow, ReplacementRow
from api.errors import Conflict, Forbidden, NotFound, RulesBroken
from api.plans import plans
from api.plans.tables import DutyRow
from api.roster.aftermath import store_absences
from api.roster.holders import names_of
from api.roster.weeks import zone_of
from api.swaps import applying, judging, policy
from api.swaps.parties import holds_sites, speaks_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.audit import Actor
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk

Way = Literal["pressed", "call_out", "repair"]
"""How a replacement came about."""


class AlreadyReplaced(Conflict):
    code = "already_replaced"
    title = "Somebody has taken this duty over already: look at the board"


class DutyOver(Conflict):
    code = "duty_over"
    title = "This duty is over"


def directed(session: Session, identity: Identity, uid: str) -> DutyRow:
    """Return a duty for which somebody may find another holder.

    Raises
    ------
    NotFound
        When there is none of that id in the caller's scope.
    Forbidden
        When dispatchers decide about its role, and the caller is none.
    """
    here = at_sites(identity.where(Permission.DIRECT_DAY))
    duty = session.scalar(select(DutyRow).where(DutyRow.uid == uid, here))
    if duty is None:
        raise NotFound
    demand_word(session, identity, duty.role, duty.assignee, duty.site)
    return duty


def demand_word(session: Session, identity: Identity, role: str, assignee: str, site: str) -> None:
    """Raise `Forbidden` when dispatchers decide about somebody's duties of a role, and the caller is none."""
    approver = policy.approval_of(session, [(role, assignee)]).approver
    if approver == "dispatcher" and not holds_sites(session, identity, Permission.EDIT_ROSTER, [site]):
        raise Forbidden("Dispatchers decide about these duties")


def replace(
    session: Session, identity: Identity, desk: Desk, uid: str, assignee: str
) -> tuple[ReplacementRow, dict[str, int]]:
    """Have somebody take a duty over, and return by how much that makes each level dearer.

    Raises
    ------
    NotFound
        When the duty or the person is outside of the caller's scope.
    Forbidden
        When dispatchers decide about its role.
    AlreadyReplaced
        When somebody else has taken it over.
    DutyOver
        When it is too late.
    RulesBroken
        When it would break hard rules.
    """
    duty = directed(session, identity, uid)
    plan, duty = locked(session, duty)
    try:
        judged = judging.judge(session, desk, plan, [duty], [assignee], unpin=True, free=True)
    except judging.BeingReplanned:
        raise
    except Conflict as error:
        demand_known(session, identity, assignee, error)
        raise
    return hand_over(session, identity.actor, plan, duty, judged, "pressed"), judged.rises


def demand_known(session: Session, identity: Identity, assignee: str, error: Conflict) -> None:
    """Raise `NotFound` when somebody can't serve at a site at all, and is none of the caller's business.

    Whoever can serve at the site may be sent there; of all others, strangers are nobody's business.
    """
    rules = {v.rule for v in error.violations} if isinstance(error, RulesBroken) else {"role"}
    if rules & {"role", "scope"} and not speaks_for(session, identity, [assignee]):
        raise NotFound from error


def shown(session: Session, row: ReplacementRow, rises: dict[str, int]) -> Replacement:
    """Return a replacement as it is shown."""
    gone, come = session.get_one(DutyRow, row.gone), session.get_one(DutyRow, row.come)
    return Replacement(
        id=row.id,
        duty=row.gone,
        assignee=gone.assignee,
        by=come.assignee,
        their_duty=row.come,
        how=row.how,
        at=row.at.astimezone(zone_of(session)),
        rises=rises,
        names=names_of(session, [gone.assignee, come.assignee]),
    )


def locked(session: Session, duty: DutyRow) -> tuple[PlanRow, DutyRow]:
    """Return a duty that can go to somebody else now, and its plan, locked.

    Raises
    ------
    WrongState
        When the plan isn't published, or is being published anew.
    AlreadyReplaced, presence.DutyGone
        When it is nobody's any more, or somebody else's.
    DutyOver
        When it is too late.
    """
    plan = plans.locked(session, duty.plan)
    plans.in_state(plan, "published")
    session.refresh(duty)
    if duty.cancelled_at is not None:
        raise AlreadyReplaced if _taker(session, duty.uid) is not None else presence.DutyGone
    if duty.end <= now():
        raise DutyOver
    return plan, duty


def hand_over(
    session: Session, actor: Actor, plan: PlanRow, duty: DutyRow, judged: judging.Judged, way: Way
) -> ReplacementRow:
    """Give a duty of a locked plan to whom it was judged for: posts, published duties and calendars.

    Who gives up an own post is released from it for the duty's time: nobody else may hold it otherwise.
    """
    (handover,) = judged.handovers
    store_absences(session, actor, judged.before, judged.problem)
    applying.put_in_force(session, actor, judged.problem, plan, judged.handovers, action="shift.replace")
    return note(session, actor, plan, duty, handover.taker, way, judged.rises)


def note(
    session: Session,
    actor: Actor,
    plan: PlanRow,
    duty: DutyRow,
    taker: str,
    way: Way,
    rises: dict[str, int] | None = None,
) -> ReplacementRow:
    """Keep that somebody took a duty over, which is done, and tell both."""
    query = select(DutyRow).where(
        DutyRow.shift == duty.shift, DutyRow.role == duty.role, DutyRow.assignee == taker
    )
    come = session.execute(query.execution_options(populate_existing=True)).scalar_one()
    session.refresh(duty)
    presence.clear(session, come.uid)
    row = ReplacementRow(
        plan=plan.id, gone=duty.uid, come=come.uid, date=duty.date, how=way, account=actor.account, at=now()
    )
    session.add(row)
    session.flush()
    # Nobody need be asked any more; the call-out that brought it about says so itself.
    session.execute(
        update(CallOutRow)
        .where(CallOutRow.uid == duty.uid, CallOutRow.state == "asking")
        .values(state="stale", ended_at=row.at)
    )
    before = {"assignee": duty.assignee, "shift": duty.shift, "role": duty.role}
    after = {"assignee": taker, "shift": duty.shift, "role": duty.role, "how": way, "rises": rises}
    record(session, actor, [Entry("duty.replace", "duty", duty.uid, before, after, plan.id, duty.site)])
    if way != "repair":  # which tells of all that it changes
        telling.tell_replaced(session, row, duty, come)
    return row


def _taker(session: Session, uid: str) -> str | None:
    query = select(ReplacementRow.come).where(ReplacementRow.gone == uid).order_by(ReplacementRow.id.desc())
    return session.scalar(query.limit(1))

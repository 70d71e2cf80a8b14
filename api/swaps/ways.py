"""How somebody could get rid of a duty: who would take it, who would exchange, and chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, tuple_

from api.accounts.identity import Permission
from api.database.base import now
from api.errors import Conflict, NotFound
from api.plans import plans
from api.plans.tables import DutyRow
from api.roster.holders import mentioned, names_of
from api.swaps import judging
from api.swaps.parties import answering, holds_sites, spoken_for
from api.swaps.reading import find
from api.swaps.shapes import Ways
from api.swaps.states import demand
from api.swaps.tables import SwapPartyRow
from models import Duty, Partners
from solver.swaps import InvalidSwap

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from models import Trial
    from solver.swaps import Swaps

LONGEST = 4
"""People in a chain at most."""


def of(session: Session, identity: Identity, desk: Desk, uid: str, *, chains: bool) -> Ways:
    """Return how a published duty could go to others.

    Members are told who would take it; of those who can't only how many there are by rule. Admins are told all.

    Parameters
    ----------
    chains
        Whether to look for chains where nobody takes it directly.

    Raises
    ------
    NotFound
        When there is no such duty, or it isn't the caller's.
    Conflict
        When its plan isn't published any more, or it has begun.
    """
    query = select(DutyRow).where(
        DutyRow.uid == uid, DutyRow.cancelled_at.is_(None), spoken_for(identity, DutyRow.assignee)
    )
    duty = session.scalar(query)
    if duty is None:
        raise NotFound
    plan = plans.find(session, duty.plan)
    plans.in_state(plan, "published")
    if duty.start <= now():
        raise Conflict("This duty has begun: ask who is in charge")
    swaps, known = _swaps(session, desk, plan, duty)
    found = _partners(swaps, known, duty)
    if chains and not found.takers and not found.exchanges:
        ways = swaps.chains(_value(duty), longest=LONGEST)
        found = found.model_copy(update={"chains": tuple(way for way in ways if _is_ahead(way, known))})
    blocked = found.blocked
    if not holds_sites(session, identity, Permission.DECIDE_SWAPS, [duty.site]):
        found = found.model_copy(update={"others": ()})
    return Ways(
        partners=found,
        uids=_uids(session, plan, found),
        blocked=blocked,
        names=names_of(session, mentioned(found)),
    )


def back(session: Session, identity: Identity, desk: Desk, number: int) -> Ways:
    """Return what somebody could give for the duty of an exchange that is offered to all.

    Raises
    ------
    NotFound
        When there is no such swap, or they aren't asked.
    SwapEnded
        When it isn't offered any more.
    """
    row = find(session, identity, number)
    parties = session.scalars(select(SwapPartyRow).where(SwapPartyRow.swap == row.id)).all()
    who = answering(session, identity, parties, None).assignee
    demand(session, row, "offered")
    (first,) = row.handovers
    plan = plans.find(session, row.plan)
    plans.in_state(plan, "published")
    swaps, begins = _swaps(session, desk, plan, session.get_one(DutyRow, first["uid"]))
    found = _partners(swaps, begins, session.get_one(DutyRow, first["uid"]))
    mine = tuple(trial for trial in found.exchanges if trial.handovers[0].taker == who)
    found = Partners(duty=found.duty, takers=(), exchanges=mine, others=())
    return Ways(
        partners=found,
        uids=_uids(session, plan, found),
        blocked={},
        names=names_of(session, mentioned(found)),
    )


def takers(session: Session, desk: Desk, plan: PlanRow, duty: DutyRow, *, exchanging: bool) -> list[str]:
    """Return who may take a duty as it is published, or exchange one of theirs for it."""
    swaps, known = _swaps(session, desk, plan, duty)
    found = _partners(swaps, known, duty)
    trials = found.exchanges if exchanging else found.takers
    return sorted({trial.handovers[0].taker for trial in trials})


_Begins = dict[tuple[str, str], "dt.datetime"]
"""When the posts of each need begin."""


def _swaps(session: Session, desk: Desk, plan: PlanRow, duty: DutyRow) -> tuple[Swaps, _Begins]:
    region = desk.region(session, plan, sites=[duty.site], assignees=[duty.assignee])
    swaps = judging.published_swaps(session, plan, region)
    begins = {(s.id, n.role): s.on_post(n)[0] for s in region.problem.shifts for n in s.needs}
    return swaps, begins


def _partners(swaps: Swaps, begins: _Begins, duty: DutyRow) -> Partners:
    """Return the partners whose duties haven't begun either."""
    try:
        found = swaps.partners(_value(duty))
    except InvalidSwap as error:
        raise judging.BeingReplanned from error
    ahead = tuple(trial for trial in found.exchanges if _is_ahead(trial, begins))
    return found.model_copy(update={"exchanges": ahead})


def _is_ahead(trial: Trial, begins: _Begins) -> bool:
    moment = now()
    return all(begins[h.duty.shift, h.duty.role] > moment for h in trial.handovers)


def _value(duty: DutyRow) -> Duty:
    return Duty(shift=duty.shift, role=duty.role, assignee=duty.assignee)


def _uids(session: Session, plan: PlanRow, found: Partners) -> dict[str, str]:
    """Return the ids of all duties that ways mention."""
    duties = {found.duty, *(h.duty for trial in _trials(found) for h in trial.handovers)}
    keys = sorted((duty.shift, duty.role, duty.assignee) for duty in duties)
    uids: dict[str, str] = {}
    for start in range(0, len(keys), 300):
        query = select(DutyRow.shift, DutyRow.role, DutyRow.assignee, DutyRow.uid).where(
            DutyRow.plan == plan.id,
            tuple_(DutyRow.shift, DutyRow.role, DutyRow.assignee).in_(keys[start : start + 300]),
        )
        uids |= {"|".join(key): uid for *key, uid in session.execute(query)}
    return uids


def _trials(found: Partners) -> Iterable[Trial]:
    return (*found.takers, *found.exchanges, *found.chains)

"""What is done with a swap, step by step; each is judged anew, under the plan's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from api.accounts.identity import Permission
from api.audit import record
from api.database.base import now
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.plans import plans
from api.plans.tables import DutyRow
from api.roster.own import mine_of
from api.swaps import applying, judging, policy
from api.swaps.asking import add_duties, entry, judged, locked, put_in
from api.swaps.parties import (
    answerable,
    answering,
    asked_of,
    decides,
    holds_sites,
    is_open,
    proposes,
    speaks_for,
    withdraws,
)
from api.swaps.reading import find
from api.swaps.states import LIVE, demand, end, state_of, supersede
from api.swaps.tables import SwapPartyRow, SwapRow, SwapWishRow
from api.swaps.telling import tell_accepted, tell_applied, tell_asked, tell_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from api.settings import Settings
    from api.swaps.shapes import AskedDuty


class Taken(Conflict):
    code = "swap_taken"
    title = "Somebody else was first to accept"


def offer(session: Session, identity: Identity, desk: Desk, number: int) -> SwapRow:
    """Offer a draft to those who are asked, judged anew.

    Raises
    ------
    RulesBroken, NobodyMay
        When it would break hard rules by now; when it is for all who may, and that is nobody by now.
    """
    row, plan = _locked(session, identity, number)
    if not proposes(session, identity, row):
        raise NotFound
    demand(session, row, "draft")
    row.rises, others = judged(session, desk, plan, row.kind, _duties(session, row), _takers(row))
    session.execute(delete(SwapPartyRow).where(SwapPartyRow.swap == row.id))
    session.add_all(SwapPartyRow(swap=row.id, assignee=one) for one in sorted(others - {row.proposer}))
    row.state = "offered"
    record(session, identity.actor, [entry(row, "swap.offer", "draft")])
    tell_asked(session, row)
    return row


def accept(
    session: Session,
    identity: Identity,
    desk: Desk,
    settings: Settings,
    number: int,
    *,
    assignee: str | None,
    back: str | None,
) -> SwapRow:
    """Accept what is offered; when all have, and nobody has to approve, it is in force at once.

    Parameters
    ----------
    assignee
        For whom; None: oneself, or one's crew where that is asked.
    back
        Of an exchange that is offered to all: the lasting id of the duty that is given for it.

    Raises
    ------
    Taken
        When somebody else was first.
    SwapEnded
        When it isn't offered any more.
    RulesBroken
        When it would break hard rules by now.
    """
    row, plan = _locked(session, identity, number)
    parties = _parties(session, row)
    party = answering(session, identity, parties, assignee)
    who = party.assignee
    if (
        row.state in ("accepted", "applied")
        and party.accepted_at is None
        and state_of(session, row) == row.state
    ):
        raise Taken
    demand(session, row, "offered")
    if party not in answerable(row, parties, {who}, to="accept"):
        raise Conflict("Their word is given already")
    if is_open(row):
        _take(session, settings, row, who, back)
    elif back is not None:
        raise Invalid("Its duties are settled already: leave out what is given back")
    party.accepted_at, party.declined_at = now(), None
    duties = _duties(session, row)
    verdict = judging.judge(session, desk, plan, duties, _takers(row))
    row.rises = verdict.rises
    if any(other.accepted_at is None for other in asked_of(row, parties)):
        record(session, identity.actor, [entry(row, "swap.agree", "offered", by=who)])
        return row
    row.state, row.accepted_at = "accepted", now()
    approval = policy.approval_of(session, ((duty.role, duty.assignee) for duty in duties))
    waived = approval.automatic and verdict.nothing_dearer
    row.approver = "nobody" if waived else approval.approver
    record(session, identity.actor, [entry(row, "swap.accept", "offered", by=who)])
    if row.approver == "nobody":
        _apply(session, identity, row, plan, verdict)
    else:
        tell_accepted(session, row)
    return row


def decline(session: Session, identity: Identity, number: int, *, assignee: str | None) -> SwapRow:
    """Say no; the swap ends when nobody is left who could accept."""
    row, _ = _locked(session, identity, number)
    parties = _parties(session, row)
    party = answering(session, identity, parties, assignee)
    who = party.assignee
    demand(session, row, "offered")
    if party not in answerable(row, parties, {who}, to="decline"):
        raise Conflict("Their word is given already")
    party.declined_at = now()
    left = [other for other in asked_of(row, parties) if other.declined_at is None]
    if not is_open(row) or not left:
        end(row, "declined")
        tell_end(session, row)
    record(session, identity.actor, [entry(row, "swap.decline", "offered", by=who)])
    return row


def withdraw(session: Session, identity: Identity, number: int) -> SwapRow:
    """Take a swap back: who proposed it, who has accepted it, or who decides about it.

    Who takes back what their wish has brought about doesn't wish for it any more.
    """
    row, _ = _locked(session, identity, number)
    demand(session, row, "draft", "offered", "accepted")
    if not withdraws(session, identity, row, asked_of(row, _parties(session, row))):
        raise Forbidden("Who proposed or accepted this swap can take it back")
    before = row.state
    end(row, "withdrawn")
    mine = mine_of(session, identity.person)
    session.execute(delete(SwapWishRow).where(SwapWishRow.swap == row.id, SwapWishRow.assignee.in_(mine)))
    record(session, identity.actor, [entry(row, "swap.withdraw", before)])
    tell_end(session, row)
    return row


def approve(session: Session, identity: Identity, desk: Desk, number: int) -> SwapRow:
    """Approve what all have accepted, and put it into force.

    Raises
    ------
    RulesBroken
        When it would break hard rules by now.
    """
    row, plan = _locked(session, identity, number)
    _demand_decider(session, identity, row)
    demand(session, row, "accepted")
    verdict = judging.judge(session, desk, plan, _duties(session, row), _takers(row))
    record(session, identity.actor, [entry(row, "swap.approve", "accepted")])
    _apply(session, identity, row, plan, verdict)
    return row


def deny(session: Session, identity: Identity, number: int, reason: str) -> SwapRow:
    """Deny a swap, for a reason that those concerned are told."""
    row, _ = _locked(session, identity, number)
    _demand_decider(session, identity, row)
    demand(session, row, "offered", "accepted")
    before, row.reason = row.state, reason
    end(row, "denied")
    record(session, identity.actor, [entry(row, "swap.deny", before, reason=reason)])
    tell_end(session, row)
    return row


def give(
    session: Session,
    identity: Identity,
    desk: Desk,
    settings: Settings,
    asked: Sequence[AskedDuty],
    reason: str,
) -> SwapRow:
    """Give duties to others at once, in an emergency; who is told learns the reason.

    Raises
    ------
    Invalid
        When it isn't said to whom.
    NotFound
        When a duty isn't there, or somebody is outside of the caller's scope.
    Forbidden
        When others approve swaps of these duties.
    RulesBroken
        When it would break hard rules.
    """
    takers = [handover.taker for handover in asked if handover.taker is not None]
    if len(takers) < len(asked):
        raise Invalid("Say who takes each duty")
    plan, duties = locked(session, [handover.duty for handover in asked])
    people = {*takers, *(duty.assignee for duty in duties)}
    sites = {duty.site for duty in duties}
    scoped = holds_sites(session, identity, Permission.DECIDE_SWAPS, sites)
    if not scoped or not speaks_for(session, identity, people - {identity.person}):
        raise NotFound
    approval = policy.approval_of(session, ((duty.role, duty.assignee) for duty in duties))
    if approval.approver == "dispatcher" and not holds_sites(
        session, identity, Permission.EDIT_ROSTER, sites
    ):
        raise Forbidden("Dispatchers decide about these duties")
    verdict = judging.judge(session, desk, plan, duties, takers)
    row = put_in(
        session, identity.actor, settings.model_copy(update={"swap_closes_minutes": 0}), plan, "cover",
        duties, takers, proposer=None, parties=sorted(people), note="", state="accepted",
    )  # fmt: skip
    row.reason, row.approver, row.rises, row.accepted_at = reason, approval.approver, verdict.rises, now()
    _apply(session, identity, row, plan, verdict)
    return row


def _take(session: Session, settings: Settings, row: SwapRow, who: str, back: str | None) -> None:
    """Note who takes what was offered to all, and what they give for it."""
    (first,) = row.handovers
    if row.kind != "exchange":
        if back is not None:
            raise Invalid("It is given away: leave out what is given back")
        row.handovers = [{**first, "taker": who}]
        return
    if back is None:
        raise Invalid("It is an exchange: say which of your duties you give for it")
    _, (duty,) = locked(session, [back])
    if duty.assignee != who or duty.plan != row.plan:
        raise NotFound
    row.handovers = [{**first, "taker": who}]
    add_duties(session, settings, row, [duty], [first["giver"]])


def _apply(
    session: Session, identity: Identity, row: SwapRow, plan: PlanRow, verdict: judging.Judged
) -> None:
    before = row.state
    applying.put_in_force(session, identity.actor, verdict.problem, plan, verdict.handovers)
    row.rises = verdict.rises
    end(row, "applied")
    session.execute(delete(SwapWishRow).where(SwapWishRow.swap == row.id))
    session.flush()
    rivals = supersede(session, row, [handover["uid"] for handover in row.handovers])
    numbers: list[object] = [rival.id for rival in rivals if rival.state == "superseded"]
    record(session, identity.actor, [entry(row, "swap.apply", before, superseded=numbers)])
    tell_applied(session, row)
    for rival in rivals:
        tell_end(session, rival)


def _locked(session: Session, identity: Identity, number: int) -> tuple[SwapRow, PlanRow]:
    """Return a swap that the caller may see, and its plan, locked.

    Raises
    ------
    NotFound
        When there is no such swap.
    WrongState
        When the plan isn't published, or is being published anew.
    """
    row = find(session, identity, number)
    plan = plans.locked(session, row.plan)
    # Read again: what it was before the lock may be old.
    session.refresh(row)
    if row.state in LIVE:
        plans.in_state(plan, "published")
    return row, plan


def _parties(session: Session, row: SwapRow) -> list[SwapPartyRow]:
    """Return who is asked, as it stands under the plan's lock."""
    query = select(SwapPartyRow).where(SwapPartyRow.swap == row.id).order_by(SwapPartyRow.assignee)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _duties(session: Session, row: SwapRow) -> list[DutyRow]:
    uids = [handover["uid"] for handover in row.handovers]
    rows = {duty.uid: duty for duty in session.scalars(select(DutyRow).where(DutyRow.uid.in_(uids)))}
    return [rows[uid] for uid in uids]


def _takers(row: SwapRow) -> list[str]:
    return [handover["taker"] for handover in row.handovers]


def _demand_decider(session: Session, identity: Identity, row: SwapRow) -> None:
    if not decides(session, identity, row):
        raise Forbidden("Somebody else decides about this swap")

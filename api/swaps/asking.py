"""Making swaps: what is asked of whom, judged before anybody is bothered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Invalid, NotFound, RulesBroken
from api.plans import plans
from api.plans.tables import DutyRow
from api.swaps import judging, ways
from api.swaps.parties import speaking, speaks_for
from api.swaps.states import LIVE
from api.swaps.tables import SwapDutyRow, SwapPartyRow, SwapRow
from api.swaps.telling import tell_asked

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.audit import Actor
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from api.settings import Settings
    from api.swaps.shapes import AskedDuty, NewSwap

MOST_LIVE = 50
"""Swaps that one person may have going at a time."""


class TooLateToSwap(Conflict):
    code = "too_late_to_swap"
    title = "A duty of this swap has begun, or begins too soon: ask who is in charge"


class NobodyMay(Conflict):
    code = "nobody_may"
    title = "Nobody may take this duty as things stand: look at the chains, or ask who is in charge"


def ask(session: Session, identity: Identity, desk: Desk, settings: Settings, asked: NewSwap) -> SwapRow:
    """Make a swap, judged by the engine, and offer it unless it is to stay a draft.

    Raises
    ------
    NotFound
        When a duty or person isn't there, or is none of the caller's business: one of others that could never be taken.
    Invalid
        When the handovers aren't what the kind says.
    TooLateToSwap
        When a duty begins too soon.
    RulesBroken
        When it would break hard rules.
    NobodyMay
        When it is offered to all who may, and that is nobody.
    """
    proposer = speaking(session, identity, asked.proposer)
    plan, duties = locked(session, [handover.duty for handover in asked.handovers])
    _demand_part(session, identity, proposer, duties, asked.handovers)
    takers = [handover.taker for handover in asked.handovers]
    _demand_kind(asked.kind, proposer, duties, takers)
    going = select(SwapRow.id).where(SwapRow.proposer == proposer, SwapRow.state.in_(LIVE))
    if len(session.scalars(going.limit(MOST_LIVE)).all()) == MOST_LIVE:
        raise Conflict("So many swaps are going already: withdraw some first")
    try:
        rises, others = judged(session, desk, plan, asked.kind, duties, takers)
    except (RulesBroken, judging.ServesNoMore) as error:
        named = {duty.assignee for duty in duties}.union(taker for taker in takers if taker is not None)
        if judging.is_never(error) and not speaks_for(session, identity, named):
            raise NotFound from error
        raise
    row = put_in(
        session, identity.actor, settings, plan, asked.kind, duties, takers, proposer=proposer,
        parties=set(others) - {proposer}, note=asked.note, state="draft" if asked.draft else "offered",
    )  # fmt: skip
    row.rises = rises
    record(session, identity.actor, [entry(row, f"swap.{'draft' if asked.draft else 'offer'}", None)])
    if not asked.draft:
        tell_asked(session, row)
    return row


def judged(
    session: Session,
    desk: Desk,
    plan: PlanRow,
    kind: str,
    duties: Sequence[DutyRow],
    takers: Sequence[str | None],
) -> tuple[dict[str, int], set[str]]:
    """Return by how much what is asked for makes each level dearer, and whose word it needs, or who may take it.

    Raises
    ------
    RulesBroken
        When it would break hard rules.
    NobodyMay
        When it is for all who may, and that is nobody.
    """
    named = [taker for taker in takers if taker is not None]
    if len(named) == len(takers):
        rises = judging.judge(session, desk, plan, duties, named).rises
        return rises, {*named, *(duty.assignee for duty in duties)}
    others = ways.takers(session, desk, plan, duties[0], exchanging=kind == "exchange")
    if not others:
        raise NobodyMay
    return {}, set(others)


def locked(session: Session, uids: Sequence[str]) -> tuple[PlanRow, list[DutyRow]]:
    """Return published duties in their order, and their plan, locked.

    Raises
    ------
    NotFound
        When one isn't there, or was cancelled.
    Invalid
        When they are of several plans, or one is named twice.
    """
    if len(set(uids)) < len(uids):
        raise Invalid("A duty is named twice: name each once")
    found = {
        row.uid: row.plan
        for row in session.execute(select(DutyRow.uid, DutyRow.plan).where(DutyRow.uid.in_(uids)))
    }
    if len(found) < len(uids):
        raise NotFound
    if len(set(found.values())) > 1:
        raise Invalid("These duties are of several plans: swap duties of one plan")
    plan = plans.locked(session, next(iter(found.values())))
    plans.in_state(plan, "published")
    query = select(DutyRow).where(DutyRow.uid.in_(uids), DutyRow.cancelled_at.is_(None))
    rows = {row.uid: row for row in session.scalars(query.execution_options(populate_existing=True))}
    if len(rows) < len(uids):
        raise NotFound
    return plan, [rows[uid] for uid in uids]


def put_in(
    session: Session,
    actor: Actor,
    settings: Settings,
    plan: PlanRow,
    kind: str,
    duties: Sequence[DutyRow],
    takers: Sequence[str | None],
    *,
    proposer: str | None,
    parties: Collection[str],
    note: str,
    state: str,
) -> SwapRow:
    """Store a swap with its duties, and who is asked.

    Raises
    ------
    TooLateToSwap
        When a duty begins too soon.
    """
    row = SwapRow(
        plan=plan.id,
        kind=kind,
        state=state,
        proposer=proposer,
        account=actor.account,
        handovers=[],
        note=note,
        rises={},
        created_at=now(),
        expires_at=now(),
    )
    session.add(row)
    session.flush()
    add_duties(session, settings, row, duties, takers)
    session.add_all(SwapPartyRow(swap=row.id, assignee=one) for one in sorted(parties))
    session.flush()
    return row


def add_duties(
    session: Session,
    settings: Settings,
    row: SwapRow,
    duties: Sequence[DutyRow],
    takers: Sequence[str | None],
) -> None:
    """Add duties to a swap, as they are now.

    Raises
    ------
    TooLateToSwap
        When one begins too soon.
    """
    closes = min(duty.start for duty in duties) - dt.timedelta(minutes=settings.swap_closes_minutes)
    if closes <= now():
        raise TooLateToSwap
    row.expires_at = closes if not row.handovers else min(row.expires_at, closes)
    row.handovers = [
        *row.handovers,
        *(
            {"uid": duty.uid, "shift": duty.shift, "role": duty.role, "giver": duty.assignee, "taker": taker}
            for duty, taker in zip(duties, takers, strict=True)
        ),
    ]
    session.add_all(SwapDutyRow(swap=row.id, uid=duty.uid, version=duty.version) for duty in duties)


def entry(row: SwapRow, action: str, before: str | None, **told: object) -> Entry:
    """Return the history's entry of a step."""
    site = row.handovers[0]["shift"].partition("/")[0]
    after = {"state": row.state, "handovers": row.handovers, **told}
    return Entry(
        action, "swap", str(row.id), None if before is None else {"state": before}, after, row.plan, site
    )


def _demand_part(
    session: Session, identity: Identity, proposer: str, duties: Sequence[DutyRow], asked: Sequence[AskedDuty]
) -> None:
    """Raise `NotFound` unless somebody has part in every swap that they ask for."""
    takers = {handover.taker for handover in asked}
    if proposer not in takers | {duty.assignee for duty in duties}:
        raise NotFound


def _demand_kind(kind: str, proposer: str, duties: Sequence[DutyRow], takers: Sequence[str | None]) -> None:
    """Raise `Invalid` unless handovers are what a kind says."""
    givers = [duty.assignee for duty in duties]
    if any(giver == taker for giver, taker in zip(givers, takers, strict=True)):
        raise Invalid("Somebody would take their own duty")
    if None in takers and (len(takers) > 1 or kind not in ("give_away", "exchange") or givers != [proposer]):
        raise Invalid("Only a single duty of one's own is offered to all: name the takers of all others")
    fits = {
        "give_away": len(takers) == 1 and givers == [proposer],
        "cover": len(takers) == 1 and takers == [proposer],
        "exchange": takers == [None] or (len(takers) == 2 and givers == [*reversed(takers)]),
        "cycle": len(takers) > 2 and sorted(givers) == sorted(t or "" for t in takers),
        "chain": len(takers) > 1 and sorted(givers) != sorted(t or "" for t in takers),
    }
    if not fits[kind]:
        raise Invalid(f"These handovers are no {kind}")

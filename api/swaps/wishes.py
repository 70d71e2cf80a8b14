"""Wishes for the next clearing, and the clearing itself: the largest set of exchanges that they agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import delete, select, tuple_

from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Invalid, NotFound
from api.plans import plans
from api.plans.tables import DutyRow
from api.roster import holders
from api.roster.aside import aside
from api.swaps import judging
from api.swaps.asking import entry, locked, put_in
from api.swaps.parties import speaking, spoken_for
from api.swaps.shapes import NewWish, Wish
from api.swaps.tables import SwapRow, SwapWishRow
from api.swaps.telling import tell_accepted
from models import Clearing, Given, SwapWish, Wanted
from solver.regions import Regions
from solver.swaps import Swaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from api.settings import Settings
    from models import Problem, Roster
    from solver.usual import PointsOfPosts

_WANTED = TypeAdapter(list[Wanted])

MOST = 20
"""Wishes of one person for one plan."""
SECONDS = 60.0
"""How long a clearing may search; what it has by then is the answer."""


def wish(session: Session, identity: Identity, plan_id: str, body: NewWish) -> SwapWishRow:
    """Keep a wish.

    Raises
    ------
    NotFound
        When there is no such plan, or nobody of the caller's gives that.
    Invalid
        When it says nothing.
    Conflict
        When they have wished enough.
    """
    who = speaking(session, identity, body.assignee)
    plan = plans.locked(session, plan_id)
    plans.in_state(plan, "published")
    if body.give is None and not body.take:
        raise Invalid("It neither gives nor takes: state one of them")
    if body.give is not None:
        query = select(DutyRow.start).where(
            DutyRow.plan == plan.id,
            DutyRow.shift == body.give.shift,
            DutyRow.role == body.give.role,
            DutyRow.assignee == who,
            DutyRow.cancelled_at.is_(None),
        )
        start = session.scalar(query)
        if start is None or start <= now():
            raise NotFound
    mine = select(SwapWishRow.id).where(SwapWishRow.plan == plan.id, SwapWishRow.assignee == who)
    if len(session.scalars(mine).all()) >= MOST:
        raise Conflict(f"There are {MOST} wishes already: take one back first")
    row = SwapWishRow(
        plan=plan.id,
        assignee=who,
        shift=body.give and body.give.shift,
        role=body.give and body.give.role,
        take=[wanted.model_dump(mode="json", exclude_none=True) for wanted in body.take],
        created_at=now(),
    )
    session.add(row)
    session.flush()
    record(session, identity.actor, [_entry("swap_wish.add", row, after=_told(row))])
    return row


def unwish(session: Session, identity: Identity, number: int) -> None:
    """Take a wish back.

    Raises
    ------
    NotFound
        When there is none of that number, or it is none of the caller's business.
    """
    query = select(SwapWishRow).where(SwapWishRow.id == number, spoken_for(identity, SwapWishRow.assignee))
    row = session.scalar(query)
    if row is None:
        raise NotFound
    record(session, identity.actor, [_entry("swap_wish.remove", row, before=_told(row))])
    session.delete(row)


def listed(session: Session, identity: Identity, plan_id: str) -> list[Wish]:
    """Return the wishes for a plan that are the caller's, or their people's."""
    plans.find(session, plan_id)
    query = (
        select(SwapWishRow)
        .where(SwapWishRow.plan == plan_id, spoken_for(identity, SwapWishRow.assignee))
        .order_by(SwapWishRow.id)
    )
    return [shown(row) for row in session.scalars(query)]


def shown(row: SwapWishRow) -> Wish:
    """Return a wish as it is shown."""
    wish = _value(row)
    return Wish(id=row.id, plan=row.plan, assignee=row.assignee, give=wish.give, take=list(wish.take))


def clear(session: Session, scope: Scope, desk: Desk, plan_id: str) -> tuple[list[SwapWishRow], Clearing]:
    """Find the largest set of handovers that the wishes within a scope agree on; nothing is stored.

    Wishes whose duty has gone or begun are left out.

    Raises
    ------
    NotFound
        When there is no such plan.
    judging.BeingReplanned
        While the roster differs from what is published.
    """
    plan = plans.find(session, plan_id)
    plans.in_state(plan, "published")
    rows = _current(session, plan, scope)
    if not rows:
        return [], Clearing(status="optimal", value=0, bound=0)
    region = desk.region(session, plan, assignees={row.assignee for row in rows})
    if judging.published_swaps(session, plan, region) is not region.swaps:
        raise judging.BeingReplanned("The draft differs from what is published: publish it first")
    wishes = [_value(row) for row in rows]
    session.rollback()
    answer = aside(SECONDS + 30, _cleared, region.problem, region.regions.points, region.roster, wishes)
    return rows, answer


def _cleared(problem: Problem, points: PointsOfPosts, roster: Roster, wishes: Sequence[SwapWish]) -> Clearing:
    swaps = Swaps(problem, roster, at=now(), regions=Regions(problem, points))
    return swaps.clear(wishes, time_limit=SECONDS)


def propose(
    session: Session, identity: Identity, desk: Desk, settings: Settings, clearing: Clearing
) -> SwapRow | None:
    """Store all that a clearing found as one swap that waits for approval, and judge it once more.

    Everybody in it has wished for it, so nobody is asked again.

    Raises
    ------
    Conflict
        When duties have changed meanwhile.
    """
    handovers = [handover for way in clearing.settled for handover in way.handovers]
    if not handovers:
        return None
    keys = {(h.duty.shift, h.duty.role, h.duty.assignee): h.taker for h in handovers}
    query = select(DutyRow.uid, DutyRow.shift, DutyRow.role, DutyRow.assignee).where(
        tuple_(DutyRow.shift, DutyRow.role, DutyRow.assignee).in_(keys)
    )
    taker = {uid: keys[shift, role, assignee] for uid, shift, role, assignee in session.execute(query)}
    try:
        plan, duties = locked(session, sorted(taker))
    except NotFound as error:
        raise Conflict("Duties have changed meanwhile: clear again") from error
    takers = [taker[duty.uid] for duty in duties]
    judged = judging.judge(session, desk, plan, duties, takers)
    row = put_in(
        session, identity, settings, plan, "chain", duties, takers,
        proposer=None, parties=sorted({*takers, *(d.assignee for d in duties)}), note="", state="accepted",
    )  # fmt: skip
    row.rises, row.accepted_at, row.approver = judged.rises, now(), "dispatcher"
    record(session, identity.actor, [entry(row, "swap.clear", None, wishes=len(clearing.settled))])
    tell_accepted(session, row)
    return row


def forget(session: Session, numbers: Sequence[int]) -> None:
    """Remove wishes that have come true."""
    session.execute(delete(SwapWishRow).where(SwapWishRow.id.in_(numbers)))


def _current(session: Session, plan: PlanRow, scope: Scope) -> list[SwapWishRow]:
    rows = list(
        session.scalars(select(SwapWishRow).where(SwapWishRow.plan == plan.id).order_by(SwapWishRow.id))
    )
    query = select(DutyRow.shift, DutyRow.role, DutyRow.assignee).where(
        DutyRow.plan == plan.id, DutyRow.cancelled_at.is_(None), DutyRow.start > now(),
        DutyRow.assignee.in_({row.assignee for row in rows}),
    )  # fmt: skip
    held = {tuple(key) for key in session.execute(query)}
    return [
        row
        for row in rows
        if (row.shift is None or (row.shift, row.role, row.assignee) in held)
        and holders.are_inside(session, scope, [row.assignee])
    ]


def _value(row: SwapWishRow) -> SwapWish:
    give = None if row.shift is None or row.role is None else Given(shift=row.shift, role=row.role)
    return SwapWish(assignee=row.assignee, give=give, take=tuple(_WANTED.validate_python(row.take)))


def _told(row: SwapWishRow) -> dict[str, object]:
    return {"assignee": row.assignee, "shift": row.shift, "role": row.role, "take": row.take}


def _entry(
    action: str,
    row: SwapWishRow,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> Entry:
    return Entry(action, "swap_wish", str(row.id), before, after, row.plan)

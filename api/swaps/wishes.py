"""Wishes for the next clearing: what somebody would give for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import delete, select

from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Invalid, NotFound
from api.plans import plans
from api.plans.tables import DutyRow
from api.swaps import life
from api.swaps.parties import speaking, spoken_for
from api.swaps.shapes import NewWish, Wish
from api.swaps.states import LIVE, states
from api.swaps.tables import SwapRow, SwapWishRow
from models import Given, SwapWish, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity

_WANTED = TypeAdapter(list[Wanted])

MOST = 20
"""Wishes of one person for one plan."""


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
    """Take a wish back, and with it a swap that was to fulfil it and isn't in force yet.

    Raises
    ------
    NotFound
        When there is none of that number, or it is none of the caller's business.
    WrongState
        When such a swap waits while its plan is being published anew.
    """
    query = select(SwapWishRow).where(SwapWishRow.id == number, spoken_for(identity, SwapWishRow.assignee))
    row = session.scalar(query)
    if row is None:
        raise NotFound
    told = _told(row)
    plans.locked(session, row.plan)
    if row.swap is not None and row.swap in waiting(session, [row]):
        life.withdraw(session, identity, row.swap)
    session.execute(delete(SwapWishRow).where(SwapWishRow.id == number))
    record(session, identity.actor, [_entry("swap_wish.remove", row, before=told)])


def listed(session: Session, identity: Identity, plan_id: str) -> list[Wish]:
    """Return the wishes for a plan that are the caller's, or their people's."""
    plans.find(session, plan_id)
    query = (
        select(SwapWishRow)
        .where(SwapWishRow.plan == plan_id, spoken_for(identity, SwapWishRow.assignee))
        .order_by(SwapWishRow.id)
    )
    return shown(session, session.scalars(query).all())


def shown(session: Session, rows: Sequence[SwapWishRow]) -> list[Wish]:
    """Return wishes as they are shown."""
    going, found = waiting(session, rows), []
    for row in rows:
        one = value(row)
        swap = row.swap if row.swap in going else None
        found.append(
            Wish(
                id=row.id, plan=row.plan, assignee=row.assignee, give=one.give, take=list(one.take), swap=swap
            )
        )
    return found


def waiting(session: Session, rows: Iterable[SwapWishRow]) -> set[int]:
    """Return the swaps that were proposed for wishes and may still come about."""
    numbers = sorted({row.swap for row in rows if row.swap is not None})
    found: set[int] = set()
    for start in range(0, len(numbers), 500):
        query = select(SwapRow).where(SwapRow.id.in_(numbers[start : start + 500]))
        state = states(session, session.scalars(query).all())
        found.update(number for number, one in state.items() if one in LIVE)
    return found


def value(row: SwapWishRow) -> SwapWish:
    """Return a wish as the engine takes it."""
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

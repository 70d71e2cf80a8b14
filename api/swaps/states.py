"""The states of a swap, and what ends one without anybody's word.

A swap goes from draft to offered, accepted and applied; approval, where it is needed, comes between the last two and is
carried out at once. The exits are declined, denied, withdrawn, and those that nobody says: expired, stale, superseded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import exists, select, update

from api.database.base import now
from api.errors import Conflict
from api.plans.tables import DutyRow, PlanRow
from api.swaps.tables import SwapDutyRow, SwapRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from api.swaps.shapes import SwapState

LIVE = ("draft", "offered", "accepted")
"""States from which a swap may still be applied."""


class SwapEnded(Conflict):
    """A step that comes too late, or too early."""

    code = "swap_state"
    title = "The swap's state doesn't allow that"

    def __init__(self, state: str) -> None:
        why = {
            "draft": "It isn't offered yet",
            "offered": "Not everybody has accepted it yet",
            "accepted": "It is accepted already",
            "applied": "It is in force already",
            "expired": "It is too late for it: its first duty begins soon",
            "stale": "One of its duties has changed: ask anew",
            "superseded": "One of its duties has gone to somebody else meanwhile",
        }.get(state, f"It is {state}")
        super().__init__(why, state=state)


def states(session: Session, rows: Sequence[SwapRow]) -> dict[int, SwapState]:
    """Return the state of each of some swaps, with what time and changed duties have made of it."""
    live = [row.id for row in rows if row.state in LIVE]
    changed: set[int] = set()
    for start in range(0, len(live), 500):
        changed.update(session.scalars(_changed().where(SwapDutyRow.swap.in_(live[start : start + 500]))))
    return {row.id: _state(row, row.id in changed) for row in rows}


def state_of(session: Session, row: SwapRow) -> SwapState:
    """Return the state of one swap."""
    return states(session, [row])[row.id]


def _state(row: SwapRow, changed: bool) -> SwapState:
    if row.state in LIVE:
        if changed:
            return "stale"
        if row.expires_at <= now():
            return "expired"
    state: SwapState = row.state  # type: ignore[assignment]
    return state


def _changed() -> Select[int]:
    """Return the query for swaps of whose duties one isn't as it was."""
    return (
        select(SwapDutyRow.swap)
        .join(DutyRow, DutyRow.uid == SwapDutyRow.uid)
        .where(DutyRow.version != SwapDutyRow.version)
    )


def demand(session: Session, row: SwapRow, *allowed: Literal["draft", "offered", "accepted"]) -> None:
    """Raise `SwapEnded` unless a swap is in one of some states."""
    state = state_of(session, row)
    if state not in allowed:
        raise SwapEnded(state)


def end(row: SwapRow, state: SwapState) -> None:
    """Bring a swap to its end."""
    row.state, row.ended_at = state, now()


def supersede(session: Session, row: SwapRow, uids: Iterable[str]) -> list[SwapRow]:
    """End all other live swaps of some duties, since these have changed hands, and return them."""
    query = (
        select(SwapRow)
        .where(SwapRow.id != row.id, SwapRow.state.in_(LIVE))
        .where(exists().where(SwapDutyRow.swap == SwapRow.id, SwapDutyRow.uid.in_(list(uids))))
    )
    rivals = list(session.scalars(query))
    for rival in rivals:
        # What has expired and isn't written down yet stays so.
        end(rival, "superseded" if rival.expires_at > now() else "expired")
    session.flush()
    return rivals


def settle(session: Session) -> list[tuple[int, str]]:
    """Write down which swaps have expired or gone stale, and return them with their new states.

    What isn't written down yet counts all the same: `states` sees it.
    """
    found: list[tuple[int, str]] = []
    # The plans' locks come first, as everywhere: a swap that is just being applied isn't touched.
    session.scalars(
        select(PlanRow.id)
        .where(PlanRow.id.in_(select(SwapRow.plan).where(SwapRow.state.in_(LIVE))))
        .order_by(PlanRow.id)
        .with_for_update()
    ).all()
    rows = list(session.scalars(select(SwapRow).where(SwapRow.state.in_(LIVE))))
    for id_, state in states(session, rows).items():
        if state not in LIVE:
            moment = now()
            session.execute(update(SwapRow).where(SwapRow.id == id_).values(state=state, ended_at=moment))
            found.append((id_, state))
    return found

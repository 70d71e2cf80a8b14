"""Whom a step of a swap is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.messages import outbox
from api.standing.tables import SiteRow
from api.swaps.parties import sites_of
from api.swaps.tables import SwapPartyRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.messages.kinds import MessageKind
    from api.swaps.tables import SwapRow


def tell_asked(session: Session, row: SwapRow) -> None:
    """Tell those who are asked that their word is wanted."""
    _tell(session, "swap_asked", row, _asked(session, row))


def tell_accepted(session: Session, row: SwapRow) -> None:
    """Tell who proposed a swap that it is accepted, and who decides that it waits for them."""
    _tell(session, "swap_accepted", row, [row.proposer])
    sites = sites_of(row)
    if row.approver == "dispatcher":
        districts = set(session.scalars(select(SiteRow.district).where(SiteRow.id.in_(sites))))
        accounts = outbox.dispatchers_of(session, districts)
    else:
        accounts = outbox.admins_of(session, sites)
    outbox.put_to_accounts(session, "swap_to_approve", accounts, key=str(row.id), values={"swap": row.id})


def tell_cleared(session: Session, rows: Sequence[SwapRow]) -> None:
    """Tell all whose wishes a clearing would fulfil, and once, however many swaps these are, who decides about them."""
    for row in rows:
        _tell(session, "swap_accepted", row, _asked(session, row))
    sites = {site for row in rows for site in sites_of(row)}
    districts = set(session.scalars(select(SiteRow.district).where(SiteRow.id.in_(sites))))
    first = rows[0].id
    outbox.put_to_accounts(
        session, "swap_to_approve", outbox.dispatchers_of(session, districts), key=str(first),
        values={"swap": first, "more": len(rows) - 1},
    )  # fmt: skip


def tell_applied(session: Session, row: SwapRow) -> None:
    """Tell givers and takers that a swap is in force."""
    _tell(session, "swap_applied", row, (name for h in row.handovers for name in (h["giver"], h["taker"])))


def tell_end(session: Session, row: SwapRow) -> None:
    """Tell those who wait for a swap that it won't come about."""
    accepted = select(SwapPartyRow.assignee).where(
        SwapPartyRow.swap == row.id, SwapPartyRow.accepted_at.is_not(None)
    )
    _tell(session, "swap_ended", row, [row.proposer, *session.scalars(accepted)])


def _asked(session: Session, row: SwapRow) -> Iterable[str]:
    return session.scalars(select(SwapPartyRow.assignee).where(SwapPartyRow.swap == row.id)).all()


def _tell(session: Session, kind: MessageKind, row: SwapRow, whom: Iterable[str | None]) -> None:
    named = [one for one in whom if one is not None]
    outbox.put(session, kind, named, key=str(row.id), values={"swap": row.id})

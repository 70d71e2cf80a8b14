"""Whom the day tells what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.messages import outbox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.day.tables import CallOutAskRow, ReplacementRow
    from api.plans.tables import DutyRow


def tell_replaced(session: Session, row: ReplacementRow, gone: DutyRow, come: DutyRow) -> None:
    """Tell who takes over a duty that they do, and who held it that it is theirs no more."""
    key = str(row.id)
    outbox.put(session, "replaced", [come.assignee], key=key, values={"duty": come.uid})
    values = {"plan": row.plan, "number": gone.number}
    outbox.put(session, "changed", [gone.assignee], key=f"replaced:{key}", values=values)


def tell_called(session: Session, ask: CallOutAskRow, duty: DutyRow) -> None:
    """Tell somebody that they are asked to take a duty over."""
    key = f"{ask.call_out}:{ask.place}"
    outbox.put(session, "called_out", [ask.assignee], key=key, values={"duty": duty.uid})

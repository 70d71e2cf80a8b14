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


def tell_filled(session: Session, come: DutyRow) -> None:
    """Tell who takes an open post that they do."""
    values = {"duty": come.uid}
    outbox.put(session, "replaced", [come.assignee], key=f"filled:{come.uid}:{come.version}", values=values)


def tell_called(session: Session, ask: CallOutAskRow, duty: DutyRow) -> None:
    """Tell somebody that they are asked to take a duty over."""
    values = {"duty": duty.uid, "call_out": ask.call_out, "place": ask.place}
    outbox.put(session, "called_out", [ask.assignee], key=_key(ask), values=values)


def is_on_its_way(session: Session, ask: CallOutAskRow) -> bool:
    """Say whether messages about a call-out wait for somebody, of which none was tried yet."""
    return outbox.is_untried(session, "called_out", _key(ask))


def _key(ask: CallOutAskRow) -> str:
    return f"{ask.call_out}:{ask.place}"

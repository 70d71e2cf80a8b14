"""Which schools have confirmed their people, absences and offers for a plan, and reminding the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, select

from api.audit import Entry, record
from api.database.base import now
from api.errors import NotFound
from api.plans import plans
from api.plans.tables import ConfirmationRow, ShiftRow
from api.plans.telling import tell_late
from api.standing.kinds import SITES
from api.standing.reach import inside
from api.standing.tables import SiteRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor


class Confirmed(NamedTuple):
    """Whether a school has confirmed its input.

    Attributes
    ----------
    account
        Whose word it is.
    """

    site: str
    name: str
    district: str
    confirmed_at: dt.datetime | None
    account: int | None
    reminded_at: dt.datetime | None


def listed(session: Session, scope: Scope, plan_id: str) -> list[Confirmed]:
    """Return the schools within a scope that have shifts in a plan, and what is known of each.

    Raises
    ------
    NotFound
        When there is no such plan.
    """
    plans.find(session, plan_id)
    asked = select(ShiftRow.site).where(ShiftRow.plan == plan_id)
    query = (
        select(
            SiteRow.id,
            SiteRow.name,
            SiteRow.district,
            ConfirmationRow.confirmed_at,
            ConfirmationRow.account,
            ConfirmationRow.reminded_at,
        )
        .outerjoin(ConfirmationRow, and_(ConfirmationRow.site == SiteRow.id, ConfirmationRow.plan == plan_id))
        .where(SiteRow.id.in_(asked), inside(SITES, scope))
        .order_by(SiteRow.position, SiteRow.id)
    )
    return [Confirmed(*row) for row in session.execute(query)]


def confirm(
    session: Session, actor: Actor, scope: Scope, plan_id: str, site: str, *, given: bool = True
) -> Confirmed:
    """Note that a school's input is complete, or (not ``given``) isn't after all.

    Raises
    ------
    NotFound
        When there is no such plan, or no such school in it within the scope.
    plans.WrongState
        When the plan collects no more.
    """
    plan = plans.locked(session, plan_id)
    known = next((c for c in listed(session, scope, plan_id) if c.site == site), None)
    if known is None:
        raise NotFound
    plans.in_state(plan, "collecting")
    if (known.confirmed_at is not None) == given:
        return known
    row = _row(session, plan_id, site)
    row.confirmed_at, row.account = (now(), actor.account) if given else (None, None)
    action = "confirm" if given else "unconfirm"
    record(session, actor, [Entry(f"input.{action}", "site", site, plan=plan_id)])
    session.flush()
    return known._replace(confirmed_at=row.confirmed_at, account=row.account)


def remind(session: Session, actor: Actor, scope: Scope, plan_id: str) -> Sequence[Confirmed]:
    """Note that the schools within a scope that haven't confirmed are reminded, and return them.

    Raises
    ------
    NotFound
        When there is no such plan.
    plans.WrongState
        When the plan collects no more.
    """
    plan = plans.locked(session, plan_id)
    plans.in_state(plan, "collecting")
    late = [c for c in listed(session, scope, plan_id) if c.confirmed_at is None]
    at = now()
    for known in late:
        _row(session, plan_id, known.site).reminded_at = at
    record(session, actor, [Entry("input.remind", "site", c.site, plan=plan_id) for c in late])
    tell_late(session, plan, at, [c.site for c in late])
    return [c._replace(reminded_at=at) for c in late]


def _row(session: Session, plan: str, site: str) -> ConfirmationRow:
    row = session.get(ConfirmationRow, (plan, site))
    if row is None:
        row = ConfirmationRow(plan=plan, site=site)
        session.add(row)
    return row

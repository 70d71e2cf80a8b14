"""Whom a publication is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.messages import outbox
from api.standing.tables import CrewRow, PersonRow, UnitRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from api.messages.kinds import MessageKind
    from api.plans.duties import Difference
    from api.plans.tables import PlanRow


def tell(session: Session, plan: PlanRow, found: Difference, number: int, *, first: bool) -> None:
    """Tell those whose duties are published, or have changed, and their units' groups.

    Parameters
    ----------
    number
        The number that all duties have that changed.
    first
        Whether nothing of the plan was in force before.
    """
    assignees = {row["assignee"] for _, row in found.visible()}
    kind: MessageKind = "published" if first else "changed"
    key, values = f"{plan.id}:{number}", {"plan": plan.id, "number": number}
    outbox.put(session, kind, assignees, key=key, values=values)
    outbox.put_to_units(session, kind, _units(session, assignees, found), key=key, values=values)


def tell_late(session: Session, plan: PlanRow, at: dt.datetime, sites: Iterable[str]) -> None:
    """Tell the admins of schools that their input for a plan is still wanted."""
    for site in sites:
        values = {"plan": plan.id, "site": site}
        # Each reminder is one of its own.
        key = f"{plan.id}:{site}:{at:%Y%m%d%H%M%S}"
        outbox.put_to_accounts(
            session, "input_wanted", outbox.admins_of(session, [site]), key=key, values=values
        )


def _units(session: Session, assignees: set[str], found: Difference) -> set[str]:
    """Return the units of people and crews, and those of the sites concerned."""
    sites = {row["site"] for _, row in found.visible()}
    units = set(session.scalars(select(UnitRow.id).where(UnitRow.site.in_(sites))))
    for table in (PersonRow, CrewRow):
        of = {key: unit for key, unit in session.execute(select(table.id, table.unit))}
        units.update(of[one] for one in assignees & of.keys())
    return units

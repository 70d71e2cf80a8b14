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
    people = _people(session, {row["assignee"] for _, row in found.visible()})
    kind: MessageKind = "published" if first else "changed"
    key, values = f"{plan.id}:{number}", {"plan": plan.id, "number": number}
    outbox.put(session, kind, people, key=key, values=values)
    outbox.put_to_units(session, kind, _units(session, people, found), key=key, values=values)


def tell_late(session: Session, plan: PlanRow, at: dt.datetime, sites: Iterable[str]) -> None:
    """Tell the admins of schools that their input for a plan is still wanted."""
    for site in sites:
        values = {"plan": plan.id, "site": site}
        # Each reminder is one of its own.
        key = f"{plan.id}:{site}:{at:%Y%m%d%H%M%S}"
        outbox.put_to_accounts(
            session, "input_wanted", outbox.admins_of(session, [site]), key=key, values=values
        )


def _people(session: Session, assignees: set[str]) -> set[str]:
    found = set(assignees)
    for crew, members in session.execute(select(CrewRow.id, CrewRow.members)):
        if crew in assignees:
            found.remove(crew)
            found.update(members)
    return found


def _units(session: Session, people: set[str], found: Difference) -> set[str]:
    """Return the units of people, and those of the sites concerned."""
    sites = {row["site"] for _, row in found.visible()}
    of = {person: unit for person, unit in session.execute(select(PersonRow.id, PersonRow.unit))}
    units = {of[person] for person in people if person in of}
    at = select(UnitRow.id, UnitRow.site).where(UnitRow.site.is_not(None))
    return units | {unit for unit, site in session.execute(at) if site in sites}

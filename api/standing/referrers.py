"""What refers to a row, so that it can't just go."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from api.accounts.tables import GrantRow
from api.database.base import now
from api.database.within_json import holds
from api.errors import Conflict
from api.plans.tables import AssignmentRow, DutyRow, PlanRow, ShiftRow
from api.standing.kinds import CREWS, PEOPLE, ROLES, SITES, UNITS, WINDOWS, city_values
from api.standing.references import unchecked
from api.standing.tables import (
    AbsenceRow,
    BellRow,
    CityRow,
    CrewRow,
    OfferRow,
    PastDutyRow,
    PersonRow,
    PreferenceRow,
    SiteRow,
    UnitRow,
    WindowRow,
)
from models.checks import find_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.standing.kinds import Kind


class ReferredTo(Conflict):
    """Something else names what is to go."""

    code = "referred_to"
    title = "Other things refer to it: change those first"

    def __init__(self, refers: Mapping[str, int]) -> None:
        named = ", ".join(f"{count} {name}" for name, count in sorted(refers.items()))
        super().__init__(f"Other things refer to it ({named}): change those first", refers=dict(refers))


def check_unreferred(session: Session, kind: Kind, key: str, *, on: dt.date | None = None) -> None:
    """Raise `ReferredTo` for a row that something refers to.

    Parameters
    ----------
    on
        From when on a person or crew serves no more: posts before it may be theirs.
    """
    found = referrers(session, kind, key) + held(session, kind, [key], on)
    if refers := {name: count for name, count in found.items() if count}:
        raise ReferredTo(refers)


def referrers(session: Session, kind: Kind, key: str) -> Counter[str]:
    """Return how much of each sort refers to a row, apart from posts that are held."""
    if kind is SITES:
        conditions = _to_site(key)
    elif kind is UNITS:
        conditions = {
            "people": PersonRow.unit == key,
            "crews": CrewRow.unit == key,
            "sites": SiteRow.station == key,
        }
    elif kind is WINDOWS:
        conditions = {
            "bells": BellRow.window == key,
            "offers": OfferRow.window == key,
            "preferences": PreferenceRow.window == key,
            "shifts": ShiftRow.window == key,
            "duties": DutyRow.window == key,
            "past_duties": PastDutyRow.window == key,
        }
    elif kind is ROLES:
        conditions = {
            **holders(key),
            "assignments": AssignmentRow.role == key,
            "duties": DutyRow.role == key,
            "past_duties": PastDutyRow.role == key,
        }
    elif kind is CREWS:
        conditions = {
            "absences": (AbsenceRow.assignee == key) & (AbsenceRow.end > now()),
            "preferences": PreferenceRow.assignee == key,
        }
    else:
        conditions = {}
    found = _counted(session, conditions)
    if kind is ROLES:
        found["windows"] = _naming(session.scalars(select(WindowRow.roles)), key)
        found["sites"] = _naming(session.scalars(select(SiteRow.positions)), key)
        found["shifts"] = _naming(session.scalars(select(ShiftRow.needs).distinct()), key)
    if kind in (ROLES, WINDOWS, SITES, PEOPLE, CREWS):
        found += _of_city(session, kind, key)
    return found


def holders(role: str) -> dict[str, ColumnElement[bool]]:
    """Return the conditions of who can take a role."""
    return {"people": holds(PersonRow.roles, role) & _serving(), "crews": CrewRow.role == role}


def _serving() -> ColumnElement[bool]:
    """Return the condition of people who haven't left yet."""
    return or_(PersonRow.left_on.is_(None), PersonRow.left_on > now().date())


def _to_site(key: str) -> dict[str, ColumnElement[bool]]:
    return {
        "units": UnitRow.site == key,
        "people": or_(PersonRow.posted_to == key, holds(PersonRow.sites, key)) & _serving(),
        "crews": holds(CrewRow.sites, key),
        "bells": BellRow.site == key,
        "preferences": PreferenceRow.site == key,
        "shifts": ShiftRow.site == key,
        "duties": DutyRow.site == key,
        "past_duties": PastDutyRow.site == key,
        "grants": GrantRow.site == key,
    }


def count_of(session: Session, conditions: Mapping[str, ColumnElement[bool]]) -> dict[str, int]:
    """Return how many rows fulfil each condition, those that do."""
    return {name: count for name, count in _counted(session, conditions).items() if count}


def _counted(session: Session, conditions: Mapping[str, ColumnElement[bool]]) -> Counter[str]:
    return Counter(
        {
            name: session.scalar(select(func.count()).where(condition)) or 0
            for name, condition in conditions.items()
        }
    )


def _naming(lists: Iterable[list[dict[str, Any]]], role: str) -> int:
    return sum(any(item["role"] == role for item in listed) for listed in lists)


def held(session: Session, kind: Kind, keys: Iterable[str], on: dt.date | None) -> Counter[str]:
    """Return how many posts of plans that aren't closed people or crews hold from a day on."""
    if kind not in (PEOPLE, CREWS):
        return Counter()
    query = (
        select(func.count())
        .select_from(AssignmentRow)
        .join(PlanRow, PlanRow.id == AssignmentRow.plan)
        .join(ShiftRow, (ShiftRow.plan == AssignmentRow.plan) & (ShiftRow.id == AssignmentRow.shift))
        .where(AssignmentRow.assignee.in_(list(keys)), PlanRow.state != "closed")
    )
    if on is not None:
        query = query.where(ShiftRow.date >= on)
    return Counter({"assignments": session.scalar(query) or 0})


def _of_city(session: Session, kind: Kind, key: str) -> Counter[str]:
    """Return how often what there is one of would miss a row: what the checks find once it is gone."""
    row = session.get(CityRow, 1)
    if row is None:
        return Counter()
    fields = city_values(row)
    rows = {other: set(session.scalars(select(other.table.c.id))) for other in (ROLES, WINDOWS, SITES)}
    bearers = {b for rule in fields["rules"] for b in getattr(rule, "bearers", ())}
    for other in (PEOPLE, CREWS):
        rows[other] = set(session.scalars(select(other.table.c.id).where(other.table.c.id.in_(bearers))))
    rows[kind].discard(key)
    parts = {
        other.name: other.values_of(other.load(session, among=sorted(ids))) for other, ids in rows.items()
    }
    problem = unchecked({**fields, **parts})
    own = {"parts", "rules", "formulas", "calendar", "travel_times"}
    return Counter(str(fault.path[0]) for fault in find_faults(problem) if fault.path[0] in own)

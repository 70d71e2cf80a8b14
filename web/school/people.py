"""People as a school's forms have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.standing.tables import PersonRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

ROWS = 100
"""How many are listed at once; more come as one scrolls."""

_NUMBER = re.compile(r"(\d+)$")


def units_of(session: Session, site: str) -> dict[str, str]:
    """Return the names of a school's units, by id."""
    query = select(UnitRow.id, UnitRow.name).where(UnitRow.site == site).order_by(UnitRow.position)
    return {id_: name for id_, name in session.execute(query)}


def of_form(
    name: str,
    unit: str,
    roles: Sequence[str],
    phone: str,
    capacity: str,
    qualifications: Sequence[tuple[str, str, str]],
    *,
    newcomer: bool,
) -> dict[str, object]:
    """Return the fields of a person that a form states; what is left empty is nothing."""
    return {
        "name": name.strip(),
        "unit": unit,
        "roles": list(roles),
        "phone": phone.strip() or None,
        "capacity": int(capacity or 100),
        "newcomer": newcomer,
        "qualifications": [
            {"name": called.strip(), "valid_from": first or None, "valid_until": last or None}
            for called, first, last in qualifications
            if called.strip()
        ],
    }


def new_id(session: Session, unit: str) -> str:
    """Return an id that nobody has, or had: the unit's, with a number behind."""
    taken = session.scalars(select(PersonRow.id).where(PersonRow.id.startswith(unit, autoescape=True))).all()
    ends = [match[1] for id_ in taken if (match := _NUMBER.search(id_[len(unit) :]))]
    number = max((int(end) for end in ends), default=0) + 1
    width = max((len(end) for end in ends), default=3)
    between = "" if unit[-1:].isalpha() else "-"
    return f"{unit}{between}{number:0{width}d}"

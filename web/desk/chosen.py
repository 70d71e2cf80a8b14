"""Who or which unit is meant: offered while a name is typed, and found by what was chosen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from api.errors import Invalid
from api.roster.holders import units_inside
from api.standing.people_view import people_inside
from api.standing.tables import CrewRow, PersonRow, UnitRow
from web.school.forms import named

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope

OFFERED = 12
"""Names that are offered at once, of each kind."""

_ID = re.compile(r"\(([^()]+)\)\s*$")

Table = type[PersonRow] | type[CrewRow] | type[UnitRow]

HOLDERS: tuple[Table, ...] = (CrewRow, PersonRow)
UNITS: tuple[Table, ...] = (UnitRow,)


class NobodyOfThatName(Invalid):
    code = "nobody_of_that_name"
    title = "There is none of that name: choose one of the list"


class SeveralOfThatName(Invalid):
    code = "several_of_that_name"
    title = "Several have that name: choose one of the list"


def offered(session: Session, scope: Scope, text: str, tables: tuple[Table, ...]) -> list[str]:
    """Return what to choose from: those whose name or id has a text in it."""
    found: list[str] = []
    for table in tables:
        query = _inside(scope, table).order_by(table.position).limit(OFFERED)
        if wanted := text.strip():
            query = query.where(
                or_(
                    table.id.icontains(wanted, autoescape=True), table.name.icontains(wanted, autoescape=True)
                )
            )
        found += [named(name, id_) for id_, name in session.execute(query)]
    return found


def chosen(session: Session, scope: Scope, text: str, tables: tuple[Table, ...]) -> str:
    """Return the id of who or what was chosen from the list, or typed; refused as `meant` does."""
    return meant(session, scope, text, tables)[1]


def meant(session: Session, scope: Scope, text: str, tables: tuple[Table, ...]) -> tuple[Table, str]:
    """Return who or what was chosen from the list, or typed: where it stands, and its id.

    Raises
    ------
    NobodyOfThatName, SeveralOfThatName
        When none, or more than one, is meant.
    """
    typed = text.strip()
    if match := _ID.search(typed):
        typed = match[1].strip()
    for by_id in (True, False):
        found = [
            (table, str(row.id))
            for table in tables
            for row in session.execute(
                _inside(scope, table).where((table.id if by_id else table.name) == typed).limit(2)
            )
        ]
        if len(found) > 1:
            raise SeveralOfThatName
        if found:
            return found[0]
    raise NobodyOfThatName


def _inside(scope: Scope, table: Table) -> Select[str, str]:
    """Return the query for the ids and names within a scope."""
    query = select(table.id, table.name)
    if table is PersonRow:
        return query.where(PersonRow.left_on.is_(None), people_inside(scope))
    if table is CrewRow:
        query = query.join(UnitRow, UnitRow.id == CrewRow.unit)
    return query.where(units_inside(scope))

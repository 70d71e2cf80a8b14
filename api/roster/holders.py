"""Who holds posts: found within a scope, and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import or_, select, true

from api.errors import NotFound
from api.standing.people_view import people_inside
from api.standing.tables import CrewRow, PersonRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope

CHUNK = 500
"""Ids in one statement."""


class Found(NamedTuple):
    """A person or crew, as far as rosters name them."""

    id: str
    name: str
    unit: str


def units_inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of units is in a scope."""
    if scope.everywhere:
        return true()
    return or_(UnitRow.district.in_(scope.districts), UnitRow.site.in_(scope.sites))


def find(session: Session, scope: Scope, kind: Literal["person", "crew"], key: str) -> Found:
    """Return a person or crew.

    Raises
    ------
    NotFound
        When there is none of that id in the scope.
    """
    if kind == "person":
        query = select(PersonRow.id, PersonRow.name, PersonRow.unit).where(
            PersonRow.id == key, people_inside(scope)
        )
    else:
        query = (
            select(CrewRow.id, CrewRow.name, CrewRow.unit)
            .join(UnitRow, UnitRow.id == CrewRow.unit)
            .where(CrewRow.id == key, units_inside(scope))
        )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return Found(*row)


def are_inside(session: Session, scope: Scope, ids: Iterable[str]) -> bool:
    """Say whether all of some people and crews are in a scope."""
    wanted = set(ids)
    return wanted <= among_inside(session, scope, wanted)


def among_inside(session: Session, scope: Scope, ids: Iterable[str]) -> set[str]:
    """Return which of some people and crews are in a scope."""
    wanted = set(ids)
    if scope.everywhere:
        return wanted
    here: set[str] = set()
    for part in _chunks(sorted(wanted)):
        here.update(session.scalars(select(PersonRow.id).where(PersonRow.id.in_(part), people_inside(scope))))
        crews = (
            select(CrewRow.id)
            .join(UnitRow, UnitRow.id == CrewRow.unit)
            .where(CrewRow.id.in_(part), units_inside(scope))
        )
        here.update(session.scalars(crews))
    return here


def crews_of(session: Session, people: Iterable[str]) -> dict[str, list[Found]]:
    """Return the crews to which each of some people belongs."""
    wanted = set(people)
    found: dict[str, list[Found]] = {}
    query = select(CrewRow.id, CrewRow.name, CrewRow.unit, CrewRow.members).order_by(CrewRow.position)
    for crew, name, unit, members in session.execute(query):
        for member in wanted.intersection(members):
            found.setdefault(member, []).append(Found(crew, name, unit))
    return found


def people_of(session: Session, assignee: str) -> list[str]:
    """Return a person, or the members of a crew."""
    members = session.scalar(select(CrewRow.members).where(CrewRow.id == assignee))
    return [assignee] if members is None else list(members)


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of the people and crews among some ids."""
    names: dict[str, str] = {}
    for part in _chunks(sorted(set(ids))):
        for table in (PersonRow, CrewRow):
            query = select(table.id, table.name).where(table.id.in_(part))
            names |= {key: name for key, name in session.execute(query)}
    return names


def mentioned(answer: BaseModel) -> set[str]:
    """Return all texts in an answer that could be the id of a person or crew."""
    return set(_texts(answer.model_dump(mode="json")))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]

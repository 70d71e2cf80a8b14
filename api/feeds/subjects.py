"""Whose duties a feed may show to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from api.accounts.identity import Permission
from api.errors import NotFound
from api.standing.tables import CrewRow, PersonRow, SiteRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope

SubjectKind = Literal["person", "crew", "site", "unit"]


@dataclass(frozen=True)
class Subject:
    """Whose duties a feed shows.

    Attributes
    ----------
    name
        What it is called.
    district, site
        Where it belongs, for who may see it.
    members
        Of a crew: who may see its duties besides.
    """

    kind: SubjectKind
    id: str
    name: str
    district: str | None = None
    site: str | None = None
    members: Collection[str] = ()


def may_see(identity: Identity, subject: Subject) -> bool:
    """Say whether somebody may have a subject's duties in a calendar.

    A person's are for that person alone, a crew's also for its members; the rest is for who may see rosters there.
    """
    if subject.kind == "person":
        return identity.person == subject.id
    if identity.person is not None and identity.person in subject.members:
        return True
    return identity.where(Permission.READ_ROSTER).holds(subject.district, subject.site)


def find(session: Session, kind: SubjectKind, key: str) -> Subject | None:
    """Return a subject; None: there is none of that id, or the person has left."""
    if kind == "site":
        row = session.get(SiteRow, key)
        return None if row is None else Subject(kind, key, row.name, row.district, key)
    if kind == "unit":
        unit = session.get(UnitRow, key)
        return None if unit is None else Subject(kind, key, unit.name, unit.district, unit.site)
    # With one statement: it takes as long whether or not there is anybody of that id.
    if kind == "person":
        people = select(PersonRow, UnitRow).join(UnitRow, UnitRow.id == PersonRow.unit)
        named = session.execute(people.where(PersonRow.id == key, PersonRow.left_on.is_(None))).one_or_none()
        if named is None:
            return None
        person, unit = named
        return Subject(kind, key, person.name, unit.district, unit.site)
    crews = select(CrewRow, UnitRow).join(UnitRow, UnitRow.id == CrewRow.unit)
    found = session.execute(crews.where(CrewRow.id == key)).one_or_none()
    if found is None:
        return None
    crew, unit = found
    return Subject(kind, key, crew.name, unit.district, unit.site, crew.members)


def inside(session: Session, scope: Scope, kind: SubjectKind, key: str) -> Subject:
    """Return a subject.

    Raises
    ------
    NotFound
        When there is none of that id in the scope.
    """
    subject = find(session, kind, key)
    if subject is None or not scope.holds(subject.district, subject.site):
        raise NotFound
    return subject


def crews_of(session: Session, person: str) -> list[CrewRow]:
    """Return the crews of which somebody is a member."""
    return [
        crew for crew in session.scalars(select(CrewRow).order_by(CrewRow.position)) if person in crew.members
    ]


def matching(session: Session, identity: Identity, text: str, most: int) -> list[Subject]:
    """Return the schools, units and crews in somebody's scope of which the name or the id has a text."""
    scope, found = identity.where(Permission.READ_ROSTER), []
    kinds: tuple[tuple[SubjectKind, Any], ...] = (("site", SiteRow), ("unit", UnitRow), ("crew", CrewRow))
    for kind, table in kinds:
        named = table.name.icontains(text, autoescape=True) | table.id.icontains(text, autoescape=True)
        query = select(table).where(named).order_by(table.position, table.id).limit(most * 5)
        for key in session.scalars(query.with_only_columns(table.id)):
            subject = find(session, kind, key)
            if subject is not None and scope.holds(subject.district, subject.site):
                found.append(subject)
    return found[:most]

"""What belongs to people, by person: their timetables, their offers, their absences."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.standing.kinds import ABSENCES
from api.standing.reach import inside
from api.standing.records import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.standing.resources import Resource
    from api.standing.shapes import Record


def of_people(
    session: Session, identity: Identity, resource: Resource, people: Collection[str]
) -> dict[str, list[Record[Any]]]:
    """Return the rows of some people within the caller's scope, by whose they are."""
    kind = resource.kind
    name = "assignee" if kind is ABSENCES else "person"
    table = kind.table
    query = (
        select(table)
        .where(table.c[name].in_(sorted(people)), inside(kind, identity.scope(resource.read)))
        .order_by(*table.primary_key.columns)
    )
    listed = [dict(row) for row in session.execute(query).mappings()]
    found: defaultdict[str, list[Record[Any]]] = defaultdict(list)
    for record in shown(session, identity, kind, listed):
        found[getattr(record.value, name)].append(record)
    return dict(found)

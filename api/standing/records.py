"""Standing data listed, read and changed, one row at a time, by who may."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.accounts.identity import Scope
from api.errors import Conflict, NotFound, Stale
from api.pages import Page, cursor_of, key_of
from api.standing import rows
from api.standing.kinds import ABSENCES, PEOPLE, ROLES, SITES, TIMETABLES, UNITS, in_zone
from api.standing.people_view import visible
from api.standing.reach import inside
from api.standing.references import faults_of, refuse
from api.standing.referrers import check_unreferred, count_of, holders
from api.standing.shapes import PersonShown, Record
from api.standing.tables import CityRow
from models import DEFAULT_TIMEZONE
from models.checks import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.standing.filters import Listing
    from api.standing.kinds import Kind, Row
    from api.standing.resources import Resource

EVERYWHERE = Scope(everywhere=True)


class AlreadyThere(Conflict):
    code = "already_there"
    title = "There is one of that id already"


class HasLeft(Conflict):
    code = "has_left"
    title = "The person has left: let them come back first"


class IsHere(Conflict):
    code = "is_here"
    title = "The person has not left"


def zone_of(session: Session) -> ZoneInfo:
    """Return the city's time zone."""
    return ZoneInfo(session.scalar(select(CityRow.timezone)) or DEFAULT_TIMEZONE)


def today(session: Session) -> dt.date:
    """Return the date in the city."""
    return dt.datetime.now(zone_of(session)).date()


def page(session: Session, identity: Identity, resource: Resource, filters: Listing) -> Page[Record[Any]]:
    """Return a page of what is in the caller's scope, by id."""
    kind = resource.kind
    column = kind.table.c[kind.key or "id"]
    query = select(kind.table).where(
        inside(kind, identity.scope(resource.read)), *filters.conditions(kind.rows, zone_of(session))
    )
    if (key := key_of(filters.cursor, str if kind.key else int)) is not None:
        query = query.where(column > key[0])
    found = session.execute(query.order_by(column).limit(filters.limit + 1)).mappings()
    listed = [dict(row) for row in found]
    records = shown(session, identity, kind, listed[: filters.limit])
    more = len(listed) > filters.limit
    return Page(items=records, next=cursor_of(listed[filters.limit - 1][column.name]) if more else None)


def read(session: Session, identity: Identity, resource: Resource, key: str) -> Record[Any]:
    """Return one row.

    Raises
    ------
    NotFound
        When there is none in the scope.
    """
    row = find(session, resource.kind, key, identity.scope(resource.read))
    return shown(session, identity, resource.kind, [row])[0]


def create(session: Session, identity: Identity, resource: Resource, value: Any) -> Record[Any]:
    """Store a new row.

    Raises
    ------
    AlreadyThere
        When its id is taken.
    Invalid
        When it doesn't fit to what stands.
    """
    kind, scope = resource.kind, identity.scope(resource.write)
    rows.alone(session)
    _refuse(faults_of(session, kind, [value], [None], scope))
    refuse_taken(session, kind, value)
    stored = rows.add(session, identity.actor, kind, [value])
    return shown(session, identity, kind, stored)[0]


def replace(
    session: Session, identity: Identity, resource: Resource, key: str, tags: Collection[str], value: Any
) -> Record[Any]:
    """Store another value in a row.

    Raises
    ------
    NotFound
        When there is none in the scope.
    Stale
        When it was changed meanwhile.
    Invalid
        When the value doesn't fit to what stands, or has another id.
    """
    kind, scope = resource.kind, identity.scope(resource.write)
    row = _for_change(session, kind, key, tags, scope)
    if kind.key is not None and getattr(value, kind.key) != key:
        said = f"{key}: a row keeps its id; make a new one, then delete this"
        refuse([Fault(("body", kind.key), str(getattr(value, kind.key)), said)])
    if row.get("left_on") is not None:
        raise HasLeft
    faults = faults_of(session, kind, [value], [row], scope)
    if kind is ROLES and value.by_crew != row["by_crew"]:
        faults += [
            (0, Fault(("by_crew",), str(value.by_crew), f"no change while {count} {name} have the role"))
            for name, count in count_of(session, holders(key)).items()
        ]
    _refuse(faults)
    (changed,) = rows.change(session, identity.actor, kind, [(row, value)])
    return shown(session, identity, kind, [changed])[0]


def delete(session: Session, identity: Identity, resource: Resource, key: str, tags: Collection[str]) -> None:
    """Take a row away.

    Raises
    ------
    ReferredTo
        When something names it.
    """
    kind = resource.kind
    row = _for_change(session, kind, key, tags, identity.scope(resource.write))
    if kind.key is not None and kind is not TIMETABLES:
        check_unreferred(session, kind, key, on=today(session))
    if kind in (SITES, ROLES):
        rows.forget(session, kind, [key])
    rows.remove(session, identity.actor, kind, [row])


def leave(
    session: Session,
    identity: Identity,
    resource: Resource,
    key: str,
    tags: Collection[str],
    on: dt.date | None,
) -> Record[Any]:
    """Have a person serve no more from a day on, by default today.

    Raises
    ------
    ReferredTo
        When the person holds posts from that day on, or a rule names them.
    """
    row = _for_change(session, PEOPLE, key, tags, identity.scope(resource.write))
    if row["left_on"] is not None:
        raise HasLeft
    (left,) = leave_all(session, identity, [row], on or today(session))
    return shown(session, identity, PEOPLE, [left])[0]


def leave_all(session: Session, identity: Identity, leaving: Sequence[Row], on: dt.date) -> list[Row]:
    """Have people serve no more from a day on."""
    for row in leaving:
        check_unreferred(session, PEOPLE, row["id"], on=on)
    return rows.remove(session, identity.actor, PEOPLE, leaving, on=on)


def come_back(
    session: Session, identity: Identity, resource: Resource, key: str, tags: Collection[str]
) -> Record[Any]:
    """Let a person who has left serve again, as they were.

    Raises
    ------
    Invalid
        When they name what is gone.
    """
    scope = identity.scope(resource.write)
    row = _for_change(session, PEOPLE, key, tags, scope)
    if row["left_on"] is None:
        raise IsHere
    if row["erased_at"] is not None:
        raise NotFound
    _refuse(faults_of(session, PEOPLE, list(PEOPLE.values_of([row])), [row], scope))
    back = rows.bring_back(session, identity.actor, row)
    return shown(session, identity, PEOPLE, [back])[0]


def find(session: Session, kind: Kind, key: str, scope: Scope, *, write: bool = False) -> Row:
    """Return a row.

    Raises
    ------
    NotFound
        When there is none in the scope.
    """
    column = kind.table.c[kind.key or "id"]
    # What is no number is looked for all the same: what isn't there is answered in one way.
    is_number = key.isascii() and key.isdigit() and len(key) < 10
    wanted = key if kind.key is not None else int(key) if is_number else -1
    query = select(kind.table).where(column == wanted, inside(kind, scope, write=write))
    found = session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound
    return dict(found)


def _for_change(session: Session, kind: Kind, key: str, tags: Collection[str], scope: Scope) -> Row:
    rows.alone(session)
    row = find(session, kind, key, scope, write=True)
    if rows.tag(row) not in tags and "*" not in tags:
        raise Stale
    return row


def refuse_taken(session: Session, kind: Kind, value: Any) -> None:
    """Raise for the id of a new row that another row has."""
    if kind.key is None:
        return
    column = kind.table.c[kind.key]
    row = (
        session.execute(select(kind.table).where(column == getattr(value, kind.key))).mappings().one_or_none()
    )
    if row is not None:
        raise HasLeft if row.get("left_on") is not None else AlreadyThere


def _refuse(faults: Sequence[tuple[int, Fault]]) -> None:
    refuse([Fault(("body", *fault.path), fault.found, fault.expected) for _, fault in faults])


def shown(session: Session, identity: Identity, kind: Kind, listed: Sequence[Row]) -> list[Record[Any]]:
    """Return rows as the caller may see them."""
    values = kind.values_of(listed)
    if kind is ABSENCES:
        values = in_zone(values, zone_of(session))
    named = [(rows.key_of(kind, row), rows.tag(row), row) for row in listed]
    if kind is not PEOPLE:
        return [
            Record(id=key, etag=tag, value=value) for (key, tag, _), value in zip(named, values, strict=True)
        ]
    units = {
        unit.id: unit for unit in UNITS.values_of(UNITS.load(session, among=sorted({p.unit for p in values})))
    }
    return [
        PersonShown(
            id=key, etag=tag, value=visible(value, units[value.unit], identity), left_on=row["left_on"]
        )
        for (key, tag, row), value in zip(named, values, strict=True)
    ]

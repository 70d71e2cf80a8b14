"""Where an entry of the audit belongs: its district and school, as they are when it is written.

Somebody whose scope is a district or a school reads the entries that belong there. An entry belongs to the site of its
shift; else to the unit of its person or crew; else to its unit or site. What belongs nowhere (roles, rules, accounts, a
plan as a whole) is read by those alone who may read the whole city's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.standing.tables import CrewRow, PersonRow, SiteRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Entry

AT_ONCE = 5000
"""Keys asked for with one statement."""

Named = tuple[str, str] | None
"""What an entry is about: ``site``, ``unit`` or ``assignee``, and its id."""


@dataclass(frozen=True)
class Place:
    """A district and, in it, a site."""

    district: str | None = None
    site: str | None = None


NOWHERE = Place()


def places_of(session: Session, entries: Sequence[Entry]) -> list[Place]:
    """Return where each entry belongs."""
    named = [_named(entry) for entry in entries]
    ids: dict[str, set[str]] = {"site": set(), "unit": set(), "assignee": set()}
    for found in named:
        if found is not None:
            ids[found[0]].add(found[1])
    unit_of = _units_of(session, ids["assignee"])
    units = _rows(session, UnitRow, ids["unit"] | set(unit_of.values()))
    sites = _rows(session, SiteRow, ids["site"])
    known: dict[Named, Place] = {None: NOWHERE}
    known |= {("unit", id_): Place(row.district, row.site) for id_, row in units.items()}
    known |= {("site", id_): Place(row.district, id_) for id_, row in sites.items()}
    known |= {("assignee", id_): known.get(("unit", unit), NOWHERE) for id_, unit in unit_of.items()}
    return [
        known[about] if about in known else _told(entry) for about, entry in zip(named, entries, strict=True)
    ]


def _values(entry: Entry) -> dict[str, Any]:
    return {**(entry.before or {}), **(entry.after or {})}


def _named(entry: Entry) -> Named:
    values = _values(entry)
    if entry.site is not None:
        return "site", entry.site
    if entry.plan is not None and "/" in entry.key:
        return "site", entry.key.partition("/")[0]
    if entry.kind in ("sites", "units"):
        return entry.kind[:-1], entry.key
    for field, about in (
        ("unit", "unit"),
        ("assignee", "assignee"),
        ("person", "assignee"),
        ("site", "site"),
    ):
        if isinstance(values.get(field), str):
            return about, values[field]
    return ("assignee", entry.key) if entry.kind in ("people", "crews", "timetables") else None


def _told(entry: Entry) -> Place:
    """Return where a site or unit was that is there no more, as far as its values tell."""
    values = _values(entry)
    site = entry.key if entry.kind == "sites" else values.get("site")
    return Place(values.get("district"), site) if entry.kind in ("sites", "units") else NOWHERE


def _units_of(session: Session, assignees: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _parts(assignees):
        for rows in (PersonRow, CrewRow):
            query = select(rows.id, rows.unit).where(rows.id.in_(some))
            found |= {id_: unit for id_, unit in session.execute(query)}
    return found


def _rows(session: Session, rows: Any, ids: Collection[str]) -> dict[str, Any]:
    columns = [rows.id, rows.district, *([rows.site] if rows is UnitRow else [])]
    return {
        row.id: row
        for some in _parts(ids)
        for row in session.execute(select(*columns).where(rows.id.in_(some)))
    }


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]

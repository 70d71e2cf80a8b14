"""What there is one of: title, time zone, formulas, the calendar, rules and travel times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ConfigDict
from sqlalchemy import select

from api.audit import Entry, record
from api.errors import Stale
from api.feeds.telling import retell
from api.standing import rows
from api.standing.counters import changed
from api.standing.kinds import CREWS, PEOPLE, ROLES, SITES, UNITS, WINDOWS, city_values
from api.standing.references import refuse, unchecked
from api.standing.shelf import NoCity
from api.standing.tables import CityRow
from api.tags import etag
from models import (
    DEFAULT_FORMULA,
    DEFAULT_PARTS,
    DEFAULT_TIMEZONE,
    RECOMMENDED_RULES,
    FormulaChoice,
    FormulaPart,
    Rule,
    SchoolCalendar,
    TravelTime,
)
from models.base import Name, Value
from models.checks import Fault, find_faults

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.audit import Actor

_LONGEST = {"formula": 200, "timezone": 64}


class City(Value):
    """How the city guards its schools; the fields are those of `models.Problem`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "护学岗 School guard",
                    "timezone": DEFAULT_TIMEZONE,
                    "formula": DEFAULT_FORMULA,
                    "parts": [part.model_dump(mode="json") for part in DEFAULT_PARTS],
                    "calendar": {
                        "terms": [{"name": "秋季学期", "first": "2026-09-01", "last": "2027-01-22"}],
                        "exceptions": [{"date": "2026-12-04", "school": False, "note": "运动会"}],
                    },
                    "rules": [rule.model_dump(mode="json") for rule in RECOMMENDED_RULES],
                }
            ]
        }
    )

    title: Name
    timezone: str = DEFAULT_TIMEZONE
    formula: str = DEFAULT_FORMULA
    parts: tuple[FormulaPart, ...] = DEFAULT_PARTS
    formulas: tuple[FormulaChoice, ...] = ()
    calendar: SchoolCalendar = SchoolCalendar()
    rules: tuple[Rule, ...] = ()
    travel_times: tuple[TravelTime, ...] = ()


def exists(session: Session) -> bool:
    """Say whether there is anything at all yet."""
    return session.scalar(select(CityRow.id).limit(1)) is not None


def read(session: Session) -> tuple[City, str]:
    """Return the city and its entity tag.

    Raises
    ------
    NoCity
        When nothing was imported yet.
    """
    row = session.get(CityRow, 1)
    if row is None:
        raise NoCity
    return City(**city_values(row)), etag(row.version)


def replace(session: Session, actor: Actor, tags: Collection[str], value: City) -> tuple[City, str]:
    """Store another value.

    Raises
    ------
    Stale
        When it was changed meanwhile.
    Invalid
        When a formula doesn't parse, or something names what there isn't.
    """
    rows.alone(session)
    before, tag = read(session)
    if tag not in tags and "*" not in tags:
        raise Stale
    refuse(_faults(session, value))
    row = session.get_one(CityRow, 1)
    old, new = before.model_dump(mode="json"), value.model_dump(mode="json")
    for name, found in new.items():
        setattr(row, name, found)
    row.version += 1
    session.flush()
    record(session, actor, [Entry("city.change", "city", "1", old, new)])
    changed(session, "city")
    if old["parts"] != new["parts"]:
        retell(session)
    return value, etag(row.version)


def _faults(session: Session, value: City) -> list[Fault]:
    """Return what doesn't fit: judged with all places and roles, since formulas concern every site."""
    too_long = [
        Fault(("body", name), f"{len(getattr(value, name))} characters", f"at most {most}")
        for name, most in _LONGEST.items()
        if len(getattr(value, name)) > most
    ]
    if too_long:
        return too_long
    bearers = {b for rule in value.rules for b in getattr(rule, "bearers", ())}
    everything = {kind.name: kind.values_of(kind.load(session)) for kind in (ROLES, WINDOWS, SITES, UNITS)}
    named = {kind.name: kind.values_of(kind.load(session, among=sorted(bearers))) for kind in (PEOPLE, CREWS)}
    fields = {name: getattr(value, name) for name in City.model_fields}
    problem = unchecked({**fields, **everything, **named})
    own = set(City.model_fields)
    return [
        Fault(("body", *fault.path), fault.found, fault.expected)
        for fault in find_faults(problem)
        if fault.path[0] in own or fault.path[0] == "sites"
    ]

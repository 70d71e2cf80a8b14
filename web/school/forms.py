"""Values from forms: what doesn't fit is said as services say it, field by field."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import select

from api.accounts.identity import Scope
from api.errors import Invalid
from api.standing.people_view import people_inside
from api.standing.references import refuse
from api.standing.tables import PersonRow
from formats.faults import details, lower_first
from models.checks import Fault

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sqlalchemy.orm import Session

ValueT = TypeVar("ValueT", bound="BaseModel")

_ID = re.compile(r"\(([^()]+)\)\s*$")


class EndsBefore(Invalid):
    code = "ends_before"
    title = "It ends before it begins: look at the days and times"


class NoSuchPerson(Invalid):
    code = "no_such_person"
    title = "There is nobody of that name at this school: choose one of the list"


class SeveralPeople(Invalid):
    code = "several_people"
    title = "Several people are called so: choose one of the list"


def valued(kind: type[ValueT], fields: dict[str, object]) -> ValueT:
    """Return a value with some fields.

    Raises
    ------
    Invalid
        With what is wrong in which field.
    """
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        refuse(
            [
                Fault(
                    ("body", *found.path),
                    "" if found.found is None else str(found.found),
                    lower_first(found.message),
                )
                for found in details(error)
            ]
        )
        raise


def named(name: str, id_: str) -> str:
    """Return how a list to choose from names somebody."""
    return f"{name} ({id_})"


def chosen(session: Session, site: str, text: str) -> str:
    """Return the id of somebody at a school who was chosen from a list, or typed.

    Raises
    ------
    NoSuchPerson, SeveralPeople
        When nobody, or more than one, is meant.
    """
    here = people_inside(Scope(sites=frozenset({site}))), PersonRow.left_on.is_(None)
    typed = text.strip()
    if match := _ID.search(typed):
        typed = match[1].strip()
    found = session.scalars(select(PersonRow.id).where(PersonRow.id == typed, *here)).all()
    if not found:
        found = session.scalars(select(PersonRow.id).where(PersonRow.name == typed, *here).limit(2)).all()
    if not found:
        raise NoSuchPerson
    if len(found) > 1:
        raise SeveralPeople
    return found[0]


def moment(date: dt.date, time: str, zone: ZoneInfo, *, after: bool = False) -> dt.datetime:
    """Return a moment of a day; without a time the day's beginning, or (``after``) its end."""
    if time:
        return dt.datetime.combine(date, dt.time.fromisoformat(time), zone)
    return dt.datetime.combine(date + dt.timedelta(days=1 if after else 0), dt.time(), zone)

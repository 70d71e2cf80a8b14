"""What somebody says has happened, as a form has it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from api.errors import Invalid
from api.roster.weeks import zone_of
from models import AbsenceKind, Absent, Closed, Happening, Moved, Withdrawn
from web.desk.chosen import HOLDERS, UNITS, chosen
from web.school.forms import EndsBefore, moment, valued

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope

_HAPPENING: TypeAdapter[Happening] = TypeAdapter(Happening)

Kind = Literal["absent", "withdrawn", "closed", "moved"]
Text = Annotated[str, Field(max_length=200)]
Day = dt.date | Literal[""]
Time = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]


class Look(NamedTuple):
    """A kind of happening on a page.

    Attributes
    ----------
    text
        In English; the catalogue has it in Chinese.
    """

    text: str
    symbol: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


KINDS: dict[Kind, Look] = {
    "absent": Look(_("Somebody can't come"), symbol="person-x"),
    "closed": Look(_("A school is closed"), symbol="building-x"),
    "moved": Look(_("A bell rings at another time"), symbol="alarm"),
    "withdrawn": Look(_("A unit is needed elsewhere"), symbol="people"),
}


class NothingSaid(Invalid):
    code = "nothing_said"
    title = "Say what has happened"


class Filled(BaseModel):
    """What is filled in.

    Parameters
    ----------
    first, last
        Days; without a last one it goes on to the week's end.
    start, end
        Times on them; left empty, the whole days.
    date
        On which a bell is moved; left empty, on all.
    said
        What else has happened, each in JSON.
    add
        Whether one more is to be said.
    """

    kind: Kind = "absent"
    who: Text = ""
    unit: Text = ""
    site: Text = ""
    first: Day = ""
    start: Time = ""
    last: Day = ""
    end: Time = ""
    why: AbsenceKind = AbsenceKind.SICK
    window: Text = ""
    date: Day = ""
    minutes: Annotated[int, Field(ge=1, le=720)] = 10
    way: Literal["later", "earlier"] = "later"
    said: Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=100)] = []
    add: bool = False


def happenings(session: Session, scope: Scope, filled: Filled) -> list[Happening]:
    """Return all that was said.

    Raises
    ------
    Invalid
        When something of it can't be.
    """
    found = said_of(filled)
    newest = _newest(session, scope, filled)
    return found if newest is None else [*found, newest]


def said_of(filled: Filled) -> list[Happening]:
    """Return what was said before.

    Raises
    ------
    Invalid
        When somebody has made it up.
    """
    try:
        return [_HAPPENING.validate_json(one) for one in filled.said]
    except ValidationError as error:
        raise Invalid from error


def _newest(session: Session, scope: Scope, filled: Filled) -> Happening | None:
    """Return what the fields say; None while they say of nobody and nothing."""
    if filled.kind == "absent":
        if not filled.who.strip():
            return None
        assignee = chosen(session, scope, filled.who, HOLDERS)
        return valued(Absent, {"assignee": assignee, "why": filled.why, **_stretch(session, filled)})
    if filled.kind == "withdrawn":
        if not filled.unit.strip():
            return None
        return valued(
            Withdrawn, {"unit": chosen(session, scope, filled.unit, UNITS), **_stretch(session, filled)}
        )
    if not filled.site:
        return None
    if filled.kind == "closed":
        return valued(Closed, {"site": filled.site, **_stretch(session, filled)})
    minutes = filled.minutes if filled.way == "later" else -filled.minutes
    return valued(
        Moved, {"site": filled.site, "window": filled.window, "date": filled.date or None, "minutes": minutes}
    )


def _stretch(session: Session, filled: Filled) -> dict[str, object]:
    if filled.first == "":
        raise NothingSaid
    zone = zone_of(session)
    start = moment(filled.first, filled.start, zone)
    end = None if filled.last == "" else moment(filled.last, filled.end, zone, after=True)
    if end is not None and end <= start:
        raise EndsBefore
    return {"start": start, "end": end}

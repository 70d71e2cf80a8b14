"""Where people stand guard, and what they belong to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from models.base import Id, Name, Value


class Location(Value):
    """A point on the earth (WGS 84).

    Parameters
    ----------
    lat, lon
        Latitude and longitude in degrees.
    """

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class GatePosition(Value):
    """A named, numbered place at a site's gate (定岗).

    Parameters
    ----------
    number
        The number painted on the plan, from 1.
    name
        What people call it, such as "east gate, zebra crossing".
    role
        The role that stands there; None is anybody's.
    """

    number: Annotated[int, Field(ge=1, le=999)]
    name: Name
    role: Id | None = None


class Site(Value):
    """A guarded place (点位), usually a school.

    Parameters
    ----------
    id, name
        Identifier and the name people read.
    district
        The district's identifier; roles with the scope ``district`` go by it.
    kind
        What it is in the city's own words, such as 小学; lists can be narrowed by it.
    location
        Needed for travel times; without one, travel takes the rule's ``unknown_minutes``.
    risk
        Risk level, 1 (ordinary) to 5 (highest); missing posts cost more where it is higher.
    station
        The police station in charge, when there is one.
    volunteers
        What ``N`` means here: the minimum and the target number.
    formula
        The site's own formula; None takes the problem's choice.
    positions
        The gate's positions, in the order in which posts of a role take them.
    """

    id: Id
    name: Name
    district: Id
    kind: Name | None = None
    location: Location | None = None
    risk: Annotated[int, Field(ge=1, le=5)] = 1
    station: Id | None = None
    volunteers: tuple[Annotated[int, Field(ge=0, le=99)], Annotated[int, Field(ge=0, le=99)]] = (2, 4)
    formula: str | None = None
    positions: tuple[GatePosition, ...] = ()

    @model_validator(mode="after")
    def _target_reaches_minimum(self) -> Site:
        if self.volunteers[1] < self.volunteers[0]:
            raise ValueError(f"volunteers of site {self.id}: the target is below the minimum")
        return self

    def position(self, role: str, index: int) -> GatePosition | None:
        """Return the gate position of a role's ``index``-th post (from 0), or None."""
        own = [p for p in self.positions if p.role == role]
        return own[index] if index < len(own) else None


class Unit(Value):
    """What a person belongs to (单位): a school, station, brigade, company or community.

    Parameters
    ----------
    kind
        Free word such as ``school`` or ``police_station``; shown, never reasoned about.
    district
        The district the unit works in; None works in none.
    site
        The site a school's unit is; its people have the scope ``site`` there.
    location
        Where its people set out from unless they have a base of their own.
    """

    id: Id
    name: Name
    kind: Name = "school"
    district: Id | None = None
    site: Id | None = None
    location: Location | None = None

"""Who can hold a post, and what a post asks for."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from models.base import Id, Name, Value
from models.place import Location


class Scope(StrEnum):
    """Which sites an assignee of a role may serve.

    Attributes
    ----------
    SITE
        The site of the assignee's unit, and those in its ``sites``.
    POSTED
        The site the person is posted to; elsewhere only as a stand-in, from the same
        station first, then from the district (一校一警).
    STATION
        Sites whose ``station`` is the assignee's unit, and those in its ``sites``.
    DISTRICT
        Sites of the unit's district, and those in its ``sites``.
    LISTED
        The sites in its ``sites`` alone.
    ANYWHERE
        Every site.
    """

    SITE = "site"
    POSTED = "posted"
    STATION = "station"
    DISTRICT = "district"
    LISTED = "listed"
    ANYWHERE = "anywhere"


class Role(Value):
    """What a post asks for.

    Parameters
    ----------
    scope
        Which sites its holders may serve.
    by_crew
        Its posts are held by crews, not by single persons.
    offered_only
        Its holders come only when they offered to (volunteers).
    requires
        Names of qualifications that must be valid on the day.
    missing_weight
        What one missing minimum post costs in the level ``core``, before risk.
    """

    id: Id
    name: Name
    name_en: Name
    scope: Scope
    by_crew: bool = False
    offered_only: bool = False
    requires: tuple[Name, ...] = ()
    missing_weight: Annotated[int, Field(ge=1, le=1000)] = 10


class Qualification(Value):
    """Something a person may do: vetting, training, first aid.

    Parameters
    ----------
    valid_from, valid_until
        First and last valid day; None is open.
    """

    name: Name
    valid_from: date | None = None
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_until is None or day <= self.valid_until)


class Person(Value):
    """Somebody who can hold a post (人员).

    Parameters
    ----------
    unit
        What the person belongs to.
    roles
        The roles the person can take; the first is the primary one, which names the
        fairness group. Empty for somebody who serves through a crew alone.
    sites
        Further sites in the person's scope.
    posted_to
        The site a resident officer is posted to.
    base
        The duty base the person sets out from (never a home address); None takes the unit's.
    capacity
        How much of a full share the person carries, in percent.
    newcomer
        Not to be left alone, where a rule says so.
    phone
        Shown only to those who may see it.
    """

    id: Id
    name: Name
    unit: Id
    roles: tuple[Id, ...] = ()
    sites: tuple[Id, ...] = ()
    posted_to: Id | None = None
    base: Location | None = None
    capacity: Annotated[int, Field(ge=1, le=400)] = 100
    qualifications: tuple[Qualification, ...] = ()
    newcomer: bool = False
    phone: (
        Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9 ()-]{3,24}$")] | None
    ) = None

    def qualified(self, name: str, day: date) -> bool:
        """Say whether a qualification of that name is valid on a day."""
        return any(q.name == name and q.valid_on(day) for q in self.qualifications)


class Crew(Value):
    """Several people who hold a post as one (巡组).

    Parameters
    ----------
    role
        The role the crew takes.
    members
        Who belongs to it.
    minimum_strength
        How many members must be present: neither absent nor teaching, and holding what the role requires.
    """

    id: Id
    name: Name
    unit: Id
    role: Id
    members: Annotated[tuple[Id, ...], Field(min_length=1)]
    minimum_strength: Annotated[int, Field(ge=1, le=50)] = 1
    sites: tuple[Id, ...] = ()
    base: Location | None = None
    capacity: Annotated[int, Field(ge=1, le=400)] = 100

    @model_validator(mode="after")
    def _can_reach_strength(self) -> Crew:
        if len(set(self.members)) != len(self.members):
            raise ValueError(f"crew {self.id} names a member twice")
        if self.minimum_strength > len(self.members):
            raise ValueError(
                f"crew {self.id} has {len(self.members)} members and a minimum strength of {self.minimum_strength}"
            )
        return self


DEFAULT_ROLES: tuple[Role, ...] = (
    Role(
        id="resident_officer",
        name="驻校民警",
        name_en="Resident officer",
        scope=Scope.POSTED,
        missing_weight=20,
    ),
    Role(
        id="traffic_officer", name="交警", name_en="Traffic officer", scope=Scope.DISTRICT, missing_weight=15
    ),
    Role(
        id="patrol_crew",
        name="巡组",
        name_en="Patrol crew",
        scope=Scope.DISTRICT,
        by_crew=True,
        missing_weight=15,
    ),
    Role(id="duty_leader", name="值班领导", name_en="Duty leader", scope=Scope.SITE, missing_weight=12),
    Role(id="staff", name="教职员工", name_en="Staff", scope=Scope.SITE, missing_weight=10),
    Role(id="security_guard", name="保安员", name_en="Security guard", scope=Scope.SITE, missing_weight=15),
    Role(
        id="volunteer",
        name="志愿者",
        name_en="Volunteer",
        scope=Scope.SITE,
        offered_only=True,
        requires=("vetting", "training"),
        missing_weight=5,
    ),
)
"""The seven roles of the 3+1+2+2+N mechanism."""

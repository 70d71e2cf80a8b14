"""Who is asking, and what they may do and see: the whole policy in one table.

Nothing is allowed that isn't written here. A route names one `Permission`; whether the caller has it, and
where, follows from the account's grants. What lies outside of their scope is answered like what doesn't exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from api.audit import Actor
from api.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from collections.abc import Collection

RoleName = Literal["dispatcher", "school_admin", "auditor", "member"]


class Permission(StrEnum):
    """What a route lets somebody do."""

    ANYBODY = "anybody"
    """Also who isn't logged in."""
    SELF = "self"
    """Whoever is logged in, about themselves alone."""
    READ_CITY = "read_city"
    """Roles, windows, the calendar, rules, and names of sites."""
    READ_PLACES = "read_places"
    """Sites and units within the scope, with all that is known of them."""
    READ_PEOPLE = "read_people"
    """People and crews within the scope; phone numbers need `READ_PHONES`."""
    READ_PHONES = "read_phones"
    READ_ROSTER = "read_roster"
    """Plans, coverage, and who holds what within the scope."""
    READ_AUDIT = "read_audit"
    ADVISE = "advise"
    """Explanations, candidates, the crew certificate and the engine's advice."""
    WRITE_PEOPLE = "write_people"
    """People, absences, timetables, offers and wishes within the scope."""
    WRITE_CITY = "write_city"
    """Places, crews, roles, windows, bells, the calendar, rules, and imports of the whole city."""
    CONFIRM_INPUT = "confirm_input"
    """Say that a school's input for a plan is complete."""
    EDIT_ROSTER = "edit_roster"
    """Assign, move, exchange, clear, pin and repair within the scope."""
    DECIDE_SWAPS = "decide_swaps"
    """Approve and deny swaps, and act for one's people in them."""
    DIRECT_DAY = "direct_day"
    """Say who has come and who hasn't, and replace or call out on the day itself."""
    RUN = "run"
    """Solve a plan, or some of its districts."""
    PUBLISH = "publish"
    """Make, submit, approve, publish, un-publish and close plans."""
    MANAGE_ACCOUNTS = "manage_accounts"
    """Make accounts and grants, reset passwords, erase people."""


P = Permission
_READS = {P.READ_CITY, P.READ_PLACES, P.READ_PEOPLE, P.READ_ROSTER}
_DISTRICT = _READS | {
    P.READ_PHONES,
    P.ADVISE,
    P.WRITE_PEOPLE,
    P.EDIT_ROSTER,
    P.DECIDE_SWAPS,
    P.DIRECT_DAY,
    P.RUN,
    P.CONFIRM_INPUT,
    P.READ_AUDIT,
}

POLICY: dict[RoleName, frozenset[Permission]] = {
    "dispatcher": frozenset(_DISTRICT),
    "school_admin": frozenset(
        _READS | {P.READ_PHONES, P.WRITE_PEOPLE, P.CONFIRM_INPUT, P.DECIDE_SWAPS, P.DIRECT_DAY}
    ),
    "auditor": frozenset(_READS | {P.READ_AUDIT, P.ADVISE}),
    "member": frozenset({P.READ_CITY}),
}
"""What each role may, within its scope."""

WHOLE_CITY: frozenset[Permission] = frozenset({P.WRITE_CITY, P.PUBLISH, P.MANAGE_ACCOUNTS})
"""What a dispatcher may besides whose scope is the whole city."""

READING: frozenset[Permission] = frozenset(
    {P.SELF, P.READ_CITY, P.READ_PLACES, P.READ_PEOPLE, P.READ_PHONES, P.READ_ROSTER, P.READ_AUDIT, P.ADVISE}
)
"""What a token that may only read can do."""


@dataclass(frozen=True)
class Grant:
    """One role of an account, with its scope: a district, a site, or (both None) the whole city."""

    role: RoleName
    district: str | None = None
    site: str | None = None

    def permissions(self) -> frozenset[Permission]:
        """Return what it allows."""
        whole = self.role == "dispatcher" and self.district is None and self.site is None
        return POLICY[self.role] | (WHOLE_CITY if whole else frozenset())


@dataclass(frozen=True)
class Scope:
    """Where somebody may do something.

    Attributes
    ----------
    everywhere
        In the whole city.
    districts, sites
        Otherwise in these alone.
    """

    everywhere: bool = False
    districts: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.districts or self.sites)

    def holds(self, district: str | None, site: str | None) -> bool:
        """Say whether a site, with its district, is inside."""
        return self.everywhere or district in self.districts or site in self.sites

    def check(self, district: str | None, site: str | None) -> None:
        """Raise `NotFound` for what is outside."""
        if not self.holds(district, site):
            raise NotFound


@dataclass(frozen=True)
class Identity:
    """Who is asking.

    Attributes
    ----------
    account
        None: nobody is logged in.
    person
        Who of the people it is.
    scope_of_token
        Of an API token: ``read`` or ``write``; None: logged in.
    """

    account: int | None = None
    login: str = ""
    person: str | None = None
    language: Literal["zh", "en"] = "zh"
    grants: tuple[Grant, ...] = ()
    scope_of_token: Literal["read", "write"] | None = None
    request: str | None = field(default=None, compare=False)

    @property
    def actor(self) -> Actor:
        """Who the history names."""
        return Actor(self.account, self.request)

    def may(self, permission: Permission) -> bool:
        """Say whether something is allowed anywhere."""
        if permission is Permission.ANYBODY:
            return True
        if self.account is None or (self.scope_of_token == "read" and permission not in READING):
            return False
        if permission is Permission.SELF:
            return True
        return any(permission in grant.permissions() for grant in self._grants())

    def scope(self, permission: Permission) -> Scope:
        """Return where something is allowed.

        Raises
        ------
        Forbidden
            When it isn't anywhere.
        """
        if not self.may(permission):
            raise Forbidden
        return self.where(permission)

    def where(self, permission: Permission) -> Scope:
        """Return where something is allowed; an empty scope when it isn't anywhere."""
        if not self.may(permission):
            return Scope()
        own = [g for g in self._grants() if permission in g.permissions()]
        return Scope(
            everywhere=any(g.district is None and g.site is None for g in own),
            districts=frozenset(g.district for g in own if g.district is not None),
            sites=frozenset(g.site for g in own if g.site is not None),
        )

    def _grants(self) -> Collection[Grant]:
        return (*self.grants, Grant("member")) if self.person is not None else self.grants


NOBODY = Identity()
"""Whoever isn't logged in."""

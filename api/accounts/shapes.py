"""What accounts, log-ins, tokens and invitations look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.accounts.identity import RoleName
from models.base import Id, Name

Login = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, min_length=2, max_length=80, pattern=r"^[^\s\x00-\x1f/]+$"
    ),
]
"""What somebody types to log in: without regard to case, without spaces."""

Password = Annotated[str, Field(min_length=1, max_length=1000)]
Secret = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
Language = Literal["zh", "en"]
Granted = Literal["dispatcher", "school_admin", "auditor"]


class Closed(BaseModel):
    """A body that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid")


class GivenGrant(Closed):
    """One role, with where.

    Parameters
    ----------
    district
        Of a dispatcher or auditor: this district alone; left out, the whole city.
    site
        Of a school admin: the school.
    """

    model_config = ConfigDict(
        from_attributes=True,
        frozen=True,
        json_schema_extra={"examples": [{"role": "school_admin", "site": "S0001"}]},
    )

    role: Granted
    district: Id | None = None
    site: Id | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.role == "school_admin") != (self.site is not None):
            raise ValueError("a school admin has a site, and nobody else has one")
        if self.site is not None and self.district is not None:
            raise ValueError("give the site alone: its district follows")
        return self


class NewLogin(Closed):
    """A name and a password."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"login": "dispatch", "password": "a sentence that only I know"}]}
    )

    login: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    password: Password


class HeldGrant(BaseModel):
    """One role that the caller has, with where; both None: in the whole city."""

    model_config = ConfigDict(from_attributes=True)

    role: RoleName
    district: str | None
    site: str | None


class Me(BaseModel):
    """Who is logged in.

    Parameters
    ----------
    person
        Who of the people it is.
    csrf
        To be sent as ``X-CSRF-Token`` with each change; None for API tokens, which need none.
    """

    account: int
    login: str
    person: str | None
    language: Language
    grants: list[HeldGrant]
    token_scope: Literal["read", "write"] | None = None
    csrf: str | None = None


class LoginShown(BaseModel):
    """A log-in.

    Parameters
    ----------
    id
        Names it; opens nothing.
    device
        What its browser calls itself.
    current
        Whether it is the one that asks.
    """

    id: str
    device: str
    created_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime
    current: bool


class Ended(BaseModel):
    """How many log-ins were ended."""

    ended: int


class NewPassword(Closed):
    """Another password.

    Parameters
    ----------
    new
        At least 12 characters.
    """

    current: Password
    new: Password


class NewToken(Closed):
    """What an API token is made from.

    Parameters
    ----------
    name
        For yourself, to know it by.
    days
        After how many it expires; None: never.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "timetable sync", "scope": "read", "days": 365}]}
    )

    name: Name
    scope: Literal["read", "write"] = "read"
    days: Annotated[int, Field(ge=1, le=3650)] | None = 365


class Token(BaseModel):
    """An API token: it can do what its account can, within its scope."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    scope: Literal["read", "write"]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    used_at: AwareDatetime | None


class MadeToken(Token):
    """An API token as it is shown once.

    Parameters
    ----------
    secret
        Send it as ``Authorization: Bearer …``. It can't be shown again.
    """

    secret: str


class AccountFields(Closed):
    """What of an account can be changed.

    Parameters
    ----------
    disabled
        Nobody can log in, and its tokens open nothing.
    """

    name: Name
    language: Language = "zh"
    grants: Annotated[list[GivenGrant], Field(max_length=100)] = []
    disabled: bool = False


class NewAccount(Closed):
    """What an account is made from.

    Parameters
    ----------
    person
        Who of the people it is; they see their own duties.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"login": "li.na", "name": "李娜", "grants": [{"role": "school_admin", "site": "S0001"}]}
            ]
        }
    )

    login: Login
    name: Name
    person: Id | None = None
    language: Language = "zh"
    grants: Annotated[list[GivenGrant], Field(max_length=100)] = []


class Account(BaseModel):
    """An account.

    Parameters
    ----------
    invited
        Whether an invitation waits to be used.
    """

    id: int
    login: str
    name: str
    person: str | None
    language: Language
    grants: list[HeldGrant]
    has_password: bool
    invited: bool
    disabled_at: AwareDatetime | None
    created_at: AwareDatetime
    version: int


class Invitation(BaseModel):
    """A link with which somebody sets, once, the password of their account. It can't be shown again."""

    account: int
    login: str
    name: str
    person: str | None
    link: str
    expires_at: AwareDatetime


class MadeAccount(BaseModel):
    """A new account, and the link for who is to use it."""

    account: Account
    invitation: Invitation


class Inviting(Closed):
    """Whom of the people to invite: of a unit, or of all units of a site.

    Parameters
    ----------
    people
        These alone; left out, all who have no account yet.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"site": "S0001"}]})

    site: Id | None = None
    unit: Id | None = None
    people: Annotated[list[Id], Field(min_length=1, max_length=2000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.site is None) == (self.unit is None):
            raise ValueError("give a site or a unit")
        return self


class Invited(BaseModel):
    """Who was invited.

    Parameters
    ----------
    already
        How many of them have an account already; ask for a reset where one forgot the password.
    """

    invitations: list[Invitation]
    already: int


class Secretive(Closed):
    """An invitation's secret: the last part of its link."""

    secret: Secret


class Redeeming(Secretive):
    """An invitation's secret, with the password to set.

    Parameters
    ----------
    password
        At least 12 characters.
    """

    password: Password


class Awaited(BaseModel):
    """Whom an invitation is for."""

    login: str
    name: str
    expires_at: AwareDatetime


def moment_in(days: int | None, since: dt.datetime) -> dt.datetime | None:
    """Return the moment some days later; None: never."""
    return None if days is None else since + dt.timedelta(days=days)

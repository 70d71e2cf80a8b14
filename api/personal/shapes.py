"""What is held on one person, as it is handed out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.feeds.shapes import CalendarChoices
from models import Absence, Offer, Person, Preference, Timetable


class _Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class HeldPost(_Row):
    """A post in a plan that is being worked on."""

    plan: str
    shift: str
    role: str
    pinned: bool


class HeldDuty(_Row):
    """A duty that is, or was, published; or one from before the first plan."""

    role: str
    site: str
    window: str
    date: dt.date
    start: AwareDatetime
    end: AwareDatetime
    cancelled_at: AwareDatetime | None = None


class HeldPresence(_Row):
    """Whether, and when, the person came to a duty."""

    shift: str
    role: str
    scanned_at: AwareDatetime | None
    marked: str | None
    came_at: AwareDatetime | None
    strength: int | None


class HeldCall(_Row):
    """That the person was, or may be, asked to take a duty over."""

    shift: str
    role: str
    asked_at: AwareDatetime | None
    answer: str | None
    answered_at: AwareDatetime | None


class HeldPoints(_Row):
    """What was carried in one week."""

    week: dt.date
    kind: str
    points: int


class HeldLogin(_Row):
    """A log-in."""

    device: str
    created_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime


class HeldToken(_Row):
    """An API token."""

    name: str
    scope: str
    created_at: AwareDatetime
    used_at: AwareDatetime | None


class HeldChannel(_Row):
    """Where the person's messages go."""

    name: str
    address: str
    created_at: AwareDatetime


class HeldFeed(_Row):
    """A calendar address."""

    kind: str
    subject: str
    device: str
    created_at: AwareDatetime
    rotated_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    fetched_at: AwareDatetime | None
    fetched_by: str | None


class HeldAccount(_Row):
    """An account."""

    login: str
    name: str
    language: str
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None
    has_password: bool
    elsewhere: bool = Field(description="Whether it logs in by an identity provider.")
    grants: list[dict[str, str]]
    logins: list[HeldLogin]
    tokens: list[HeldToken]
    channels: list[HeldChannel]
    calendars: CalendarChoices | None
    feeds: list[HeldFeed]


class Noted(_Row):
    """An entry of the audit; who made those about somebody else's doing isn't told."""

    at: AwareDatetime
    action: str
    kind: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HeldSwap(_Row):
    """A swap that the person proposed or was asked for."""

    id: int
    plan: str
    kind: str
    state: str
    proposer: str | None
    handovers: list[dict[str, Any]]
    note: str
    reason: str | None
    created_at: AwareDatetime


class HeldWish(_Row):
    """What the person would swap."""

    plan: str
    shift: str | None
    role: str | None
    take: list[dict[str, Any]]


class PersonalData(BaseModel):
    """Everything that the service holds on one person.

    Parameters
    ----------
    audit_about
        What was changed of them.
    audit_by
        What their account changed.
    """

    person: Person
    left_on: dt.date | None
    crews: list[str]
    absences: list[Absence]
    timetable: Timetable | None
    offers: list[Offer]
    preferences: list[Preference]
    posts: list[HeldPost]
    duties: list[HeldDuty]
    presences: list[HeldPresence]
    call_outs: list[HeldCall]
    ledger: list[HeldPoints]
    swaps: list[HeldSwap]
    swap_wishes: list[HeldWish]
    account: HeldAccount | None
    audit_about: list[Noted]
    audit_by: list[Noted]


class Erasing(BaseModel):
    """The confirmation that an erasure is meant: nothing brings it back.

    Parameters
    ----------
    person
        The person's id, once more.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"person": "S0001-T001", "confirm": "erase"}]}
    )

    person: Annotated[str, Field(min_length=1, max_length=64)]
    confirm: Literal["erase"]


class Erased(BaseModel):
    """What stands in the person's place from now on."""

    pseudonym: str

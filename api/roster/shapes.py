"""What rosters and edits look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models import GatePosition, Happening, LevelDifference, Repair
from models.base import Id, Moment

AnswerT = TypeVar("AnswerT")

ShiftKey = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f|]+$")]
"""The id of a shift: site, date and window."""


class Covered(BaseModel):
    """How far one shift is filled.

    Parameters
    ----------
    open
        Posts short of the target.
    short
        Posts short of the minimum, role by role.
    pinned
        Posts that the engine won't change.
    """

    shift: str
    site: str
    district: str
    date: dt.date
    window: str
    minimum: int
    target: int
    filled: int
    open: int
    short: int
    pinned: int


class Holder(BaseModel):
    """A person or crew."""

    id: str
    name: str


class PostShown(BaseModel):
    """A post and who holds it.

    Parameters
    ----------
    position
        Where at the gate.
    holder
        None: it is open.
    needed
        Whether it is one of the need's minimum.
    """

    role: str
    index: int
    position: GatePosition | None
    holder: Holder | None
    pinned: bool
    needed: bool


class ShiftShown(BaseModel):
    """A shift with all of its posts.

    Parameters
    ----------
    etag
        What an edit of its posts names in If-Match.
    """

    id: str
    date: dt.date
    window: str
    start: dt.datetime
    end: dt.datetime
    etag: str
    posts: list[PostShown]


class SiteWeek(BaseModel):
    """All shifts of a site in a plan, in the order of time."""

    plan: str
    roster_version: int
    site: str
    name: str
    district: str
    shifts: list[ShiftShown]


class DutyShown(BaseModel):
    """A post seen from its holder.

    Parameters
    ----------
    start, end
        The on-post interval.
    crew
        Through which a person holds it; None: alone, or it is the crew's own week.
    etag
        Of the shift.
    """

    shift: str
    site: str
    site_name: str
    date: dt.date
    window: str
    role: str
    index: int
    position: GatePosition | None
    start: dt.datetime
    end: dt.datetime
    pinned: bool
    crew: Holder | None = None
    etag: str


class HolderWeek(BaseModel):
    """What a person or crew does in a plan, in the order of time."""

    id: str
    name: str
    unit: str
    duties: list[DutyShown]


class UnitWeek(BaseModel):
    """What the people and crews of a unit do in a plan."""

    plan: str
    unit: str
    name: str
    people: list[HolderWeek]
    crews: list[HolderWeek]


class Stop(BaseModel):
    """A duty on a crew's way through the day.

    Parameters
    ----------
    travel
        Minutes from the stop before; None: it is the first.
    gap
        Minutes between leaving that one and being on post here.
    """

    duty: DutyShown
    travel: int | None
    gap: int | None


class Route(BaseModel):
    """A crew's way through one day."""

    date: dt.date
    stops: list[Stop]


class CrewWeek(BaseModel):
    """What a crew does in a plan, day by day, and who belongs to it."""

    id: str
    name: str
    unit: str
    members: list[Holder]
    days: list[Route]


class OwnDuty(BaseModel):
    """One of one's own published duties.

    Parameters
    ----------
    uid
        Its lasting id, also in calendars.
    crew
        The name of the crew through which it is held.
    others
        How many others of each role hold a post of the shift; who, is not said.
    """

    uid: str
    plan: str
    shift: str
    site: str
    site_name: str
    date: dt.date
    window: str
    role: str
    index: int
    position: GatePosition | None
    start: dt.datetime
    end: dt.datetime
    sequence: int
    changed_at: dt.datetime
    crew: str | None
    others: dict[str, int]


class Named(BaseModel, Generic[AnswerT]):
    """An answer of the engine, with the names of the people and crews that it mentions by id."""

    answer: AnswerT
    names: dict[str, str]


# Edits


class PostAt(BaseModel):
    """One post."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shift: ShiftKey
    role: Id
    index: Annotated[int, Field(ge=0, le=9999)]


class Assign(PostAt):
    """Put somebody on a post, in the place of whoever holds it."""

    kind: Literal["assign"]
    assignee: Id
    pinned: bool = False


class Move(PostAt):
    """Move the holder to another post, which is open."""

    kind: Literal["move"]
    to: PostAt


class Exchange(PostAt):
    """Let the holders of two posts change places."""

    kind: Literal["exchange"]
    other: PostAt


class Clear(PostAt):
    """Take the holder off a post."""

    kind: Literal["clear"]


class Pin(PostAt):
    """Have the engine keep the holder."""

    kind: Literal["pin"]


class Unpin(PostAt):
    """Let the engine change the holder again."""

    kind: Literal["unpin"]


Edit = Annotated[Assign | Move | Exchange | Clear | Pin | Unpin, Field(discriminator="kind")]


class NewEdits(BaseModel):
    """Edits that are applied together, one after the other; only the outcome is judged.

    Parameters
    ----------
    dry_run
        Only judge.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "edits": [
                        {
                            "kind": "assign",
                            "shift": "S0001/2026-11-30/morning_arrival",
                            "role": "staff",
                            "index": 0,
                            "assignee": "S0001-T001",
                        }
                    ],
                    "dry_run": True,
                }
            ]
        },
    )

    edits: Annotated[list[Edit], Field(min_length=1, max_length=200)]
    dry_run: bool = False


class PostChange(BaseModel):
    """A post before and after; nobody is None."""

    shift: str
    role: str
    index: int
    before: str | None
    after: str | None
    pinned_before: bool
    pinned_after: bool


class ShiftTag(BaseModel):
    """A shift's entity tag."""

    id: str
    etag: str


class Edited(BaseModel):
    """What edits did, or would do.

    Parameters
    ----------
    levels
        Each level before and after, counted over the regions concerned.
    shifts
        The new tags of the shifts concerned.
    undo
        Edits that take it back.
    """

    dry_run: bool
    roster_version: int
    changes: list[PostChange]
    levels: list[LevelDifference]
    shifts: list[ShiftTag]
    undo: list[Edit]
    names: dict[str, str]


# Repairs


class NewRepair(BaseModel):
    """What happened, to be repaired.

    Parameters
    ----------
    at
        Posts that began before it stay as they are; left out, now.
    apply
        Put the repair into force at once.
    publish
        Publish what it touches with that; else it waits in the draft for the next publication.
    time_limit
        How many seconds the search may take; the best found by then counts, and it is said what is proven.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "happenings": [
                        {"kind": "absent", "assignee": "S0001-T001", "start": "2026-12-01T07:00:00+08:00"}
                    ],
                    "at": "2026-11-30T20:00:00+08:00",
                }
            ]
        },
    )

    happenings: Annotated[list[Happening], Field(min_length=1, max_length=100)]
    at: Moment | None = None
    apply: bool = False
    publish: bool = False
    time_limit: Annotated[float, Field(gt=0, le=300)] = 20


class RepairShown(BaseModel):
    """A repair, proposed or in force.

    Parameters
    ----------
    roster_version
        The plan's, when it was proposed.
    applied_at
        None: it is a proposal.
    published
        Whether what it touches was published with it.
    names
        Of the people and crews that it mentions.
    """

    id: int
    plan: str
    happenings: list[Happening]
    at: dt.datetime
    repair: Repair
    roster_version: int
    created_at: dt.datetime
    applied_at: dt.datetime | None
    published: bool
    names: dict[str, str]

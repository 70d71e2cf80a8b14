"""What the day looks like over HTTP."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.day.coming import State
from api.roster.shapes import Holder
from models import Absent, Asked, Closed, Moved, Pinned, Repair, Withdrawn
from models.base import Id

Strength = Annotated[int, Field(ge=0, le=999)]


class GateCode(BaseModel):
    """A code for the QR on the leader's phone.

    Parameters
    ----------
    start, end
        When it is shown; it is accepted until the next one's end.
    """

    code: str
    start: dt.datetime
    end: dt.datetime


class CheckIn(BaseModel):
    """A scan of the code at the gate.

    Parameters
    ----------
    code
        As it was scanned.
    at
        When, by the phone's clock: for scans that are delivered later, where there was no network.
    key
        The phone's own name for this scan, such as a UUID; sent again under it, it is the same one.
    strength
        Of a crew: how many came.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"code": "58905360.kD4…", "key": "1e9d8f60-55a1-4ae9-8d6b-b5a1d2c0f7aa"}]
        },
    )

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    at: AwareDatetime | None = None
    key: (
        Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] | None
    ) = None
    strength: Strength | None = None


class Mark(BaseModel):
    """The word of who is in charge.

    Parameters
    ----------
    state
        ``present`` 到岗 or ``absent`` 缺勤.
    at
        When they came; left out, now, or after the duty in time.
    strength
        Of a crew: how many came.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "present"}]})

    state: Literal["present", "absent"]
    at: AwareDatetime | None = None
    strength: Strength | None = None


class Presence(BaseModel):
    """Whether a duty is being kept.

    Parameters
    ----------
    at
        When its holder came.
    how
        How that is known: by ``scan``, or the word of the ``leader`` or an ``admin``.
    late
        By how many minutes they came too late; None: in time, or not yet.
    strength
        Of a crew: how many came.
    scanned, delivered
        When a code was scanned, and when that was delivered: where it was much later, or somebody in charge had marked
        them absent all the same.
    """

    duty: str
    state: State
    at: dt.datetime | None
    how: Literal["scan", "leader", "admin"] | None
    late: int | None
    strength: int | None
    scanned: dt.datetime | None = None
    delivered: dt.datetime | None = None


class Counts(BaseModel):
    """How many posts are in which state.

    Parameters
    ----------
    posts
        All but ``replaced``, which are duties that others have taken over.
    short
        Open posts below the minimum.
    came_late
        Of those here.
    """

    posts: int = 0
    due: int = 0
    here: int = 0
    late: int = 0
    absent: int = 0
    open: int = 0
    unmarked: int = 0
    replaced: int = 0
    short: int = 0
    came_late: int = 0


@dataclass(slots=True)
class BoardPost:
    """A post of a shift today, or (``replaced``) a duty that somebody else has taken over.

    Parameters
    ----------
    duty
        The lasting id; None: the post is open.
    needed
        Whether the minimum asks for it.
    at, how, late, strength, scanned, delivered
        As in a presence.
    instead_of, by
        Whom the holder replaced, and who replaced them.
    """

    role: str
    index: int
    needed: bool
    state: State
    start: dt.datetime
    end: dt.datetime
    duty: str | None = None
    holder: Holder | None = None
    at: dt.datetime | None = None
    how: Literal["scan", "leader", "admin"] | None = None
    late: int | None = None
    strength: int | None = None
    instead_of: Holder | None = None
    by: Holder | None = None
    scanned: dt.datetime | None = None
    delivered: dt.datetime | None = None


class BoardShift(BaseModel):
    """A shift today with its posts."""

    shift: str
    plan: str
    window: str
    start: dt.datetime
    end: dt.datetime
    counts: Counts
    posts: list[BoardPost]


class BoardSite(BaseModel):
    """A school's shifts today, in the order of time.

    Parameters
    ----------
    risk
        From 1 to 5: the school's own, or what it was raised to on that day, whichever is higher.
    """

    site: str
    name: str
    district: str
    risk: int
    counts: Counts
    shifts: list[BoardShift]


class Board(BaseModel):
    """A day as it stands: every post at the sites within the scope.

    Parameters
    ----------
    districts, windows
        The counts by their ids.
    """

    date: dt.date
    counts: Counts
    districts: dict[str, Counts]
    windows: dict[str, Counts]
    sites: list[BoardSite]


class SiteCounts(BaseModel):
    """A school's counts.

    Parameters
    ----------
    risk
        As on the board.
    """

    site: str
    name: str
    district: str
    risk: int
    counts: Counts
    windows: dict[str, Counts]


class DayCounts(BaseModel):
    """A day's counts without the posts."""

    date: dt.date
    counts: Counts
    districts: dict[str, Counts]
    windows: dict[str, Counts]
    sites: list[SiteCounts]


class StandIn(BaseModel):
    """Somebody who could take a duty over now.

    Parameters
    ----------
    phone
        Where the caller may know it.
    travel
        Minutes on the way to the site.
    origin
        The site of the day's duty before, from which they come; None: from where they usually set out.
    late
        How many minutes after the duty's begin they would be there, if they set out now; 0: in time.
    rises
        By how much each level gets dearer, of those that change.
    """

    assignee: str
    name: str
    phone: str | None
    travel: int
    origin: str | None
    late: int
    rises: dict[str, int]


class DayPost(BaseModel):
    """A post of the day, as the board has it.

    Parameters
    ----------
    index
        Of those of its role, from 0 on.
    """

    model_config = ConfigDict(extra="forbid")

    shift: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    role: Id
    index: Annotated[int, Field(ge=0, lt=1000, description="Of the posts of its role, from 0 on.")]


class StandIns(BaseModel):
    """Who could take a duty over, or an open post, now, the best first.

    Parameters
    ----------
    duty
        None: the post is open.
    blocked
        How many others each hard rule keeps away; ``absent``: those who were marked absent that day.
    """

    duty: str | None
    candidates: list[StandIn]
    blocked: dict[str, int]


class NewReplacement(BaseModel):
    """Who takes a duty over."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"assignee": "S0001-T003"}]})

    assignee: Id


class NewHolder(DayPost):
    """Who takes an open post."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "shift": "S0001/2026-11-30/morning_arrival",
                    "role": "staff",
                    "index": 1,
                    "assignee": "S0001-T003",
                }
            ]
        },
    )

    assignee: Id


class PostFilled(BaseModel):
    """An open post that somebody has taken.

    Parameters
    ----------
    duty
        Its lasting id now.
    rises
        By how much each level gets dearer, of those that change.
    """

    duty: str
    by: str
    name: str
    rises: dict[str, int]


class Replacement(BaseModel):
    """A duty that somebody has taken over.

    Parameters
    ----------
    duty, assignee
        As it was.
    by, their_duty
        Who has it now, and its lasting id.
    """

    id: int
    duty: str
    assignee: str
    by: str
    their_duty: str
    how: Literal["pressed", "call_out", "repair"]
    at: dt.datetime
    rises: dict[str, int]
    names: dict[str, str]


class Raised(BaseModel):
    """The risk at a site is higher: its coming shifts ask for what the formulas say of it, and for all open posts."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["raised"]
    site: Id
    risk: Annotated[int, Field(ge=1, le=5)]


class MoreAsked(BaseModel):
    """What a shift asks for of a role, before and at a raised risk.

    Parameters
    ----------
    was_minimum, was_target
        0 where it didn't ask for the role.
    """

    shift: str
    role: str
    was_minimum: int
    was_target: int
    minimum: int
    target: int


class RiskTried(BaseModel):
    """What a raised risk would ask for, and who would come; nothing has changed.

    Parameters
    ----------
    repair
        The fewest changes that fill what is asked for.
    names
        Of the people and crews that it mentions.
    """

    asks: list[MoreAsked]
    repair: Repair
    names: dict[str, str]


DayHappening = Annotated[
    Absent | Withdrawn | Closed | Moved | Pinned | Asked | Raised, Field(discriminator="kind")
]


class DayHappenings(BaseModel):
    """What happened, on that day alone unless it says otherwise; posts that have begun stay as they are.

    Parameters
    ----------
    dry_run
        Only propose.
    time_limit
        How many seconds the search may take.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "happenings": [
                        {"kind": "moved", "site": "S0001", "window": "afternoon_dismissal", "minutes": -30}
                    ]
                }
            ]
        },
    )

    happenings: Annotated[list[DayHappening], Field(min_length=1, max_length=20)]
    dry_run: bool = False
    time_limit: Annotated[float, Field(gt=0, le=300)] = 20

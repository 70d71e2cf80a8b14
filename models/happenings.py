"""What can happen to a published roster, and what a repair makes of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.availability import AbsenceKind
from models.base import Id, Moment, Value, elapsed
from models.score import DroppedPin, Level, Reason, Unfilled


class _Stretch(Value):
    start: Moment
    end: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> _Stretch:
        if self.end is not None and elapsed(self.start, self.end) <= dt.timedelta():
            raise ValueError(f"ends at {self.end}, not after its start at {self.start}")
        return self


class Absent(_Stretch):
    """A person or crew can't come.

    Parameters
    ----------
    end
        None: until the horizon's end.
    """

    kind: Literal["absent"] = "absent"
    assignee: Id
    why: AbsenceKind = AbsenceKind.SICK


class Withdrawn(_Stretch):
    """All people and crews of a unit are needed elsewhere."""

    kind: Literal["withdrawn"] = "withdrawn"
    unit: Id


class Closed(_Stretch):
    """A site needs nobody: the posts that begin in the stretch fall away."""

    kind: Literal["closed"] = "closed"
    site: Id


class Moved(Value):
    """A bell rings earlier or later.

    Parameters
    ----------
    date
        None: on every day of the horizon.
    minutes
        Later when above 0, earlier when below.
    """

    kind: Literal["moved"] = "moved"
    site: Id
    window: Id
    date: dt.date | None = None
    minutes: Annotated[int, Field(ge=-720, le=720)]


class Pinned(Value):
    """Somebody is to hold a post."""

    kind: Literal["pinned"] = "pinned"
    shift: str
    role: Id
    assignee: Id


class Asked(Value):
    """A need is to be filled up to a number of posts.

    Parameters
    ----------
    posts
        None: up to the minimum, or to the target where the minimum is reached.
    """

    kind: Literal["asked"] = "asked"
    shift: str
    role: Id
    posts: Annotated[int, Field(ge=1)] | None = None


Happening = Annotated[Absent | Withdrawn | Closed | Moved | Pinned | Asked, Field(discriminator="kind")]


class Happenings(Value):
    """All that happened since a roster was published, as one file."""

    version: Literal["1"] = "1"
    happenings: Annotated[tuple[Happening, ...], Field(min_length=1)]


class Change(Value):
    """A post with another holder than before.

    Parameters
    ----------
    start
        When the post begins.
    before, after
        Who held it and who holds it; None is nobody.
    """

    shift: str
    role: Id
    index: Annotated[int, Field(ge=0)]
    start: Moment
    before: Id | None
    after: Id | None


class Repair(Value):
    """What a repair reached.

    Parameters
    ----------
    levels
        Of the fields that were looked at, in the order of `models.REPAIR_LEVELS`. There ``core`` and
        ``volunteers`` count only what was held before, or was asked for, and is open now.
    changes
        In the order of time.
    opened
        Needs with fewer holders than before, or than were asked for, with their reasons.
    components
        Independent parts that were solved again.
    """

    version: Literal["1"] = "1"
    status: Literal["optimal", "feasible"]
    reason: Reason = ""
    levels: tuple[Level, ...]
    changes: tuple[Change, ...]
    opened: tuple[Unfilled, ...] = ()
    dropped_pins: tuple[DroppedPin, ...] = ()
    components: int
    wall_s: float

    @property
    def fewest(self) -> bool:
        """Whether it is proven that no fewer changes leave as few posts open."""
        before = ("core", "volunteers", "changes")
        return all(level.optimal for level in self.levels if level.name in before)

"""What a presence amounts to: whether somebody has come, when, and how late that is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from api.day.tables import PresenceRow

DELAYED = dt.timedelta(minutes=5)
"""A scan that is delivered so much later is shown as such: whoever leads may have seen something else."""

State = Literal["due", "here", "late", "absent", "replaced", "open", "unmarked"]
"""``due``: not to be there yet. ``late``: ought to be. ``unmarked``: over, and nobody said anything."""


class Coming(NamedTuple):
    """What is known of one duty's holder.

    Attributes
    ----------
    state
        None: nothing is known.
    at
        When they came.
    how
        ``scan``, ``leader`` or ``admin``: how it is known.
    scanned, delivered
        When a code was scanned, and when the service learned of it: of who was marked absent all the same, or where
        these are far from each other; else None.
    """

    state: Literal["here", "absent"] | None = None
    at: dt.datetime | None = None
    how: Literal["scan", "leader", "admin"] | None = None
    scanned: dt.datetime | None = None
    delivered: dt.datetime | None = None

    def shown(self, start: dt.datetime, end: dt.datetime, moment: dt.datetime, late: dt.timedelta) -> State:
        """Return the state of a duty at a moment.

        Parameters
        ----------
        late
            How long after the start somebody is late.
        """
        if self.state is not None:
            return self.state
        if end <= moment:
            return "unmarked"
        return "late" if start + late <= moment else "due"

    def late_by(self, start: dt.datetime, late: dt.timedelta) -> int | None:
        """Return how many minutes too late they came; None: they came in time, or not at all."""
        if self.at is None or self.at < start + late:
            return None
        return int((self.at - start).total_seconds()) // 60


NOTHING = Coming()


def coming(
    scanned_at: dt.datetime | None,
    delivered_at: dt.datetime | None,
    marked: str | None,
    came_at: dt.datetime | None,
    marked_how: str | None,
) -> Coming:
    """Return what columns of a presence amount to: the word of who is in charge goes before a scan."""
    how: Literal["leader", "admin"] = "leader" if marked_how == "leader" else "admin"
    if marked == "absent":
        return Coming("absent", None, how, scanned_at, delivered_at)
    if marked == "present":
        return Coming("here", came_at, how)
    if scanned_at is None:
        return NOTHING
    if delivered_at is not None and delivered_at - scanned_at >= DELAYED:
        return Coming("here", scanned_at, "scan", scanned_at, delivered_at)
    return Coming("here", scanned_at, "scan")


def of(row: PresenceRow | None) -> Coming:
    """Return what a presence amounts to."""
    if row is None:
        return NOTHING
    return coming(row.scanned_at, row.delivered_at, row.marked, row.came_at, row.marked_how)

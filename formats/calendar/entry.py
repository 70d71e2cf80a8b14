"""What a calendar says of one duty, before it is put into words of a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

Words = tuple[str, str]
"""A word in Chinese and in English."""


class Mate(NamedTuple):
    """Somebody else on the same shift.

    Attributes
    ----------
    role
        As what.
    name
        None: not to be named.
    """

    role: Words
    name: str | None = None


class Told(NamedTuple):
    """What stands in an entry besides its times; when any of it changes, the entry has changed.

    Attributes
    ----------
    site
        The site's name.
    location
        Latitude and longitude in degrees.
    position
        The gate position's number and name.
    crew
        The name of the crew that holds the post.
    holder
        Who holds the post, where calendars may name people.
    leaders, mates
        Who leads the shift, and who else stands there.
    bring
        What to bring.
    """

    site: str
    window: Words
    role: Words
    location: tuple[float, float] | None = None
    position: tuple[int, str] | None = None
    crew: str | None = None
    holder: str | None = None
    leaders: tuple[Mate, ...] = ()
    mates: tuple[Mate, ...] = ()
    bring: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A duty as it stands in a calendar.

    Attributes
    ----------
    uid
        Its lasting id.
    start, end
        On post; aware, in UTC.
    sequence
        How often it has changed.
    changed
        When it last did; aware.
    cancelled
        Whether it has fallen away.
    link
        The page on which it is swapped.
    date
        The shift's date; given where what was exported before is all that is known of it.
    """

    uid: str
    start: dt.datetime
    end: dt.datetime
    told: Told
    sequence: int
    changed: dt.datetime
    cancelled: bool = False
    link: str | None = None
    date: dt.date | None = None

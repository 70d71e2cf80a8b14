"""What a day came to: which published posts were kept, by whom, and which weren't."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from models.base import Id, Value

Count = Annotated[int, Field(ge=0)]

Outcome = Literal["kept", "late", "replaced", "absent", "unmarked", "open"]
"""How a post ended.

``kept`` 到岗; ``late`` 迟到; ``replaced`` 顶岗: somebody took it over on the day; ``absent`` 缺勤: its last holder was
marked so; ``unmarked`` 未登记: people check in at the school, and of this one nothing is known; ``open`` 缺岗:
nobody held it. Where nobody is known to have come to a school on that day or in the four weeks before, nobody checks in
there: what wasn't marked absent counts as kept.
"""


class DayFigures(Value):
    """How many posts ended how.

    Parameters
    ----------
    posts
        All of them, up to the targets.
    short
        Open posts below the minimum.
    """

    posts: Count = 0
    kept: Count = 0
    late: Count = 0
    replaced: Count = 0
    absent: Count = 0
    unmarked: Count = 0
    open: Count = 0
    short: Count = 0


class DayPart(Value):
    """The figures of a district, a site or a window.

    Parameters
    ----------
    district
        Of a site: its district.
    """

    id: Id
    name: str
    district: Id | None = None
    figures: DayFigures


class HolderFigures(Value):
    """How duties ended, seen from who held them.

    Parameters
    ----------
    duties
        Those that were theirs at the end.
    stood_in
        Of these, taken over from somebody on the day.
    replaced
        Duties that others took over from them.
    late_minutes
        How much too late they came, in all.
    planned, points
        The burden points of the duties that were theirs before anything happened on the day, and those that they carry
        into the ledger when the plan is closed: of what they took over, and not of what they didn't come to or others took
        over.
    """

    duties: Count = 0
    kept: Count = 0
    late: Count = 0
    absent: Count = 0
    unmarked: Count = 0
    stood_in: Count = 0
    replaced: Count = 0
    late_minutes: Count = 0
    planned: Count = 0
    points: Count = 0


class DayUnit(Value):
    """A unit's people and crews."""

    id: Id
    name: str
    figures: HolderFigures


class DayHolder(Value):
    """A person or crew."""

    id: Id
    name: str
    unit: Id
    figures: HolderFigures


class PostEnded(Value):
    """A post that wasn't simply kept, or of which one can't be sure.

    Parameters
    ----------
    holder
        Whose it was, by name; None: nobody's.
    by
        Who took it over, by name.
    late_minutes
        How much too late whoever held it at the end came.
    strength
        Of a crew: how many came.
    scanned, delivered
        When a code was scanned, and when the service learned of that: where it was much later, or they had been marked
        absent all the same. Who scanned in time is ``kept``, and is listed for this alone.
    """

    outcome: Outcome
    site: Id
    site_name: str
    shift: str
    window: Id
    role: Id
    index: Count
    start: dt.datetime
    end: dt.datetime
    holder: str | None = None
    by: str | None = None
    at: dt.datetime | None = None
    late_minutes: Count | None = None
    strength: Count | None = None
    scanned: dt.datetime | None = None
    delivered: dt.datetime | None = None


class DayReport(Value):
    """The end-of-day report 日报.

    Parameters
    ----------
    coming
        Posts whose time isn't over yet; they are in nothing else.
    holders
        Everybody who had a duty.
    """

    version: Literal["1"] = "1"
    date: dt.date
    coming: Count
    figures: DayFigures
    districts: tuple[DayPart, ...]
    windows: tuple[DayPart, ...]
    sites: tuple[DayPart, ...]
    units: tuple[DayUnit, ...]
    holders: tuple[DayHolder, ...]
    exceptions: tuple[PostEnded, ...]

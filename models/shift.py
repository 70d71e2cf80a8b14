"""What has to be held: windows around bells, and the shifts they give on real days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from models.base import Id, Minutes, Moment, Name, TimeOfDay, Value, Weekday, elapsed
from models.formula import (
    DEFAULT_FORMULA,
    DEFAULT_PARTS,
    FormulaChoice,
    FormulaPart,
    Need,
    parse_formula,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.place import Site
    from models.school_calendar import SchoolCalendar


class Horizon(Value):
    """The days that are planned at once.

    Parameters
    ----------
    start
        The first day.
    days
        How many; a week by default.
    """

    start: dt.date
    days: Annotated[int, Field(ge=1, le=366)] = 7

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days in order."""
        return tuple(self.start + dt.timedelta(days=k) for k in range(self.days))


class RoleTime(Value):
    """A lead and trail of a role's own within a window."""

    role: Id
    lead: Minutes
    trail: Minutes


class Window(Value):
    """A named time of day around a bell (时段).

    Parameters
    ----------
    lead, trail
        Minutes on post before and after the bell.
    weight
        Burden points for each minute on post.
    roles
        Roles that come earlier or stay longer than the others.
    """

    id: Id
    name: Name
    name_en: Name
    lead: Minutes = 20
    trail: Minutes = 10
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    roles: tuple[RoleTime, ...] = ()

    @model_validator(mode="after")
    def _has_length(self) -> Window:
        if self.lead + self.trail == 0:
            raise ValueError(f"window {self.id} ends when it starts: lead and trail are both 0")
        return self


class Bell(Value):
    """When a window's bell rings at a site.

    Parameters
    ----------
    weekdays
        ISO weekdays on which it rings; a weekday without a bell has no shift.
    date
        When given, the bell holds on this day alone and wins over the weekdays'.
    """

    site: Id
    window: Id
    time: TimeOfDay
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] = (1, 2, 3, 4, 5)
    date: dt.date | None = None


class Shift(Value):
    """One site, one date, one window (班次).

    Parameters
    ----------
    id
        ``site/date/window``; it stays when the bell moves.
    start, end
        Half-open and aware; a need's ``early`` and ``late`` widen or narrow it for its role.
    needs
        One a role.
    """

    id: Annotated[str, Field(min_length=1, max_length=200)]
    site: Id
    date: dt.date
    window: Id
    start: Moment
    end: Moment
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> Shift:
        if elapsed(self.start, self.end) <= dt.timedelta():
            raise ValueError(f"shift {self.id} ends at {self.end}, not after its start at {self.start}")
        if elapsed(self.start, self.end) > dt.timedelta(hours=24):
            raise ValueError(f"shift {self.id} is longer than 24 hours")
        if len({n.role for n in self.needs}) != len(self.needs):
            raise ValueError(f"shift {self.id} names a role twice")
        for need in self.needs:
            start, end = self.on_post(need)
            if elapsed(start, end) <= dt.timedelta():
                raise ValueError(f"shift {self.id}: the role {need.role} would leave before it comes")
        return self

    def on_post(self, need: Need) -> tuple[dt.datetime, dt.datetime]:
        """Return the half-open interval in which a need's holders are on post."""
        return _later(self.start, -need.early), _later(self.end, need.late)

    def minutes(self, need: Need) -> int:
        """Return the whole minutes on post."""
        start, end = self.on_post(need)
        return int(end.timestamp() - start.timestamp()) // 60


def _later(moment: dt.datetime, minutes: int) -> dt.datetime:
    """Move a moment by elapsed minutes: plain addition counts the wall clock, which jumps twice a year."""
    moved = moment.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)
    return moved.astimezone(moment.tzinfo)


class Post(Value):
    """One place to fill (岗位): a shift, a role, and which of them, from 0."""

    shift: str
    role: Id
    index: Annotated[int, Field(ge=0)]


def shift_id(site: str, date: dt.date, window: str) -> str:
    """Return the lasting id of a shift."""
    return f"{site}/{date.isoformat()}/{window}"


def shifts_from_bells(
    horizon: Horizon,
    sites: tuple[Site, ...],
    windows: tuple[Window, ...],
    bells: tuple[Bell, ...],
    calendar: SchoolCalendar,
    *,
    formulas: tuple[FormulaChoice, ...] = (),
    parts: tuple[FormulaPart, ...] = DEFAULT_PARTS,
    default: str = DEFAULT_FORMULA,
    timezone: str = "Asia/Shanghai",
) -> tuple[Shift, ...]:
    """Lay the windows on the horizon's school days.

    Returns
    -------
    tuple of Shift
        Ordered by date, site and window as given.

    Raises
    ------
    ValueError
        When a formula doesn't parse.
    """
    zone = ZoneInfo(timezone)
    rings: dict[tuple[str, str, int | dt.date], dt.time] = {}
    for bell in bells:
        for key in (bell.date,) if bell.date else bell.weekdays:
            rings[bell.site, bell.window, key] = bell.time
    needs = {
        (site.id, window.id): _needs(site, window, formulas, parts, default)
        for site in sites
        for window in windows
    }
    shifts = []
    for date in horizon.dates:
        for site in sites:
            weekday = calendar.school_day(date, site.id)
            if weekday is None:
                continue
            for window in windows:
                ring = rings.get((site.id, window.id, date), rings.get((site.id, window.id, weekday)))
                asked = needs[site.id, window.id]
                if ring is None or not asked:
                    continue
                bell_at = dt.datetime.combine(date, ring, zone)
                shifts.append(
                    Shift(
                        id=shift_id(site.id, date, window.id),
                        site=site.id,
                        date=date,
                        window=window.id,
                        start=_later(bell_at, -window.lead),
                        end=_later(bell_at, window.trail),
                        needs=asked,
                    )
                )
    return tuple(shifts)


def _needs(
    site: Site,
    window: Window,
    formulas: tuple[FormulaChoice, ...],
    parts: tuple[FormulaPart, ...],
    default: str,
) -> tuple[Need, ...]:
    choices = [
        c
        for c in formulas
        if (c.site is None or c.site == site.id)
        and (c.window is None or c.window == window.id)
        and (c.risk is None or c.risk == site.risk)
    ]
    if site.formula is not None:
        choices.append(FormulaChoice(formula=site.formula, site=site.id))
    text = max(choices, key=FormulaChoice.specificity).formula if choices else default
    times: Mapping[str, RoleTime] = {t.role: t for t in window.roles}
    return tuple(
        need
        if need.role not in times
        else need.model_copy(
            update={
                "early": times[need.role].lead - window.lead,
                "late": times[need.role].trail - window.trail,
            }
        )
        for need in parse_formula(text, parts, site.volunteers)
    )

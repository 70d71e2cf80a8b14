"""One's own duties for pages: the next one, and the others week by week, day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from api.database.base import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.roster.shapes import OwnDuty
    from formats.calendar.entry import Told
    from models import Role, Window
    from web.language import Words

WEEK = 7


class Day(NamedTuple):
    """A day with its duties, in the order of time."""

    date: dt.date
    duties: list[OwnDuty]


@dataclass(frozen=True)
class Week:
    """A week's days on which there is a duty, from a Monday on."""

    start: dt.date
    days: list[Day]

    @property
    def count(self) -> int:
        """How many duties there are."""
        return sum(len(day.duties) for day in self.days)


def weeks(duties: Sequence[OwnDuty]) -> list[Week]:
    """Return duties by weeks and days."""
    days = [Day(date, list(found)) for date, found in groupby(duties, key=lambda duty: duty.date)]
    return [Week(start, list(found)) for start, found in groupby(days, key=lambda day: _monday(day.date))]


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def upcoming(duties: Sequence[OwnDuty]) -> tuple[OwnDuty | None, list[OwnDuty]]:
    """Return the duty that is under way or comes next, and those after it."""
    moment = now()
    ahead = [duty for duty in duties if duty.end > moment]
    return (ahead[0], ahead[1:]) if ahead else (None, [])


def soon(duty: OwnDuty, words: Words) -> str:
    """Return how soon a duty is: now, today, tomorrow, in some days; or that it is over."""
    moment = now()
    if duty.end <= moment:
        return words.say("Over")
    if duty.start <= moment < duty.end:
        return words.say("Now")
    days = (duty.date - moment.astimezone(duty.start.tzinfo).date()).days
    if days <= 0:
        return words.say("Today")
    return words.say("Tomorrow") if days == 1 else words.count("In one day", "In %(num)s days", days)


def company(duty: OwnDuty, told: Told, roles: Mapping[str, Role], words: Words) -> list[str]:
    """Return who else is there, role by role: by name as far as that is allowed, else how many."""
    named = [*told.leaders, *told.mates]
    said = []
    for role, count in duty.others.items():
        pair = (roles[role].name, roles[role].name_en)
        names = [mate.name for mate in named if mate.role == pair and mate.name is not None]
        called = words.pair(pair)
        if names:
            said.append(f"{called} {words.pair(('、', ', ')).join(names)}")
        else:
            said.append(called if count == 1 else f"{called} × {count}")
    return said


def window_of(duty: OwnDuty, windows: Mapping[str, Window], words: Words) -> str:
    """Return what a duty's window is called."""
    window = windows.get(duty.window)
    return duty.window if window is None else words.name(window.name, window.name_en)


def role_of(duty: OwnDuty, roles: Mapping[str, Role], words: Words) -> str:
    """Return what a duty's role is called."""
    role = roles.get(duty.role)
    return duty.role if role is None else words.name(role.name, role.name_en)

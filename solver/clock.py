"""Times as whole minutes since the epoch, the only clock inside the engine."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from models import Problem


def epoch_minutes(moment: dt.datetime) -> int:
    """Return whole minutes since 1970-01-01 00:00 UTC."""
    return int(moment.timestamp()) // 60


class Clock:
    """Local dates and times of a problem on the engine's clock."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._zone = ZoneInfo(problem.timezone)
        self._followed: dict[str, dict[int, list[dt.date]]] = {}
        self.at = lru_cache(maxsize=None)(self._at)

    def _at(self, day: dt.date, time: dt.time) -> int:
        return epoch_minutes(dt.datetime.combine(day, time, self._zone))

    def days_following(self, site: str) -> dict[int, list[dt.date]]:
        """Return, for each ISO weekday, the horizon's dates whose school day follows it at a site."""
        found = self._followed.get(site)
        if found is None:
            days = defaultdict(list)
            for day in self._problem.horizon.dates:
                weekday = self._problem.calendar.school_day(day, site)
                if weekday is not None:
                    days[weekday].append(day)
            found = self._followed[site] = dict(days)
        return found

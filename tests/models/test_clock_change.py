"""Shifts on days on which the clock changes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from models import Absence, Need, Shift


def test_times_are_compared_as_they_elapse_when_the_clock_goes_back() -> None:
    # On 2026-10-25 at 03:00 summer time the clock goes back to 02:00: 02:35 to 02:05 takes 30 minutes.
    zone = ZoneInfo("Europe/Berlin")
    start = dt.datetime(2026, 10, 25, 2, 35, tzinfo=zone)
    end = dt.datetime(2026, 10, 25, 2, 5, fold=1, tzinfo=zone)
    need = Need(role="staff", minimum=1, target=1)
    shift = Shift(id="s", site="s", date=start.date(), window="w", start=start, end=end, needs=(need,))
    assert shift.minutes(need) == 30
    assert Absence(assignee="p", start=start, end=end).start == start
    with pytest.raises(ValueError, match="not after"):
        Absence(assignee="p", start=end, end=start)

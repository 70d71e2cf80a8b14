"""The VTIMEZONE that a calendar's entries refer to (RFC 5545 3.6.5)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_EPOCH = dt.datetime(1970, 1, 1)


def vtimezone(zone: ZoneInfo, moments: Iterable[dt.datetime]) -> Timezone:
    """Return a zone's rules for the years of some moments, and a year to either side.

    The first block holds from 1970: a zone without changes in those years, such as
    Asia/Shanghai, has one block, without the daylight saving of 1986 to 1991.

    Notes
    -----
    ``icalendar.Timezone.from_tzinfo`` gives the onset of daylight saving in the time after the
    change; RFC 5545 wants the time before it.
    """
    years = [m.astimezone(zone).year for m in moments] or [2000]
    first = dt.datetime(min(years) - 1, 1, 1, tzinfo=dt.UTC)
    last = dt.datetime(max(years) + 2, 1, 1, tzinfo=dt.UTC)
    component = Timezone()
    component.add("TZID", zone.key)
    offset = _offset(first, zone)
    component.add_component(_block(first, zone, _EPOCH, offset))
    for change in _changes(first, last, zone):
        onset = (change + offset).replace(tzinfo=None)
        component.add_component(_block(change, zone, onset, offset))
        offset = _offset(change, zone)
    return component


def _offset(moment: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


def _changes(first: dt.datetime, last: dt.datetime, zone: ZoneInfo) -> list[dt.datetime]:
    """Return the moments in UTC from which another offset holds."""
    found = []
    while first < last:
        low, high = first, first + _DAY
        if _offset(low, zone) != _offset(high, zone):
            while high - low > _SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if _offset(middle, zone) == _offset(first, zone):
                    low = middle
                else:
                    high = middle
            found.append(high)
        first += _DAY
    return found


def _block(
    moment: dt.datetime, zone: ZoneInfo, onset: dt.datetime, before: dt.timedelta
) -> TimezoneStandard | TimezoneDaylight:
    local = moment.astimezone(zone)
    block = TimezoneDaylight() if local.dst() else TimezoneStandard()
    block.add("DTSTART", onset)
    block.add("TZOFFSETFROM", before)
    block.add("TZOFFSETTO", _offset(moment, zone))
    block.add("TZNAME", local.tzname() or zone.key)
    return block

"""iCalendar export: the duties of one person, crew or site as entries that last.

An entry's UID comes from (assignee, shift, role) alone, so it stays when the bell moves. What has
been exported before is the only state: unchanged entries keep their stamps byte for byte, changed
ones rise, vanished ones stay a while as cancelled (RFC 5545 3.8.7.3 and 3.8.7.4, RFC 7986 5.3).

There is no METHOD: it would make the feed an iTIP message, in which RFC 5546 3.2.1 wants an
ORGANIZER for each entry, and RFC 4791 4.1 forbids it in stored calendars.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vText

from formats.calendar.duties import CalendarError, Duty, Subject, duties_of
from formats.calendar.text import EventText, Language, calendar_name, event_text
from formats.calendar.zone import vtimezone
from models.roster import duty_uid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.place import Location
    from models.problem import Problem
    from models.roster import Roster

CANCELLED_STAYS = dt.timedelta(days=14)
"""How long a vanished entry is shown as cancelled."""

PAST_STAYS = dt.timedelta(days=366)
"""How long duties of earlier horizons stay in the calendar."""

_STAMPS = {"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"}
_PREFIX = {"zh": "【已取消】", "en": "[Cancelled] "}
# Line breaks of any kind, and control characters: none may reach a content line.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def calendar_for(
    problem: Problem,
    roster: Roster,
    subject: Subject,
    *,
    now: dt.datetime,
    language: Language = "zh",
    previous: bytes | None = None,
    names: bool = False,
) -> bytes:
    """Return a calendar of a subject's duties.

    Parameters
    ----------
    now
        Aware; stamps what changed.
    previous
        What this function returned for the subject before; None when there was nothing.
    names
        Name the other holders of the shift. Phone numbers are never named.

    Returns
    -------
    bytes
        iCalendar (RFC 5545), UTF-8, lines of at most 75 octets. The same duties and ``previous``
        give the same bytes at any ``now``, until a cancelled entry has stayed long enough.

    Raises
    ------
    CalendarError
        When the problem doesn't know the subject, or a post or holder of the roster; when
        ``previous`` isn't a calendar of this subject.
    ValueError
        When ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must have a time zone")
    stamp = now.astimezone(dt.UTC).replace(microsecond=0)
    zone = ZoneInfo(problem.timezone)
    entries = {}
    for duty in duties_of(problem, roster, subject):
        text = event_text(problem, duty, subject, language, names=names)
        event = _event(duty, text, problem.site_by_id[duty.shift.site].location, zone)
        entries[str(event["UID"])] = event
    events = _take_up(_read(previous, subject), entries, roster, zone, stamp, language)
    return _calendar(calendar_name(problem, subject, language), subject, events, zone)


def _event(duty: Duty, text: EventText, location: Location | None, zone: ZoneInfo) -> Event:
    """Return the entry without its stamps."""
    start, end = duty.shift.on_post(duty.need)
    event = Event()
    event.add("UID", duty_uid(duty.assignment.assignee, duty.shift.id, duty.assignment.role))
    event.add("SUMMARY", _line(text.summary))
    event.add("DTSTART", start.astimezone(zone))
    event.add("DTEND", end.astimezone(zone))
    event.add("LOCATION", _line(text.location))
    if location is not None:
        event.add("GEO", (location.lat, location.lon))
    event.add("DESCRIPTION", "\n".join(map(_line, text.description)))
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    # The shift's date says which horizon the entry belongs to; an early duty may start the day before.
    event["X-HUXUE-DATE"] = vText(duty.shift.date.isoformat())
    return event


def _read(previous: bytes | None, subject: Subject) -> dict[str, Event]:
    if previous is None:
        return {}
    try:
        calendar = Calendar.from_ical(previous)
        events = {str(event["UID"]): event for event in calendar.walk("VEVENT") if isinstance(event, Event)}
        for event in events.values():
            dt.date.fromisoformat(str(event["X-HUXUE-DATE"]))
            moments = [event.decoded(name) for name in ("DTSTART", "DTEND", "LAST-MODIFIED")]
            if not all(isinstance(m, dt.datetime) and m.tzinfo for m in moments):
                raise TypeError("not a moment")
            if not event["STATUS"] or not event["SUMMARY"] or _sequence(event) < 0:
                raise ValueError("not an exported entry")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise CalendarError("the previous calendar is not one that huxue exported") from error
    # The library unescapes no property whose name it doesn't know, so the written forms are compared.
    owner = calendar.get("X-HUXUE-SUBJECT")
    if owner is None or owner.to_ical() != _owner(subject).to_ical():
        raise CalendarError(f"the previous calendar is not that of the {subject.kind} {subject.id}")
    return events


def _take_up(
    before: Mapping[str, Event],
    entries: Mapping[str, Event],
    roster: Roster,
    zone: ZoneInfo,
    now: dt.datetime,
    language: Language,
) -> list[Event]:
    """Stamp the entries, each in the light of what was exported before."""
    events = []
    for uid, event in entries.items():
        old = before.get(uid)
        if old is not None and _visible(old) == _visible(event):
            events.append(old)
        else:
            events.append(_stamped(event, old, now))
    dates = {d.isoformat() for d in roster.horizon.dates}
    for uid, old in before.items():
        if uid in entries:
            continue
        if str(old["STATUS"]) == "CANCELLED":
            if now < _moment(old) + CANCELLED_STAYS:
                events.append(old)
        elif str(old["X-HUXUE-DATE"]) in dates:
            events.append(_cancelled(old, now, language))
        elif old.decoded("DTEND").astimezone(zone) > now - PAST_STAYS:
            events.append(old)  # another horizon's duty: this roster says nothing about it
    return sorted(events, key=lambda e: (e.decoded("DTSTART").astimezone(dt.UTC), str(e["UID"])))


def _moment(event: Event) -> dt.datetime:
    moment: dt.datetime = event.decoded("LAST-MODIFIED")
    return moment


def _sequence(event: Event) -> int:
    return int(event.decoded("SEQUENCE"))


def _stamped(event: Event, old: Event | None, now: dt.datetime) -> Event:
    sequence = 0
    if old is not None:
        sequence = _sequence(old) + 1
        now = max(now, _moment(old) + dt.timedelta(seconds=1))  # it rises, whatever the clocks say
    event.add("SEQUENCE", sequence)
    event.add("DTSTAMP", now)
    event.add("LAST-MODIFIED", now)
    return event


def _cancelled(old: Event, now: dt.datetime, language: Language) -> Event:
    event = Event()
    for name, value in old.items():
        if name not in _STAMPS:
            event[name] = value
    event["SUMMARY"] = vText(_PREFIX[language] + str(old["SUMMARY"]))
    event["STATUS"] = vText("CANCELLED")
    event["TRANSP"] = vText("TRANSPARENT")
    return _stamped(event, old, now)


def _visible(event: Event) -> dict[str, tuple[bytes, tuple[tuple[str, str], ...]]]:
    """Return what somebody sees of an entry, in a form that survives writing and reading."""
    return {
        name: (value.to_ical(), tuple(sorted((k, str(v)) for k, v in value.params.items())))
        for name, value in event.items()
        if name not in _STAMPS
    }


def _calendar(title: str, subject: Subject, events: Sequence[Event], zone: ZoneInfo) -> bytes:
    # Property by property: Calendar.new would add a random UID, which is the whole feed's for some
    # clients, and a REFRESH-INTERVAL without the VALUE that RFC 7986 5.7 asks for.
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Huxue//Duty calendar//ZH")
    calendar.add("CALSCALE", "GREGORIAN")
    for name in ("NAME", "X-WR-CALNAME"):
        calendar[name] = vText(_line(title))
    calendar["X-WR-TIMEZONE"] = vText(zone.key)
    calendar["X-HUXUE-SUBJECT"] = _owner(subject)
    hour = vDuration(dt.timedelta(hours=1))
    hour.params["VALUE"] = "DURATION"
    calendar["REFRESH-INTERVAL"] = hour
    calendar["X-PUBLISHED-TTL"] = vText("PT1H")
    moments = [e.decoded(name) for e in events for name in ("DTSTART", "DTEND")]
    calendar.add_component(vtimezone(zone, moments))
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _owner(subject: Subject) -> vText:
    return vText(_line(f"{subject.kind}/{subject.id}"))


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()

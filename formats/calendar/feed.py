"""iCalendar export: the duties of one person, crew or site as entries that last.

An entry's UID comes from (assignee, shift, role) alone, so it stays when the bell moves. What has
been exported before is the only state: unchanged entries keep their stamps byte for byte, changed
ones rise, vanished ones stay a while as cancelled (RFC 5545 3.8.7.3 and 3.8.7.4, RFC 7986 5.3).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

from formats.calendar.duties import CalendarError, Subject, duties_of, entry_of, name_of
from formats.calendar.text import CANCELLED, Language, line
from formats.calendar.write import Head, write_calendar, write_event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from formats.calendar.entry import Entry
    from models.problem import Problem
    from models.roster import Roster

CANCELLED_STAYS = dt.timedelta(days=14)
"""How long a vanished entry is shown as cancelled."""

PAST_STAYS = dt.timedelta(days=366)
"""How long duties of earlier horizons stay in the calendar."""


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
    before = _read(previous, subject)
    entries = {}
    for duty in duties_of(problem, roster, subject):
        entry = entry_of(problem, duty, subject, names=names)
        entries[entry.uid] = entry
    written = [
        _taken_up(entry, before.get(entry.uid), subject, zone, stamp, language) for entry in entries.values()
    ]
    written += _left(before, entries, roster, stamp, language)
    written.sort(key=lambda w: (w[0], w[1]))
    head = Head(_name(problem, subject), zone.key, language, subject=_owner(subject))
    return write_calendar(head, [moment for moment, *_ in written], [event for *_, event in written])


def _name(problem: Problem, subject: Subject) -> str:
    if subject.kind == "site":
        return problem.site_by_id[subject.id].name
    return problem.unit_by_id[subject.id].name if subject.kind == "unit" else name_of(problem, subject.id)


_Written = tuple[dt.datetime, str, bytes]
"""When an entry starts, its id, and its bytes."""


def _taken_up(
    entry: Entry, old: Event | None, subject: Subject, zone: ZoneInfo, now: dt.datetime, language: Language
) -> _Written:
    """Write an entry in the light of what was exported before."""
    start = entry.start.astimezone(dt.UTC)
    if old is None:
        return (
            start,
            entry.uid,
            write_event(replace(entry, changed=now), zone, language, holder=subject.several),
        )
    same = replace(entry, sequence=_sequence(old), changed=_moment(old))
    event = write_event(same, zone, language, holder=subject.several)
    # Both as the library writes what it has read: it sets some quotes and digits otherwise.
    if Event.from_ical(event).to_ical() != old.to_ical():
        sequence, changed = _risen(old, now)
        event = write_event(
            replace(entry, sequence=sequence, changed=changed), zone, language, holder=subject.several
        )
    return start, entry.uid, event


def _left(
    before: Mapping[str, Event],
    entries: Mapping[str, Entry],
    roster: Roster,
    now: dt.datetime,
    language: Language,
) -> list[_Written]:
    """Return what was exported before and the roster doesn't have."""
    dates = {d.isoformat() for d in roster.horizon.dates}
    kept = []
    for uid, old in before.items():
        if uid in entries:
            continue
        if str(old["STATUS"]) == "CANCELLED":
            if now < _moment(old) + CANCELLED_STAYS:
                kept.append((uid, old))
        elif str(old["X-HUXUE-DATE"]) in dates:
            kept.append((uid, _cancelled(old, now, language)))
        elif old.decoded("DTEND") > now - PAST_STAYS:
            kept.append((uid, old))  # another horizon's duty: this roster says nothing about it
    return [(old.decoded("DTSTART").astimezone(dt.UTC), uid, old.to_ical()) for uid, old in kept]


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
    if owner is None or owner.to_ical() != vText(_owner(subject)).to_ical():
        raise CalendarError(f"the previous calendar is not that of the {subject.kind} {subject.id}")
    return events


def _moment(event: Event) -> dt.datetime:
    moment: dt.datetime = event.decoded("LAST-MODIFIED")
    return moment


def _sequence(event: Event) -> int:
    return int(event.decoded("SEQUENCE"))


def _risen(old: Event, now: dt.datetime) -> tuple[int, dt.datetime]:
    """Return the sequence and the moment of a changed entry: they rise, whatever the clocks say."""
    return _sequence(old) + 1, max(now, _moment(old) + dt.timedelta(seconds=1))


def _cancelled(old: Event, now: dt.datetime, language: Language) -> Event:
    event = Event()
    for name, value in old.items():
        if name not in ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE"):
            event[name] = value
    event["SUMMARY"] = vText(CANCELLED[language] + str(old["SUMMARY"]))
    event["STATUS"] = vText("CANCELLED")
    event["TRANSP"] = vText("TRANSPARENT")
    sequence, changed = _risen(old, now)
    event.add("SEQUENCE", sequence)
    event.add("DTSTAMP", changed)
    event.add("LAST-MODIFIED", changed)
    return event


def _owner(subject: Subject) -> str:
    return line(f"{subject.kind}/{subject.id}")

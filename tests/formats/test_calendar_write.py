"""The bytes of calendars are those of icalendar's own objects; what those get wrong is right here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event, vDuration, vText, vUri

from formats.calendar.entry import Entry, Mate, Told
from formats.calendar.text import description, line, summary
from formats.calendar.write import Head, write_calendar, write_event
from formats.calendar.zone import vtimezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = dt.datetime(2026, 9, 6, 23, 20, tzinfo=dt.UTC)
CHANGED = dt.datetime(2026, 9, 1, 4, 0, tzinfo=dt.UTC)
PLAIN = Entry(
    uid="7d0b3c3e-52b5-5d0b-9b39-5c1c3c9f7a10",
    start=START,
    end=START + dt.timedelta(minutes=30),
    told=Told(
        site="第1小学",
        window=("上午上学", "Morning arrival"),
        role=("教职员工", "Staff"),
        location=(22.543096, 114.057865),
        position=(3, "东门斑马线"),
        crew="巡组一",
        leaders=(Mate(("值班领导", "Duty leader")),),
        bring=(("反光背心", "High-visibility vest"),),
    ),
    sequence=2,
    changed=CHANGED,
    link="https://huxue.example.org/duties/7d0b3c3e-52b5-5d0b-9b39-5c1c3c9f7a10",
)


def feed(*entries: Entry, name: str = "王老师", alarms: tuple[int, ...] = (), **head: str) -> bytes:
    """Write a calendar of some entries."""
    events = [write_event(entry, SHANGHAI, "zh", alarms=alarms) for entry in entries]
    moments = [entry.start for entry in entries]
    return write_calendar(Head(name, "Asia/Shanghai", **head), moments, events)  # type: ignore[arg-type]


# Everything but surrogates, and but the one thing that icalendar reads wrongly (see below).
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: "\\N" not in line(text)
)
WORDS = st.tuples(TEXT, TEXT)
MATES = st.lists(st.builds(Mate, WORDS, st.none() | TEXT), max_size=3).map(tuple)
DEGREES = st.integers(-90_000_000, 90_000_000).map(lambda n: n / 1_000_000)
ENTRIES = st.builds(
    Entry,
    uid=st.uuids().map(str),
    start=st.datetimes(dt.datetime(2001, 1, 2), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC)),
    end=st.datetimes(dt.datetime(2001, 1, 2), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC)),
    told=st.builds(
        Told,
        site=TEXT,
        window=WORDS,
        role=WORDS,
        location=st.none() | st.tuples(DEGREES, DEGREES),
        position=st.none() | st.tuples(st.integers(1, 999), TEXT),
        crew=st.none() | TEXT,
        holder=st.none() | TEXT,
        leaders=MATES,
        mates=MATES,
        bring=st.lists(WORDS, max_size=2).map(tuple),
    ),
    sequence=st.integers(0, 10**6),
    changed=st.datetimes(dt.datetime(2001, 1, 2), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC)),
    cancelled=st.booleans(),
    link=st.none() | st.just("https://huxue.example.org/duties/" + "x" * 60),
    date=st.none() | st.dates(),
)


def by_icalendar(
    entry: Entry, zone: ZoneInfo, language: str, holder: bool, alarms: list[int]
) -> tuple[Event, bytes]:
    """Return the entry as icalendar's own objects, and the bytes that they give."""
    assert language in ("zh", "en")
    event = Event()
    title = summary(entry, "zh" if language == "zh" else "en", holder=holder)
    event.add("SUMMARY", title)
    event.add("DTSTART", entry.start.astimezone(zone))
    event.add("DTEND", entry.end.astimezone(zone))
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        event.add(name, entry.changed.replace(microsecond=0))
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    if text := description(entry, "zh" if language == "zh" else "en"):
        event.add("DESCRIPTION", text)
    site = line(entry.told.site)
    event.add("LOCATION", site)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    if entry.told.location is not None:
        lat, lon = (f"{Decimal(repr(degrees)).normalize():f}" for degrees in entry.told.location)
        lat, lon = (text if "." in text else f"{text}.0" for text in (lat, lon))
        event["GEO"] = vUri(f"{lat};{lon}")
        place = vUri(f"geo:{lat},{lon}")
        place.params["VALUE"] = "URI"
        place.params["X-APPLE-RADIUS"] = "100"
        place.params["X-TITLE"] = "TITLE,"  # in quotes, as ours always is
        event["X-APPLE-STRUCTURED-LOCATION"] = place
    if entry.link is not None and not entry.cancelled:
        event.add("URL", entry.link)
    if entry.date is not None:
        event["X-HUXUE-DATE"] = vText(entry.date.isoformat())
    if not entry.cancelled:
        for minutes in alarms:
            alarm = Alarm()
            alarm.add("ACTION", "DISPLAY")
            alarm.add("DESCRIPTION", title)
            alarm["TRIGGER"] = vDuration(-dt.timedelta(minutes=minutes))
            event.add_component(alarm)
    written = unfolded(event.to_ical())
    quoted = site.replace("^", "^^").replace('"', "^'")
    return event, written.replace(b'"TITLE,"', f'"{quoted}"'.encode())


def unfolded(content: bytes) -> bytes:
    return content.replace(b"\r\n ", b"")


@given(
    entry=ENTRIES,
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
    language=st.sampled_from(["zh", "en"]),
    holder=st.booleans(),
    alarms=st.lists(st.integers(0, 20_000), max_size=3),
)
def test_entries_are_written_as_icalendar_writes_them(
    entry: Entry, zone: str, language: str, holder: bool, alarms: list[int]
) -> None:
    where = ZoneInfo(zone)
    written = write_event(
        entry, where, "zh" if language == "zh" else "en", holder=holder, alarms=tuple(alarms)
    )
    _, expected = by_icalendar(entry, where, language, holder, alarms)
    assert unfolded(written) == expected
    # Folded too: but for the line of Apple's, whose quotes icalendar sets otherwise, byte for byte.
    assert max(map(len, written.split(b"\r\n"))) <= 75
    for part in written.split(b"\r\n"):
        part.decode()
    again = Event.from_ical(written)
    if entry.told.location is None:
        assert again.to_ical() == written
    read = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + written + b"END:VCALENDAR\r\n").events[0]
    assert str(read["SUMMARY"]) == summary(entry, "zh" if language == "zh" else "en", holder=holder)
    assert str(read.get("DESCRIPTION", "")) == description(entry, "zh" if language == "zh" else "en")


@given(name=TEXT, source=st.none() | st.just("https://huxue.example.org/calendar/" + "x" * 43 + ".ics"))
def test_calendars_are_written_as_icalendar_writes_them(name: str, source: str | None) -> None:
    title = line(f"护学 · {name}")
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Huxue//Duty calendar//ZH")
    calendar.add("CALSCALE", "GREGORIAN")
    for key in ("NAME", "X-WR-CALNAME"):
        calendar[key] = vText(title)
    calendar["COLOR"] = vText("royalblue")
    hour = vDuration(dt.timedelta(hours=1))
    hour.params["VALUE"] = "DURATION"
    calendar["REFRESH-INTERVAL"] = hour
    if source is not None:
        calendar["SOURCE"] = vUri(source)
        calendar["SOURCE"].params["VALUE"] = "URI"
    calendar["X-APPLE-CALENDAR-COLOR"] = vText("#4169E1")
    calendar["X-PUBLISHED-TTL"] = vText("PT1H")
    calendar["X-WR-TIMEZONE"] = vText("Asia/Shanghai")
    calendar.add_component(vtimezone(SHANGHAI, [START]))
    event = write_event(PLAIN, SHANGHAI, "zh")
    calendar.add_component(Event.from_ical(event))
    head = Head(name, "Asia/Shanghai", source=source)
    assert write_calendar(head, [START], [event]) == calendar.to_ical()


def test_nothing_depends_on_the_clock_or_on_chance() -> None:
    # icalendar: DTSTAMP is now where none is given, and Calendar.new adds a random UID.
    assert feed(PLAIN) == feed(PLAIN)
    assert b"UID" not in feed()
    assert feed(PLAIN).count(b"UID:") == 1
    assert b"DTSTAMP:20260901T040000Z\r\nUID" in feed(PLAIN)
    assert b"LAST-MODIFIED:20260901T040000Z\r\n" in feed(PLAIN)


def test_the_interval_says_what_kind_of_value_it_is() -> None:
    # icalendar: Calendar.new(refresh_interval=…) leaves VALUE=DURATION out.
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in feed()
    assert b"\r\nX-PUBLISHED-TTL:PT1H\r\n" in feed()


@pytest.mark.parametrize("sting", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b", "\x00"])
def test_no_text_becomes_a_line_of_its_own(sting: str) -> None:
    # icalendar: NAME isn't escaped when it is set as a text.
    name = f"王{sting}ATTENDEE:mailto:x@example.org;,\\"
    told = PLAIN.told._replace(site=name, bring=((name, name),), crew=name)
    entry = Entry(PLAIN.uid, PLAIN.start, PLAIN.end, told, 0, CHANGED, link=f"https://x{sting}ATTENDEE:y")
    content = unfolded(feed(entry, name=name, alarms=(5,), source=f"https://x{sting}ATTENDEE:y"))
    assert not [x for x in content.split(b"\r\n") if x.startswith(b"ATTENDEE")]
    clean = "王 ATTENDEE:mailto:x@example.org;,\\"
    calendar = Calendar.from_ical(content)
    # The library leaves it escaped when it reads a name that it doesn't know.
    assert calendar["X-WR-CALNAME"].to_ical() == vText(f"护学 · {clean}").to_ical()
    assert str(calendar.events[0]["LOCATION"]) == clean


def test_a_backslash_before_an_n_stays_one() -> None:
    # icalendar takes \N for a line break when it writes.
    told = PLAIN.told._replace(site="C:\\New\\next")
    entry = Entry(PLAIN.uid, PLAIN.start, PLAIN.end, told, 0, CHANGED)
    assert b"LOCATION:C:\\\\New\\\\next\r\n" in write_event(entry, SHANGHAI, "zh")


def test_a_cancelled_duty_rings_no_more() -> None:
    told = PLAIN.told
    gone = Entry(PLAIN.uid, PLAIN.start, PLAIN.end, told, 3, CHANGED, cancelled=True, link=PLAIN.link)
    (event,) = Calendar.from_ical(feed(gone, alarms=(60,))).events
    assert str(event["SUMMARY"]) == "【已取消】护学 第1小学 上午上学 · 教职员工"
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert event.subcomponents == []
    assert "URL" not in event
    assert "swap" not in str(event["DESCRIPTION"])


def test_a_duty_says_all_that_its_holder_needs() -> None:
    (event,) = Calendar.from_ical(feed(PLAIN, alarms=(1440, 45))).events
    assert str(event["DESCRIPTION"]).split("\n") == [
        "定岗：3号 东门斑马线",
        "巡组：巡组一",
        "带班：值班领导",
        "携带：反光背心",
        f"换班：{PLAIN.link}",
    ]
    assert str(event["URL"]) == PLAIN.link
    # A day, and three quarters of an hour, before.
    assert [a["TRIGGER"].to_ical() for a in event.subcomponents] == [b"-P1D", b"-PT45M"]
    assert {str(a["ACTION"]) for a in event.subcomponents} == {"DISPLAY"}
    place = event["X-APPLE-STRUCTURED-LOCATION"]
    assert (str(place), place.params["X-TITLE"], place.params["VALUE"]) == (
        "geo:22.543096,114.057865",
        "第1小学",
        "URI",
    )
    english = write_event(PLAIN, SHANGHAI, "en").decode().replace("\r\n ", "")
    assert "SUMMARY:School guard 第1小学 Morning arrival · Staff\r\n" in english
    assert "Bring: High-visibility vest\\nSwap: https://" in english
    assert not {"ATTENDEE", "ORGANIZER", "RRULE"} & set(event)

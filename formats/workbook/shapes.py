"""From a row's cells to the fields of a domain value, and back, where they are not the same."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from formats.workbook.columns import Fields, RowError
from models import shift_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from models import Location, Problem
    from models.base import Value

    Rows = Callable[[Problem], Iterable[dict[str, object]]]


def fields(values: Iterable[Value]) -> Iterator[dict[str, object]]:
    """Give the fields of values as they are."""
    for value in values:
        yield dict(value.__dict__)


def plain_rows(collection: str) -> Rows:
    """Return the rows of a collection whose columns are its fields."""
    return lambda problem: fields(getattr(problem, collection))


def located_rows(collection: str, name: str) -> Rows:
    """Return the rows of a collection whose field ``name`` is a location in two columns."""

    def rows(problem: Problem) -> Iterator[dict[str, object]]:
        for row in fields(getattr(problem, collection)):
            place = cast("Location | None", row.pop(name))
            if place is not None:
                row |= {"lat": place.lat, "lon": place.lon}
            yield row

    return rows


def locate(name: str) -> Callable[[Fields, ZoneInfo], None]:
    """Return what joins the columns ``lat`` and ``lon`` to the field ``name``."""

    def shape(values: Fields, zone: ZoneInfo) -> None:
        if "lat" in values or "lon" in values:
            for key in ("lat", "lon"):
                if key not in values:
                    raise RowError(key, "both latitude and longitude, or neither")
            values[name] = {"lat": values.pop("lat"), "lon": values.pop("lon")}

    return shape


def site(values: Fields, zone: ZoneInfo) -> None:
    """Join what ``N`` means at a site, and its location."""
    locate("location")(values, zone)
    if "volunteers_min" in values or "volunteers_target" in values:
        low = values.pop("volunteers_min", None)
        high = values.pop("volunteers_target", None)
        values["volunteers"] = (high if low is None else low, low if high is None else high)


def site_rows(problem: Problem) -> Iterator[dict[str, object]]:
    """Give the sites' rows."""
    for row in located_rows("sites", "location")(problem):
        row["volunteers_min"], row["volunteers_target"] = cast("tuple[int, int]", row["volunteers"])
        yield row


def child_rows(collection: str, name: str, into: str) -> Rows:
    """Return the rows that stand in the field ``into`` of each value of a collection."""

    def rows(problem: Problem) -> Iterator[dict[str, object]]:
        for parent in getattr(problem, collection):
            for row in fields(getattr(parent, into)):
                yield {name: parent.id} | row

    return rows


def moments(collection: str) -> Rows:
    """Return the rows of a collection with a start and an end, in local time."""

    def rows(problem: Problem) -> Iterator[dict[str, object]]:
        zone = ZoneInfo(problem.timezone)
        for row in fields(getattr(problem, collection)):
            for key in ("start", "end"):
                row[key] = cast("dt.datetime", row[key]).astimezone(zone)
            yield row

    return rows


def absence(values: Fields, zone: ZoneInfo) -> None:
    """Read a date without a time as the whole day, the last one included."""
    for key in ("start", "end"):
        found = values.get(key)
        if isinstance(found, dt.time):
            raise RowError(key, "a date, or a date and time such as 2026-03-02 07:40")
        if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
            day = found + dt.timedelta(days=key == "end")
            values[key] = dt.datetime.combine(day, dt.time(), zone)
        elif isinstance(found, dt.datetime) and found.tzinfo is None:
            values[key] = found.replace(tzinfo=zone)


def on_date(values: Fields, zone: ZoneInfo) -> None:
    """Read times alone as on the row's date; an end before the start is on the next day."""
    day = values.get("date")
    for key in ("start", "end"):
        found = values.get(key)
        if isinstance(found, dt.time):
            if not isinstance(day, dt.date):
                raise RowError(key, "a date and time, as the row has no date")
            at = dt.datetime.combine(day, found, zone)
            start = values.get("start")
            if key == "end" and isinstance(start, dt.datetime) and at <= start:
                at = dt.datetime.combine(day + dt.timedelta(days=1), found, zone)
            values[key] = at
        elif isinstance(found, dt.datetime):
            values[key] = found if found.tzinfo else found.replace(tzinfo=zone)
        elif isinstance(found, dt.date):
            raise RowError(key, "a time, or a date and time such as 2026-03-02 07:40")


def shift(values: Fields, zone: ZoneInfo) -> None:
    """Give a shift its id where the row has none."""
    on_date(values, zone)
    if "id" not in values:
        named = _named_shift(values)
        if named is not None:
            values["id"] = named


def shift_rows(problem: Problem) -> Iterator[dict[str, object]]:
    """Give the shifts, unless they are just those that the bells give."""
    if not _from_bells(problem):
        yield from moments("shifts")(problem)


def need_rows(problem: Problem) -> Iterator[dict[str, object]]:
    """Give the needs of the shifts that have rows."""
    if not _from_bells(problem):
        yield from child_rows("shifts", "shift", "needs")(problem)


def _from_bells(problem: Problem) -> bool:
    return problem.shifts == problem.lay_shifts()


def _named_shift(values: Fields) -> str | None:
    place, day, window = values.get("site"), values.get("date"), values.get("window")
    if isinstance(place, str) and isinstance(day, dt.date) and isinstance(window, str):
        return shift_id(place, day, window)
    return None


def timetable(values: Fields, zone: ZoneInfo) -> None:
    """Join the weekdays' lessons."""
    lessons: tuple[object, ...] = ()
    for day in range(1, 8):
        lessons += cast("tuple[object, ...]", values.pop(f"day{day}", ()))
    values["lessons"] = lessons


def timetable_rows(problem: Problem) -> Iterator[dict[str, object]]:
    """Give the timetables, the lessons of each weekday in a column of their own."""
    for timetable in problem.timetables:
        row: dict[str, object] = {"person": timetable.person}
        for day in range(1, 8):
            row[f"day{day}"] = tuple(lesson for lesson in timetable.lessons if lesson.weekday == day)
        yield row


def pins(rows: list[Fields]) -> None:
    """Name each pin's shift, and give those without an index the first free one of their need."""
    taken: defaultdict[tuple[object, object], set[object]] = defaultdict(set)
    for values in rows:
        named = _named_shift(values)
        for key in ("site", "date", "window"):
            values.pop(key, None)
        if named is not None:
            values.setdefault("shift", named)
        if "index" in values:
            taken[values.get("shift"), values.get("role")].add(values["index"])
    for values in rows:
        if "index" not in values:
            used = taken[values.get("shift"), values.get("role")]
            values["index"] = next(k for k in range(len(used) + 1) if k not in used)
            used.add(values["index"])


def pin_rows(problem: Problem) -> Iterator[dict[str, object]]:
    """Give the pins, their shift by site, date and window where that names it."""
    for row in fields(problem.pins):
        shift = problem.shift_by_id[str(row["shift"])]
        if shift.id == shift_id(shift.site, shift.date, shift.window):
            row |= {"site": shift.site, "date": shift.date, "window": shift.window}
            del row["shift"]
        yield row


def settings_rows(problem: Problem) -> Iterator[dict[str, object]]:
    """Give what the problem says once."""
    yield {
        "title": problem.title,
        "timezone": problem.timezone,
        "start": problem.horizon.start,
        "days": problem.horizon.days,
        "formula": problem.formula,
        "country": problem.calendar.country or "none",
        "makeup_follows": problem.calendar.makeup_follows,
    }

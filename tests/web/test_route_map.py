"""A crew's day drawn: where marks, names, ways and hours stand."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from zoneinfo import ZoneInfo

from api.roster.shapes import DutyShown, Route, Stop
from models import Location, Site
from web.desk.route_map import WIDTH, hours_of, route_map

DAY = dt.date(2026, 11, 30)
ZONE = ZoneInfo("Asia/Shanghai")
PLACES = {"A": (30.00, 104.00), "B": (30.00, 104.05), "C": (30.03, 104.02), "D": (30.0001, 104.0001)}
SITES = {
    name: Site(id=name, name=f"第{name}小学", district="D", location=Location(lat=lat, lon=lon))
    for name, (lat, lon) in PLACES.items()
} | {"X": Site(id="X", name="无名小学", district="D")}


def day(*stops: tuple[str, str, str, int | None]) -> Route:
    """Return a day of (school, from, until, minutes on the way there)."""

    def moment(text: str) -> dt.datetime:
        # Past midnight is said as 24 and more.
        hour, minute = int(text[:2]), int(text[3:])
        return dt.datetime.combine(DAY, dt.time(), ZONE) + dt.timedelta(hours=hour, minutes=minute)

    return Route(
        date=DAY,
        stops=[
            Stop(
                duty=DutyShown(
                    shift=f"{site}/{DAY}/w",
                    site=site,
                    site_name=SITES[site].name,
                    date=DAY,
                    window="w",
                    role="patrol_crew",
                    index=0,
                    position=None,
                    start=moment(start),
                    end=moment(end),
                    pinned=False,
                    etag="",
                ),
                travel=travel,
                gap=None,
            )
            for site, start, end, travel in stops
        ],
    )


ROUTE = day(
    ("A", "07:00", "07:30", None), ("B", "08:00", "08:30", 15), ("X", "12:00", "12:30", 20),
    ("B", "13:00", "13:30", 20), ("A", "14:00", "14:30", 15), ("B", "16:00", "16:30", 15), ("C", "18:00", "18:45", 9),
)  # fmt: skip


def test_a_map_shows_each_school_once_with_its_stops_and_each_way_once() -> None:
    found = route_map(ROUTE, SITES)
    assert {mark.name: mark.numbers for mark in found.marks} == {
        "第A小学": "1, 5",
        "第B小学": "2, 4, 6",
        "第C小学": "7",
    }
    # A-B twice counts once; B-A is another way; B-X and X-B can't be drawn; B-C.
    assert len(found.legs) == 3
    assert found.unknown == ["无名小学"]
    a, b, c = found.marks
    assert a.x < c.x < b.x, "east is right"
    assert c.y < a.y == b.y, "north is up"
    # 0.05 degrees of longitude at 30 degrees are 4.82 km, drawn on 340: 70.5 for one; 1 km fits into a quarter.
    assert (found.kilometres, found.scale) == (1, 70.5)


def test_names_stand_clear_of_marks_and_inside() -> None:
    marks = route_map(day(*((name, "07:00", "07:30", None) for name in "ABC")), SITES).marks
    for one, other in combinations(marks, 2):
        assert one.box.over(other.box) == 0
    for mark in marks:
        assert 0 < mark.text_x < WIDTH


def test_one_school_alone_or_two_side_by_side_are_drawn_too() -> None:
    alone = route_map(day(("A", "07:00", "07:30", None)), SITES)
    assert (alone.marks[0].x, alone.legs) == (WIDTH / 2, [])
    assert len(route_map(day(("A", "07:00", "07:30", None), ("D", "08:00", "08:30", 1)), SITES).legs) == 1
    nowhere = route_map(day(("X", "07:00", "07:30", None)), SITES)
    assert (nowhere.marks, nowhere.unknown) == ([], ["无名小学"])


def test_a_line_holds_all_hours_of_a_week_also_past_midnight() -> None:
    night = day(("A", "22:30", "25:30", None))
    hours = hours_of([ROUTE, night])
    # From 7 to 26: 19 hours on 1000.
    assert (hours.first, hours.last) == (7, 26)
    assert hours.marks[-1] == (1, round(18 / 19 * 1000, 1))
    first, second, *_ = hours.bars(ROUTE)
    assert (first.x, first.way) == (0, 0)
    # An hour later, half an hour long, a quarter of an hour on the way.
    assert second == (round(1000 / 19, 1), 26.3, round(250 / 19, 1))
    assert hours.bars(night)[0].width == round(3 / 19 * 1000, 1)

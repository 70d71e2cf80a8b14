"""A crew's day drawn: on a line of hours, and on a map that needs nothing but where the schools are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from api.roster.shapes import Route
    from models import Location, Site

WIDTH, LEAST, MOST = 480, 200, 360
"""Of a map, and how high it may be."""

SIDE, EDGE = 70, 34
"""Room beside and above the outermost schools, for names."""

ROUND = 13
"""Half the height of a school's mark."""

KM = 111.32
"""Of a degree of latitude."""

STEPS = 12
"""Into how many parts a way is taken apart, to see where it runs."""

SCALES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
"""Kilometres that a scale may show."""


class Box(NamedTuple):
    """A part of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def over(self, other: Box) -> float:
        """Return how much of it another covers."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


@dataclass
class Mark:
    """A school on the map.

    Attributes
    ----------
    numbers
        Which stops of the day it is.
    half
        Half the width of the mark.
    text_x, text_y, anchor
        Where its name stands.
    """

    name: str
    numbers: str
    x: float
    y: float
    half: float
    text_x: float = 0.0
    text_y: float = 0.0
    anchor: str = "start"

    @property
    def box(self) -> Box:
        """What the mark covers."""
        return Box(self.x - self.half, self.y - ROUND, self.x + self.half, self.y + ROUND)


@dataclass(frozen=True)
class RouteMap:
    """A crew's way through a day on a map, north up.

    Attributes
    ----------
    legs
        Each way between two schools, as the `d` of a path.
    scale, kilometres
        How long the scale is drawn, and what it stands for.
    unknown
        Schools that have no place on the map.
    """

    height: float
    marks: list[Mark]
    legs: list[str]
    scale: float
    kilometres: float
    unknown: list[str]


def route_map(route: Route, sites: Mapping[str, Site]) -> RouteMap:
    """Draw a day's way; schools that aren't placed are named apart."""
    stops = [stop.duty for stop in route.stops]
    names = {duty.site: duty.site_name for duty in stops}
    located = {id_: sites[id_].location for id_ in names if id_ in sites}
    known = {id_: place for id_, place in located.items() if place is not None}
    points, height, scale = _laid(known)
    numbers: dict[str, list[int]] = {}
    for number, duty in enumerate(stops, 1):
        numbers.setdefault(duty.site, []).append(number)
    marks = {}
    for id_, (x, y) in points.items():
        said = ", ".join(map(str, numbers[id_]))
        marks[id_] = Mark(names[id_], said, x, y, max(ROUND, 8 + 2.9 * len(said)))
    ways = dict.fromkeys((a.site, b.site) for a, b in pairwise(stops) if a.site != b.site)
    legs = [_Leg(marks[a], marks[b]) for a, b in ways if a in marks and b in marks]
    _name_beside(list(marks.values()), [box for leg in legs for box in leg.boxes], height)
    kilometres = max((km for km in SCALES if km * scale <= WIDTH / 4), default=SCALES[0])
    return RouteMap(
        height=height,
        marks=list(marks.values()),
        legs=[leg.drawn for leg in legs],
        scale=round(kilometres * scale, 1),
        kilometres=kilometres,
        unknown=[name for id_, name in names.items() if id_ not in known],
    )


def _laid(places: Mapping[str, Location]) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Return where places are drawn, how high the drawing is, and how long a kilometre is in it."""
    if not places:
        return {}, LEAST, 1.0
    middle = sum(place.lat for place in places.values()) / len(places)
    east = {id_: place.lon * KM * math.cos(math.radians(middle)) for id_, place in places.items()}
    south = {id_: -place.lat * KM for id_, place in places.items()}
    wide = max(east.values()) - min(east.values())
    high = max(south.values()) - min(south.values())
    scale = min((WIDTH - 2 * SIDE) / max(wide, 0.2), (MOST - 2 * EDGE) / max(high, 0.2))
    height = max(LEAST, high * scale + 2 * EDGE)
    left = (WIDTH - wide * scale) / 2 - min(east.values()) * scale
    top = (height - high * scale) / 2 - min(south.values()) * scale
    points = {id_: (round(left + east[id_] * scale, 1), round(top + south[id_] * scale, 1)) for id_ in places}
    return points, round(height, 1), scale


def _name_beside(marks: Sequence[Mark], ways: Sequence[Box], height: float) -> None:
    """Put each name where it covers least of the marks, the ways and the other names."""
    taken = [*(mark.box for mark in marks), *ways]
    inside = Box(0, 0, WIDTH, height)
    for mark in marks:
        wide = sum(14 if ord(letter) > 255 else 8 for letter in mark.name)
        right, left = mark.x + mark.half + 4, mark.x - mark.half - 4
        above, below = mark.y - ROUND - 4, mark.y + ROUND + 4
        sides = [
            ("start", right, mark.y + 5, Box(right, mark.y - 9, right + wide, mark.y + 9)),
            ("end", left, mark.y + 5, Box(left - wide, mark.y - 9, left, mark.y + 9)),
            ("middle", mark.x, below + 14, Box(mark.x - wide / 2, below, mark.x + wide / 2, below + 18)),
            ("middle", mark.x, above - 4, Box(mark.x - wide / 2, above - 18, mark.x + wide / 2, above)),
        ]

        def covered(box: Box, wide: int = wide) -> float:
            return sum(box.over(other) for other in taken) + 3 * (18 * wide - box.over(inside))

        mark.anchor, mark.text_x, mark.text_y, box = min(sides, key=lambda side: covered(side[3]))
        taken.append(box)


class _Leg:
    """A way that bends to the right, so that there and back are two lines; an arrow stands at its end."""

    def __init__(self, start: Mark, end: Mark) -> None:
        along_x, along_y = end.x - start.x, end.y - start.y
        length = math.hypot(along_x, along_y) or 1.0
        bend = min(30.0, length / 6)
        over_x = (start.x + end.x) / 2 - along_y / length * bend
        over_y = (start.y + end.y) / 2 + along_x / length * bend
        back = math.hypot(end.x - over_x, end.y - over_y) or 1.0
        gap = end.half + 5
        tip_x, tip_y = end.x - (end.x - over_x) / back * gap, end.y - (end.y - over_y) / back * gap
        self._points = (start.x, start.y), (over_x, over_y), (tip_x, tip_y)

    @property
    def drawn(self) -> str:
        """The `d` of a path."""
        start, over, tip = (f"{x:.1f} {y:.1f}" for x, y in self._points)
        return f"M{start}Q{over} {tip}"

    @property
    def boxes(self) -> list[Box]:
        """What it covers, roughly."""
        start, over, tip = self._points
        found = []
        for step in range(1, STEPS):
            t = step / STEPS
            x, y = (
                (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
                for a, b, c in zip(start, over, tip, strict=True)
            )
            found.append(Box(x - 4, y - 4, x + 4, y + 4))
        return found


# The line of hours

LINE = 1000
"""How long it is drawn."""


class Bar(NamedTuple):
    """A stop on the line: from when to when, and how long the way there takes before it."""

    x: float
    width: float
    way: float


@dataclass(frozen=True)
class Hours:
    """A line of hours that holds all days of a week.

    Attributes
    ----------
    first, last
        Hours since midnight; above 24 on the next day.
    """

    first: int
    last: int

    @property
    def marks(self) -> list[tuple[int, float]]:
        """Every second hour, and where it stands."""
        return [(hour % 24, self._at(60 * hour)) for hour in range(self.first, self.last + 1, 2)]

    def bars(self, route: Route) -> list[Bar]:
        """Return a day's stops on the line."""
        found = []
        for stop in route.stops:
            start, end = (_minutes(route, moment) for moment in (stop.duty.start, stop.duty.end))
            found.append(Bar(self._at(start), self._long(end - start), self._long(stop.travel or 0)))
        return found

    def _at(self, minutes: float) -> float:
        return self._long(minutes - 60 * self.first)

    def _long(self, minutes: float) -> float:
        return round(minutes / 60 / (self.last - self.first) * LINE, 1)


def hours_of(days: Sequence[Route]) -> Hours:
    """Return the line on which all duties of some days lie."""
    duties = [(route, stop.duty) for route in days for stop in route.stops]
    first = min((_minutes(route, duty.start) for route, duty in duties), default=6 * 60)
    last = max((_minutes(route, duty.end) for route, duty in duties), default=18 * 60)
    return Hours(math.floor(first / 60), max(math.ceil(last / 60), math.floor(first / 60) + 2))


def _minutes(route: Route, moment: dt.datetime) -> float:
    """Return how long after a day's midnight something is."""
    return 1440 * (moment.date() - route.date).days + 60 * moment.hour + moment.minute

"""The reference city's ground: districts, schools, stations, and bells that are staggered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from examples.dice import Dice, apportion
from models import Bell, GatePosition, Location, RoleTime, Site, Unit, Window

SchoolLevel = Literal["primary", "middle", "senior"]

GUARDS_TIME = RoleTime(role="security_guard", lead=30, trail=15)
WINDOWS = (
    Window(
        id="morning_arrival",
        name="上午上学",
        name_en="Morning arrival",
        roles=(GUARDS_TIME,),
    ),
    Window(id="noon_dismissal", name="午间放学", name_en="Noon dismissal"),
    Window(id="afternoon_arrival", name="下午上学", name_en="Afternoon arrival"),
    Window(
        id="afternoon_dismissal",
        name="下午放学",
        name_en="Afternoon dismissal",
        roles=(GUARDS_TIME,),
    ),
    Window(
        id="evening_dismissal", name="晚自习放学", name_en="Evening dismissal", lead=15, trail=20, weight=2
    ),
)
"""Twenty minutes before the bell to ten after; the guards open the gate earlier and close it later."""


class Plan(NamedTuple):
    """Where a district lies: km from the city's centre, half its width in km, its share of schools."""

    name: str
    north: float
    east: float
    half_width: float
    share: float


DISTRICTS = (
    Plan("中苑", 0.0, 0.0, 5.0, 1.50),
    Plan("东苑", 2.0, 10.0, 5.5, 1.35),
    Plan("西苑", -1.0, -10.0, 5.5, 1.20),
    Plan("南苑", -10.0, 1.0, 6.0, 1.15),
    Plan("北苑", 11.0, -1.0, 6.0, 1.10),
    Plan("东堤", 9.0, 19.0, 6.5, 1.00),
    Plan("西堤", 10.0, -18.0, 6.5, 0.90),
    Plan("东坡", -8.0, 23.0, 7.0, 0.85),
    Plan("西坡", -9.0, -23.0, 7.0, 0.80),
    Plan("南坡", -24.0, 4.0, 7.5, 0.75),
    Plan("北坡", 25.0, 2.0, 7.5, 0.70),
)
"""The eleven districts of a city, from the dense centre to the wide outskirts."""

CITIES_APART_KM = 100.0
SCHOOLS_A_CITY = 240
SCHOOLS_A_STATION = 6.5
KM_A_DEGREE_NORTH = 111.2
KM_A_DEGREE_EAST = 90.9
FIRST_CENTRE = Location(lat=35.2, lon=113.2)
NUMERALS = "零一二三四五六七八九十"
LEVEL_NAMES: dict[SchoolLevel, str] = {"primary": "小学", "middle": "初级中学", "senior": "高级中学"}

FIRST_BELLS = {
    "morning_arrival": 7 * 60 + 20,
    "noon_dismissal": 11 * 60 + 30,
    "afternoon_arrival": 14 * 60,
    "afternoon_dismissal": 16 * 60 + 30,
}
"""Minutes after midnight of a district's first wave of bells."""

WAVE = 40
"""Minutes from the first wave of bells to the second: half an hour on post and the way to the next school."""

EVENING_BELL = 22 * 60 + 10


class Point(NamedTuple):
    """Kilometres north and east of the first city's centre."""

    north: float
    east: float

    @property
    def location(self) -> Location:
        """The point on the earth."""
        return Location(
            lat=round(FIRST_CENTRE.lat + self.north / KM_A_DEGREE_NORTH, 5),
            lon=round(FIRST_CENTRE.lon + self.east / KM_A_DEGREE_EAST, 5),
        )

    def square_km(self, other: Point) -> float:
        """Return the square of the distance to another point."""
        return (self.north - other.north) ** 2 + (self.east - other.east) ** 2


@dataclass(frozen=True)
class School:
    """A site and what the generator knows besides.

    Parameters
    ----------
    boarding
        Whether pupils stay for evening study from Monday to Thursday.
    bells
        Minutes after midnight by window and ISO weekday.
    """

    site: Site
    point: Point
    level: SchoolLevel
    boarding: bool
    bells: dict[tuple[str, int], int]

    def slots(self) -> list[tuple[str, int]]:
        """Return the windows and weekdays with a shift."""
        return list(self.bells)


@dataclass(frozen=True)
class District:
    """A district, its schools in the order of a walk from neighbour to neighbour, and its units."""

    id: str
    name: str
    schools: list[School]
    stations: list[Unit]
    units: dict[str, Unit] = field(default_factory=dict)


def districts(schools: int, seed: int) -> list[District]:
    """Lay out as many schools in districts, 11 for each 240 schools."""
    number = max(1, (schools * len(DISTRICTS) + SCHOOLS_A_CITY // 2) // SCHOOLS_A_CITY)
    cities = max(1, (number + len(DISTRICTS) // 2) // len(DISTRICTS))
    plans = [k * cities // number for k in range(number)]
    within: list[int] = []
    for k, city in enumerate(plans):
        within.append(within[-1] + 1 if k and plans[k - 1] == city else 0)
    shares = [DISTRICTS[w % len(DISTRICTS)].share for w in within]
    sizes = apportion(schools, shares, least=1)
    done: list[District] = []
    placed = 0
    for k, (city, size) in enumerate(zip(plans, sizes, strict=True)):
        done.append(_district(k, city if cities > 1 else None, within[k], size, placed, seed))
        placed += size
    return done


def _district(index: int, city: int | None, within: int, size: int, placed: int, seed: int) -> District:
    lap, row = divmod(within, len(DISTRICTS))
    plan = DISTRICTS[row]
    stem = plan.name + "新" * lap
    id_ = f"D{index + 1:03d}"
    dice = Dice(seed, "places", id_)
    prefix = "" if city is None else f"{numeral(city + 1)}市"
    place = city or 0
    centre = Point(
        plan.north + CITIES_APART_KM * (place // 5) + 40.0 * lap, plan.east + CITIES_APART_KM * (place % 5)
    )
    points = _walk(_scatter(centre, plan.half_width, size, dice))
    name = f"{prefix}{stem}区"
    stations = [
        Unit(
            id=f"{id_}-P{k + 1:02d}",
            name=f"{prefix}{stem}第{numeral(k + 1)}派出所",
            kind="police_station",
            district=id_,
            location=points[min(len(points) - 1, k * 7 + 3)].location,
        )
        for k in range(max(1, round(size / SCHOOLS_A_STATION)))
    ]
    friday = dice.pick((30, 40, 50))
    counts: dict[SchoolLevel, int] = {"primary": 0, "middle": 0, "senior": 0}
    schools = []
    for k, point in enumerate(points):
        drawn = dice.uniform(0, 1)
        level: SchoolLevel = "primary" if drawn < 0.6 else "middle" if drawn < 0.85 else "senior"
        boarding = level == "senior" and dice.chance(0.5)
        counts[level] += 1
        site = Site(
            id=f"S{placed + k + 1:04d}",
            name=f"{prefix}{stem}第{numeral(counts[level])}{LEVEL_NAMES[level]}",
            district=id_,
            kind=LEVEL_NAMES[level],
            location=point.location,
            risk=dice.pick((1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5)),
            station=stations[k * len(stations) // size].id,
            positions=_POSITIONS[dice.below(len(_POSITIONS))],
        )
        schools.append(School(site, point, level, boarding, _bells(level, boarding, k % 2, friday, dice)))
    units = {
        kind: Unit(
            id=f"{id_}-{letter}", name=f"{prefix}{stem}{word}", kind=kind, district=id_, location=where
        )
        for kind, letter, word, where in (
            ("traffic_brigade", "T", "交警大队", centre.location),
            ("patrol_brigade", "X", "巡特警大队", centre.location),
            ("security_company", "G", "保安服务公司", None),
        )
    }
    return District(id_, name, schools, stations, units)


def _scatter(centre: Point, half_width: float, number: int, dice: Dice) -> list[Point]:
    """Strew points, denser in the middle, 400 m apart where there is room."""
    points: list[Point] = []
    for _ in range(number):
        for _attempt in range(20):
            point = Point(
                centre.north + half_width * (dice.uniform(0, 1) + dice.uniform(0, 1) - 1),
                centre.east + half_width * (dice.uniform(0, 1) + dice.uniform(0, 1) - 1),
            )
            if all(point.square_km(p) > 0.16 for p in points):
                break
        points.append(point)
    return points


def _walk(points: list[Point]) -> list[Point]:
    """Order points from the westernmost on, always to the nearest that is left."""
    rest = sorted(points, key=lambda p: p.east)
    walk = [rest.pop(0)]
    while rest:
        nearest = min(range(len(rest)), key=lambda k: walk[-1].square_km(rest[k]))
        walk.append(rest.pop(nearest))
    return walk


def _bells(
    level: SchoolLevel, boarding: bool, wave: int, friday: int, dice: Dice
) -> dict[tuple[str, int], int]:
    """Ring neighbours in turn in the first and the second wave, so that a crew can serve both."""
    bells: dict[tuple[str, int], int] = {}
    for window, first in FIRST_BELLS.items():
        bell = first + wave * WAVE + dice.pick((0, 0, 5, 10))
        if window == "afternoon_dismissal":
            bell += {"primary": 0, "middle": 10, "senior": 20}[level]
        for weekday in range(1, 6):
            if window != "afternoon_dismissal":
                bells[window, weekday] = bell
            elif weekday == 5:
                bells[window, weekday] = bell - friday
            elif boarding:
                bells["evening_dismissal", weekday] = EVENING_BELL
            else:
                bells[window, weekday] = bell
    return bells


def bells_of(school: School) -> list[Bell]:
    """Return the school's bells, one for each window and time."""
    weekdays: dict[tuple[str, int], list[int]] = {}
    for (window, weekday), minute in school.bells.items():
        weekdays.setdefault((window, minute), []).append(weekday)
    return [
        Bell(site=school.site.id, window=window, time=clock(minute), weekdays=tuple(days))
        for (window, minute), days in weekdays.items()
    ]


def clock(minute: int) -> dt.time:
    """Return the time of day so many minutes after midnight."""
    return dt.time(minute // 60, minute % 60)


def numeral(number: int) -> str:
    """Return a number from 1 to 99 in Chinese, and larger ones in digits."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def _positions(gate: str, road: str) -> tuple[GatePosition, ...]:
    places = (
        (f"{gate}门警务岗", "resident_officer"),
        (f"{road}路口", "traffic_officer"),
        (f"{road}机动巡逻点", "patrol_crew"),
        (f"{gate}门值班岗", "duty_leader"),
        (f"{gate}门内左侧", "staff"),
        (f"{gate}门内右侧", "staff"),
        (f"{gate}门左侧", "security_guard"),
        (f"{gate}门右侧", "security_guard"),
        (f"{road}斑马线北端", "volunteer"),
        (f"{road}斑马线南端", "volunteer"),
        ("家长接送区", "volunteer"),
        ("非机动车停放区", "volunteer"),
    )
    return tuple(
        GatePosition(number=k, name=name, role=role) for k, (name, role) in enumerate(places, start=1)
    )


_POSITIONS = (
    _positions("东", "校东路"),
    _positions("南", "校前街"),
    _positions("西", "校西路"),
    _positions("北", "校北街"),
)

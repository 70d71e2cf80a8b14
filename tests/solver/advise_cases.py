"""Small problems for advice: schools of one district, crews without names to speak of, times by the minute."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from models import (
    Bell,
    Crew,
    FormulaPart,
    Horizon,
    Need,
    Person,
    Problem,
    Role,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    Travel,
    TravelTime,
    Unit,
    Window,
)

MONDAY = dt.date(2026, 9, 7)
ZONE = ZoneInfo("Asia/Shanghai")
CREW = Role(id="crew", name="巡组", name_en="Crew", scope=Scope.DISTRICT, by_crew=True)

Row = tuple[int, int, int, int]
"""Site, minutes after midnight at which the duty starts, its length, crews that it needs."""


def clock(minutes: int) -> dt.time:
    """Return a time of day."""
    return dt.time(minutes // 60, minutes % 60)


def moment(minutes: int, day: int = 0) -> dt.datetime:
    """Return a moment of the week's ``day``."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), clock(minutes), ZONE)


def ways(minutes: list[list[int]]) -> tuple[TravelTime, ...]:
    """Return a table of travel times between the sites 0, 1, ..."""
    pairs = [(a, b) for a in range(len(minutes)) for b in range(len(minutes)) if a != b]
    return tuple(TravelTime(origin=f"s{a}", destination=f"s{b}", minutes=minutes[a][b]) for a, b in pairs)


def schools(minutes: list[list[int]], number: int, **changes: object) -> Problem:
    """Return a district with a table of ways between its sites and so many crews of one person."""
    fields: dict[str, object] = {
        "horizon": Horizon(start=MONDAY, days=5),
        "roles": (CREW,),
        "parts": (FormulaPart(id="crew", name="巡组", name_en="Crew", roles=("crew",)),),
        "formula": "1",
        "sites": tuple(Site(id=f"s{k}", name=f"学校{k}", district="D") for k in range(len(minutes))),
        "units": (Unit(id="brigade", name="大队", kind="brigade", district="D"),),
        "people": tuple(Person(id=f"p{k}", name=f"队员{k}", unit="brigade") for k in range(number)),
        "crews": tuple(
            Crew(id=f"c{k}", name=f"巡组{k}", unit="brigade", role="crew", members=(f"p{k}",))
            for k in range(number)
        ),
        "windows": (
            Window(id="am", name="早", name_en="Morning"),
            Window(id="pm", name="晚", name_en="Evening"),
        ),
        "calendar": SchoolCalendar(country=None),
        "travel_times": ways(minutes),
        "rules": (Travel(),),
    }
    return Problem.model_validate({**fields, **changes})


def morning(minutes: list[list[int]], number: int, rows: list[Row], **changes: object) -> Problem:
    """Return Monday morning: a shift for each row."""
    shifts = tuple(
        Shift(
            id=f"s{site}/{MONDAY}/am{k}",
            site=f"s{site}",
            date=MONDAY,
            window="am",
            start=moment(start),
            end=moment(start + length),
            needs=(Need(role="crew", minimum=count, target=count),),
        )
        for k, (site, start, length, count) in enumerate(rows)
    )
    return schools(minutes, number, shifts=shifts, **changes)


def ringing(minutes: list[list[int]], number: int, *bells: Bell, **changes: object) -> Problem:
    """Return a week whose shifts the bells give: 20 minutes before to 10 after."""
    return schools(minutes, number, bells=bells, **changes)

"""A small station that works round the clock, which the tests of rules for longer rotas vary."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from models import (
    FormulaPart,
    Horizon,
    Need,
    PastDuty,
    Person,
    Problem,
    Role,
    Rule,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    Unit,
    Window,
    shift_id,
)

ZONE = ZoneInfo("Asia/Shanghai")
TIMES = {"day": (8, 8), "night": (20, 12)}
"""Start and hours of each window: a night ends when the next day begins."""


def interval(date: dt.date, window: str) -> tuple[dt.datetime, dt.datetime]:
    """Return when a window of a date is."""
    hour, hours = TIMES[window]
    start = dt.datetime.combine(date, dt.time(hour), ZONE)
    return start, start + dt.timedelta(hours=hours)


def watch(date: dt.date, window: str, **need: int) -> Shift:
    """Return a shift of the station; by default one to three guards are asked for."""
    start, end = interval(date, window)
    asked = Need.model_validate({"role": "guard", "minimum": 0, "target": 3, **need})
    return Shift(
        id=shift_id("gate", date, window),
        site="gate",
        date=date,
        window=window,
        start=start,
        end=end,
        needs=(asked,),
    )


def before(who: str, date: dt.date, window: str = "day") -> PastDuty:
    """Return a past duty."""
    start, end = interval(date, window)
    return PastDuty(assignee=who, role="guard", site="gate", window=window, date=date, start=start, end=end)


def station(
    start: dt.date, days: int, people: str, shifts: tuple[Shift, ...], *rules: Rule, **changes: object
) -> Problem:
    """Return a station; ``people``: one letter a person."""
    fields: dict[str, object] = {
        "horizon": Horizon(start=start, days=days),
        "roles": (Role(id="guard", name="值守", name_en="Guard", scope=Scope.ANYWHERE),),
        "parts": (FormulaPart(id="guard", name="值守", name_en="Guard", roles=("guard",)),),
        "formula": "0",
        "sites": (Site(id="gate", name="gate", district="d"),),
        "units": (Unit(id="u", name="u"),),
        "people": tuple(Person(id=p, name=p, unit="u", roles=("guard",)) for p in people),
        "windows": tuple(
            Window(id=w, name=w, name_en=w, lead=0, trail=60 * hours) for w, (_, hours) in TIMES.items()
        ),
        "calendar": SchoolCalendar(country=None),
        "shifts": shifts,
        "rules": rules,
    }
    return Problem.model_validate({**fields, **changes})

"""A small city that the verifier's tests vary: two schools of one district, one of another.

The week is Monday 2026-09-07 to Sunday 2026-09-13. Schools A and B lie 0.09 degrees of latitude
apart: 6371.0088 km x 0.09 x pi / 180 = 10.0076 km, 10.0076 x 1.3 / 30 x 60 = 26.02, so 27 minutes.
C has no location.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from models import (
    Absence,
    AbsenceKind,
    Assignment,
    Crew,
    FormulaPart,
    Horizon,
    Lesson,
    Location,
    Need,
    PastDuty,
    Person,
    Preference,
    PreferenceKind,
    Problem,
    Qualification,
    Role,
    Roster,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    Timetable,
    Unit,
    Window,
)
from solver.verify import LevelValue, evaluate, verify

MONDAY = dt.date(2026, 9, 7)
SHANGHAI = ZoneInfo("Asia/Shanghai")

ROLES = (
    Role(id="officer", name="驻校民警", name_en="Officer", scope=Scope.POSTED, missing_weight=20),
    Role(id="traffic", name="交警", name_en="Traffic", scope=Scope.DISTRICT, missing_weight=15),
    Role(id="crew", name="巡组", name_en="Crew", scope=Scope.DISTRICT, by_crew=True, requires=("armed",)),
    Role(id="staff", name="教职员工", name_en="Staff", scope=Scope.SITE, missing_weight=10),
    Role(
        id="volunteer",
        name="志愿者",
        name_en="Volunteer",
        scope=Scope.SITE,
        offered_only=True,
        requires=("vetting",),
    ),
    Role(id="beat", name="片警", name_en="Beat officer", scope=Scope.STATION),
    Role(id="named", name="指定", name_en="Named", scope=Scope.LISTED),
    Role(id="any", name="机动", name_en="Anybody", scope=Scope.ANYWHERE),
)
SITES = (
    Site(id="A", name="A", district="D1", location=Location(lat=30.0, lon=120.0), station="PS"),
    Site(id="B", name="B", district="D1", location=Location(lat=30.09, lon=120.0), risk=3),
    Site(id="C", name="C", district="D2"),
)
UNITS = (
    Unit(id="UA", name="School A", district="D1", site="A"),
    Unit(id="UB", name="School B", district="D1", site="B"),
    Unit(id="PS", name="Station", kind="police_station", district="D1"),
    Unit(id="PS2", name="Other station", kind="police_station", district="D1"),
    Unit(id="PS3", name="Far station", kind="police_station", district="D2"),
    Unit(id="TB", name="Brigade", kind="brigade", district="D1", location=Location(lat=30.0, lon=120.0)),
)
ARMED = (Qualification(name="armed"),)
PEOPLE = (
    Person(id="own_a", name="Own A", unit="PS", roles=("officer",), posted_to="A"),
    Person(id="own_b", name="Own B", unit="PS2", roles=("officer",), posted_to="B"),
    Person(id="near", name="Near", unit="PS", roles=("officer", "beat")),
    Person(id="far", name="Far", unit="PS3", roles=("officer",), sites=("A",)),
    Person(id="t1", name="T1", unit="TB", roles=("traffic", "any")),
    Person(id="t2", name="T2", unit="TB", roles=("traffic",)),
    Person(id="s1", name="S1", unit="UA", roles=("staff",)),
    Person(id="s2", name="S2", unit="UA", roles=("staff",), newcomer=True),
    Person(
        id="v1", name="V1", unit="UA", roles=("volunteer",), qualifications=(Qualification(name="vetting"),)
    ),
    Person(id="n1", name="N1", unit="UA", roles=("named",), sites=("B",)),
    Person(id="m1", name="M1", unit="TB", roles=("any",), qualifications=ARMED),
    Person(id="m2", name="M2", unit="TB", qualifications=ARMED),
)
CREWS = (
    Crew(id="k1", name="K1", unit="TB", role="crew", members=("m1", "m2"), minimum_strength=1),
    Crew(id="k2", name="K2", unit="TB", role="crew", members=("m2",)),
)
WINDOWS = (
    Window(id="am", name="早", name_en="Morning"),
    Window(id="pm", name="晚", name_en="Evening", weight=2),
)

Post = tuple[Shift, str, str] | tuple[Shift, str, str, int]
"""A shift, a role, its holder, and the index (0 when left out)."""


def at(day: int, clock: str) -> dt.datetime:
    """Return a moment of the week's ``day`` (0 is Monday, -1 the Sunday before) in Shanghai."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time.fromisoformat(clock), SHANGHAI)


def need(role: str, minimum: int, target: int, **changes: int) -> Need:
    """Return a need of several posts."""
    return Need.model_validate({"role": role, "minimum": minimum, "target": target, **changes})


def shift(
    site: str,
    day: int,
    start: str,
    end: str,
    *needs: str | Need,
    window: str = "am",
    ends_next_day: bool = False,
) -> Shift:
    """Return a shift; a need given as a role's id asks for one."""
    date = MONDAY + dt.timedelta(days=day)
    return Shift(
        id=f"{site}/{date}/{window} {start}",
        site=site,
        date=date,
        window=window,
        start=at(day, start),
        end=at(day + ends_next_day, end),
        needs=tuple(Need(role=n, minimum=1, target=1) if isinstance(n, str) else n for n in needs),
    )


def past(assignee: str, site: str, day: int, start: str, end: str, role: str = "any") -> PastDuty:
    """Return a past duty of the window ``pm``; an end before the start is on the next day."""
    ends = at(day, end) if end > start else at(day + 1, end)
    date = MONDAY + dt.timedelta(days=day)
    return PastDuty(
        assignee=assignee, role=role, site=site, window="pm", date=date, start=at(day, start), end=ends
    )


def absence(assignee: str, day: int, start: str, end: str, kind: AbsenceKind = AbsenceKind.LEAVE) -> Absence:
    """Return an absence within one day."""
    return Absence(assignee=assignee, start=at(day, start), end=at(day, end), kind=kind)


def lessons(person: str, *rows: tuple[int, str, str]) -> Timetable:
    """Return a timetable of (ISO weekday, start, end)."""
    return Timetable(
        person=person,
        lessons=tuple(
            Lesson(weekday=w, start=dt.time.fromisoformat(s), end=dt.time.fromisoformat(e))
            for w, s, e in rows
        ),
    )


def wish(assignee: str, kind: PreferenceKind, weight: int = 1, **about: object) -> Preference:
    """Return a preference."""
    return Preference.model_validate({"assignee": assignee, "kind": kind, "weight": weight, **about})


def city(*shifts: Shift, **changes: object) -> Problem:
    """Return the small city with some shifts, and fields of `models.Problem` of the test's own."""
    fields: dict[str, object] = {
        "horizon": Horizon(start=MONDAY),
        "roles": ROLES,
        "parts": (FormulaPart(id="any", name="机动", name_en="Any", roles=("any",)),),
        "formula": "0",
        "sites": SITES,
        "units": UNITS,
        "people": PEOPLE,
        "crews": CREWS,
        "windows": WINDOWS,
        "calendar": SchoolCalendar(country=None),
        "shifts": shifts,
    }
    return Problem.model_validate({**fields, **changes})


def person(name: str, **changes: object) -> tuple[Person, ...]:
    """Return the city's people with one of them changed."""
    return tuple(p.model_copy(update=changes) if p.id == name else p for p in PEOPLE)


def role(name: str, **changes: object) -> tuple[Role, ...]:
    """Return the city's roles with one of them changed."""
    return tuple(r.model_copy(update=changes) if r.id == name else r for r in ROLES)


def hold(*posts: Post) -> Roster:
    """Return a roster."""
    return Roster(
        horizon=Horizon(start=MONDAY),
        assignments=tuple(
            Assignment(
                shift=post[0].id, role=post[1], assignee=post[2], index=post[3] if len(post) == 4 else 0
            )
            for post in posts
        ),
    )


def broken(problem: Problem, *posts: Post) -> list[tuple[str, str]]:
    """Return the rule and bearer of each violation."""
    return [(v.rule, v.bearer) for v in verify(problem, hold(*posts))]


def level(problem: Problem, name: str, *posts: Post) -> LevelValue:
    """Return one level's value."""
    return next(found for found in evaluate(problem, hold(*posts)) if found.name == name)


def terms(problem: Problem, name: str, *posts: Post) -> dict[str, int]:
    """Return one level's terms, after checking that they sum to its value."""
    found = level(problem, name, *posts)
    assert found.value == sum(term.value for term in found.terms)
    return {term.name: term.value for term in found.terms}

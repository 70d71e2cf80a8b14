"""A duty of another kind: a city's counselling rooms and four-person home visits 四包一.

Not one of the seven school-guard roles, nor their formula, appears here.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from examples.dice import Dice
from models import (
    Absence,
    AbsenceKind,
    Bell,
    ConsecutiveDays,
    Continuity,
    Coverage,
    DayException,
    DutyLimit,
    Fairness,
    FormulaPart,
    Horizon,
    LedgerEntry,
    Lesson,
    Location,
    Offer,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Qualification,
    Rest,
    Role,
    SchoolCalendar,
    Scope,
    Site,
    SkillMix,
    Timetable,
    Travel,
    TravelMinutes,
    Unit,
    Window,
)

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = dt.date(2026, 11, 30)
SATURDAY = dt.date(2026, 12, 5)

LICENCE = "counselling_licence"
CRISIS = "crisis_training"

ROLES = (
    Role(
        id="counsellor",
        name="心理咨询师",
        name_en="Counsellor",
        scope=Scope.ANYWHERE,
        requires=(LICENCE,),
        missing_weight=20,
    ),
    Role(id="duty_assistant", name="值班助理", name_en="Duty assistant", scope=Scope.DISTRICT),
    Role(
        id="parents_representative",
        name="家长代表",
        name_en="Parents' representative",
        scope=Scope.LISTED,
        offered_only=True,
    ),
    Role(id="teacher", name="教师", name_en="Teacher", scope=Scope.LISTED),
    Role(
        id="psychologist",
        name="心理专干",
        name_en="Psychologist",
        scope=Scope.DISTRICT,
        requires=(LICENCE,),
        missing_weight=20,
    ),
    Role(id="community_officer", name="社区民警", name_en="Community officer", scope=Scope.STATION),
)

PARTS = (
    FormulaPart(id="counsellor", name="咨询师", name_en="Counsellor", roles=("counsellor",)),
    FormulaPart(id="assistant", name="助理", name_en="Assistant", roles=("duty_assistant",)),
    FormulaPart(id="parent", name="家长", name_en="Parent", roles=("parents_representative",)),
    FormulaPart(id="teacher", name="教师", name_en="Teacher", roles=("teacher",)),
    FormulaPart(id="psychologist", name="心理", name_en="Psychologist", roles=("psychologist",)),
    FormulaPart(id="officer", name="民警", name_en="Officer", roles=("community_officer",)),
)
ROOM = "1+1+0+0+0+0"
"""One counsellor and one assistant keep a room."""
VISIT = "0+0+1+1+1+1"
"""Four together visit a family: one from the parents, one from the school, a psychologist, an officer."""

WINDOWS = (
    Window(id="morning", name="上午值班", name_en="Morning session", lead=0, trail=180),
    Window(id="afternoon", name="下午值班", name_en="Afternoon session", lead=0, trail=180),
    Window(id="evening", name="晚间值班", name_en="Evening session", lead=0, trail=180, weight=2),
    Window(id="visit", name="入户走访", name_en="Home visit", lead=15, trail=75),
)
"""A session lasts three hours from its bell; a visit is met a quarter before the agreed time."""

STARTS = {"morning": dt.time(9), "afternoon": dt.time(14), "evening": dt.time(18, 30)}

DISTRICTS = {"east": "东片", "middle": "中片", "west": "西片"}
EASTINGS = {"east": 0.12, "middle": 0.0, "west": -0.12}

VISITS = (
    ("east", 0, dt.time(15, 30)),
    ("east", 1, dt.time(18)),
    ("east", 3, dt.time(18)),
    ("middle", 0, dt.time(18)),
    ("middle", 2, dt.time(16)),
    ("middle", 2, dt.time(18)),
    ("middle", 5, dt.time(10)),
    ("west", 1, dt.time(18)),
    ("west", 4, dt.time(17)),
    ("west", 5, dt.time(10)),
)
"""The families to see: district, day of the week from 0, agreed time."""


def counselling_rota() -> Problem:
    """Return a week of six counselling rooms and ten home visits in three districts.

    - A counsellor may sit in any room of the city, an assistant in those of the own district.
      Who leaves a room at 21:30 has twelve hours before the next one.
    - A psychologist visits families of the own district; some counsellors are psychologists too,
      and share their days between the two.
    - A community officer goes to the families in the charge of the own station, a teacher to
      those of the own class, and so does a parents' representative, when they offered to.
    - A family's site has no location: nobody needs an address to plan a visit.
    - Saturday is worked, with sessions of its own; Sunday isn't.
    """
    sites = (*_rooms(), *_families())
    people = (*_counsellors(), *_assistants(), *_visitors())
    dice = Dice("counselling")
    return Problem(
        title="心理咨询室值班与四包一走访 Counselling rooms and home visits",
        horizon=Horizon(start=WEEK),
        roles=ROLES,
        parts=PARTS,
        formula=ROOM,
        sites=sites,
        units=_units(),
        people=people,
        windows=WINDOWS,
        bells=_bells(),
        calendar=SchoolCalendar(
            exceptions=(DayException(date=SATURDAY, school=True, follows=6, note="周六值班"),)
        ),
        absences=(
            _away("counsellor-03", 0, 2, AbsenceKind.LEAVE),
            _away("counsellor-11", 2, 5, AbsenceKind.SICK),
            _away("assistant-east-2", 1, 2, AbsenceKind.TRAINING),
            _away("officer-west", 4, 5, AbsenceKind.LEAVE),
        ),
        timetables=tuple(
            Timetable(
                person=person.id,
                lessons=(
                    Lesson(weekday=1, start=dt.time(15), end=dt.time(15, 40)),
                    Lesson(weekday=3, start=dt.time(15), end=dt.time(15, 40)),
                ),
            )
            for person in people
            if person.id.startswith("teacher-") and person.id.endswith("-1")
        ),
        offers=tuple(
            Offer(person=person.id, window="visit", weekday=weekday)
            for person in people
            if person.roles == ("parents_representative",)
            for weekday in (dice.sample((1, 2, 3, 4, 5), 3) if dice.chance(0.7) else (6, 7))
        ),
        preferences=(
            *(
                Preference(
                    assignee=f"counsellor-{k:02d}", kind=PreferenceKind.AVOID, weight=3, window="evening"
                )
                for k in (2, 5, 9, 14)
            ),
            Preference(assignee="counsellor-07", kind=PreferenceKind.WANT, weight=5, site="room-east-1"),
            Preference(assignee="assistant-west-1", kind=PreferenceKind.WANT, weight=2, date=SATURDAY),
        ),
        ledger=tuple(
            LedgerEntry(assignee=person.id, points=180 * dice.between(40, 48) * person.capacity // 100)
            for person in people
            if person.roles[0] in ("counsellor", "duty_assistant") and not person.newcomer
        ),
        rules=(
            Travel(speed_kmh=30, unknown_minutes=25),
            Rest(minutes=720),
            DutyLimit(per="day", maximum=2),
            DutyLimit(per="week", measure="minutes", maximum=1080),
            ConsecutiveDays(maximum=5),
            Coverage(),
            Fairness(),
            Preferences(),
            Continuity(role="counsellor", weight=3),
            TravelMinutes(roles=("counsellor", "duty_assistant")),
            SkillMix(role="psychologist", qualification=CRISIS),
        ),
    )


def _location(district: str, north: float, east: float) -> Location:
    return Location(lat=round(35.2 + north, 5), lon=round(113.2 + EASTINGS[district] + east, 5))


def _rooms() -> tuple[Site, ...]:
    return tuple(
        Site(
            id=f"room-{district}-{k}",
            name=f"{name}第{k}咨询室",
            district=district,
            location=_location(district, 0.03 * (k - 1), 0.02 * (k - 1)),
        )
        for district, name in DISTRICTS.items()
        for k in (1, 2)
    )


def _families() -> tuple[Site, ...]:
    return tuple(
        Site(
            id=f"family-{k:02d}",
            name=f"走访家庭{k:02d}",
            district=district,
            risk=2 if k % 4 == 0 else 1,
            station=f"station-{district}",
            formula=VISIT,
        )
        for k, (district, _, _) in enumerate(VISITS, start=1)
    )


def _units() -> tuple[Unit, ...]:
    centre = Unit(
        id="centre", name="心理健康指导中心", kind="counselling_centre", location=_location("middle", 0, 0)
    )
    return (
        centre,
        *(
            Unit(
                id=f"{kind}-{district}",
                name=f"{name}{word}",
                kind=kind,
                district=district,
                location=_location(district, 0.01, 0),
            )
            for district, name in DISTRICTS.items()
            for kind, word in (
                ("office", "心理工作站"),
                ("station", "派出所"),
                ("school", "学校"),
                ("parents", "家长委员会"),
            )
        ),
    )


def _bells() -> tuple[Bell, ...]:
    rooms = [
        Bell(
            site=room.id,
            window=window,
            time=start,
            # The second rooms are open in the evening from Monday to Thursday alone.
            weekdays=(1, 2, 3, 4) if window == "evening" and room.id.endswith("2") else (1, 2, 3, 4, 5),
        )
        for room in _rooms()
        for window, start in STARTS.items()
    ]
    saturdays = [
        Bell(site=room.id, window="morning", time=dt.time(9, 30), weekdays=(6,)) for room in _rooms()
    ]
    visits = [
        Bell(site=family.id, window="visit", time=time, date=WEEK + dt.timedelta(days=day))
        for family, (_, day, time) in zip(_families(), VISITS, strict=True)
    ]
    return (*rooms, *saturdays, *visits)


def _counsellors() -> list[Person]:
    licence = Qualification(name=LICENCE)
    # The sixteenth's licence runs out on Wednesday.
    ending = Qualification(name=LICENCE, valid_until=WEEK + dt.timedelta(days=2))
    crisis = Qualification(name=CRISIS)
    districts = list(DISTRICTS)
    return [
        Person(
            id=f"counsellor-{k:02d}",
            name=f"咨询师{k:02d}",
            # The first nine belong to a district's office and visit families too.
            unit=f"office-{districts[k % 3]}" if k <= 9 else "centre",
            roles=("counsellor", "psychologist") if k <= 9 else ("counsellor",),
            base=_location(districts[k % 3], 0.02 * (k % 4), -0.01 * (k % 5)),
            capacity=50 if k % 8 == 0 else 100,
            qualifications=(ending if k == 16 else licence, *((crisis,) if k % 2 else ())),
            newcomer=k == 21,
        )
        for k in range(1, 25)
    ]


def _assistants() -> list[Person]:
    return [
        Person(
            id=f"assistant-{district}-{k}",
            name=f"{name}助理{k}",
            unit=f"office-{district}",
            roles=("duty_assistant",),
            base=_location(district, 0.01 * k, 0.01),
        )
        for district, name in DISTRICTS.items()
        for k in range(1, 8)
    ]


def _visitors() -> list[Person]:
    people = []
    for district, name in DISTRICTS.items():
        families = [family.id for family in _families() if family.district == district]
        people.append(
            Person(
                id=f"officer-{district}",
                name=f"{name}社区民警",
                unit=f"station-{district}",
                roles=("community_officer",),
            )
        )
        for k, family in enumerate(families, start=1):
            both = tuple(dict.fromkeys((family, families[k % len(families)])))
            people.append(
                Person(
                    id=f"teacher-{district}-{k}",
                    name=f"{name}教师{k}",
                    unit=f"school-{district}",
                    roles=("teacher",),
                    sites=(family,),
                )
            )
            people.append(
                Person(
                    id=f"parent-{district}-{k}",
                    name=f"{name}家长代表{k}",
                    unit=f"parents-{district}",
                    roles=("parents_representative",),
                    sites=both,
                )
            )
    return people


def _away(who: str, first: int, until: int, kind: AbsenceKind) -> Absence:
    midnight = dt.datetime.combine(WEEK, dt.time(), ZONE)
    return Absence(
        assignee=who,
        start=midnight + dt.timedelta(days=first),
        end=midnight + dt.timedelta(days=until),
        kind=kind,
    )

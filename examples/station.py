"""A month of a police station that works round the clock: forty people, three shifts a day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from examples.dice import Dice
from models import (
    Absence,
    AbsenceKind,
    ConsecutiveDays,
    Coverage,
    DaysOff,
    DutyLimit,
    FormulaPart,
    Horizon,
    LeastMinutes,
    Need,
    PastDuty,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Qualification,
    Role,
    Rule,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    SkillMix,
    Succession,
    Unit,
    Weekends,
    Window,
    shift_id,
)

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = dt.date(2026, 12, 1)
DAYS = 31
STATION = "station"

STARTS = {"early": 7, "late": 15, "night": 23}
"""Hours of the clock at which the three shifts of eight hours begin."""

NAMES = {"early": ("早班", "Early"), "late": ("中班", "Late"), "night": ("夜班", "Night")}

WORKDAY = {"early": 9, "late": 8, "night": 6}
WEEKEND = {"early": 6, "late": 6, "night": 5}
"""Officers that are preferred; the least are three fewer."""

FIRST_AID = "first_aid"
HOURS = 60


def station_month() -> Problem:
    """Return December of a station with forty officers.

    - Every shift of eight hours has a minimum, a preferred number and a cost for each officer fewer or more.
    - Nobody has two duties on a date, none in the morning or afternoon after a night, none in the morning
      after a late one; two to five days in a row, nights and all, and two days off at least between them.
    - Two of the four weekends are free for everybody; five officers on half time have three, fewer days
      in a row and half the hours.
    - Four officers do no nights; nobody does more than eight.
    - Hours: at least 144 and at most 168 a month, half of that on half time; leave is credited.
    - Leave and courses, wishes for days on and off, and the last week of November count.
    """
    dice = Dice("station")
    people = _people()
    absences = _absences(dice, people)
    return Problem(
        title="派出所十二月值班 Police station, December",
        horizon=Horizon(start=FIRST, days=DAYS),
        roles=(
            Role(id="officer", name="值班民警", name_en="Officer", scope=Scope.ANYWHERE, missing_weight=1000),
        ),
        parts=(FormulaPart(id="officer", name="民警", name_en="Officers", roles=("officer",)),),
        formula="5",
        sites=(Site(id=STATION, name="城关派出所", district="centre"),),
        units=(Unit(id="unit", name="城关派出所", kind="police_station", district="centre"),),
        people=people,
        windows=tuple(
            Window(id=w, name=zh, name_en=en, lead=0, trail=8 * HOURS, weight=2 if w == "night" else 1)
            for w, (zh, en) in NAMES.items()
        ),
        calendar=SchoolCalendar(country=None),
        shifts=tuple(_shift(FIRST + dt.timedelta(days=day), w) for day in range(DAYS) for w in STARTS),
        absences=absences,
        preferences=_wishes(dice, people),
        history=_last_week(people),
        rules=(*_rules(people, absences), Coverage(), Preferences(), *_mix()),
    )


def _people() -> tuple[Person, ...]:
    return tuple(
        Person(
            id=f"officer-{k:02d}",
            name=f"民警{k:02d}",
            unit="unit",
            roles=("officer",),
            capacity=50 if _half(k) else 100,
            qualifications=(Qualification(name=FIRST_AID),) if k % 3 == 0 else (),
        )
        for k in range(1, 41)
    )


def _half(k: int) -> bool:
    """Five officers work half time."""
    return k % 8 == 0


def _interval(date: dt.date, window: str) -> tuple[dt.datetime, dt.datetime]:
    start = dt.datetime.combine(date, dt.time(STARTS[window]), ZONE)
    return start, start + dt.timedelta(hours=8)


def _shift(date: dt.date, window: str) -> Shift:
    start, end = _interval(date, window)
    preferred = (WEEKEND if date.isoweekday() >= 6 else WORKDAY)[window]
    return Shift(
        id=shift_id(STATION, date, window),
        site=STATION,
        date=date,
        window=window,
        start=start,
        end=end,
        needs=(
            Need(
                role="officer",
                minimum=preferred - 3,
                target=preferred + 3,
                preferred=preferred,
                under=100,
                over=5,
            ),
        ),
    )


def _absences(dice: Dice, people: tuple[Person, ...]) -> tuple[Absence, ...]:
    """Every third officer is away for some days: on leave, on a course, or ill in the first days."""
    found = []
    for k, person in enumerate(people, start=1):
        if k % 3 == 1:
            first = dice.between(0, 24)
            days = dice.between(2, 7)
            kind = (AbsenceKind.LEAVE, AbsenceKind.TRAINING, AbsenceKind.SICK)[k % 9 // 3]
            start = dt.datetime.combine(FIRST + dt.timedelta(days=first), dt.time(), ZONE)
            found.append(
                Absence(assignee=person.id, start=start, end=start + dt.timedelta(days=days), kind=kind)
            )
    return tuple(found)


def _wishes(dice: Dice, people: tuple[Person, ...]) -> tuple[Preference, ...]:
    """Everybody asks for a day off and for one to four duties of a kind in a row."""
    found = []
    for person in people:
        off = FIRST + dt.timedelta(days=dice.between(0, DAYS - 1))
        found.append(
            Preference(assignee=person.id, kind=PreferenceKind.AVOID, weight=dice.between(5, 10), date=off)
        )
        first, window = dice.between(0, DAYS - 4), dice.pick(tuple(STARTS))
        found += [
            Preference(
                assignee=person.id,
                kind=PreferenceKind.WANT,
                weight=dice.between(1, 3),
                window=window,
                date=FIRST + dt.timedelta(days=first + day),
            )
            for day in range(dice.between(1, 4))
        ]
    return tuple(found)


def _last_week(people: tuple[Person, ...]) -> tuple[PastDuty, ...]:
    """Return November's last days: five groups, each four days on and two off, a day apart."""
    found = []
    for k, person in enumerate(people):
        window = tuple(STARTS)[k % 3]
        for back in range(1, 7):
            if (back + k) % 6 < 4:
                date = FIRST - dt.timedelta(days=back)
                start, end = _interval(date, window)
                found.append(
                    PastDuty(
                        assignee=person.id,
                        role="officer",
                        site=STATION,
                        window=window,
                        date=date,
                        start=start,
                        end=end,
                    )
                )
    return tuple(found)


def _rules(people: tuple[Person, ...], absences: tuple[Absence, ...]) -> tuple[Rule, ...]:
    half = tuple(person.id for k, person in enumerate(people, start=1) if _half(k))
    full = tuple(person.id for person in people if person.id not in half)
    away = {a.assignee: (a.end - a.start).days for a in absences}
    rules: list[Rule] = [
        DutyLimit(per="day", maximum=1),
        Succession(earlier=("night",), later=("early", "late")),
        Succession(earlier=("late",), later=("early",)),
        ConsecutiveDays(minimum=2, maximum=5, bearers=full),
        ConsecutiveDays(minimum=2, maximum=3, bearers=half),
        DaysOff(minimum=2),
        Weekends(maximum=2, bearers=full),
        Weekends(maximum=1, bearers=half),
        DutyLimit(per="horizon", windows=("night",), maximum=8),
        DutyLimit(per="horizon", windows=("night",), maximum=0, bearers=tuple(p.id for p in people[4::10])),
    ]
    for person in people:
        share = 2 if person.id in half else 1
        # A day away is credited with five hours.
        credited = 5 * HOURS * away.get(person.id, 0)
        most, least = 168 * HOURS // share, max(1, 144 * HOURS // share - credited)
        rules.append(DutyLimit(per="horizon", measure="minutes", maximum=most, bearers=(person.id,)))
        rules.append(LeastMinutes(minutes=least, bearers=(person.id,)))
    return tuple(rules)


def _mix() -> tuple[Rule, ...]:
    return (SkillMix(role="officer", qualification=FIRST_AID, at_least=1, weight=10),)

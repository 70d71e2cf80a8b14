"""Random rotas in the manner of published ones: weeks of shifts whose kinds must not follow in any order.

The manner is that of the "staff rostering benchmark" instances (T. Curtois and R. Qu, "Computational
results on new staff scheduling benchmark instances", University of Nottingham, 2014): contracts with
limits of their own, days off, wishes for and against shifts, prices on each holder too few or too many.
No figure is taken from any of them.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from examples.dice import Dice
from models import (
    Absence,
    AbsenceKind,
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    FormulaPart,
    Horizon,
    LeastMinutes,
    Need,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Role,
    Rule,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    Succession,
    Unit,
    Weekends,
    Window,
    shift_id,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 9, 7)
MINUTES = 480
UNDER, OVER = 100, 1


def random_rota(weeks: int, people: int, kinds: int, seed: int) -> Problem:
    """Return some weeks of shifts of eight hours for a station.

    Parameters
    ----------
    kinds
        Of shifts: up to 16, beginning an hour apart from 06:00 on. None may follow, on the next day, one that
        begins later by more than a third of the kinds.
    """
    dice = Dice("rota", weeks, people, kinds, seed)
    days = 7 * weeks
    names = tuple(f"kind-{k:02d}" for k in range(kinds))
    starts = {name: 6 + round(16 * k / max(1, kinds - 1)) for k, name in enumerate(names)}
    staff = tuple(Person(id=f"p{k:03d}", name=f"p{k:03d}", unit="u", roles=("guard",)) for k in range(people))
    rules: list[Rule] = [DutyLimit(per="day", maximum=1), Preferences()]
    rules += [
        Succession(earlier=(late,), later=early)
        for k, late in enumerate(names)
        if (early := tuple(e for j, e in enumerate(names) if k - j > kinds // 3))
    ]
    absences, wishes = [], []
    capacity = 0
    for person in staff:
        share = dice.pick((100, 100, 100, 100, 75, 50))
        most = weeks * 9 * share // 200
        least = most - max(2, most // 6)
        capacity += most
        rules += _contract(dice, person.id, weeks, least, most, share, names)
        for day in dice.sample(range(days), weeks // 2):
            start = dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(6), ZONE)
            end = start + dt.timedelta(hours=17)
            absences.append(Absence(assignee=person.id, start=start, end=end, kind=AbsenceKind.LEAVE))
        for _ in range(weeks):
            first, kind = dice.between(0, days - 4), dice.pick(names)
            want = dice.pick((PreferenceKind.WANT, PreferenceKind.AVOID))
            weight = dice.between(1, 3)
            wishes += [
                Preference(
                    assignee=person.id,
                    kind=want,
                    weight=weight,
                    window=kind,
                    date=MONDAY + dt.timedelta(days=first + day),
                )
                for day in range(dice.between(1, 4))
            ]
    shifts = []
    daily = capacity / days
    for day in range(days):
        date = MONDAY + dt.timedelta(days=day)
        wanted = daily * (0.85 if day % 7 >= 5 else 1.06)
        for name in names:
            preferred = max(0, round(wanted / kinds + dice.between(-10, 10) / 10))
            shifts.append(_shift(date, name, starts[name], preferred, people))
    return Problem(
        horizon=Horizon(start=MONDAY, days=days),
        roles=(Role(id="guard", name="值守", name_en="Guard", scope=Scope.ANYWHERE),),
        parts=(FormulaPart(id="guard", name="值守", name_en="Guard", roles=("guard",)),),
        formula="0",
        sites=(Site(id="gate", name="gate", district="d"),),
        units=(Unit(id="u", name="u"),),
        people=staff,
        windows=tuple(Window(id=name, name=name, name_en=name, lead=0, trail=MINUTES) for name in names),
        calendar=SchoolCalendar(country=None),
        shifts=tuple(shifts),
        absences=tuple(absences),
        preferences=tuple({(w.assignee, w.kind, w.window, w.date): w for w in wishes}.values()),
        rules=tuple(rules),
    )


def _contract(
    dice: Dice, who: str, weeks: int, least: int, most: int, share: int, kinds: tuple[str, ...]
) -> list[Rule]:
    mine = (who,)
    longest = dice.pick((5, 5, 6, 5))
    rules: list[Rule] = [
        ConsecutiveDays(minimum=dice.pick((2, 2, 2, 3)), maximum=longest, bearers=mine),
        DaysOff(minimum=dice.pick((2, 2, 3)), bearers=mine),
        Weekends(maximum=max(1, weeks // 2 if share > 50 else weeks // 4 + 1), bearers=mine),
        DutyLimit(per="horizon", measure="minutes", maximum=most * MINUTES, bearers=mine),
        LeastMinutes(minutes=least * MINUTES, bearers=mine),
    ]
    if len(kinds) > 1 and dice.between(1, 5) == 1:
        rules.append(DutyLimit(per="horizon", maximum=0, windows=(dice.pick(kinds),), bearers=mine))
    if len(kinds) > 2 and dice.between(1, 5) == 1:
        rules.append(DutyLimit(per="horizon", maximum=weeks * 2, windows=(kinds[-1],), bearers=mine))
    return rules


def _shift(date: dt.date, kind: str, hour: int, preferred: int, people: int) -> Shift:
    start = dt.datetime.combine(date, dt.time(hour), ZONE)
    need = Need(role="guard", minimum=0, target=people, preferred=preferred, under=UNDER, over=OVER)
    return Shift(
        id=shift_id("gate", date, kind),
        site="gate",
        date=date,
        window=kind,
        start=start,
        end=start + dt.timedelta(minutes=MINUTES),
        needs=(need,),
    )

"""What the reference city's people carried before the week, and what they wish for in it."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import TYPE_CHECKING

from examples.city_people import PAST_WEEKS, ZONE, Draft, regular_schools
from examples.city_places import EVENING_BELL, WINDOWS, District, Point, School, clock
from examples.dice import Dice
from models import LedgerEntry, PastDuty, Preference, PreferenceKind, SchoolCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WINDOW_BY_ID = {w.id: w for w in WINDOWS}
POSTS = {
    "resident_officer": 1,
    "traffic_officer": 1,
    "patrol_crew": 1,
    "duty_leader": 1,
    "staff": 2,
    "security_guard": 2,
    "volunteer": 3,
}
"""Posts of a shift that get filled in a usual week."""

KM_A_MINUTE = 0.5 / 1.3
WISHING_ROLES = ("resident_officer", "traffic_officer", "staff", "volunteer")


def interval(window: str, minute: int, role: str) -> tuple[int, int]:
    """Return when a role comes to and leaves a window's post, in minutes after midnight."""
    it = WINDOW_BY_ID[window]
    own = next((t for t in it.roles if t.role == role), it)
    return minute - own.lead, minute + own.trail


def weekly_points(school: School, role: str) -> int:
    """Return the burden points that a role carries at a school in a usual week."""
    total = 0
    for (window, _), minute in school.bells.items():
        start, end = interval(window, minute, role)
        total += (end - start) * WINDOW_BY_ID[window].weight
    return total * POSTS[role]


def ledger(draft: Draft, districts: Sequence[District], seed: int) -> list[LedgerEntry]:
    """Keep accounts of twelve weeks, equal within a group but for a usual duty either way.

    That is the tolerance within which each week's roster levelled them.
    """
    load: dict[tuple[str, str], int] = defaultdict(int)
    for district in districts:
        for school in district.schools:
            for role, unit in _carriers(district, school):
                load[role, unit] += weekly_points(school, role)
    groups: dict[tuple[str, str], list[tuple[str, int, bool]]] = defaultdict(list)
    for person in draft.people:
        if person.roles:
            groups[person.roles[0], person.unit].append((person.id, person.capacity, person.newcomer))
    for crew in draft.crews:
        groups[crew.role, crew.unit].append((crew.id, crew.capacity, False))
    dice = Dice(seed, "ledger")
    entries = []
    for group, assignees in groups.items():
        share = load[group] * PAST_WEEKS / sum(capacity for _, capacity, _ in assignees)
        start, end = interval("morning_arrival", 0, group[0])
        usual = (end - start) * WINDOW_BY_ID["morning_arrival"].weight
        for assignee, capacity, newcomer in assignees:
            points = max(0, round((share * capacity + dice.uniform(-usual, usual)) / 10) * 10)
            # Half of the newcomers came too late to have an account.
            if not (newcomer and dice.chance(0.5)) and not dice.chance(0.005):
                entries.append(LedgerEntry(assignee=assignee, points=points))
    return entries


def _carriers(district: District, school: School) -> Iterable[tuple[str, str]]:
    site = school.site
    yield "resident_officer", site.station or ""
    yield "traffic_officer", district.units["traffic_brigade"].id
    yield "patrol_crew", district.units["patrol_brigade"].id
    yield "duty_leader", site.id
    yield "staff", site.id
    yield "security_guard", district.units["security_company"].id
    yield "volunteer", f"{site.id}-V"


def history(draft: Draft, districts: Sequence[District], seed: int) -> list[PastDuty]:
    """Recall which crew served which school last week, and who was on duty on Sunday night."""
    calendar = SchoolCalendar()
    duties: list[PastDuty] = []
    crews = defaultdict(list)
    for crew in draft.crews:
        crews[crew.unit].append(crew.id)
    by_unit: dict[tuple[str, str], list[str]] = defaultdict(list)
    for person in draft.people:
        for role in person.roles:
            by_unit[role, person.unit].append(person.id)
            for site in person.sites:
                by_unit[role, site].append(person.id)
    for district in districts:
        own = crews[district.units["patrol_brigade"].id]
        for back in range(7, 0, -1):
            day = draft.week - dt.timedelta(days=back)
            weekday = calendar.school_day(day, "")
            if weekday is not None:
                duties += _day_of_crews(district, own, day, weekday)
        sunday = draft.week - dt.timedelta(days=1)
        if calendar.school_day(sunday, "") is None:
            for k, school in enumerate(s for s in district.schools if s.boarding):
                dice = Dice(seed, "sunday", school.site.id)
                duties += _sunday(school, district, by_unit, own[k % len(own)], sunday, k, dice)
    return duties


def _day_of_crews(district: District, crews: list[str], day: dt.date, weekday: int) -> Iterable[PastDuty]:
    """Send each crew to its own schools, and whoever is nearest and free to the others."""
    regular = {
        school.site.id: k for k in range(len(crews)) for school in regular_schools(district, k, len(crews))
    }
    for window in WINDOW_BY_ID:
        where: list[tuple[int, Point] | None] = [None] * len(crews)
        due = sorted(
            (school.bells[window, weekday], k)
            for k, school in enumerate(district.schools)
            if (window, weekday) in school.bells
        )
        for bell, k in due:
            school = district.schools[k]
            start, end = interval(window, bell, "patrol_crew")
            own = regular[school.site.id]
            by_nearness = sorted(range(len(crews)), key=lambda c: (c != own, abs(c - own), c))
            for crew in by_nearness:
                last = where[crew]
                if last is None or last[0] + _minutes(last[1], school.point) <= start:
                    where[crew] = (end, school.point)
                    yield _past(crews[crew], "patrol_crew", school, window, day, start, end)
                    break


def _sunday(
    school: School,
    district: District,
    by_unit: dict[tuple[str, str], list[str]],
    crew: str,
    day: dt.date,
    k: int,
    dice: Dice,
) -> Iterable[PastDuty]:
    """Bring the boarders back to evening study on Sunday; who saw them home late must rest on Monday."""
    site = school.site.id
    traffic = by_unit["traffic_officer", district.units["traffic_brigade"].id]
    holders = [
        ("resident_officer", f"{site}-R"),
        ("traffic_officer", traffic[k % len(traffic)]),
        ("patrol_crew", crew),
        ("duty_leader", by_unit["duty_leader", site][0]),
        *(("staff", p) for p in dice.sample(by_unit["staff", site], 2)),
        *(("security_guard", p) for p in dice.sample(by_unit["security_guard", site], 2)),
    ]
    for role, holder in holders:
        start, end = interval("evening_dismissal", EVENING_BELL, role)
        yield _past(holder, role, school, "evening_dismissal", day, start, end)


def _past(
    assignee: str, role: str, school: School, window: str, day: dt.date, start: int, end: int
) -> PastDuty:
    return PastDuty(
        assignee=assignee,
        role=role,
        site=school.site.id,
        window=window,
        date=day,
        start=dt.datetime.combine(day, clock(start), ZONE),
        end=dt.datetime.combine(day, clock(end), ZONE),
    )


def _minutes(origin: Point, destination: Point) -> float:
    # A minute of slack stands for rounding up: the roads of the past needn't be exact.
    return math.sqrt(origin.square_km(destination)) / KM_A_MINUTE + 1 if origin != destination else 0.0


def wishes(draft: Draft, districts: Sequence[District], seed: int) -> list[Preference]:
    """Let one in twenty officers, staff and volunteers want or avoid a weekday, a window or both."""
    boarding = {s.site.id for d in districts for s in d.schools if s.boarding}
    dice = Dice(seed, "wishes")
    windows = [w.id for w in WINDOWS if w.id != "evening_dismissal"]
    offered: dict[str, list[tuple[str | None, int | None]]] = defaultdict(list)
    for offer in draft.offers:
        offered[offer.person].append((offer.window, offer.weekday))
    found = []
    for person in draft.people:
        if not set(person.roles) & set(WISHING_ROLES) or not dice.chance(0.05):
            continue
        if person.id in offered:
            window, weekday = dice.pick(offered[person.id])
        else:
            late = ["evening_dismissal"] if person.unit in boarding else []
            window, weekday = dice.pick(windows + late), dice.between(1, 5)
            window, weekday = dice.pick(((window, weekday), (window, None), (None, weekday)))
        kind = PreferenceKind.AVOID if dice.chance(0.6) else PreferenceKind.WANT
        weight = dice.pick((1, 2, 3, 5))
        found.append(Preference(assignee=person.id, kind=kind, weight=weight, window=window, weekday=weekday))
    return found

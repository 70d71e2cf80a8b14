"""The reference city's people: police, leaders, staff with timetables, guards, volunteers with offers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from math import fsum
from zoneinfo import ZoneInfo

from examples.city_places import District, Point, School, clock
from examples.dice import Dice, apportion
from models import (
    Absence,
    AbsenceKind,
    Crew,
    Lesson,
    Offer,
    Person,
    Qualification,
    Timetable,
    Unit,
)

ZONE = ZoneInfo("Asia/Shanghai")

FAMILY_NAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖石金"
)
GIVEN_NAMES = (
    "安邦宝波成诚春丹德东芳飞峰刚光桂国海浩红宏华欢辉慧佳建健江杰洁晶静军凯康兰蕾丽莉亮玲龙璐梅敏明娜"
    "宁平强青庆秋荣瑞珊淑思涛婷伟文霞翔晓欣旭雪雅燕阳洋怡英勇瑜宇玉媛月云泽哲珍志"
)

TRAFFIC_OFFICERS_A_SCHOOL = 0.68
LESSON = 40
BREAK = 10
EVENING_STUDY = (19 * 60, 19 * 60 + 50, 20 * 60 + 40, 21 * 60 + 30)
PAST_WEEKS = 12


@dataclass
class Draft:
    """What the city is collected in, row by row."""

    week: dt.date
    units: list[Unit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    crews: list[Crew] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    timetables: list[Timetable] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    def phone(self) -> str:
        """Return the next number that nobody can have."""
        number = len(self.people) + 1
        return f"000-{number // 10_000:04d}-{number % 10_000:04d}"

    def moment(self, day: int, minute: int = 0) -> dt.datetime:
        """Return a minute of a day, counted from the week's first."""
        return dt.datetime.combine(self.week + dt.timedelta(days=day), clock(minute), ZONE)

    def leave(self, assignee: str, dice: Dice, longest: int = 5) -> None:
        """Take an assignee away for one to five whole days of the week, or a morning's training."""
        first = dice.below(5)
        if dice.chance(0.15):
            start, end, kind = self.moment(first, 8 * 60), self.moment(first, 12 * 60), AbsenceKind.TRAINING
        else:
            last = min(4, first + dice.below(longest))
            kind = dice.pick((AbsenceKind.LEAVE, AbsenceKind.LEAVE, AbsenceKind.SICK, AbsenceKind.OTHER))
            start, end = self.moment(first), self.moment(last + 1)
        self.absences.append(Absence(assignee=assignee, start=start, end=end, kind=kind))


def add_police(draft: Draft, district: District, crews: int, seed: int) -> None:
    """Add stations and brigades, resident and traffic officers, stand-ins, crews and their members."""
    dice = Dice(seed, "police", district.id)
    size = len(district.schools)
    draft.units += [*district.stations, district.units["traffic_brigade"], district.units["patrol_brigade"]]
    for school in district.schools:
        officer = f"{school.site.id}-R"
        _add_officer(draft, officer, school.site.station or "", "resident_officer", dice, school)
        if dice.chance(0.06):
            draft.leave(officer, dice)
        elif dice.chance(0.02):
            day = dice.below(5)
            draft.absences.append(
                Absence(
                    assignee=officer,
                    start=draft.moment(day),
                    end=draft.moment(day + 1),
                    kind=AbsenceKind.RELEASED,
                )
            )
    for k in range(1 + size // 8):
        station = district.stations[k % len(district.stations)].id
        _add_officer(draft, f"{district.id}-R{k + 1:02d}", station, "resident_officer", dice)
    brigade = district.units["traffic_brigade"].id
    for k in range(max(1, round(size * TRAFFIC_OFFICERS_A_SCHOOL))):
        officer = f"{district.id}-T{k + 1:02d}"
        _add_officer(draft, officer, brigade, "traffic_officer", dice)
        if dice.chance(0.03):
            draft.leave(officer, dice, longest=3)
    for k in range(crews):
        _add_crew(draft, district, k, crews, dice)


def _add_officer(
    draft: Draft, id_: str, unit: str, role: str, dice: Dice, school: School | None = None
) -> None:
    draft.people.append(
        Person(
            id=id_,
            name=name(dice),
            unit=unit,
            roles=(role,),
            posted_to=school.site.id if school else None,
            phone=draft.phone(),
        )
    )


def regular_schools(district: District, crew: int, crews: int) -> list[School]:
    """Return a crew's one to three schools: stretches of the walk, the longer ones spread along it."""
    size = len(district.schools)
    return district.schools[crew * size // crews : max((crew + 1) * size // crews, crew * size // crews + 1)]


def _add_crew(draft: Draft, district: District, k: int, crews: int, dice: Dice) -> None:
    id_ = f"{district.id}-X{k + 1:02d}"
    unit = district.units["patrol_brigade"].id
    members = []
    for m in range(dice.pick((3, 4, 4, 5))):
        member = f"{id_}-{m + 1}"
        members.append(member)
        draft.people.append(Person(id=member, name=name(dice), unit=unit, phone=draft.phone()))
        if dice.chance(0.04):
            draft.leave(member, dice)
    schools = regular_schools(district, k, crews)
    north = fsum(s.point.north for s in schools) / len(schools) + dice.uniform(-1, 1)
    east = fsum(s.point.east for s in schools) / len(schools) + dice.uniform(-1, 1)
    draft.crews.append(
        Crew(
            id=id_,
            name=f"{district.name}巡组{k + 1:02d}",
            unit=unit,
            role="patrol_crew",
            members=tuple(members),
            minimum_strength=3 if len(members) == 5 else 2,
            base=Point(north, east).location,
        )
    )


def add_school(draft: Draft, district: District, school: School, volunteers: int, seed: int) -> None:
    """Add a school's leaders, staff, guards and volunteers."""
    site = school.site
    dice = Dice(seed, "school", site.id)
    community = f"{site.id}-V"
    draft.units += [
        Unit(id=site.id, name=site.name, kind="school", district=district.id, site=site.id),
        Unit(
            id=community, name=f"{site.name}家长志愿队", kind="community", district=district.id, site=site.id
        ),
    ]
    days = _lesson_starts(school)
    for k in range(dice.between(2, 5)):
        leader = f"{site.id}-L{k + 1}"
        roles = ("duty_leader", "staff") if dice.chance(0.1) else ("duty_leader",)
        draft.people.append(
            Person(id=leader, name=name(dice), unit=site.id, roles=roles, phone=draft.phone())
        )
        if dice.chance(0.04):
            draft.leave(leader, dice, longest=2)
        draft.timetables.append(Timetable(person=leader, lessons=_lessons(days, dice.below(5), dice)))
    for k in range(dice.between(36, 60)):
        teacher = f"{site.id}-T{k + 1:03d}"
        roles = ("staff", "duty_leader") if dice.chance(0.01) else ("staff",)
        draft.people.append(
            Person(
                id=teacher,
                name=name(dice),
                unit=site.id,
                roles=roles,
                capacity=50 if dice.chance(0.04) else 100,
                qualifications=(_first_aid(draft, dice),) if dice.chance(0.25) else (),
                newcomer=dice.chance(0.06),
                phone=draft.phone(),
            )
        )
        if dice.chance(0.03):
            draft.leave(teacher, dice)
        if dice.chance(0.9):
            draft.timetables.append(
                Timetable(person=teacher, lessons=_lessons(days, dice.between(10, 16), dice))
            )
    for k in range(dice.pick((4, 5, 5, 6)) + school.boarding):
        guard = f"{site.id}-G{k + 1}"
        draft.people.append(
            Person(
                id=guard,
                name=name(dice),
                unit=district.units["security_company"].id,
                roles=("security_guard",),
                sites=(site.id,),
                newcomer=dice.chance(0.12),
                phone=draft.phone(),
            )
        )
        if dice.chance(0.03):
            draft.leave(guard, dice, longest=3)
    for k in range(volunteers):
        _add_volunteer(draft, f"{community}{k + 1:03d}", community, school, dice)


def _first_aid(draft: Draft, dice: Dice) -> Qualification:
    return Qualification(name="first_aid", valid_until=draft.week + dt.timedelta(days=dice.between(-20, 700)))


def _add_volunteer(draft: Draft, id_: str, community: str, school: School, dice: Dice) -> None:
    # One in a hundred papers ran out in the last weeks or runs out within this one.
    until = [
        draft.week + dt.timedelta(days=dice.between(-30, 4) if dice.chance(0.005) else dice.between(7, 720))
        for _ in range(2)
    ]
    draft.people.append(
        Person(
            id=id_,
            name=name(dice),
            unit=community,
            roles=("volunteer",),
            qualifications=(
                Qualification(name="vetting", valid_until=until[0]),
                Qualification(name="training", valid_until=until[1]),
            ),
            phone=draft.phone(),
        )
    )
    slots = school.slots()
    for window, weekday in dice.sample(slots, dice.between(1, 4)):
        draft.offers.append(Offer(person=id_, window=window, weekday=weekday))
    if dice.chance(0.005):
        draft.leave(id_, dice)


def _lesson_starts(school: School) -> list[tuple[int, int]]:
    """Return the weekdays and starts of a school's lessons, in minutes after midnight.

    A session's last lesson ends with the bell that ends it, so who teaches it can't be at
    the gate; the first may begin while the gate is still guarded.
    """
    starts: list[tuple[int, int]] = []
    for weekday in range(1, 6):
        bell = {w: minute for (w, day), minute in school.bells.items() if day == weekday}
        # On evenings of study the afternoon's lessons end without a guarded window.
        evening = "evening_dismissal" in bell
        end = bell.get("afternoon_dismissal", bell["afternoon_arrival"] + 4 * (LESSON + BREAK))
        sessions = (bell["morning_arrival"], bell["noon_dismissal"]), (bell["afternoon_arrival"], end)
        for first, last in sessions:
            periods = (last - first + BREAK) // (LESSON + BREAK)
            starts += [(weekday, last - LESSON - k * (LESSON + BREAK)) for k in reversed(range(periods))]
        if evening:
            starts += [(weekday, start) for start in EVENING_STUDY]
    return starts


def _lessons(starts: list[tuple[int, int]], number: int, dice: Dice) -> tuple[Lesson, ...]:
    return tuple(_lesson(*slot) for slot in sorted(dice.sample(starts, number)))


@cache
def _lesson(weekday: int, start: int) -> Lesson:
    # A city's 150,000 lessons are a few hundred different ones, and they are frozen: share them.
    return Lesson(weekday=weekday, start=clock(start), end=clock(start + LESSON))


def name(dice: Dice) -> str:
    """Return a made-up name."""
    given = dice.pick(GIVEN_NAMES)
    return dice.pick(FAMILY_NAMES) + given + (dice.pick(GIVEN_NAMES) if dice.chance(0.8) else "")


def volunteers_by_school(total: int, schools: list[School], seed: int) -> list[int]:
    """Split the volunteers among the schools, unevenly: no two communities are alike."""
    dice = Dice(seed, "volunteers")
    return apportion(total, [dice.uniform(0.7, 1.3) for _ in schools])

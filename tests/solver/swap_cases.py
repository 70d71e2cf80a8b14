"""A small problem with every rule, and rosters of it that keep them all, drawn at random."""

from __future__ import annotations

import random
from functools import cache

from verify_cases import CREWS, PEOPLE, SITES, absence, city, lessons, need, past, person, shift, wish

from models import (
    Assignment,
    ConsecutiveDays,
    Continuity,
    Coverage,
    Crew,
    Duty,
    DutyLimit,
    Fairness,
    LedgerEntry,
    NewcomerAlone,
    Offer,
    Person,
    PreferenceKind,
    Preferences,
    Problem,
    Qualification,
    Rest,
    Roster,
    SkillMix,
    Travel,
    TravelMinutes,
)
from solver.verify import Verifier

MORE = (
    Person(
        id="s3", name="S3", unit="UA", roles=("staff",), qualifications=(Qualification(name="first aid"),)
    ),
    Person(id="s4", name="S4", unit="UA", roles=("staff", "any"), capacity=50),
    Person(
        id="v2", name="V2", unit="UA", roles=("volunteer",), qualifications=(Qualification(name="vetting"),)
    ),
    Person(id="t3", name="T3", unit="TB", roles=("traffic",)),
)


@cache
def swapping() -> Problem:
    """Return three days at three sites, with somebody to swap with in every role."""
    roles = ("officer", "traffic", need("crew", 1, 2), need("staff", 1, 2), need("volunteer", 1, 2, tier=2))
    shifts = [
        shift(site.id, day, clock, f"{clock[:2]}:40", *roles, "any", window=window)
        for site in SITES[:2]
        for day in (0, 1, 2)
        for clock, window in (("07:00", "am"), ("17:00", "pm"))
    ]
    people = (*person("s1", qualifications=(Qualification(name="first aid"),)), *MORE)
    return city(
        *shifts,
        people=people,
        crews=(*CREWS, Crew(id="k3", name="K3", unit="TB", role="crew", members=("m1",))),
        rules=(
            Travel(),
            Rest(minutes=780),
            DutyLimit(per="day", maximum=2),
            DutyLimit(per="week", maximum=4, roles=("staff", "traffic")),
            ConsecutiveDays(maximum=2),
            Coverage(),
            Fairness(),
            Preferences(),
            Continuity(role="crew"),
            TravelMinutes(),
            SkillMix(role="staff", qualification="first aid"),
            NewcomerAlone(role="staff"),
        ),
        preferences=(
            wish("s1", PreferenceKind.AVOID, site="A", window="am"),
            wish("s3", PreferenceKind.WANT, window="pm"),
            wish("m1", PreferenceKind.WANT, window="pm"),
            wish("t1", PreferenceKind.AVOID, 3, weekday=2),
        ),
        offers=(Offer(person="v1", window="am"), Offer(person="v2")),
        absences=(absence("own_a", 0, "06:00", "12:00"), absence("m1", 1, "06:00", "07:10")),
        timetables=(lessons("s2", (1, "07:30", "08:10")),),
        history=(past("k1", "A", -1, "16:00", "16:40", role="crew"), past("t2", "B", -1, "17:00", "17:40")),
        ledger=(LedgerEntry(assignee="s1", points=70), LedgerEntry(assignee="k1", points=500)),
    )


@cache
def verifier() -> Verifier:
    """Return the verifier of the problem."""
    return Verifier(swapping())


def drawn(seed: int, posts: int) -> Roster:
    """Return a roster with up to so many posts held, each by somebody at random who keeps it clean."""
    chance = random.Random(seed)
    problem = swapping()
    free = [(s.id, n.role, k) for s in problem.shifts for n in s.needs for k in range(n.target)]
    names = [*(p.id for p in problem.people), *(c.id for c in problem.crews)]
    held: list[Assignment] = []
    for shift_id, role, index in chance.sample(free, min(posts, len(free))):
        for name in chance.sample(names, len(names)):
            tried = [*held, Assignment(shift=shift_id, role=role, index=index, assignee=name)]
            if not verifier().verify(roster_of(tried)):
                held = tried
                break
    return roster_of(held)


def roster_of(held: list[Assignment]) -> Roster:
    """Return a roster of some assignments."""
    return Roster(horizon=swapping().horizon, assignments=tuple(held))


def duties(roster: Roster) -> list[Duty]:
    """Return every duty of a roster."""
    return [Duty(shift=a.shift, role=a.role, assignee=a.assignee) for a in roster.assignments]


def everybody() -> list[str]:
    """Return all people and crews."""
    return [p.id for p in swapping().people] + [c.id for c in swapping().crews]


assert len(PEOPLE) + len(MORE) == len(swapping().people)

"""Tiny problems with every kind of rule, and the best roster by trying all."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from models import (
    Absence,
    AbsenceKind,
    Assignment,
    Bell,
    ConsecutiveDays,
    Continuity,
    Coverage,
    Crew,
    DutyLimit,
    Fairness,
    Horizon,
    LedgerEntry,
    Location,
    NewcomerAlone,
    Offer,
    PastDuty,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Qualification,
    Rest,
    Roster,
    SkillMix,
    Travel,
    TravelMinutes,
    Unit,
    Window,
)
from models import Site as Place
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable

MONDAY = dt.date(2026, 11, 30)
ZONE = dt.timezone(dt.timedelta(hours=8))


def best_by_force(
    problem: Problem, values: Callable[[Verifier, Roster], tuple[int, ...] | None]
) -> tuple[int, ...]:
    """Return the lexicographically least values over every roster that breaks no rule.

    Every need gets every subset of all assignees up to its target, so this shares nothing
    with the engine; problems must be tiny.

    Parameters
    ----------
    values
        What a roster is worth; None where it isn't to be considered.
    """
    verifier = Verifier(problem)
    ids = [p.id for p in problem.people] + [c.id for c in problem.crews]
    posts = [
        (shift.id, need.role, index)
        for shift in problem.shifts
        for need in shift.needs
        for index in range(need.target)
    ]
    # One at a time first: whoever breaks a rule alone breaks it in company.
    single = {
        post: [
            a
            for a in ids
            if all(
                v.rule == "own_post_first"
                for v in verifier.verify(_roster(problem, [(post, a)]), problem.pins)
            )
        ]
        for post in posts
    }
    best: tuple[int, ...] | None = None
    for choice in product(*([None, *single[post]] for post in posts)):
        taken = [(p, a) for p, a in zip(posts, choice, strict=True) if a is not None]
        roster = _roster(problem, taken)
        if not verifier.verify(roster, problem.pins):
            found = values(verifier, roster)
            if found is not None:
                best = found if best is None else min(best, found)
    assert best is not None
    return best


def _roster(problem: Problem, taken: list[tuple[tuple[str, str, int], str]]) -> Roster:
    return Roster(
        horizon=problem.horizon,
        assignments=tuple(Assignment(shift=s, role=r, index=k, assignee=a) for (s, r, k), a in taken),
    )


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """Two sites, two or three shifts each way, and every kind of rule, in random measure."""
    flag = st.booleans()
    sites = tuple(
        Place(
            id=f"s{k}",
            name=f"{k}",
            district="d",
            location=Location(lat=35.0, lon=113.0 + 0.05 * k),
            risk=k + 1,
        )
        for k in range(2)
    )
    units = (
        Unit(id="school", name="school", site="s0"),
        Unit(id="station", name="station", district="d"),
        Unit(id="other", name="other", district="d"),
    )
    vetted = (Qualification(name="vetting"), Qualification(name="training"))
    people = [
        Person(id="o0", name="o0", unit="station", roles=("resident_officer",), posted_to="s0"),
        Person(
            id="o1",
            name="o1",
            unit="other",
            roles=("resident_officer",),
            posted_to="s1" if draw(flag) else None,
        ),
        Person(
            id="t0",
            name="t0",
            unit="school",
            roles=("staff", "duty_leader") if draw(flag) else ("staff",),
            newcomer=draw(flag),
            qualifications=(Qualification(name="first_aid"),) if draw(flag) else (),
            capacity=draw(st.sampled_from([50, 100])),
        ),
        Person(id="t1", name="t1", unit="school", roles=("staff",), newcomer=True),
        Person(id="v0", name="v0", unit="school", roles=("volunteer",), qualifications=vetted),
        Person(id="m0", name="m0", unit="station", roles=("traffic_officer",) if draw(flag) else ()),
    ]
    crews = (Crew(id="c0", name="c0", unit="station", role="patrol_crew", members=("m0",)),)
    kinds = draw(
        st.lists(
            st.sampled_from(["1+0+2+0+1", "3+0+0+0+0", "0+1+1-2+0+0", "1+1+0+0+0", "0+0+2+0+N"]),
            min_size=2,
            max_size=2,
        )
    )
    window = Window(id="w", name="上学", name_en="Arrival", weight=draw(st.sampled_from([1, 2])))
    late = Window(id="late", name="晚", name_en="Late", lead=10, trail=20)
    bells = [Bell(site="s0", window="w", time=dt.time(8), weekdays=(1, 2))]
    if draw(flag):
        bells.append(
            Bell(site="s1", window="w", time=dt.time(8, draw(st.sampled_from([10, 40]))), weekdays=(1,))
        )
    else:
        bells.append(Bell(site="s0", window="late", time=dt.time(22), weekdays=(1,)))
    absences = []
    if draw(flag):
        start = dt.datetime.combine(MONDAY, dt.time(), ZONE)
        absences.append(
            Absence(
                assignee=draw(st.sampled_from(["o0", "t0", "m0"])),
                start=start,
                end=start + dt.timedelta(days=1),
                kind=draw(st.sampled_from([AbsenceKind.LEAVE, AbsenceKind.RELEASED])),
            )
        )
    history: tuple[PastDuty, ...] = ()
    if draw(flag):
        sunday = dt.datetime.combine(MONDAY - dt.timedelta(days=1), dt.time(22), ZONE)
        history = tuple(
            PastDuty(
                assignee=a,
                role=r,
                site="s0",
                window="late",
                date=sunday.date(),
                start=sunday,
                end=sunday + dt.timedelta(minutes=30),
            )
            for a, r in (("t1", "staff"), ("c0", "patrol_crew"))
        )
    rules = [
        Travel(),
        Coverage(escalation=draw(st.sampled_from([0, 7]))),
        Fairness(tolerance=0),
        Preferences(weight=3),
        Continuity(role="patrol_crew"),
        TravelMinutes(roles=("patrol_crew",)),
        SkillMix(role="staff", qualification="first_aid"),
        NewcomerAlone(role="staff"),
    ]
    rules += draw(
        st.lists(
            st.sampled_from(
                [
                    Rest(minutes=600),
                    DutyLimit(per="day", maximum=1),
                    DutyLimit(per="week", maximum=1, roles=("staff",)),
                    DutyLimit(per="week", measure="minutes", maximum=50, bearers=("m0", "t0", "o0")),
                    ConsecutiveDays(maximum=1),
                ]
            ),
            max_size=3,
            unique=True,
        )
    )
    wishes = draw(
        st.lists(
            st.builds(
                Preference,
                assignee=st.sampled_from(["t0", "t1", "c0", "m0", "o0"]),
                kind=st.sampled_from(PreferenceKind),
                weight=st.integers(1, 5),
                weekday=st.sampled_from([None, 1, 2]),
            ),
            max_size=2,
        )
    )
    return Problem(
        horizon=Horizon(start=MONDAY, days=2),
        sites=tuple(
            s.model_copy(update={"formula": f, "volunteers": (1, 1)})
            for s, f in zip(sites, kinds, strict=True)
        ),
        units=units,
        people=tuple(people),
        crews=crews,
        windows=(window, late),
        bells=tuple(bells),
        absences=tuple(absences),
        offers=(Offer(person="v0", weekday=1),),
        preferences=tuple(wishes),
        ledger=(
            LedgerEntry(assignee="t1", points=draw(st.sampled_from([0, 40, 95]))),
            LedgerEntry(assignee="t0", points=0),
        ),
        history=history,
        rules=tuple(rules),
    )

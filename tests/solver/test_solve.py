"""The engine against brute force, the verifier, and odd inputs."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples.city import reference_city
from models import (
    Absence,
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
from solver.solve import Settings, solve
from solver.verify import Verifier

MONDAY = dt.date(2026, 11, 30)
ZONE = dt.timezone(dt.timedelta(hours=8))


def best_by_force(problem: Problem) -> tuple[int, ...]:
    """Return the lexicographically least levels over every roster that breaks no rule.

    Every need gets every subset of all assignees up to its target, so this shares nothing
    with the engine; problems must be tiny.
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
            values = tuple(level.value for level in verifier.evaluate(roster))
            best = values if best is None else min(best, values)
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


@given(small_problems())
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_level_reaches_the_true_optimum(problem: Problem) -> None:
    solution = solve(problem, Settings(workers=1))
    levels = solution.report.levels
    assert tuple(level.value for level in levels) == best_by_force(problem)
    assert [level.bound for level in levels] == [level.value for level in levels]
    assert solution.report.status == "optimal"


@pytest.mark.parametrize("schools", [1, 5])
def test_a_small_city_is_proven_and_repeats_itself(schools: int) -> None:
    problem = reference_city(schools, seed=3)
    one, two = (solve(problem, Settings(workers=1, seed=7)) for _ in range(2))
    assert one.report.status == "optimal"
    assert one.roster == two.roster
    assert one.report.posts == one.report.filled + sum(u.missing for u in one.report.unfilled)


def test_two_processes_find_what_one_finds() -> None:
    problem = reference_city(12, seed=2)
    one, two = (solve(problem, Settings(workers=w)) for w in (1, 2))
    assert one.roster == two.roster


def test_no_time_still_gives_a_verified_roster_and_says_so() -> None:
    solution = solve(reference_city(4, seed=1), Settings(workers=1, time_limit=1e-6))
    assert solution.report.status == "feasible"
    assert solution.report.reason == "time_limit"
    assert solution.report.filled > 0


def test_cancelling_still_gives_a_verified_roster_and_says_so() -> None:
    solution = solve(reference_city(2, seed=1), Settings(workers=1), cancelled=lambda: True)
    assert solution.report.reason == "cancelled"
    assert solution.report.filled > 0


def test_nobody_and_nothing_are_rosters_too() -> None:
    assert solve(Problem(horizon=Horizon(start=MONDAY))).roster.assignments == ()
    city = reference_city(1, seed=1)
    empty = city.model_copy(
        update={
            name: ()
            for name in (
                "people",
                "crews",
                "absences",
                "timetables",
                "offers",
                "preferences",
                "ledger",
                "history",
            )
        }
    )
    report = solve(Problem(**{n: getattr(empty, n) for n in Problem.model_fields})).report
    assert report.status == "optimal"
    assert report.filled == 0
    assert all(u.candidates == 0 for u in report.unfilled)


def test_pins_are_kept_and_the_fewest_dropped() -> None:
    problem = reference_city(2, seed=1)
    free = solve(problem, Settings(workers=1)).roster
    staff = [a for a in free.assignments if a.role == "staff"]
    kept = staff[0].model_copy(update={"pinned": True})
    # The same person on two posts of one shift can't be pinned twice; somebody of another school can't be at all.
    other = next(a for a in staff if not a.shift.startswith(kept.shift[:5]))
    shift = next(a for a in staff if a.shift != kept.shift and a.shift.startswith(kept.shift[:5]))
    foreign = shift.model_copy(update={"assignee": other.assignee, "pinned": True})
    pinned = Problem(
        **{n: getattr(problem, n) for n in Problem.model_fields if n != "pins"}, pins=(kept, foreign)
    )
    solution = solve(pinned, Settings(workers=1))
    assert kept in solution.roster.assignments
    assert [(d.assignment, d.rules) for d in solution.report.dropped_pins] == [(foreign, ("scope",))]


@pytest.mark.parametrize(
    "wrong", [{"time_limit": 0.0}, {"workers": 0}, {"seed": -1}], ids=["time_limit", "workers", "seed"]
)
def test_settings_state_their_ranges(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="give"):
        Settings(**wrong)  # type: ignore[arg-type]


def test_parts_that_miss_posts_of_one_shift_are_weighed_together() -> None:
    # One traffic officer and one crew for two gates at the same time; each is a part of its own.
    # Alone, both would leave the second gate, of risk 1: 15 + 15, and 1000 for its second missing post.
    # Together they part: the officer's or the crew's 15 there, and 15 x 2 at the first gate, of risk 2.
    sites = tuple(
        Place(id=f"s{k}", name=f"{k}", district="d", risk=2 - k, formula="3+0+0+0+0") for k in range(2)
    )
    problem = Problem(
        horizon=Horizon(start=MONDAY, days=1),
        sites=sites,
        units=(Unit(id="u", name="u", district="d"),),
        people=(
            Person(id="t", name="t", unit="u", roles=("traffic_officer",)),
            Person(id="m", name="m", unit="u"),
            *(
                Person(id=f"o{k}", name="o", unit="u", roles=("resident_officer",), posted_to=f"s{k}")
                for k in range(2)
            ),
        ),
        crews=(Crew(id="c", name="c", unit="u", role="patrol_crew", members=("m",)),),
        windows=(Window(id="w", name="上学", name_en="Arrival"),),
        bells=tuple(Bell(site=s.id, window="w", time=dt.time(8)) for s in sites),
        rules=(Coverage(escalation=1000),),
    )
    report = solve(problem, Settings(workers=1)).report
    assert report.status == "optimal"
    assert (report.levels[0].value, report.levels[0].bound) == (45, 45)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.5])
def test_whatever_time_there_is_the_roster_is_verified(seconds: float) -> None:
    solution = solve(reference_city(6, seed=4), Settings(workers=1, time_limit=seconds))
    assert solution.report.filled > 0
    assert all(level.bound <= level.value for level in solution.report.levels)

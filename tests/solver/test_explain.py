"""Explanations: every way tried again here, conflicts against brute force."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import chain

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rota_cases import before as rota_duty
from rota_cases import station, watch
from small_cases import MONDAY, ZONE, best_by_force, small_problems

from examples.city import reference_city
from models import (
    Absence,
    Assignment,
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    Limit,
    Pinned,
    Problem,
    Rest,
    Role,
    Roster,
    Rule,
    Scope,
    Shift,
    Site,
    Succession,
    Weekends,
    shift_id,
)
from solver.explain import explain_conflicts, explain_person, explain_post
from solver.repair import repair
from solver.solve import Settings, solve
from solver.swaps import InvalidSwap, Swaps
from solver.verify import Verifier, burdens, verify


@pytest.fixture(scope="module")
def swaps() -> Swaps:
    problem = reference_city(schools=4, seed=1)
    return Swaps(problem, solve(problem, Settings(workers=1)).roster)


def _open(swaps: Swaps, role: str) -> tuple[str, str]:
    held = [(a.shift, a.role) for a in swaps.roster.assignments]
    return next(
        (s.id, n.role)
        for s in swaps.problem.shifts
        for n in s.needs
        if n.role == role and held.count((s.id, n.role)) < n.minimum
    )


def test_every_way_to_fill_a_post_does(swaps: Swaps) -> None:
    gone = next(a for a in swaps.roster.assignments if a.role == "traffic_officer")
    kept = tuple(a for a in swaps.roster.assignments if a != gone)
    lacking = Swaps(swaps.problem, swaps.roster.model_copy(update={"assignments": kept}))
    found = explain_post(lacking, gone.shift, gone.role, hire=False)
    assert found.open == 1
    assert gone.assignee in {way.assignee for way in found.ways if way.kind == "take"}
    verifier = Verifier(swaps.problem)
    for way in found.ways:
        new = gone.model_copy(update={"assignee": way.assignee})
        after = lacking.roster.model_copy(update={"assignments": (*kept, new)})
        broken = {v.rule for v in verifier.verify(after)}
        if way.kind == "move":
            pin = Pinned(shift=gone.shift, role=gone.role, assignee=way.assignee)
            again = repair(swaps.problem, lacking.roster, [pin])
            assert verify(again.problem, again.roster) == ()
            assert again.repair.changes == way.changes
        else:
            assert broken == ({way.rule} if way.kind == "waive" else set())


def test_a_limit_that_alone_keeps_somebody_away_is_named() -> None:
    problem = reference_city(schools=1, seed=1)
    roster = solve(problem, Settings(workers=1)).roster
    gone = next(a for a in roster.assignments if a.role == "security_guard")
    kept = tuple(a for a in roster.assignments if a != gone)
    lacking = roster.model_copy(update={"assignments": kept})
    free = [c.assignee for c in Swaps(problem, lacking).candidates(gone.shift, gone.role).free]
    other = next(name for name in free if name != gone.assignee)
    day = problem.shift_by_id[gone.shift].date
    has = sum(a.assignee == other and problem.shift_by_id[a.shift].date == day for a in kept)
    limit = DutyLimit(per="day", maximum=has, bearers=(other,))
    strict = problem.model_copy(update={"rules": (*problem.rules, limit)})
    found = explain_post(Swaps(strict, lacking), gone.shift, gone.role, hire=False)
    assert [(w.rule, w.assignee) for w in found.ways if w.assignee == other] == [("duty_limit", other)]


DAY, NIGHT = "day", "night"


@pytest.mark.parametrize(
    ("rule", "past", "held", "wanted", "found", "since"),
    [
        # One night is allowed; with Wednesday's there are two.
        (DutyLimit(per="horizon", maximum=1, windows=(NIGHT,)), "", {0: NIGHT}, (2, NIGHT), 2, None),
        # A night counts 720 minutes, two days 960.
        (
            DutyLimit(per="week", measure="minutes", maximum=1600),
            "",
            {0: DAY, 1: DAY},
            (3, NIGHT),
            1680,
            0,
        ),
        (ConsecutiveDays(maximum=2), "d", {0: DAY}, (1, DAY), 3, -1),
        # A single day between free ones.
        (ConsecutiveDays(minimum=2), "", {}, (2, DAY), 1, 2),
        # Tuesday and Wednesday are free now, afterwards Tuesday alone.
        (DaysOff(minimum=2), "", {0: DAY, 3: DAY}, (2, DAY), 1, 1),
        (Succession(earlier=(NIGHT,), later=(DAY,)), "", {0: NIGHT}, (1, DAY), None, 0),
        (Weekends(maximum=1), "", {5: DAY}, (13, DAY), 2, None),
        # From Tuesday 08:00 to Wednesday 08:00 there are 960 minutes off.
        (Rest(minutes=1000), "", {1: DAY}, (2, DAY), 960, 1),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_a_rule_of_longer_rotas_blocks_with_its_figures_and_can_be_waived(
    rule: Rule, past: str, held: dict[int, str], wanted: tuple[int, str], found: int | None, since: int | None
) -> None:
    def on(day: int) -> dt.date:
        return MONDAY + dt.timedelta(days=day)

    shifts = tuple(
        watch(on(day), window, minimum=1, target=1) for day in range(14) for window in (DAY, NIGHT)
    )
    history = tuple(rota_duty("a", on(-k)) for k in range(1, len(past) + 1))
    problem = station(MONDAY, 14, "a", shifts, rule, history=history)
    assignments = tuple(
        Assignment(shift=shift_id("gate", on(day), window), role="guard", index=0, assignee="a")
        for day, window in held.items()
    )
    roster = Roster(horizon=problem.horizon, assignments=assignments)
    post = shift_id("gate", on(wanted[0]), wanted[1])
    explained = explain_post(Swaps(problem, roster), post, "guard", hire=False)
    (blocked,) = explained.candidates.blocked
    assert blocked.rule == rule.kind
    (hindered,) = explained.hindered
    limits = {v.limit for v in hindered.violations}
    assert limits == {Limit(rule=rule, found=found, since=None if since is None else on(since))}
    (way,) = explained.ways
    assert (way.kind, way.rule, way.violations) == ("waive", rule.kind, hindered.violations)
    # Filling the post saves what a missing guard costs, and no level is dearer.
    assert way.cost[0] < 0


def test_one_more_person_is_solved_anew(swaps: Swaps) -> None:
    # With a single officer for four schools, most of their posts are open.
    officers = [p.id for p in swaps.problem.people if "traffic_officer" in p.roles]
    people = tuple(p for p in swaps.problem.people if p.id not in officers[1:])
    gone = set(officers[1:])
    fields = ("absences", "preferences", "ledger", "history")
    few = swaps.problem.model_copy(
        update={
            "people": people,
            **{f: tuple(x for x in getattr(swaps.problem, f) if x.assignee not in gone) for f in fields},
        }
    )
    lacking = Swaps(few, solve(few, Settings(workers=1)).roster)
    shift, role = _open(lacking, "traffic_officer")
    found = explain_post(lacking, shift, role, tries=1)
    assert all(hire.role == role and hire.proven for hire in found.hires)
    assert any(hire.gained["core"] > 0 for hire in found.hires)


def test_the_reasons_of_open_posts_add_up_and_are_those_that_are_found_one_by_one() -> None:
    problem = reference_city(schools=6, seed=4)
    solution = solve(problem, Settings(workers=1))
    held = Counter((a.shift, a.role) for a in solution.roster.assignments)
    swaps = Swaps(problem, solution.roster)
    for unfilled in solution.report.unfilled:
        need = (unfilled.shift, unfilled.role)
        assert unfilled.candidates == held[need] + sum(unfilled.blocked.values())
        found = swaps.candidates(*need)
        blocked = Counter(b.rule for b in found.blocked) + Counter(free=len(found.free))
        # Who holds a post of the need already is no candidate for another.
        assert blocked.pop("one_holder", 0) == held[need]
        assert blocked == Counter(unfilled.blocked)


def test_a_post_that_is_held_needs_no_explanation(swaps: Swaps) -> None:
    held = swaps.roster.assignments[0]
    with pytest.raises(InvalidSwap, match="full"):
        explain_post(swaps, held.shift, held.role)


def test_a_person_is_explained_beside_the_peers(swaps: Swaps) -> None:
    who = next(a.assignee for a in swaps.roster.assignments if a.role == "traffic_officer")
    found = explain_person(swaps, who)
    mine = [a for a in swaps.roster.assignments if a.assignee == who]
    assert [d.assignment for d in found.duties] == mine
    assert found.carried is not None
    burden = burdens(swaps.problem, swaps.roster)[who]
    assert found.carried.before == burden.opening
    assert found.carried.after == burden.opening + burden.points
    assert found.carried.least_after <= found.carried.mean_after <= found.carried.most_after
    with pytest.raises(InvalidSwap, match="no_assignee"):
        explain_person(swaps, "nobody")


@given(st.data())
@settings(
    max_examples=9,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_there_is_a_conflict_where_not_all_pins_can_be_kept(data: st.DataObject) -> None:
    problem = data.draw(small_problems())
    posts = [(s.id, n.role) for s in problem.shifts for n in s.needs]
    people = [*(p.id for p in problem.people), *(c.id for c in problem.crews)]
    pin = st.tuples(st.sampled_from(posts), st.sampled_from(people))
    drawn = data.draw(st.lists(pin, min_size=1, max_size=3, unique_by=lambda p: p[0]))
    pins = tuple(Assignment(shift=s, role=r, index=0, assignee=a, pinned=True) for (s, r), a in drawn)
    problem = problem.model_copy(update={"pins": pins})
    found = explain_conflicts(problem).conflicts

    def lost(_: Verifier, roster: Roster) -> tuple[int, ...]:
        kept = {(a.shift, a.role, a.assignee) for a in roster.assignments}
        return (sum((p.shift, p.role, p.assignee) not in kept for p in pins),)

    (fewest,) = best_by_force(problem, lost)
    assert bool(found) == bool(fewest)
    # Disjoint conflicts cost a pin each, if nothing else is dropped.
    assert len(found) <= fewest
    assert all(conflict.broken and set(conflict.pins) <= set(pins) for conflict in found)
    listed = list(chain.from_iterable(conflict.pins for conflict in found))
    assert len(listed) == len(set(listed))


def test_a_conflict_names_all_that_takes_part_in_it() -> None:
    problem = reference_city(schools=2, seed=1)
    teacher = next(p.id for p in problem.people if "staff" in p.roles)
    guard = next(p.id for p in problem.people if "security_guard" in p.roles)
    shifts = [s.id for s in problem.shifts if s.site == problem.sites[0].id and s.date == MONDAY][:3]
    limit = DutyLimit(per="day", maximum=2, roles=("staff",))
    start = dt.datetime.combine(MONDAY, dt.time(), ZONE)
    away = Absence(assignee=guard, start=start, end=start + dt.timedelta(days=1))
    pins = [(s, "staff", teacher) for s in shifts] + [(shifts[0], "security_guard", guard)]
    problem = Problem.model_validate(
        problem.model_copy(
            update={
                "rules": (limit,),
                "timetables": (),
                "absences": (away,),
                "pins": tuple(
                    Assignment(shift=s, role=r, index=0, assignee=a, pinned=True) for s, r, a in pins
                ),
            }
        ).model_dump()
    )
    absent, limited = explain_conflicts(problem).conflicts
    # Two demands, then three pins and the limit of two.
    assert (len(absent.pins), absent.absences, absent.broken) == (1, (away,), ("absence",))
    assert (len(limited.pins), limited.rules, limited.broken) == (3, (limit,), ("duty_limit",))


def _pin(shift: Shift, assignee: str) -> Assignment:
    return Assignment(shift=shift.id, role="guard", index=0, assignee=assignee, pinned=True)


def test_what_more_duties_can_mend_is_no_conflict_until_nothing_mends_it() -> None:
    days = [watch(MONDAY + dt.timedelta(days=k), "day", minimum=0, target=1) for k in range(4)]
    least = ConsecutiveDays(minimum=2)
    problem = station(MONDAY, 4, "ab", tuple(days), least).model_copy(update={"pins": (_pin(days[1], "a"),)})
    # One day alone is too short a run, but a can have the day after as well; not so when b has it and the day before.
    assert explain_conflicts(problem).conflicts == ()
    beside = tuple(_pin(day, "b") for day in (days[0], days[2]))
    (found,) = explain_conflicts(problem.model_copy(update={"pins": (*problem.pins, *beside)})).conflicts
    assert (found.rules, found.broken) == ((least,), ("consecutive_days",))


def test_a_pin_that_nothing_else_could_save_stands_alone() -> None:
    day = watch(MONDAY, "day", minimum=0, target=1)
    problem = station(
        MONDAY,
        1,
        "ab",
        (day,),
        DutyLimit(per="day", measure="minutes", maximum=60, bearers=("b",)),
        roles=(Role(id="guard", name="值守", name_en="Guard", scope=Scope.POSTED),),
        sites=(Site(id="gate", name="gate", district="d", station="u"),),
        pins=(_pin(day, "b"),),
    )
    owner, other = problem.people
    problem = problem.model_copy(update={"people": (owner.model_copy(update={"posted_to": "gate"}), other)})
    # Without the limit b would still stand in for a, who is posted there and free.
    (found,) = explain_conflicts(problem).conflicts
    assert (found.pins, found.rules, found.broken) == (problem.pins, (), ("own_post_first",))

"""Repair against brute force, and on a small city."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rota_cases import station, watch
from small_cases import MONDAY, ZONE, best_by_force, small_problems

from examples.city import reference_city
from models import (
    REPAIR_LEVELS,
    Absent,
    Asked,
    Assignment,
    Closed,
    DaysOff,
    DutyLimit,
    Happening,
    LeastMinutes,
    Moved,
    Pinned,
    Problem,
    Roster,
    Rule,
    Succession,
    Withdrawn,
)
from solver.happen import HappeningError
from solver.repair import Repaired, repair
from solver.solve import Settings, solve
from solver.verify import Verifier, verify


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour, minute), ZONE)


def triples(roster: Roster) -> set[tuple[str, str, str]]:
    return {(a.shift, a.role, a.assignee) for a in roster.assignments}


@st.composite
def happenings(draw: st.DrawFn, problem: Problem) -> tuple[Happening, ...]:
    needs = [(s.id, n.role) for s in problem.shifts for n in s.needs]
    people = [*(p.id for p in problem.people), *(c.id for c in problem.crews)]
    shift, role = draw(st.sampled_from(needs))
    kinds = [
        Absent(
            assignee=draw(st.sampled_from(people)),
            start=moment(draw(st.sampled_from([0, 1])), draw(st.sampled_from([0, 8]))),
        ),
        Withdrawn(unit=draw(st.sampled_from(["station", "school"])), start=moment(0, 0), end=moment(1, 0)),
        Closed(site="s1", start=moment(0, 0)),
        Moved(site="s0", window="w", minutes=draw(st.sampled_from([-20, 30]))),
        Pinned(shift=shift, role=role, assignee=draw(st.sampled_from(people))),
        Asked(shift=shift, role=role),
    ]
    return tuple(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2, unique_by=type)))


@given(st.data())
@settings(
    max_examples=18,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_a_repair_is_the_best_there_is(data: st.DataObject) -> None:
    problem = data.draw(small_problems())
    before = solve(problem, Settings(workers=1)).roster
    what = data.draw(happenings(problem))
    _is_the_best(problem, before, what, data.draw(st.sampled_from([None, moment(0, 7, 45), moment(0, 12)])))


@given(st.data())
@settings(
    max_examples=8,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_a_repair_of_a_longer_rota_is_the_best_there_is(data: st.DataObject) -> None:
    problem = data.draw(small_rotas())
    before = solve(problem, Settings(workers=1)).roster
    shift = data.draw(st.sampled_from(problem.shifts))
    kinds: list[Happening] = [
        Absent(assignee=data.draw(st.sampled_from("abc")), start=moment(data.draw(st.integers(0, 2)), 0)),
        Asked(shift=shift.id, role="guard"),
        Pinned(shift=shift.id, role="guard", assignee=data.draw(st.sampled_from("abc"))),
    ]
    what = data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2, unique_by=type))
    _is_the_best(problem, before, tuple(what), None)


@st.composite
def small_rotas(draw: st.DrawFn) -> Problem:
    """Three days of one or two posts for three people who should have minutes, and other rules of rotas."""
    days = [MONDAY + dt.timedelta(days=k) for k in range(3)]
    shifts = [watch(day, "day", minimum=draw(st.integers(0, 2)), target=2) for day in days]
    shifts.append(watch(days[draw(st.integers(0, 2))], "night", minimum=1, target=1))
    others: list[Rule] = [
        DaysOff(minimum=2),
        Succession(earlier=("night",), later=("day",)),
        DutyLimit(per="horizon", maximum=2),
    ]
    return station(
        MONDAY,
        3,
        "abc",
        tuple(sorted(shifts, key=lambda s: s.start)),
        LeastMinutes(
            minutes=draw(st.sampled_from([480, 900, 1200])), weight=draw(st.sampled_from([1, 1000]))
        ),
        *draw(st.lists(st.sampled_from(others), max_size=2, unique=True)),
    )


def test_nobody_is_moved_for_somebody_elses_minutes() -> None:
    shifts = tuple(watch(MONDAY + dt.timedelta(days=k), "day", minimum=1, target=1) for k in range(3))
    problem = station(MONDAY, 3, "abcd", shifts, LeastMinutes(minutes=480, weight=1000))
    held = [
        Assignment(shift=s.id, role="guard", index=0, assignee=a) for s, a in zip(shifts, "aba", strict=True)
    ]
    before = Roster(horizon=problem.horizon, assignments=tuple(held))
    # b is ill on Tuesday: c or d, who have no minutes yet, comes rather than a. The other stays without
    # any, although a could give up Wednesday: that would be two changes more.
    found = repair(problem, before, [Absent(assignee="b", start=moment(1, 0))])
    values = {level.name: level.value for level in found.repair.levels}
    assert (values["core"], values["changes"], values["minutes"]) == (0, 2, 2 * 480 * 1000)
    assert found.repair.status == "optimal"
    assert [a.assignee for a in found.roster.assignments][::2] == ["a", "a"]


def test_who_stays_keeps_the_index_when_somebody_is_pinned() -> None:
    shifts = tuple(watch(MONDAY + dt.timedelta(days=k), "day", minimum=2, target=2) for k in range(2))
    limit = DutyLimit(per="horizon", maximum=1, bearers=("a", "b"))
    problem = station(MONDAY, 2, "abc", shifts, limit)
    held = [(0, 0, "b"), (0, 1, "c"), (1, 0, "c"), (1, 1, "a")]
    before = Roster(
        horizon=problem.horizon,
        assignments=tuple(
            Assignment(shift=shifts[s].id, role="guard", index=i, assignee=a) for s, i, a in held
        ),
    )
    # a leaves Tuesday to b, who leaves Monday to a; c stays where c is, at the index that a pin takes first.
    found = repair(problem, before, [Pinned(shift=shifts[0].id, role="guard", assignee="a")])
    assert verify(found.problem, found.roster) == ()
    changes = [(c.shift, c.index, c.before, c.after) for c in found.repair.changes]
    assert changes == [(shifts[0].id, 0, "b", "a"), (shifts[1].id, 1, "a", "b")]
    assert [(p.index, p.assignee) for p in found.problem.pins] == [
        (a.index, "a") for a in found.roster.assignments if a.assignee == "a"
    ]


def _is_the_best(
    problem: Problem, before: Roster, what: tuple[Happening, ...], at: dt.datetime | None
) -> None:
    """Compare a repair with every roster there is."""
    try:
        found = repair(problem, before, what, at=at)
    except HappeningError:
        assert any(isinstance(h, Pinned) for h in what)
        return
    dropped = [d.assignment for d in found.repair.dropped_pins]
    assert verify(found.problem, found.roster, dropped) == ()
    starts = {
        (s.id, n.role): s.on_post(n)[0] for p in (problem, found.problem) for s in p.shifts for n in s.needs
    }
    begun = {key for key, start in starts.items() if at is not None and start < at}
    old = {t for t in triples(before) if t[:2] in begun}
    asked = _asked(problem, before, what, {(s.id, n.role) for s in found.problem.shifts for n in s.needs})
    pins = {(p.shift, p.role, p.assignee) for p in found.problem.pins}

    def values(verifier: Verifier, roster: Roster) -> tuple[int, ...] | None:
        if {t for t in triples(roster) if t[:2] in begun} != old:
            return None
        seconds = {key: int(start.timestamp()) for key, start in starts.items()}
        levels = verifier.evaluate_repair(roster, before.assignments, seconds, asked)
        return (len(pins - triples(roster)), *(level.value for level in levels))

    whole = values(Verifier(found.problem), found.roster)
    assert whole is not None
    assert whole == best_by_force(found.problem, values)
    assert whole[0] == len(dropped)
    assert tuple(level.name for level in found.repair.levels) == REPAIR_LEVELS
    # The report is of the fields that were touched: nothing is lost or changed in others.
    reached = [level.value for level in found.repair.levels]
    elsewhere = [all_of_it - here for all_of_it, here in zip(whole[1:], reached, strict=True)]
    assert elsewhere[:4] == [0, 0, 0, 0]
    assert min(elsewhere) >= 0
    if found.repair.status == "optimal":
        assert [level.bound for level in found.repair.levels] == reached
    # What is listed is what has changed: someone off a post, someone on it, or both.
    listed = sum((c.before is not None) + (c.after is not None) for c in found.repair.changes)
    assert listed == reached[REPAIR_LEVELS.index("changes")] == len(triples(before) ^ triples(found.roster))


def _asked(
    problem: Problem, before: Roster, what: tuple[Happening, ...], left: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    asked = {}
    for happening in what:
        if isinstance(happening, Asked) and (happening.shift, happening.role) in left:
            need = next(n for n in problem.shift_by_id[happening.shift].needs if n.role == happening.role)
            key = (happening.shift, happening.role)
            held = sum((a.shift, a.role) == key for a in before.assignments)
            asked[key] = need.minimum if held < need.minimum else need.target
    return asked


@pytest.fixture(scope="module")
def published() -> tuple[Problem, Roster]:
    problem = reference_city(schools=12, seed=4)
    return problem, solve(problem, Settings(workers=1)).roster


def _mended(published: tuple[Problem, Roster], *what: Happening, at: dt.datetime | None = None) -> Repaired:
    problem, roster = published
    found = repair(problem, roster, what, at=at)
    assert verify(found.problem, found.roster) == ()
    assert found.repair.status == "optimal"
    # Shifts in the problem's order, indices from 0, nobody who stays has another post.
    order = {s.id: k for k, s in enumerate(found.problem.shifts)}
    assert all(order[a.shift] <= order[b.shift] for a, b in pairwise(found.roster.assignments))
    stay = {(a.shift, a.role, a.assignee): a.index for a in roster.assignments}
    assert all(stay.get((a.shift, a.role, a.assignee), a.index) == a.index for a in found.roster.assignments)
    return found


def _first(roster: Roster, role: str) -> Assignment:
    return next(a for a in roster.assignments if a.role == role)


def _three(*held: str) -> tuple[Problem, Roster]:
    """Return a station with one shift for three, and who holds it."""
    shift = watch(MONDAY, "day", minimum=2, target=3)
    kept = [Assignment(shift=shift.id, role="guard", index=k, assignee=a) for k, a in enumerate(held)]
    problem = station(MONDAY, 1, "abcde", (shift,))
    return problem, Roster(horizon=problem.horizon, assignments=tuple(kept))


def test_who_holds_a_post_already_can_be_pinned_beside_somebody_new() -> None:
    problem, before = _three("a", "b", "c")
    shift = problem.shifts[0].id
    for names in (("d", "c"), ("c", "d"), ("d", "d", "c")):
        pins = [Pinned(shift=shift, role="guard", assignee=name) for name in names]
        found = repair(problem, before, pins)
        pinned = {a.assignee for a in found.roster.assignments if a.pinned}
        assert (pinned, found.repair.dropped_pins) == ({"c", "d"}, ())
        assert found.problem == Problem.model_validate(found.problem.model_dump())
    four = [Pinned(shift=shift, role="guard", assignee=name) for name in "edcb"]
    with pytest.raises(HappeningError, match="all_pinned"):
        repair(problem, before, four)


def test_an_absence_beside_the_horizon_is_refused_and_one_that_reaches_into_it_is_not() -> None:
    problem, before = _three("a", "b")
    for start, end in ((moment(3, 0), None), (moment(3, 0), moment(4, 0)), (moment(-3, 0), moment(-2, 0))):
        with pytest.raises(HappeningError, match="outside"):
            repair(problem, before, [Absent(assignee="a", start=start, end=end)])
    found = repair(problem, before, [Absent(assignee="a", start=moment(-3, 0), end=moment(4, 0))])
    assert {c.before for c in found.repair.changes} == {"a"}


@pytest.mark.parametrize(
    "role", ["resident_officer", "traffic_officer", "patrol_crew", "staff", "security_guard"]
)
def test_one_absence_changes_as_many_duties_as_were_held(
    published: tuple[Problem, Roster], role: str
) -> None:
    problem, roster = published
    gone = _first(roster, role)
    day = problem.shift_by_id[gone.shift].date
    start = dt.datetime.combine(day, dt.time(), ZONE)
    found = _mended(published, Absent(assignee=gone.assignee, start=start, end=start + dt.timedelta(days=1)))
    lost = [a for a in roster.assignments if a.assignee == gone.assignee and f"/{day}/" in a.shift]
    values = {level.name: level.value for level in found.repair.levels}
    # Each duty lost is one change, each found again another; what is open says why.
    assert values["changes"] >= 2 * len(lost) - sum(u.missing_minimum for u in found.repair.opened)
    assert bool(found.repair.opened) == any(c.after is None for c in found.repair.changes)
    assert {(c.shift, c.before) for c in found.repair.changes} >= {(a.shift, a.assignee) for a in lost}
    assert all(a.assignee != gone.assignee or f"/{day}/" not in a.shift for a in found.roster.assignments)


def test_a_post_that_was_asked_for_in_vain_is_named_with_its_reasons() -> None:
    problem = station(MONDAY, 1, "a", (watch(MONDAY, "day", minimum=2, target=2),))
    held = Assignment(shift=problem.shifts[0].id, role="guard", index=0, assignee="a")
    before = Roster(horizon=problem.horizon, assignments=(held,))
    found = repair(problem, before, [Asked(shift=held.shift, role="guard")]).repair
    assert found.changes == ()
    assert [(u.shift, u.missing_minimum, u.candidates) for u in found.opened] == [(held.shift, 1, 1)]


def test_what_was_asked_for_beyond_the_preferred_number_is_named_too() -> None:
    problem = station(MONDAY, 1, "ab", (watch(MONDAY, "day", minimum=1, preferred=1, target=3),))
    shift = problem.shifts[0].id
    held = Assignment(shift=shift, role="guard", index=0, assignee="a")
    before = Roster(horizon=problem.horizon, assignments=(held,))
    # One is there, three are asked for, two there are: the third post stays open.
    found = repair(problem, before, [Asked(shift=shift, role="guard", posts=3)]).repair
    assert [c.after for c in found.changes] == ["b"]
    assert [(u.shift, u.missing, u.missing_minimum, u.candidates) for u in found.opened] == [(shift, 1, 0, 2)]


def test_a_need_that_loses_a_holder_beyond_the_preferred_number_is_named() -> None:
    problem = station(MONDAY, 1, "ab", (watch(MONDAY, "day", minimum=1, preferred=1, target=3),))
    shift = problem.shifts[0].id
    both = tuple(Assignment(shift=shift, role="guard", index=k, assignee=a) for k, a in enumerate("ab"))
    before = Roster(horizon=problem.horizon, assignments=both)
    found = repair(problem, before, [Absent(assignee="b", start=moment(0, 0))]).repair
    assert [(u.missing, u.blocked) for u in found.opened] == [(1, {"absence": 1})]


def test_what_has_begun_stays(published: tuple[Problem, Roster]) -> None:
    problem, roster = published
    gone = _first(roster, "staff")
    shift = problem.shift_by_id[gone.shift]
    at = shift.end - dt.timedelta(minutes=1)
    found = _mended(published, Absent(assignee=gone.assignee, start=shift.start), at=at)
    assert gone in found.roster.assignments
    assert all(c.start >= at for c in found.repair.changes)


def test_a_closed_site_changes_nobody_else(published: tuple[Problem, Roster]) -> None:
    problem, _ = published
    site = problem.sites[0].id
    start = dt.datetime.combine(problem.horizon.start + dt.timedelta(days=1), dt.time(), ZONE)
    found = _mended(published, Closed(site=site, start=start, end=start + dt.timedelta(days=1)))
    closed = {s.id for s in problem.shifts if s.site == site and s.date == start.date()}
    assert closed.isdisjoint(s.id for s in found.problem.shifts)
    assert {c.shift for c in found.repair.changes} == closed
    assert all(c.after is None for c in found.repair.changes)


def test_a_withdrawn_unit_has_no_duty_left(published: tuple[Problem, Roster]) -> None:
    problem, roster = published
    unit = next(p.unit for p in problem.people if p.id == _first(roster, "traffic_officer").assignee)
    start = dt.datetime.combine(problem.horizon.start, dt.time(), ZONE)
    found = _mended(published, Withdrawn(unit=unit, start=start))
    members = {p.id for p in problem.people if p.unit == unit}
    assert members.isdisjoint(a.assignee for a in found.roster.assignments)
    assert found.repair.opened


def test_nothing_changes_when_nothing_was_lost(published: tuple[Problem, Roster]) -> None:
    problem, roster = published
    idle = next(
        p.id for p in problem.people if p.roles and p.id not in {a.assignee for a in roster.assignments}
    )
    found = _mended(published, Absent(assignee=idle, start=moment(0, 0)))
    assert found.roster == roster
    assert found.repair.changes == ()
    assert found.repair.components == 0


def test_a_repaired_problem_can_be_repaired_again_and_read_again(published: tuple[Problem, Roster]) -> None:
    _, roster = published
    one = _mended(published, Absent(assignee=_first(roster, "staff").assignee, start=moment(0, 0)))
    again = Problem.model_validate_json(one.problem.model_dump_json())
    assert again == one.problem
    two = _mended(
        (again, one.roster), Absent(assignee=_first(one.roster, "staff").assignee, start=moment(0, 0))
    )
    assert verify(two.problem, two.roster) == ()


@pytest.mark.parametrize(
    ("happening", "message"),
    [
        (Absent(assignee="nobody", start=moment(0, 0)), "no_assignee: nobody"),
        (Closed(site="nowhere", start=moment(0, 0)), "no_site: nowhere"),
        (Withdrawn(unit="none", start=moment(0, 0)), "no_unit: none"),
        (Asked(shift="x", role="staff"), "no_shift: x"),
        (Absent(assignee="S0001-T001", start=moment(14, 0)), "outside: 2026"),
    ],
)
def test_unknown_ids_are_named(published: tuple[Problem, Roster], happening: Happening, message: str) -> None:
    with pytest.raises(HappeningError, match=message):
        repair(*published, [happening])

"""Trials, partners and chains against the verifier and against trying everything."""

from __future__ import annotations

import datetime as dt
import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rota_cases import before, station, watch
from swap_cases import drawn, duties, everybody, swapping, verifier
from verify_cases import absence, at, city, hold, shift

from examples.city import reference_city
from models import (
    Assignment,
    ConsecutiveDays,
    DaysOff,
    Duty,
    DutyLimit,
    Fairness,
    Handover,
    LeastMinutes,
    Rest,
    Roster,
    Succession,
    Trial,
    Weekends,
)
from solver.solve import Settings, solve
from solver.swaps import InvalidSwap, Swaps, exchange, give_away
from solver.swaps.verdict import new_violations
from solver.verify import Verifier

SEEDS = st.integers(0, 10**6)
ROSTERS = st.integers(0, 20)


def moved_at_random(swaps: Swaps, chance: random.Random, count: int, names: list[str]) -> list[Handover]:
    """Return handovers of so many duties to anybody."""
    given_up = chance.sample(duties(swaps.roster), count)
    takers = [chance.choice([n for n in names if n != d.assignee]) for d in given_up]
    return [Handover(duty=d, taker=t) for d, t in zip(given_up, takers, strict=True)]


def changed(swaps: Swaps, handovers: list[Handover]) -> Roster:
    """Return the roster after some handovers, and see that nothing else has changed."""
    after = swaps.after(handovers)
    gone = {(h.duty.shift, h.duty.role, h.duty.assignee, h.taker) for h in handovers}
    pairs = zip(swaps.roster.assignments, after.assignments, strict=True)
    assert {(a.shift, a.role, a.assignee, b.assignee) for a, b in pairs if a.assignee != b.assignee} == gone
    return after


def check(swaps: Swaps, trial: Trial, verifier: Verifier) -> None:
    """See that a trial says what the verifier says of the two rosters."""
    after = changed(swaps, list(trial.handovers))
    known, found = (verifier.verify(r) for r in (swaps.roster, after))
    assert sorted(map(str, trial.violations)) == sorted(map(str, new_violations(known, found)))
    for level, was, is_ in zip(
        trial.levels, verifier.evaluate(swaps.roster), verifier.evaluate(after), strict=True
    ):
        assert (level.name, level.before, level.after) == (was.name, was.value, is_.value)
        terms = {t.name: [t.value, 0] for t in was.terms}
        for term in is_.terms:
            terms.setdefault(term.name, [0, 0])[1] = term.value
        differing = [(name, *pair) for name, pair in sorted(terms.items()) if pair[0] != pair[1]]
        assert [(t.name, t.before, t.after) for t in level.terms] == differing


@settings(max_examples=40, deadline=None)
@given(ROSTERS, SEEDS, st.integers(1, 4))
def test_a_trial_says_what_the_verifier_says(drawing: int, seed: int, count: int) -> None:
    chance = random.Random(seed)
    roster = drawn(drawing, 45)
    swaps = Swaps(swapping(), roster)
    handovers = moved_at_random(swaps, chance, count, everybody())
    trial = swaps.trial(handovers)
    check(swaps, trial, verifier())
    assert trial.legal == (not verifier().verify(swaps.after(handovers)))


ROTA = station(
    dt.date(2026, 9, 7),
    8,
    "abcd",
    tuple(watch(dt.date(2026, 9, 7) + dt.timedelta(days=k), w) for k in range(8) for w in ("day", "night")),
    ConsecutiveDays(maximum=4, minimum=2),
    DaysOff(minimum=2),
    Succession(earlier=("night",), later=("day",)),
    Weekends(maximum=1),
    LeastMinutes(minutes=2000),
    DutyLimit(per="horizon", maximum=5),
    Rest(minutes=600),
    Fairness(),
    history=(before("a", dt.date(2026, 9, 6), "night"), before("b", dt.date(2026, 9, 5))),
)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_a_trial_on_a_rota_that_breaks_much_already(seed: int, count: int) -> None:
    chance = random.Random(seed)
    free = [(s.id, k) for s in ROTA.shifts for k in range(2)]
    held = [
        Assignment(shift=s, role="guard", index=k, assignee=chance.choice("abcd"))
        for s, k in chance.sample(free, 20)
    ]
    single = {(a.shift, a.assignee): a for a in held}
    roster = Roster(horizon=ROTA.horizon, assignments=tuple(single.values()))
    swaps = Swaps(ROTA, roster)
    check(swaps, swaps.trial(moved_at_random(swaps, chance, count, list("abcd"))), Verifier(ROTA))


@settings(max_examples=25, deadline=None)
@given(ROSTERS, SEEDS)
def test_partners_are_those_that_trying_all_finds(drawing: int, seed: int) -> None:
    roster = drawn(drawing, 45)
    swaps = Swaps(swapping(), roster)
    duty = random.Random(seed).choice(duties(roster))
    partners = swaps.partners(duty)
    takers, exchanges = set(), set()
    for name in everybody():
        if name != duty.assignee and not verifier().verify(swaps.after(give_away(duty, name))):
            takers.add(name)
    for other in duties(roster):
        both = (*give_away(duty, other.assignee), *give_away(other, duty.assignee))
        same = (other.shift, other.role) == (duty.shift, duty.role)
        if other.assignee != duty.assignee and not same and not verifier().verify(swaps.after(both)):
            exchanges.add(other)
    assert {t.handovers[0].taker for t in partners.takers} == takers
    assert {t.handovers[1].duty for t in partners.exchanges} == exchanges
    for trials in (partners.takers, partners.exchanges):
        assert [t.cost for t in trials] == sorted(t.cost for t in trials)
        for trial in trials:
            check(swaps, trial, verifier())
    named = {o.assignee for o in partners.others}
    assert named.isdisjoint(takers | {e.assignee for e in exchanges})
    for without in partners.others:
        broken = {v.rule for v in swaps.trial(give_away(duty, without.assignee)).violations}
        assert without.give_away in broken
    assert sum(partners.blocked.values()) == len(partners.others)


def ways(roster: Roster, duty: Duty, people: int) -> list[list[Handover]]:
    """Return every cycle and chain of so many people that begins with a duty."""
    found = []
    rest = [d for d in duties(roster) if d.assignee != duty.assignee]
    for passed in permutations(rest, people - 1):
        names = [duty.assignee, *(d.assignee for d in passed)]
        steps = list(zip((duty, *passed), passed, strict=False))
        if len(set(names)) < people or any((a.shift, a.role) == (b.shift, b.role) for a, b in steps):
            continue
        if (passed[-1].shift, passed[-1].role) != (duty.shift, duty.role):
            takers = [*(d.assignee for d in passed), duty.assignee]
            found.append([Handover(duty=d, taker=t) for d, t in zip((duty, *passed), takers, strict=True)])
    for passed in permutations(rest, people - 2):
        names = [duty.assignee, *(d.assignee for d in passed)]
        steps = list(zip((duty, *passed), passed, strict=False))
        if len(set(names)) < people - 1 or any((a.shift, a.role) == (b.shift, b.role) for a, b in steps):
            continue
        for last in set(everybody()) - set(names):
            takers = [*(d.assignee for d in passed), last]
            found.append([Handover(duty=d, taker=t) for d, t in zip((duty, *passed), takers, strict=True)])
    return found


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_chains_are_those_that_trying_all_finds(seed: int) -> None:
    roster = drawn(seed, 14)
    swaps = Swaps(swapping(), roster)
    duty = random.Random(seed).choice(duties(roster))
    legal = {tuple(way) for way in ways(roster, duty, 3) if not verifier().verify(swaps.after(way))}
    found = swaps.chains(duty, longest=3, most=10**6)
    assert {t.handovers for t in found} == legal
    assert [t.cost for t in found] == sorted(t.cost for t in found)
    for trial in found[:5]:
        check(swaps, trial, verifier())


EARLY = shift("A", 0, "07:00", "07:30", "traffic", "any")
LATE = shift("A", 0, "17:00", "17:30", "traffic", window="pm")
T1_EARLY = Duty(shift=EARLY.id, role="traffic", assignee="t1")
T2_LATE = Duty(shift=LATE.id, role="traffic", assignee="t2")


def test_a_broken_roster_is_not_held_against_a_swap_that_mends_it() -> None:
    problem = city(EARLY, LATE, absences=(absence("t1", 0, "06:00", "09:00"),))
    swaps = Swaps(problem, hold((EARLY, "traffic", "t1"), (LATE, "traffic", "t2")))
    for handovers in (give_away(T1_EARLY, "t2"), exchange(T1_EARLY, T2_LATE), give_away(T2_LATE, "t1")):
        assert swaps.trial(handovers).legal
    # The other way round, somebody who is away would be on post.
    back = Swaps(problem, swaps.after(exchange(T1_EARLY, T2_LATE)))
    trial = back.trial(give_away(Duty(shift=EARLY.id, role="traffic", assignee="t2"), "t1"))
    assert [(v.rule, v.bearer) for v in trial.violations] == [("absence", "t1")]


def test_a_limit_that_is_exceeded_by_less_than_before_is_not_broken_anew() -> None:
    days = [shift("A", day, "07:00", "07:30", "traffic") for day in range(4)]
    problem = city(*days, rules=(DutyLimit(per="week", maximum=1),))
    swaps = Swaps(problem, hold(*((day, "traffic", "t1") for day in days[:3])))
    mine = [Duty(shift=day.id, role="traffic", assignee="t1") for day in days[:3]]
    assert swaps.trial(give_away(mine[0], "t2")).legal
    trial = swaps.trial([*give_away(mine[0], "t2"), *give_away(mine[1], "t2")])
    assert [(v.rule, v.bearer) for v in trial.violations] == [("duty_limit", "t2")]


def test_a_pinned_duty_stays_with_its_holder_unless_it_is_released() -> None:
    roster = hold((EARLY, "traffic", "t1"), (LATE, "traffic", "t2"))
    by_hand = Assignment(shift=EARLY.id, role="traffic", index=0, assignee="t1", pinned=True)
    pinned = roster.model_copy(update={"assignments": (by_hand, roster.assignments[1])})
    for problem, held in ((city(EARLY, LATE, pins=(by_hand,)), roster), (city(EARLY, LATE), pinned)):
        swaps = Swaps(problem, held)
        trial = swaps.trial(exchange(T1_EARLY, T2_LATE))
        assert [(v.rule, v.bearer) for v in trial.violations] == [("pin", "t1")]
        assert {o.give_away for o in swaps.partners(T1_EARLY).others} == {"pin"}
        assert swaps.chains(T1_EARLY) == ()
        free = Swaps(problem, held, unpin=True)
        assert free.trial(exchange(T1_EARLY, T2_LATE)).legal
        assert not any(a.pinned for a in free.after(exchange(T1_EARLY, T2_LATE)).assignments)


def test_what_has_begun_is_neither_given_nor_asked_for() -> None:
    roster = hold((EARLY, "traffic", "t1"), (LATE, "traffic", "t2"))
    swaps = Swaps(city(EARLY, LATE), roster, at=at(0, "12:00"))
    with pytest.raises(InvalidSwap) as caught:
        swaps.trial(give_away(T1_EARLY, "t2"))
    assert caught.value.fault == "began"
    partners = swaps.partners(T2_LATE)
    assert [t.handovers[0].taker for t in partners.takers] == ["t1"]
    assert partners.exchanges == ()
    # At the very minute it begins it can still be swapped.
    assert Swaps(city(EARLY, LATE), roster, at=at(0, "07:00")).trial(give_away(T1_EARLY, "t2")).legal


def test_handovers_that_make_no_sense() -> None:
    swaps = Swaps(city(EARLY, LATE), hold((EARLY, "traffic", "t1"), (LATE, "traffic", "t2")))
    nobody = Duty(shift=EARLY.id, role="any", assignee="t1")
    for fault, handovers in {
        "no_duty": give_away(nobody, "t2"),
        "no_assignee": give_away(T1_EARLY, "nobody"),
        "own": give_away(T1_EARLY, "t1"),
        "twice": (*give_away(T1_EARLY, "t2"), *give_away(T1_EARLY, "m1")),
    }.items():
        with pytest.raises(InvalidSwap) as caught:
            swaps.trial(handovers)
        assert caught.value.fault == fault


def test_a_region_answers_as_the_whole_city_does() -> None:
    problem = reference_city(schools=12, seed=4)
    roster = solve(problem, Settings(workers=1)).roster
    swaps, whole = Swaps(problem, roster), Verifier(problem)
    before = {level.name: level.value for level in whole.evaluate(roster)}
    chance = random.Random(1)
    for role in ("traffic_officer", "patrol_crew", "staff", "resident_officer"):
        duty = chance.choice([d for d in duties(roster) if d.role == role])
        partners = swaps.partners(duty)
        trials = [*partners.takers[:2], *partners.exchanges[:3]]
        if role == "patrol_crew":
            trials += swaps.chains(duty, longest=3, most=2)
        for trial in trials:
            after = swaps.after(trial.handovers)
            assert whole.verify(after) == ()
            rises = {level.name: level.value - before[level.name] for level in whole.evaluate(after)}
            assert {level.name: level.rise for level in trial.levels} == rises
    assert len(swaps.chains(duty, longest=3)) == 0

"""Trials, partners and chains against the verifier and against trying everything."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from swap_cases import drawn, duties, everybody, swapping, verifier

from models import Assignment, Duty, Handover, LevelDifference, Post, Roster, Trial
from solver.swaps import InvalidSwap, Swaps, give_away
from solver.swaps.verdict import new_violations

SEEDS = st.integers(0, 10**6)


def changed(swaps: Swaps, handovers: list[Handover]) -> Roster:
    """Return the roster after some handovers, and see that nothing else has changed."""
    after = swaps.after(handovers)
    gone = {(h.duty.shift, h.duty.role, h.duty.assignee, h.taker) for h in handovers}
    pairs = zip(swaps.roster.assignments, after.assignments, strict=True)
    assert {(a.shift, a.role, a.assignee, b.assignee) for a, b in pairs if a.assignee != b.assignee} == gone
    return after


def check(swaps: Swaps, trial: Trial) -> None:
    """See that a trial says what the verifier says of the two rosters."""
    after = changed(swaps, list(trial.handovers))
    known, found = (verifier().verify(r) for r in (swaps.roster, after))
    assert sorted(map(str, trial.violations)) == sorted(map(str, new_violations(known, found)))
    check_levels(trial.levels, swaps.roster, after)


@settings(max_examples=60)
@given(SEEDS, st.integers(1, 4))
def test_a_trial_says_what_the_verifier_says(seed: int, count: int) -> None:
    chance = random.Random(seed)
    roster = drawn(seed, 40)
    swaps = Swaps(swapping(), roster)
    given_up = chance.sample(duties(roster), count)
    takers = [chance.choice([n for n in everybody() if n != d.assignee]) for d in given_up]
    handovers = [Handover(duty=d, taker=t) for d, t in zip(given_up, takers, strict=True)]
    trial = swaps.trial(handovers)
    check(swaps, trial)
    assert trial.legal == (not verifier().verify(swaps.after(handovers)))


def check_levels(levels: tuple[LevelDifference, ...], before: Roster, after: Roster) -> None:
    """See that differences are those of the verifier's values."""
    for level, was, is_ in zip(levels, verifier().evaluate(before), verifier().evaluate(after), strict=True):
        assert (level.name, level.before, level.after) == (was.name, was.value, is_.value)
        terms = {t.name: [t.value, 0] for t in was.terms}
        for term in is_.terms:
            terms.setdefault(term.name, [0, 0])[1] = term.value
        differing = [(name, *pair) for name, pair in sorted(terms.items()) if pair[0] != pair[1]]
        assert [(t.name, t.before, t.after) for t in level.terms] == differing


@settings(max_examples=60)
@given(SEEDS, st.integers(1, 5))
def test_a_change_of_any_posts_says_what_the_verifier_says(seed: int, count: int) -> None:
    chance = random.Random(seed)
    # The second roster is asked through the first one's facts.
    swaps = Swaps(swapping(), drawn(seed + 1, 20))
    swaps.change({Post(shift=swapping().shifts[0].id, role="staff", index=0): None})
    roster = drawn(seed, 40)
    swaps = swaps.on(roster)
    posts = [
        Post(shift=s.id, role=n.role, index=k)
        for s in swapping().shifts
        for n in s.needs
        for k in range(n.target)
    ]
    new = {post: chance.choice([None, *everybody()]) for post in chance.sample(posts, count)}
    verdict = swaps.change(new)
    keys = {(p.shift, p.role, p.index) for p in new}
    kept = [a for a in roster.assignments if (a.shift, a.role, a.index) not in keys]
    put = [Assignment(**p.model_dump(), assignee=name) for p, name in new.items() if name is not None]
    after = roster.model_copy(update={"assignments": (*kept, *put)})
    known, found = (verifier().verify(r) for r in (roster, after))
    assert sorted(map(str, verdict.violations)) == sorted(map(str, new_violations(known, found)))
    check_levels(verdict.levels, roster, after)


def test_a_change_speaks_of_posts_and_people_that_are_there() -> None:
    swaps = Swaps(swapping(), drawn(1, 10))
    shift = swapping().shifts[0].id
    with pytest.raises(InvalidSwap, match="no_need"):
        swaps.change({Post(shift=shift, role="staff", index=2): None})
    with pytest.raises(InvalidSwap, match="no_assignee"):
        swaps.change({Post(shift=shift, role="staff", index=0): "nobody"})


@settings(max_examples=25)
@given(SEEDS)
def test_partners_are_those_that_trying_all_finds(seed: int) -> None:
    roster = drawn(seed, 45)
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
            check(swaps, trial)
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


@settings(max_examples=12)
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
        check(swaps, trial)

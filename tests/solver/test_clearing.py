"""Clearing against exhaustive search, and what is believed of it."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from swap_cases import MORE, drawn, duties, everybody, roster_of, swapping, verifier
from verify_cases import PEOPLE, city, hold, need, person, shift

from models import (
    Clearing,
    Duty,
    Given,
    Handover,
    NewcomerAlone,
    Qualification,
    Roster,
    Shift,
    SkillMix,
    SwapWish,
    Wanted,
)
from solver.swaps import InvalidSwap, Swaps, clearing, market
from solver.swaps.verdict import new_violations

Way = tuple[tuple[int, ...], tuple[Handover, ...]]


def drawn_wishes(seed: int, roster: Roster, count: int) -> list[SwapWish]:
    """Return wishes of all kinds, most about one or two roles, some of one person or about one duty."""
    chance = random.Random(seed)
    roles = chance.sample(["staff", "traffic", "crew", "any", "officer", "volunteer"], 2)
    known = [d for d in duties(roster) if d.role in roles] or duties(roster)
    names = {
        role: [p.id for p in swapping().people if role in p.roles]
        + [c.id for c in swapping().crews if c.role == role]
        for role in roles
    }
    wishes = []
    for _ in range(count):
        duty = chance.choice(known)
        wanted = [
            Wanted(role=duty.role),
            Wanted(window=chance.choice(["am", "pm"])),
            Wanted(role=duty.role, site=chance.choice("AB")),
            Wanted(weekday=chance.choice([1, 2, 3])),
            Wanted.model_validate(chance.choice(known).model_dump()),
        ]
        take = tuple(chance.sample(wanted, chance.choice([1, 2, 3])))
        give = Given(shift=duty.shift, role=duty.role)
        kind = chance.random()
        if kind < 0.2:
            wishes.append(SwapWish(assignee=duty.assignee, give=give))
        elif kind < 0.4:
            taker = chance.choice(names.get(duty.role) or everybody())
            wishes.append(SwapWish(assignee=taker, take=take))
        else:
            wishes.append(SwapWish(assignee=duty.assignee, give=give, take=take))
    return wishes


def agreed(wishes: list[SwapWish], giver: int, taker: int) -> Handover | None:
    """Return the handover that two wishes agree on."""
    one, two = wishes[giver], wishes[taker]
    if one.give is None or one.assignee == two.assignee or one.give == two.give:
        return None
    shift = swapping().shift_by_id[one.give.shift]
    if not any(w.matches(shift, one.give.role, one.assignee) for w in two.take):
        return None
    duty = Duty(shift=shift.id, role=one.give.role, assignee=one.assignee)
    return Handover(duty=duty, taker=two.assignee)


def all_ways(wishes: list[SwapWish], longest: int) -> list[Way]:
    """Return every cycle and chain by the wishes it fulfils."""
    found: list[Way] = []

    def extend(path: list[int], passed: list[Handover]) -> None:
        first, last = wishes[path[0]], path[-1]
        if len(path) > 1 and wishes[last].give is None:
            found.append((tuple(path), tuple(passed)))
            return
        if first.take and path[0] == min(path) and (back := agreed(wishes, last, path[0])) and len(path) > 1:
            found.append((tuple(path), (*passed, back)))
        for k in range(len(wishes)):
            # A chain begins with what is given for nothing and ends with what is taken for nothing.
            ends = wishes[k].give is None
            if k in path or len(path) == longest or not wishes[k].take or (ends and first.take):
                continue
            if step := agreed(wishes, last, k):
                extend([*path, k], [*passed, step])

    for k, wish in enumerate(wishes):
        if wish.give is not None:
            extend([k], [])
    return found


def mix(roster: Roster) -> dict[tuple[str, str], list[int]]:
    """Return what skill mix and newcomers cost at each need that is held."""
    nothing = {t.name: t.value for t in verifier().evaluate(roster_of([]))[-1].terms}
    found = {}
    for at in {(a.shift, a.role) for a in roster.assignments}:
        alone = roster_of([a for a in roster.assignments if (a.shift, a.role) == at])
        terms = {t.name: t.value for t in verifier().evaluate(alone)[-1].terms}
        found[at] = [terms.get(n, 0) - nothing.get(n, 0) for n in ("skill_mix", "newcomer_alone")]
    return found


def distance(handover: Handover, who: str) -> int:
    """Return how far from home somebody would stand there, 0 in a role that isn't posted."""
    duty = handover.duty
    if duty.role != "officer":
        return 0
    site = swapping().shift_by_id[duty.shift].site
    return {"own_" + site.lower(): 0, "near": 1 if site == "A" else 2}.get(who, 2)


def good(swaps: Swaps, handovers: list[Handover]) -> bool:
    """Say whether some handovers keep every rule and leave nobody worse off, as docs/swap.md defines it."""
    if len({h.duty for h in handovers}) < len(handovers):
        return False
    if any(distance(h, h.taker) > distance(h, h.duty.assignee) for h in handovers):
        return False
    after = swaps.after(handovers)
    if new_violations(verifier().verify(swaps.roster), verifier().verify(after)):
        return False
    before = mix(swaps.roster)
    return all(
        new <= old for need, costs in mix(after).items() for new, old in zip(costs, before[need], strict=True)
    )


def largest(swaps: Swaps, wishes: list[SwapWish], longest: int) -> int:
    """Return the most handovers of any set of cycles and chains that is good."""
    ways = all_ways(wishes, longest)
    best = 0
    for count in range(1, len(wishes) // 2 + 1):
        for chosen in combinations(ways, count):
            fulfilled = [w for path, _ in chosen for w in path]
            handovers = [h for _, passed in chosen for h in passed]
            if len(set(fulfilled)) == len(fulfilled) and len(handovers) > best and good(swaps, handovers):
                best = len(handovers)
    return best


def check(swaps: Swaps, wishes: list[SwapWish], found: Clearing, longest: int) -> None:
    """See that a clearing is made of agreed handovers, fulfils each wish once and is good."""
    handovers = [h for way in found.settled for h in way.handovers]
    assert len(handovers) == found.value
    fulfilled = [w for way in found.settled for w in way.wishes]
    assert len(set(fulfilled)) == len(fulfilled)
    for way in found.settled:
        assert (way.wishes, way.handovers) in {
            (path[k:] + path[:k], passed[k:] + passed[:k])
            for path, passed in all_ways(wishes, longest)
            for k in range(len(path) if len(passed) == len(path) else 1)
        }
    assert good(swaps, handovers)
    after = swaps.after(handovers)
    assert [x.before for x in found.levels] == [x.value for x in verifier().evaluate(swaps.roster)]
    assert [x.after for x in found.levels] == [x.value for x in verifier().evaluate(after)]


@settings(max_examples=35, deadline=None)
@given(st.integers(0, 20), st.integers(0, 10**6), st.sampled_from([2, 3, 4]))
def test_the_largest_clearing_is_that_of_exhaustive_search(roster: int, seed: int, longest: int) -> None:
    swaps = Swaps(swapping(), drawn(roster, 45))
    wishes = drawn_wishes(seed, swaps.roster, 9)
    found = swaps.clear(wishes, longest=longest)
    check(swaps, wishes, found, longest)
    assert found.status == "optimal"
    assert found.value == found.bound == largest(swaps, wishes, longest)


def gives(name: str, at: Shift, role: str, *take: Wanted) -> SwapWish:
    """Return a wish to give a duty for any of some others, or for nothing."""
    return SwapWish(assignee=name, give=Given(shift=at.id, role=role), take=take)


def takes(name: str, *take: Wanted) -> SwapWish:
    """Return a wish to take any of some duties for nothing."""
    return SwapWish(assignee=name, take=take)


DAYS = tuple(shift("A", day, "07:00", "07:30", "any") for day in range(3))
ANY = Wanted(role="any")


def round_table() -> tuple[Swaps, list[SwapWish]]:
    """Return three on three days, each of whom would take any of the others' days."""
    names = ("t1", "m1", "s4")
    swaps = Swaps(
        city(*DAYS, people=(*PEOPLE, *MORE)),
        hold(*((day, "any", name) for day, name in zip(DAYS, names, strict=True))),
    )
    return swaps, [gives(name, day, "any", ANY) for day, name in zip(DAYS, names, strict=True)]


def test_two_of_three_exchange_and_cp_sat_proves_that_no_more_can() -> None:
    # Each exchange is half chosen in the relaxation, which leaves 3 possible.
    swaps, wishes = round_table()
    found = swaps.clear(wishes, longest=2)
    assert (found.value, found.bound, found.status) == (2, 2, "optimal")
    found = swaps.clear(wishes, longest=3)
    assert (found.value, found.bound, found.status) == (3, 3, "optimal")
    assert [way.kind for way in found.settled] == ["cycle"]


def test_what_cp_sat_does_not_confirm_is_not_called_optimal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "search", lambda *args, **settings: None)
    swaps, wishes = round_table()
    found = swaps.clear(wishes, longest=2)
    assert (found.value, found.bound, found.status, found.reason) == (2, 3, "feasible", "search_limit")


def test_cycles_that_are_left_out_leave_the_bound_open(monkeypatch: pytest.MonkeyPatch) -> None:
    # There are three exchanges and two cycles of three.
    monkeypatch.setattr(market, "MOST_CYCLES", 3)
    swaps, wishes = round_table()
    found = swaps.clear(wishes, longest=3)
    assert (found.value, found.bound, found.status, found.reason) == (2, 3, "feasible", "search_limit")


def test_no_time_leaves_the_roster_as_it_is() -> None:
    swaps, wishes = round_table()
    found = swaps.clear(wishes, time_limit=1e-9)
    assert (found.value, found.bound, found.status, found.reason) == (0, 3, "feasible", "time_limit")
    assert [level.rise for level in found.levels] == [0] * len(found.levels)


def test_nothing_to_clear() -> None:
    swaps, wishes = round_table()
    for nothing in ([], wishes[:1]):
        found = swaps.clear(nothing)
        assert (found.value, found.bound, found.status, found.settled) == (0, 0, "optimal", ())


def test_a_pinned_duty_stays_unless_it_is_released() -> None:
    swaps, wishes = round_table()
    pins = (swaps.roster.assignments[0],)
    problem = swaps.problem.model_copy(update={"pins": pins})
    assert Swaps(problem, swaps.roster).clear(wishes).value == 2
    assert Swaps(problem, swaps.roster, unpin=True).clear(wishes).value == 3


def test_wishes_about_what_is_not_there() -> None:
    swaps, _ = round_table()
    for wish in (gives("t1", DAYS[1], "any", ANY), takes("nobody", ANY)):
        with pytest.raises(InvalidSwap):
            swaps.clear([wish])


def test_an_owner_does_not_become_free_while_a_stand_in_holds_the_own_post() -> None:
    # Own A is at B in the evening, so Near stands in at A. Once rid of B's post, Own A could hold A's.
    home = shift("A", 0, "17:00", "17:30", "officer", window="pm")
    away = shift("B", 0, "17:00", "17:30", "any", window="pm")
    swaps = Swaps(
        city(home, away, people=person("own_a", roles=("officer", "any"))),
        hold((home, "officer", "near"), (away, "any", "own_a")),
    )
    rid = [gives("own_a", away, "any"), takes("m1", ANY)]
    found = swaps.clear(rid)
    assert (found.value, found.bound, found.status) == (0, 0, "optimal")
    back = [gives("near", home, "officer"), takes("own_a", Wanted(role="officer"))]
    found = swaps.clear([*rid, *back])
    assert (found.value, found.bound, found.status) == (2, 2, "optimal")


def test_nobody_is_left_without_the_first_aider_who_was_there() -> None:
    aid = (Qualification(name="first aid"),)
    at = shift("A", 0, "07:00", "07:30", need("staff", 2, 2))
    people = tuple(p.model_copy(update={"newcomer": p.id in ("s2", "s4")}) for p in (*PEOPLE, *MORE))
    people = tuple(p.model_copy(update={"qualifications": aid}) if p.id == "s1" else p for p in people)
    rules = (SkillMix(role="staff", qualification="first aid"), NewcomerAlone(role="staff"))
    swaps = Swaps(city(at, people=people, rules=rules), hold((at, "staff", "s1"), (at, "staff", "s2", 1)))
    # S4 is new as S2 is, and knows no first aid; S3 does.
    leaves = [gives("s1", at, "staff"), takes("s4", Wanted(assignee="s1"))]
    found = swaps.clear(leaves)
    assert (found.value, found.bound, found.status) == (0, 0, "optimal")
    comes = [gives("s2", at, "staff"), takes("s3", Wanted(assignee="s2"))]
    found = swaps.clear([*leaves, *comes])
    assert (found.value, found.bound, found.status) == (2, 2, "optimal")

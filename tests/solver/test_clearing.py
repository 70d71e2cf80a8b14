"""Clearing against exhaustive search, and what is believed of it."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from swap_cases import drawn, duties, everybody, roster_of, swapping, verifier

from models import Clearing, Duty, Given, Handover, Roster, SwapWish, Wanted
from solver.swaps import Swaps
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
    for need in {(a.shift, a.role) for a in roster.assignments}:
        alone = roster_of([a for a in roster.assignments if (a.shift, a.role) == need])
        terms = {t.name: t.value for t in verifier().evaluate(alone)[-1].terms}
        found[need] = [terms.get(n, 0) - nothing.get(n, 0) for n in ("skill_mix", "newcomer_alone")]
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


@settings(max_examples=40)
@given(st.integers(0, 30), st.integers(0, 10**6), st.sampled_from([2, 3, 4]))
def test_the_largest_clearing_is_that_of_exhaustive_search(roster: int, seed: int, longest: int) -> None:
    swaps = Swaps(swapping(), drawn(roster, 45))
    wishes = drawn_wishes(seed, swaps.roster, 9)
    found = swaps.clear(wishes, longest=longest)
    check(swaps, wishes, found, longest)
    assert found.status == "optimal"
    assert found.value == found.bound == largest(swaps, wishes, longest)

"""What the benchmark of swaps does in its child: wishes drawn up, partners, chains and clearings."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from solver.swaps import Swaps
from solver.swaps.handovers import duty_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import Assignment, Problem, Roster, SwapWish

Figures = dict[str, object]

A_GROUP = 10
"""Wishes of one role and place, so that some fit together."""


def ways_of_one(swaps: Swaps, duties: Sequence[Assignment], longest: int) -> Figures:
    """Time partners and chains of some duties of one role."""
    partners, chains, found = [], [], 0
    for held in duties:
        began = time.perf_counter()
        answer = swaps.partners(duty_of(held))
        partners.append(1000 * (time.perf_counter() - began))
        found += len(answer.takers) + len(answer.exchanges)
        began = time.perf_counter()
        swaps.chains(duty_of(held), longest=longest)
        chains.append(1000 * (time.perf_counter() - began))
    return {
        "duties": len(duties),
        "partners": found,
        "partners_median_ms": round(median(partners)),
        "partners_most_ms": round(max(partners)),
        "chains_median_ms": round(median(chains)),
        "chains_most_ms": round(max(chains)),
    }


def cleared(problem: Problem, roster: Roster, count: int, longest: int, seconds: float) -> Figures:
    """Time the clearing of so many wishes, regions found anew."""
    wishes = wishes_of(problem, roster, count)
    swaps = Swaps(problem, roster)
    began = time.perf_counter()
    found = swaps.clear(wishes, longest=longest, time_limit=seconds)
    taken = time.perf_counter() - began
    kinds = [way.kind for way in found.settled]
    return {
        "status": found.status,
        "value": found.value,
        "bound": found.bound,
        "cycles": sum(kind in ("cycle", "exchange") for kind in kinds),
        "chains": sum(kind in ("chain", "give_away") for kind in kinds),
        "seconds": round(taken, 3),
    }


def wishes_of(problem: Problem, roster: Roster, count: int) -> list[SwapWish]:
    """Draw up wishes: groups of people of one role and place who would like other weekdays."""
    from models import Given, Scope, SwapWish, Wanted

    dice = random.Random(count)
    district = {site.id: site.district for site in problem.sites}
    shared = {role.id for role in problem.roles if role.scope is Scope.DISTRICT}
    groups: defaultdict[tuple[str, str], list[Assignment]] = defaultdict(list)
    for held in roster.assignments:
        site = problem.shift_by_id[held.shift].site
        groups[held.role, district[site] if held.role in shared else site].append(held)
    order = sorted(key for key, held in groups.items() if len({a.assignee for a in held}) > 1)
    dice.shuffle(order)
    weekdays = sorted({shift.date.isoweekday() for shift in problem.shifts})
    found: list[SwapWish] = []
    while order and len(found) < count:
        role, place = order.pop()
        mine = groups[role, place]
        for held in dice.sample(mine, min(A_GROUP, len(mine), count - len(found))):
            own = problem.shift_by_id[held.shift].date.isoweekday()
            others = [day for day in weekdays if day != own]
            days = sorted(dice.sample(others, min(2, len(others))))
            where = None if role in shared else place
            take = tuple(Wanted(role=role, site=where, weekday=day) for day in days)
            given = Given(shift=held.shift, role=role)
            kind = dice.random()
            gives, takes = kind >= 0.05, kind < 0.05 or kind >= 0.1
            found.append(
                SwapWish(assignee=held.assignee, give=given if gives else None, take=take if takes else ())
            )
    return found

"""Checks the crew certificate by docs/rules.md, independently of the matching that found it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from solver.verify.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models import Post, Problem
    from models.advice import CrewAdvice, CrewPeak, CrewPool

Ways = dict[tuple[str, str], int]
"""Minutes by origin and destination, closed under shortest paths."""


def crew_faults(problem: Problem, advice: CrewAdvice) -> tuple[str, ...]:
    """Return where a crew certificate is wrong: one sentence each, empty when it holds.

    Judged are: that every minimum post of the pools' sites is in one chain of one peak, that a crew can hold each
    chain, that no two posts of each ``apart`` can share a crew, and that there are as many of one as of the other.
    """
    facts = Facts(problem)
    faults: list[str] = []
    asked: Counter[tuple[str, str, int]] = Counter()
    for pool in advice.pools:
        ways = _ways(facts, pool)
        for peak in pool.peaks:
            faults += _faults_of(facts, ways, peak)
            asked.update((p.shift, p.role, p.index) for chain in peak.chains for p in chain)
    places = {(pool.role, site) for pool in advice.pools for site in pool.sites}
    wanted = {
        (duty.shift, duty.role, k)
        for duty in facts.duties.values()
        if (duty.role, duty.site) in places
        for k in range(duty.minimum)
    }
    faults += [f"{key} is in {count} chains" for key, count in asked.items() if count > 1]
    faults += [f"{key} is in no chain" for key in sorted(wanted - asked.keys())]
    faults += [f"{key} is in a chain, but is no minimum post" for key in sorted(asked.keys() - wanted)]
    return tuple(faults)


def _ways(facts: Facts, pool: CrewPool) -> Ways:
    travel = facts.travel_rule is not None
    ways = {(a, b): facts.travel(a, b) if travel else 0 for a in pool.sites for b in pool.sites}
    for via in pool.sites:
        out = [(b, ways[via, b]) for b in pool.sites]
        for a in pool.sites:
            there = ways[a, via]
            for b, on in out:
                if there + on < ways[a, b]:
                    ways[a, b] = there + on
    return ways


def _faults_of(facts: Facts, ways: Ways, peak: CrewPeak) -> Iterator[str]:
    where = f"{peak.date} {'+'.join(peak.windows)}"

    def shares(one: Post, other: Post) -> bool:
        first, then = facts.duties[one.shift, one.role], facts.duties[other.shift, other.role]
        return first.end + 60 * ways[first.site, then.site] <= then.start

    for chain in peak.chains:
        for one, other in pairwise(chain):
            if not shares(one, other):
                yield f"{where}: no crew can hold {one.shift} and then {other.shift}"
    for one, other in combinations(peak.apart, 2):
        if shares(one, other) or shares(other, one):
            yield f"{where}: a crew can hold both {one.shift} and {other.shift}"
    if len({(p.shift, p.role, p.index) for p in peak.apart}) != len(peak.chains):
        yield f"{where}: {len(peak.chains)} chains, but {len(peak.apart)} posts apart"
    if peak.posts != sum(map(len, peak.chains)):
        yield f"{where}: {peak.posts} posts are stated, {sum(map(len, peak.chains))} are in chains"

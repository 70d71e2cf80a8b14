"""What every peer starts from, the possible pairs, and how its answer is judged: by the verifier alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models import Assignment, Roster
from solver.candidates import Blocks, ScopeMap, find_pairs
from solver.facts import Bools, Facts, Ints
from solver.split import Split
from solver.stand_ins import without_needless_stand_ins
from solver.travel import Journeys
from solver.verify import Verifier

if TYPE_CHECKING:
    from models import Problem


class Compiled:
    """A problem with who could hold what, as Huxue's own first step works it out.

    A head start for the peers: fixed rules (role, scope, absence, timetable, offer, crew strength)
    are settled, and stand-ins that no optimal roster has are gone.

    Raises
    ------
    ValueError
        When the problem has pins, which the peers' models don't know.
    """

    def __init__(self, problem: Problem) -> None:
        if problem.pins:
            raise ValueError("the peers' models don't know pins: compare on a problem without them")
        self.problem = problem
        self.facts = Facts(problem)
        journeys = Journeys(problem)
        scopes = ScopeMap(self.facts)
        blocks = Blocks(self.facts, journeys, scopes)
        pairs = find_pairs(self.facts, journeys, scopes, blocks)
        self.pairs = without_needless_stand_ins(self.facts, scopes, blocks, pairs)
        self.split = Split(self.facts, journeys, self.pairs)
        self.parts = list(self.split.parts())

    def roster(self, held: Bools) -> Roster:
        """Return the pairs held, shape ``(pairs,)``, as a roster."""
        problem, needs = self.problem, self.facts.needs
        at: Ints = np.flatnonzero(held)
        need = self.pairs.need[at]
        index = np.arange(len(at)) - np.searchsorted(need, need)
        return Roster(
            horizon=problem.horizon,
            assignments=tuple(
                Assignment(
                    shift=problem.shifts[needs.shift[n]].id,
                    role=problem.roles[needs.role[n]].id,
                    index=i,
                    assignee=self.facts.ids[a],
                )
                for n, i, a in zip(
                    need.tolist(), index.tolist(), self.pairs.assignee[at].tolist(), strict=True
                )
            ),
        )


@dataclass(frozen=True)
class Judged:
    """What the verifier says of an answer.

    Attributes
    ----------
    levels
        Value of each level.
    violations
        How often each hard rule is broken.
    handed_back
        Posts that went from a stand-in to an owner who was free, before the judging.
    """

    levels: dict[str, int]
    violations: dict[str, int]
    handed_back: int

    def figures(self) -> dict[str, object]:
        """Return the same for JSON."""
        return {
            "levels": self.levels,
            "violations": self.violations,
            "handed_back": self.handed_back,
        }


def judged(compiled: Compiled, held: Bools) -> Judged:
    """Have the verifier judge the pairs held by an answer.

    ``own_post_first`` also asks that no stand-in holds what an owner is free to hold. Models state that
    only by what stand-ins cost, so an answer that is short of the optimum may break it; such posts are
    handed back first, which no level but a lower one pays for.
    """
    verifier = Verifier(compiled.problem)
    held = held.copy()
    handed_back = 0
    while changes := _owners_free(compiled, held, verifier):
        for stand_in, owner in changes:
            held[stand_in], held[owner] = False, True
        handed_back += len(changes)
    roster = compiled.roster(held)
    broken: dict[str, int] = {}
    for violation in verifier.verify(roster):
        broken[violation.rule] = broken.get(violation.rule, 0) + 1
    return Judged({level.name: level.value for level in verifier.evaluate(roster)}, broken, handed_back)


def _owners_free(compiled: Compiled, held: Bools, verifier: Verifier) -> list[tuple[int, int]]:
    """Return pairs to give up and to take instead, one post an owner."""
    pairs, needs, facts = compiled.pairs, compiled.facts.needs, compiled.facts
    roster = compiled.roster(held)
    changes: dict[int, tuple[int, int]] = {}
    for violation in verifier.verify(roster):
        if violation.rule != "own_post_first" or len(violation.shifts) != 1:
            continue
        stand_in = facts.at[violation.bearer]
        for given_up in np.flatnonzero(held & (pairs.assignee == stand_in) & (pairs.distance > 0)).tolist():
            need = pairs.need[given_up]
            if compiled.problem.shifts[needs.shift[need]].id != violation.shifts[0]:
                continue
            first, after = np.searchsorted(pairs.need, (need, need + 1))
            for taken in range(first, after):
                owner = int(pairs.assignee[taken])
                if pairs.distance[taken] == 0 and not held[taken] and owner not in changes:
                    changes[owner] = (given_up, taken)
                    break
    return _without_collisions(list(changes.values()))


def _without_collisions(changes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out changes that give up a pair which another one gives up too."""
    seen: set[int] = set()
    kept = []
    for given_up, taken in changes:
        if given_up not in seen:
            seen.add(given_up)
            kept.append((given_up, taken))
    return kept

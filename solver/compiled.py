"""A problem ready to be solved: as arrays, with every possible assignment, split into independent parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.candidates import Blocks, ScopeMap, find_pairs
from solver.facts import Facts
from solver.reasons import Reasons
from solver.split import Split
from solver.stand_ins import without_needless_stand_ins
from solver.travel import Journeys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models import Problem
    from solver.facts import Ints
    from solver.parts import Component, Published


@dataclass(frozen=True)
class Compiled:
    """Everything that is worked out once, before anything is solved."""

    facts: Facts
    journeys: Journeys
    scopes: ScopeMap
    blocks: Blocks
    split: Split
    components: Sequence[Component]

    @property
    def posts(self) -> int:
        """Posts at every need's target, or preferred number."""
        return int(self.facts.needs.wished.sum())

    def reasons(self, held: tuple[Ints, Ints]) -> Reasons:
        """Return what judges additions to what is held: positions (assignee, need)."""
        return Reasons(self.facts, self.journeys, self.scopes, self.blocks, held)


def compile_problem(
    problem: Problem, published: Published | None = None, usual: Mapping[str, int] | None = None
) -> Compiled:
    """Lay a problem out.

    Parameters
    ----------
    published
        The roster to start from, if it is to be repaired.
    usual
        Points of a usual duty by role, where the problem is part of a larger one.
    """
    facts, journeys = Facts(problem), Journeys(problem)
    scopes = ScopeMap(facts)
    blocks = Blocks(facts, journeys, scopes)
    pairs = find_pairs(facts, journeys, scopes, blocks)
    pairs = without_needless_stand_ins(facts, scopes, blocks, pairs)
    split = Split(facts, journeys, pairs, published, usual)
    return Compiled(facts, journeys, scopes, blocks, split, split.components())

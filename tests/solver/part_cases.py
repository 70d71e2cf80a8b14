"""The parts of a problem, as the engine compiles them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.candidates import Blocks, ScopeMap, find_pairs
from solver.facts import Facts
from solver.split import Split
from solver.stand_ins import without_needless_stand_ins
from solver.travel import Journeys

if TYPE_CHECKING:
    from models import Problem
    from solver.parts import Part


def parts_of(problem: Problem) -> list[Part]:
    """Return the independent parts of a problem."""
    facts, journeys = Facts(problem), Journeys(problem)
    scopes = ScopeMap(facts)
    blocks = Blocks(facts, journeys, scopes)
    pairs = find_pairs(facts, journeys, scopes, blocks)
    return list(Split(facts, journeys, without_needless_stand_ins(facts, scopes, blocks, pairs)).parts())

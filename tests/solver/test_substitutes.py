"""Candidates for one post against trying everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_cases import small_problems

from examples.city import reference_city
from solver.solve import Settings, solve
from solver.swaps import InvalidSwap, Swaps
from solver.verify import Verifier

if TYPE_CHECKING:
    from models import Assignment, Roster


def _held(roster: Roster, *new: Assignment) -> Roster:
    return roster.model_copy(update={"assignments": (*roster.assignments, *new)})


@given(st.data())
@settings(
    max_examples=40,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_candidates_are_those_who_break_nothing(data: st.DataObject) -> None:
    problem = data.draw(small_problems())
    full = solve(problem, Settings(workers=1)).roster
    if not full.assignments:
        return
    # Take one duty out; whoever could be put there instead breaks nothing that isn't broken without.
    gone = data.draw(st.sampled_from(full.assignments))
    left = full.model_copy(update={"assignments": tuple(a for a in full.assignments if a != gone)})
    found = Swaps(problem, left).candidates(gone.shift, gone.role)
    verifier = Verifier(problem)
    known = set(verifier.verify(left))
    free, costs = set(), {}
    before = [level.value for level in verifier.evaluate(left)]
    for name in [*(p.id for p in problem.people), *(c.id for c in problem.crews)]:
        roster = _held(left, gone.model_copy(update={"assignee": name}))
        if set(verifier.verify(roster)) <= known:
            free.add(name)
            after = [level.value for level in verifier.evaluate(roster)]
            costs[name] = tuple(new - old for old, new in zip(before, after, strict=True))
    assert {c.assignee for c in found.free} == free
    assert {c.assignee: c.cost for c in found.free} == costs
    assert [c.cost for c in found.free] == sorted(costs.values())
    assert gone.assignee in free


def test_a_post_that_is_not_open_needs_somebody_to_leave() -> None:
    problem = reference_city(1, 1)
    roster = solve(problem, Settings(workers=1)).roster
    with pytest.raises(InvalidSwap, match="no_need"):
        Swaps(problem, roster).candidates("nowhere", "staff")
    with pytest.raises(InvalidSwap, match="no_duty"):
        Swaps(problem, roster).candidates(roster.assignments[0].shift, "staff", "nobody")

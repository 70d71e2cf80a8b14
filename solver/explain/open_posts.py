"""Which posts of a roster are open, and what keeps each candidate away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.candidates import Blocks, ScopeMap
from solver.facts import Facts
from solver.reasons import Reasons
from solver.travel import Journeys

if TYPE_CHECKING:
    from models import Problem, Roster, Unfilled


def explain_open(problem: Problem, roster: Roster) -> tuple[Unfilled, ...]:
    """Return the needs that a roster leaves short of their targets, with the counts of reasons.

    Parameters
    ----------
    problem
        Of whole regions.
    roster
        Assignments of posts or assignees that the problem doesn't know are left out.

    Returns
    -------
    tuple of Unfilled
        In the problem's order.
    """
    facts, journeys = Facts(problem), Journeys(problem)
    scopes = ScopeMap(facts)
    held = [
        (facts.at[a.assignee], facts.need_at[a.shift, a.role])
        for a in roster.assignments
        if a.assignee in facts.at and (a.shift, a.role) in facts.need_at
    ]
    pairs = np.array(held, dtype=np.int64).reshape(-1, 2)
    blocks = Blocks(facts, journeys, scopes)
    return Reasons(facts, journeys, scopes, blocks, (pairs[:, 0], pairs[:, 1])).open_posts()

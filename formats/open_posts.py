"""How many posts of the minimum are open, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Problem, Unfilled


def open_minimum(problem: Problem, unfilled: Iterable[Unfilled]) -> dict[str, int]:
    """Return the open posts of the minimum for the levels that are about them.

    The level ``core`` is a cost, weighted by role and risk: this is the number that people ask for.

    Returns
    -------
    dict
        Of ``core`` the posts of tier 1, of ``volunteers`` those of tier 2.
    """
    tiers = {(s.id, n.role): n.tier for s in problem.shifts for n in s.needs}
    found = {"core": 0, "volunteers": 0}
    for need in unfilled:
        tier = tiers.get((need.shift, need.role))  # a report may be another problem's
        if tier is not None:
            found["core" if tier == 1 else "volunteers"] += need.missing_minimum
    return found

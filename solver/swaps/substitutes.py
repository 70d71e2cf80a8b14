"""Who could take one post while everything else stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import Assignment, Blocked, Candidate, Candidates
from solver.swaps.standing import RANK

if TYPE_CHECKING:
    from models import Post
    from solver.swaps.standing import Standing
    from solver.swaps.verdict import Judge


def rank(standing: Standing, judge: Judge, post: Post, old: Assignment | None) -> Candidates:
    """Rank everybody who has the role and the site in scope for one post.

    Parameters
    ----------
    old
        Who would leave it; None when it is open.
    """
    need = (post.shift, post.role)
    free: list[Candidate] = []
    blocked: list[Blocked] = []
    for name in standing.candidates(need):
        if old is not None and name == old.assignee:
            continue
        rule = standing.blocking_rule(name, need)
        if rule is None:
            new = Assignment(shift=post.shift, role=post.role, index=post.index, assignee=name)
            violations, levels = judge.judge([(old, new)], price_illegal=False)
            if not violations:
                free.append(Candidate(assignee=name, levels=levels))
                continue
            rule = violations[0].rule
        blocked.append(Blocked(assignee=name, rule=rule))
    return Candidates(
        shift=post.shift,
        role=post.role,
        instead=None if old is None else old.assignee,
        free=tuple(sorted(free, key=lambda c: c.cost)),
        blocked=tuple(sorted(blocked, key=lambda b: RANK[b.rule])),
    )

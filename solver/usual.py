"""What a usual duty of each role is, which fairness counts in: of the whole problem, also where a part is looked at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from models import Fairness
from models.base import elapsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models import Need, Problem, Shift

PointsOfPosts = dict[str, Counter[int]]
"""For each role, how many posts of the horizon have so many points."""


def points_of_posts(problem: Problem, needs: Iterable[tuple[Shift, Need]]) -> PointsOfPosts:
    """Count the posts of some needs, each to its target, by role and points."""
    found: PointsOfPosts = {}
    minutes: dict[str, int] = {}
    for shift, need in needs:
        if not need.target:
            continue
        if shift.id not in minutes:
            minutes[shift.id] = int(elapsed(shift.start, shift.end).total_seconds()) // 60
        points = (minutes[shift.id] + need.early + need.late) * problem.window_by_id[shift.window].weight
        found.setdefault(need.role, Counter())[points] += need.target
    return found


def usual_duties(problem: Problem, points: Mapping[str, Counter[int]]) -> dict[str, int]:
    """Return the points of a usual duty of each role that has posts: the rule's step, or the lower median."""
    rule = next((r for r in problem.rules if isinstance(r, Fairness)), Fairness())
    return {
        role: rule.step or max(1, _lower_median(posts)) for role, posts in points.items() if posts.total() > 0
    }


def _lower_median(posts: Counter[int]) -> int:
    middle, below = (posts.total() - 1) // 2, 0
    for points in sorted(posts):
        below += posts[points]
        if below > middle:
            return points
    raise ValueError("there are no posts")

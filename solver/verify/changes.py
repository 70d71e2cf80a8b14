"""What a repair costs, recomputed from the two rosters: what was lost, and what has changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from solver.verify.levels import level_of, level_values, minutes_short, missing_posts, volunteers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models import Assignment, Problem, Roster
    from solver.verify.facts import Duty
    from solver.verify.held import Held
    from solver.verify.levels import LevelValue

Triple = tuple[str, str, str]
"""Shift, role and assignee."""


def repair_values(
    held: Held,
    roster: Roster,
    before: Iterable[Assignment],
    starts: Mapping[tuple[str, str], int],
    asked: Mapping[tuple[str, str], int],
) -> tuple[LevelValue, ...]:
    """Return the value of each level, in the order of `models.REPAIR_LEVELS`.

    Parameters
    ----------
    held
        The roster after, sorted.
    roster
        The same.
    before
        The assignments of the roster before.
    starts
        When each need (shift, role) that fell away would have begun, in seconds since the epoch.
    asked
        Holders that needs are to have beyond those that they had.
    """
    old = {(a.shift, a.role, a.assignee) for a in before}
    new = {(a.shift, a.role, a.assignee) for a in roster.assignments}
    had = Counter(triple[:2] for triple in old)

    def least(duty: Duty) -> int:
        key = (duty.shift, duty.role)
        return max(min(duty.minimum, had[key]), min(duty.target, asked.get(key, 0)))

    changed = old ^ new
    values = {level.name: level for level in level_values(held)}
    by_role = Counter(role for _, role, _ in changed)
    problem = held.facts.problem
    end = _end(problem)
    soonness: Counter[str] = Counter()
    for shift, role, _ in changed:
        duty = held.facts.duties.get((shift, role))
        soonness[role] += (end - (starts[shift, role] if duty is None else duty.start)) // 60
    return (
        level_of("core", missing_posts(held, least)),
        level_of("volunteers", volunteers(held, least)),
        level_of("changes", Counter({f"changes:{role}": count for role, count in by_role.items()})),
        level_of("soonness", Counter({f"soonness:{role}": value for role, value in soonness.items()})),
        level_of("minutes", minutes_short(held)),
        *(values[name] for name in ("stand_ins", "extra", "fairness", "wishes")),
    )


def _end(problem: Problem) -> int:
    """Return the end of the horizon's last day, in seconds since the epoch."""
    after = problem.horizon.dates[-1] + dt.timedelta(days=1)
    return int(dt.datetime.combine(after, dt.time(), ZoneInfo(problem.timezone)).timestamp())

"""A problem as plain JSON for a peer that runs in another interpreter, and its answer read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import ConsecutiveDays, DutyLimit, NewcomerAlone, SkillMix
from solver.rules.conflicts import conflicting_needs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.judge import Compiled
    from solver.facts import Bools
    from solver.parts import Part

Json = dict[str, object]

NUMBERS = ("shift", "role", "minimum", "target", "tier", "weight", "date", "minutes", "points")
"""Columns of the needs that travel as they are."""


def problem_json(compiled: Compiled) -> Json:
    """Return what a peer needs; all positions are the whole problem's.

    Needs carry the needs that clash with them (themselves included) and their candidates, each with
    stand-in distance and cost in ``wishes``.

    Raises
    ------
    ValueError
        When the problem has what the peer's model leaves out.
    """
    _refuse_what_is_left_out(compiled)
    facts, needs = compiled.facts, compiled.facts.needs
    rules, roles = compiled.problem.rules, [r.id for r in compiled.problem.roles]
    rows: list[Json] = [
        {
            "numbers": {name: int(getattr(needs, name)[n]) for name in NUMBERS}
            | {"week": int(needs.date[n] - 1) // 7},
            "clashes": [n],
            "candidates": [],
            "distances": [],
            "costs": [],
            "skilled": [],
        }
        for n in range(len(needs))
    ]
    fair: list[tuple[int, int, int]] = [(0, 1, 0)] * len(facts)
    wants: list[Json] = []
    for part in compiled.parts:
        _add_part(part, rows)
        for g, bearer in enumerate(part.group_bearer.tolist()):
            own = int(part.assignee[bearer])
            fair[own] = (int(part.opening[g]), int(part.step[g]), int(part.weight[g]))
        for weight, granting in part.wants:
            wanted = [int(part.need[part.n[k]]) for k in granting.tolist()]
            wants.append(
                {"assignee": int(part.assignee[part.a[granting[0]]]), "weight": weight, "needs": wanted}
            )
    return {
        "needs": rows,
        "assignees": [
            {"opening": opening, "step": step, "weight": weight, "newcomer": bool(newcomer)}
            for (opening, step, weight), newcomer in zip(fair, _newcomers(compiled), strict=True)
        ],
        "escalation": compiled.parts[0].coverage.escalation if compiled.parts else 0,
        "limits": [
            {
                "day": rule.per == "day",
                "minutes": rule.measure == "minutes",
                "maximum": rule.maximum,
                "roles": [k for k, role in enumerate(roles) if not rule.roles or role in rule.roles],
            }
            for rule in rules
            if isinstance(rule, DutyLimit)
        ],
        "wants": wants,
        "skill_mix": [
            {"role": roles.index(r.role), "weight": r.weight} for r in rules if isinstance(r, SkillMix)
        ],
        "newcomer_alone": [
            {"role": roles.index(r.role), "weight": r.weight} for r in rules if isinstance(r, NewcomerAlone)
        ],
    }


def held_pairs(compiled: Compiled, posts: Sequence[Mapping[str, int]]) -> Bools:
    """Return which pairs an answer holds, shape ``(pairs,)``.

    Parameters
    ----------
    posts
        Posts that somebody holds: ``need`` and ``assignee``.

    Raises
    ------
    ValueError
        When somebody holds what they could not, or twice.
    """
    pairs = compiled.pairs
    at = {
        (n, a): k for k, (n, a) in enumerate(zip(pairs.need.tolist(), pairs.assignee.tolist(), strict=True))
    }
    held = np.zeros(len(pairs), dtype=bool)
    for post in posts:
        k = at.get((post["need"], post["assignee"]))
        if k is None or held[k]:
            raise ValueError(f"need {post['need']} held by {post['assignee']}: impossible, or twice")
        held[k] = True
    return held


def _add_part(part: Part, rows: list[Json]) -> None:
    def append(need: int, column: str, value: int) -> None:
        cells = rows[need][column]
        assert isinstance(cells, list)
        cells.append(value)

    one, other = conflicting_needs(part)
    for i, j in zip(part.need[one].tolist(), part.need[other].tolist(), strict=True):
        append(i, "clashes", j)
        append(j, "clashes", i)
    for k in range(len(part.n)):
        need, assignee = int(part.need[part.n[k]]), int(part.assignee[part.a[k]])
        append(need, "candidates", assignee)
        append(need, "distances", int(part.distance[k]))
        append(need, "costs", int(part.cost[k]))
        if part.skilled[:, k].any():
            append(need, "skilled", assignee)


def _newcomers(compiled: Compiled) -> list[bool]:
    problem = compiled.problem
    return [p.newcomer for p in problem.people] + [False] * len(problem.crews)


def _refuse_what_is_left_out(compiled: Compiled) -> None:
    problem = compiled.problem
    days = next((r.maximum for r in problem.rules if isinstance(r, ConsecutiveDays)), None)
    first = problem.horizon.start.toordinal()
    weeks = {(d.date.toordinal() - 1) // 7 for d in problem.history}
    skills = [r for r in problem.rules if isinstance(r, SkillMix)]
    left_out = {
        "crew members with duties or wishes of their own": any(
            len(p.bearer_ids) > len(p.assignee) for p in compiled.parts
        ),
        "limits that hold for some bearers": any(
            r.bearers for r in problem.rules if isinstance(r, DutyLimit)
        ),
        "history in the horizon's weeks": not weeks.isdisjoint({(first + k - 1) // 7 for k in range(7)}),
        "runs of days that are too long": days is not None and _longest_run(compiled) > days,
        "several skills, or more than one holder of a skill": len(skills) > 1
        or any(r.at_least > 1 for r in skills),
    }
    for what, is_there in left_out.items():
        if is_there:
            raise ValueError(f"the model for Timefold leaves out {what}: take another problem")


def _longest_run(compiled: Compiled) -> int:
    """Return the most dates in a row on which anybody could have a duty, history included."""
    dates = set(compiled.facts.needs.date.tolist()) | {d.date.toordinal() for d in compiled.problem.history}
    longest = run = 0
    for date in sorted(dates):
        run = run + 1 if date - 1 in dates else 1
        longest = max(longest, run)
    return longest

"""Burdens and what they cost, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import Fairness

if TYPE_CHECKING:
    from solver.verify.facts import Facts
    from solver.verify.held import Held


@dataclass(frozen=True, slots=True)
class Burden:
    """What an assignee carries, and what it costs in the level ``fairness``.

    Attributes
    ----------
    role, unit
        The fairness group.
    opening, points
        Burden points before the horizon (above the group's smallest, in whole steps) and in it.
    capacity
        In percent.
    cost
        0 where the problem has no rule ``fairness``.
    """

    role: str
    unit: str
    opening: int
    points: int
    capacity: int
    cost: int


Group = dict[str, int]
"""The capacity of each member of a fairness group."""


def groups(facts: Facts) -> dict[tuple[str, str], Group]:
    """Return the groups that count by role and unit: those whose role a shift asks for."""
    asked = steps(facts).keys()
    found: dict[tuple[str, str], Group] = {}
    for crew in facts.problem.crews:
        if crew.role in asked:
            found.setdefault((crew.role, crew.unit), {})[crew.id] = crew.capacity
    for person in facts.problem.people:
        if person.roles and person.roles[0] in asked:
            found.setdefault((person.roles[0], person.unit), {})[person.id] = person.capacity
    return found


def openings(facts: Facts) -> dict[str, int]:
    """Return the burden points with which each assignee of a group starts, whole multiples of its step."""
    return _openings(facts, groups(facts), steps(facts))


def _openings(facts: Facts, of: dict[tuple[str, str], Group], step: dict[str, int]) -> dict[str, int]:
    ledger = {entry.assignee: entry.points for entry in facts.problem.ledger}
    return {
        assignee: points - points % step[role]
        for (role, _), group in of.items()
        for assignee, points in _above_smallest(group, ledger).items()
    }


def _above_smallest(group: Group, ledger: dict[str, int]) -> dict[str, int]:
    entered = [assignee for assignee in group if assignee in ledger]
    points = sum([ledger[assignee] for assignee in entered])
    shares = sum([group[assignee] for assignee in entered])
    carried = {
        assignee: ledger[assignee] if assignee in ledger else points * capacity // shares if shares else 0
        for assignee, capacity in group.items()
    }
    smallest = min(carried.values())
    return {assignee: total - smallest for assignee, total in carried.items()}


def steps(facts: Facts) -> dict[str, int]:
    """Return the step S of each role that the horizon asks for."""
    if facts.usual is not None:
        return dict(facts.usual)
    rule = next((r for r in facts.problem.rules if isinstance(r, Fairness)), Fairness())
    points: dict[str, list[int]] = {}
    for duty in facts.duties.values():
        if duty.target:
            points.setdefault(duty.role, []).extend([duty.points] * duty.target)
    if rule.step is not None:
        return dict.fromkeys(points, rule.step)
    return {role: max(1, sorted(of_role)[(len(of_role) - 1) // 2]) for role, of_role in points.items()}


def fairness_cost(burden: int, step: int, capacity: int) -> int:
    """Return what a burden costs: b² interpolated at the multiples of a step, over capacity.

    Examples
    --------
    Capacity 100 weighs 6000 // 100 = 60; at a step of 30, 45 points are k = 1, r = 15:

    >>> fairness_cost(45, 30, 100) == 60 * (1 * 30 + 15 * 3)
    True
    """
    whole, rest = divmod(burden, step)
    return max(1, 6000 // capacity) * (whole * whole * step + rest * (2 * whole + 1))


def burdens(held: Held) -> dict[str, Burden]:
    """Return the burden of each assignee of a group that counts."""
    facts = held.facts
    step, counted = steps(facts), groups(facts)
    start = _openings(facts, counted, step)
    has_rule = any(isinstance(rule, Fairness) for rule in facts.problem.rules)
    found = {}
    for (role, unit), group in counted.items():
        for assignee, capacity in group.items():
            opening, points = start[assignee], _points(held, assignee)
            cost = fairness_cost(opening + points, step[role], capacity) if has_rule else 0
            found[assignee] = Burden(role, unit, opening, points, capacity, cost)
    return found


def group_costs(held: Held) -> dict[str, int]:
    """Return what all burdens together cost by the groups' role; nothing without a rule ``fairness``."""
    facts = held.facts
    if not any(isinstance(rule, Fairness) for rule in facts.problem.rules):
        return {}
    step, counted = steps(facts), groups(facts)
    start = _openings(facts, counted, step)
    costs = dict.fromkeys(step, 0)
    for (role, _), group in counted.items():
        for assignee, capacity in group.items():
            costs[role] += fairness_cost(start[assignee] + _points(held, assignee), step[role], capacity)
    return costs


def _points(held: Held, assignee: str) -> int:
    return sum([duty.points for duty in held.borne.get(assignee, ())])

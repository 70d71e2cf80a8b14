"""Burdens and what they cost, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import Fairness

if TYPE_CHECKING:
    from solver.verify.facts import Facts
    from solver.verify.held import Held


@dataclass(frozen=True, slots=True)
class Opening:
    """Where an assignee starts: the fairness group, and the burden before the horizon.

    Attributes
    ----------
    role, unit
        The group.
    capacity
        In percent.
    points
        Ledger points above the smallest of the group, rounded down to a multiple of the step.
    """

    role: str
    unit: str
    capacity: int
    points: int


@dataclass(frozen=True, slots=True)
class Burden:
    """What an assignee carries, and what it costs in the level ``fairness``.

    Attributes
    ----------
    role, unit
        The fairness group.
    opening, points
        Burden points before and in the horizon.
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


def openings(facts: Facts) -> dict[str, Opening]:
    """Return where each assignee of a group that counts starts, crews first, in the problem's order."""
    asked = {duty.role for duty in facts.duties.values() if duty.target}
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for crew in facts.problem.crews:
        if crew.role in asked:
            groups.setdefault((crew.role, crew.unit), {})[crew.id] = crew.capacity
    for person in facts.problem.people:
        if person.roles and person.roles[0] in asked:
            groups.setdefault((person.roles[0], person.unit), {})[person.id] = person.capacity
    ledger = {entry.assignee: entry.points for entry in facts.problem.ledger}
    step = steps(facts)
    return {
        assignee: Opening(role, unit, capacities[assignee], points - points % step[role])
        for (role, unit), capacities in groups.items()
        for assignee, points in _open(capacities, ledger).items()
    }


def _open(capacities: dict[str, int], ledger: dict[str, int]) -> dict[str, int]:
    entered = [a for a in capacities if a in ledger]
    points = sum(ledger[a] for a in entered)
    shares = sum(capacities[a] for a in entered)
    carried = {
        assignee: ledger[assignee] if assignee in ledger else points * capacity // shares if shares else 0
        for assignee, capacity in capacities.items()
    }
    smallest = min(carried.values())
    return {assignee: total - smallest for assignee, total in carried.items()}


def steps(facts: Facts) -> dict[str, int]:
    """Return the step S of each role that the horizon asks for."""
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
    step = steps(facts)
    has_rule = any(isinstance(r, Fairness) for r in facts.problem.rules)
    found = {}
    for assignee, opening in openings(facts).items():
        points = sum([duty.points for duty in held.borne.get(assignee, ())])
        total = opening.points + points
        cost = fairness_cost(total, step[opening.role], opening.capacity) if has_rule else 0
        found[assignee] = Burden(opening.role, opening.unit, opening.points, points, opening.capacity, cost)
    return found

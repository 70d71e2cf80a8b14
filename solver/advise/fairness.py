"""Who carries most and least, before a roster and with it."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING

from models.advice import Carrier, FairnessAdvice, FairnessGroup, Spread
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models import Problem, Roster


def advise_fairness(
    problem: Problem, roster: Roster, usual: Mapping[str, int] | None = None
) -> FairnessAdvice:
    """Return how burdens lie within each fairness group.

    Points are those that count in the level ``fairness``: before the horizon above the group's smallest, in
    whole usual duties, and then with the roster's. They are counted by the verifier.

    Parameters
    ----------
    usual
        Points of a usual duty by role, where the problem is part of a larger one.

    Returns
    -------
    FairnessAdvice
        Groups in the problem's order of roles, then by unit.
    """
    verifier = Verifier(problem, usual)
    burdens, usual = verifier.burdens(roster), verifier.usual_duties()
    duties: defaultdict[str, int] = defaultdict(int)
    for assignment in roster.assignments:
        duties[assignment.assignee] += 1
    groups: defaultdict[tuple[str, str], list[Carrier]] = defaultdict(list)
    for assignee, burden in burdens.items():
        groups[burden.role, burden.unit].append(
            Carrier(
                assignee=assignee,
                capacity=burden.capacity,
                duties=duties[assignee],
                before=burden.opening,
                after=burden.opening + burden.points,
            )
        )
    rank = {role.id: k for k, role in enumerate(problem.roles)}
    return FairnessAdvice(
        groups=tuple(
            FairnessGroup(
                role=role,
                unit=unit,
                usual=usual[role],
                before=_spread([100 * m.before / m.capacity for m in members]),
                after=_spread([100 * m.after / m.capacity for m in members]),
                members=tuple(sorted(members, key=lambda m: (-m.after / m.capacity, m.assignee))),
            )
            for (role, unit), members in sorted(groups.items(), key=lambda g: (rank[g[0][0]], g[0][1]))
        )
    )


def _spread(points: Sequence[float]) -> Spread:
    mean = sum(points) / len(points)
    deviation = sqrt(sum((p - mean) ** 2 for p in points) / len(points))
    return Spread(
        least=round(min(points), 3),
        mean=round(mean, 3),
        most=round(max(points), 3),
        deviation=round(deviation, 3),
    )

"""What everybody carries, as docs/rules.md counts it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from models import Fairness

if TYPE_CHECKING:
    from formats.roster_workbook.week import Week
    from models import Crew, Person


class FairnessRow(NamedTuple):
    """One assignee within the group of its role and unit.

    Attributes
    ----------
    capacity
        Percent of a full share.
    ledger
        Burden points before the horizon; None where there is no entry.
    opening
        The points that fairness starts from: above the group's smallest, in whole usual duties.
    duties, points
        Of the horizon, those through a crew included.
    """

    role: str
    unit: str
    id: str
    name: str
    capacity: int
    ledger: int | None
    opening: int
    duties: int
    points: int


def fairness_rows(week: Week) -> list[FairnessRow]:
    """Return everybody whose role the horizon asks for, group by group, who carries most first."""
    steps = _steps(week)
    groups: defaultdict[tuple[str, str], list[Person | Crew]] = defaultdict(list)
    for crew in week.problem.crews:
        groups[crew.role, crew.unit].append(crew)
    for person in week.problem.people:
        if person.roles:
            groups[person.roles[0], person.unit].append(person)
    ledger = {entry.assignee: entry.points for entry in week.problem.ledger}
    rank = {role.id: k for k, role in enumerate(week.problem.roles)}
    rows = []
    for role, unit in sorted((g for g in groups if g[0] in steps), key=lambda g: (rank[g[0]], g[1])):
        members = groups[role, unit]
        entered = [m for m in members if m.id in ledger]
        carried = sum(ledger[m.id] for m in entered)
        shares = sum(m.capacity for m in entered)
        # Who has no entry starts at the group's mean, so that nobody has to catch up.
        points = {
            m.id: ledger[m.id] if m.id in ledger else carried * m.capacity // shares if shares else 0
            for m in members
        }
        least = min(points.values())
        group = [
            FairnessRow(
                role,
                unit,
                m.id,
                m.name,
                m.capacity,
                ledger.get(m.id),
                (points[m.id] - least) // steps[role] * steps[role],
                len(week.borne.get(m.id, ())),
                sum(map(week.points, week.borne.get(m.id, ()))),
            )
            for m in members
        ]
        rows += sorted(group, key=lambda r: (-(r.opening + r.points) * 100 // r.capacity, r.id))
    return rows


def _steps(week: Week) -> dict[str, int]:
    """Return a usual duty's points of each role that the horizon asks for."""
    rule = next((r for r in week.problem.rules if isinstance(r, Fairness)), None)
    points: defaultdict[str, list[int]] = defaultdict(list)
    for shift in week.problem.shifts:
        weight = week.problem.window_by_id[shift.window].weight
        for need in shift.needs:
            if need.target:
                points[need.role] += [shift.minutes(need) * weight] * need.target
    if rule is not None and rule.step is not None:
        return dict.fromkeys(points, rule.step)
    return {role: max(1, sorted(of)[(len(of) - 1) // 2]) for role, of in points.items()}

"""What a horizon adds to the ledger: what was carried, and what excused absence is credited (docs/ledger.md)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.verify.fairness import groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.verify.facts import Duty
    from solver.verify.fairness import Group
    from solver.verify.held import Held


def carried(held: Held) -> dict[str, int]:
    """Return the burden points of each assignee of a fairness group, also where there are none."""
    return {
        assignee: sum([duty.points for duty in held.borne.get(assignee, ())])
        for group in groups(held.facts).values()
        for assignee in group
    }


def credited(held: Held) -> dict[str, int]:
    """Return the burden points that those are credited who were excused while their group carried some."""
    return {
        assignee: points
        for group in groups(held.facts).values()
        for assignee, share in _shares(held, group).items()
        if (points := int(share))
    }


def _shares(held: Held, group: Group) -> dict[str, Fraction]:
    """Return for each excused member of a group the mean that the others carried meanwhile."""
    shares: dict[str, Fraction] = {}
    absences = held.facts.absences
    away = [member for member in group if member in absences]
    everybody = sum(group.values())
    for duty, bearers in _carried_by(held, group) if away else ():
        excused = [m for m in away if m not in bearers and duty.meets(absences[m])]
        there = everybody - sum([group[m] for m in excused])
        for member in excused:
            share = Fraction(len(bearers) * duty.points * group[member], there)
            shares[member] = shares.get(member, Fraction()) + share
    return shares


def _carried_by(held: Held, group: Group) -> Iterator[tuple[Duty, set[str]]]:
    """Yield what members of a group carry, with those who do."""
    bearers: dict[Duty, set[str]] = {}
    for member in group:
        for duty in held.borne.get(member, ()):
            bearers.setdefault(duty, set()).add(member)
    yield from bearers.items()

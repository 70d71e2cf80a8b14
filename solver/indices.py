"""Which index a post has after a repair: whoever stays keeps their own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Assignment, Problem, Roster

Need = tuple[str, str]
"""Shift and role."""


def on_old_indices(
    problem: Problem, before: Iterable[Assignment], roster: Roster
) -> tuple[Problem, Roster] | None:
    """Put whoever stays on a need back on the index they had, and who is pinned to it on that of a leaver.

    A new pin is given an index before anybody knows who will leave.

    Parameters
    ----------
    problem
        After what happened, with the new pins.
    before, roster
        What was held, and what is held now, in the problem's order.

    Returns
    -------
    tuple of Problem and Roster, or None
        The pins and assignments on other indices; None when all are where they should be.
    """
    if not problem.pins:
        return None
    asked = {(p.shift, p.role) for p in problem.pins}
    old: dict[Need, dict[str, int]] = defaultdict(dict)
    new: dict[Need, dict[str, int]] = defaultdict(dict)
    for found, assignments in ((old, before), (new, roster.assignments)):
        for held in assignments:
            if (held.shift, held.role) in asked:
                found[held.shift, held.role][held.assignee] = held.index
    index = {need: moved for need, now in new.items() if (moved := _indices(old[need], now)) is not None}
    if not index:
        return None

    def put(held: Assignment) -> Assignment:
        of_need = index.get((held.shift, held.role), {})
        return held.model_copy(update={"index": of_need.get(held.assignee, held.index)})

    place = {key: k for k, key in enumerate((s.id, n.role) for s in problem.shifts for n in s.needs)}
    assignments = sorted(map(put, roster.assignments), key=lambda a: (place[a.shift, a.role], a.index))
    return (
        problem.model_copy(update={"pins": tuple(map(put, problem.pins))}),
        roster.model_copy(update={"assignments": tuple(assignments)}),
    )


def _indices(old: dict[str, int], new: dict[str, int]) -> dict[str, int] | None:
    """Return the index of each holder of a need; None when all who stay have the one they had."""
    stay = {name: index for name, index in old.items() if name in new}
    if all(new[name] == index for name, index in stay.items()):
        return None
    left = sorted(index for name, index in old.items() if name not in new)
    free = iter([*left, *sorted(set(new.values()).difference(left, stay.values()))])
    return {name: stay[name] if name in stay else next(free) for name in new}

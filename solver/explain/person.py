"""Why somebody has these duties: who else could have them, at what cost, and what peers carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.explanation import Carried, DutyExplained, PersonExplained
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.swaps import Swaps
    from solver.verify import Burden


def explain_person(swaps: Swaps, assignee: str) -> PersonExplained:
    """Say of each duty of a person or crew who else could have it and what that would cost, and what peers carry.

    Raises
    ------
    InvalidSwap
        When there is no such assignee.
    """
    region, roster = swaps.region_of(assignee)
    mine = [a for a in roster.assignments if a.assignee == assignee]
    duties = [DutyExplained(assignment=a, others=swaps.candidates(a.shift, a.role, assignee)) for a in mine]
    carried = Verifier(region, swaps.regions.usual).burdens(roster)
    return PersonExplained(
        assignee=assignee,
        duties=tuple(duties),
        carried=_carried(assignee, carried) if assignee in carried else None,
    )


def _carried(assignee: str, burdens: Mapping[str, Burden]) -> Carried:
    mine = burdens[assignee]
    peers = [b for b in burdens.values() if (b.role, b.unit) == (mine.role, mine.unit)]
    first = [b.opening * 100 // b.capacity for b in peers]
    last = [(b.opening + b.points) * 100 // b.capacity for b in peers]
    return Carried(
        role=mine.role,
        unit=mine.unit,
        before=mine.opening,
        after=mine.opening + mine.points,
        peers=len(peers),
        least_before=min(first),
        mean_before=sum(first) // len(first),
        most_before=max(first),
        least_after=min(last),
        mean_after=sum(last) // len(last),
        most_after=max(last),
    )

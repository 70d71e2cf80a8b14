"""What a repair has found, as a page lists it: post by post, and whom it concerns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.roster.shapes import RepairShown
    from models import Change, Role

Outcome = Literal["taken", "open", "gone"]
"""Of a post: somebody has it, nobody can, or there is none any more."""


class Changed(NamedTuple):
    """A post with another holder.

    Attributes
    ----------
    kind
        ``people`` or ``crews``, as addresses have it.
    """

    change: Change
    outcome: Outcome
    kind: str


class Concerned(NamedTuple):
    """Somebody whose duties change.

    Attributes
    ----------
    gets, gives
        How many duties come and go.
    """

    id: str
    name: str
    kind: str
    gets: int
    gives: int


def changed(found: RepairShown, roles: Mapping[str, Role]) -> list[Changed]:
    """Return the posts with another holder, in the order of time."""
    opened = {(one.shift, one.role) for one in found.repair.opened}
    return [
        Changed(
            change,
            "taken"
            if change.after is not None
            else "open"
            if (change.shift, change.role) in opened
            else "gone",
            _kind(roles, change.role),
        )
        for change in found.repair.changes
    ]


def concerned(found: RepairShown, roles: Mapping[str, Role]) -> list[Concerned]:
    """Return whose duties change, who has to come first."""
    gets: Counter[str] = Counter()
    gives: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for change in found.repair.changes:
        for count, holder in ((gives, change.before), (gets, change.after)):
            if holder is not None:
                count[holder] += 1
                kinds[holder] = _kind(roles, change.role)
    listed = [
        Concerned(id_, found.names.get(id_, id_), kind, gets[id_], gives[id_]) for id_, kind in kinds.items()
    ]
    return sorted(listed, key=lambda one: (-one.gets, -one.gives, one.id))


def _kind(roles: Mapping[str, Role], role: str) -> str:
    return "crews" if role in roles and roles[role].by_crew else "people"

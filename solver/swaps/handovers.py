"""Duties that change hands, as values and as posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from models import Assignment, Duty, Handover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import SwapKind

Fault = Literal["no_duty", "no_assignee", "began", "own", "twice", "no_need", "full"]
"""Why handovers make no sense at all.

``no_duty``: nobody of that name holds such a post. ``no_assignee``: there is no such taker. ``began``: the
post has begun. ``own``: it goes to who holds it. ``twice``: a duty is handed over twice. ``no_need``: no shift
asks for such a post. ``full``: none of its posts is open.
"""


class InvalidSwap(ValueError):
    """Handovers that make no sense, whatever the rules say.

    Attributes
    ----------
    fault
        Why.
    what
        The duty or the assignee concerned.
    """

    def __init__(self, fault: Fault, what: str) -> None:
        self.fault = fault
        self.what = what
        super().__init__(f"{fault}: {what}")


def give_away(duty: Duty, taker: str) -> tuple[Handover, ...]:
    """Return the handover of one duty, with nothing in return."""
    return (Handover(duty=duty, taker=taker),)


def exchange(one: Duty, other: Duty) -> tuple[Handover, ...]:
    """Return the handovers with which two holders give each other a duty."""
    return (*give_away(one, other.assignee), *give_away(other, one.assignee))


def duty_of(held: Assignment) -> Duty:
    """Return a post as its holder's duty."""
    return Duty(shift=held.shift, role=held.role, assignee=held.assignee)


def handed_over(held: Assignment, taker: str) -> Assignment:
    """Return a post in the hands of its taker; a pin was on the holder and doesn't go with it."""
    return held.model_copy(update={"assignee": taker, "pinned": False})


def swap_kind(handovers: Sequence[Handover]) -> SwapKind:
    """Return what some handovers, each to the next one's holder, are called."""
    if len(handovers) == 1:
        return "give_away"
    if handovers[-1].taker != handovers[0].duty.assignee:
        return "chain"
    return "exchange" if len(handovers) == 2 else "cycle"

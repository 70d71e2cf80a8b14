"""Duties that change hands, as values and as posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import Assignment, Duty, Handover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import SwapKind


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

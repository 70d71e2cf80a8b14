"""What messages can be about."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

MessageKind = Literal[
    "published",
    "changed",
    "tomorrow",
    "swap_asked",
    "swap_accepted",
    "swap_applied",
    "swap_ended",
    "swap_to_approve",
    "not_checked_in",
    "called_out",
    "replaced",
    "input_wanted",
    "test",
    "code",
]


class Choice(NamedTuple):
    """How a kind is chosen.

    Attributes
    ----------
    wanted
        Whether an account gets it without having said anything.
    of_unit
        Whether a unit's channels get it without anything said; None: it is never told to groups.
    """

    wanted: bool
    of_unit: bool | None = None


CHOICES: dict[MessageKind, Choice] = {
    "published": Choice(True, True),
    "changed": Choice(True, True),
    "tomorrow": Choice(True),
    "swap_asked": Choice(True),
    "swap_accepted": Choice(True),
    "swap_applied": Choice(True),
    "swap_ended": Choice(True),
    "swap_to_approve": Choice(True),
    "not_checked_in": Choice(True, False),
    "called_out": Choice(True),
    "replaced": Choice(True),
    "input_wanted": Choice(True),
    "test": Choice(True, True),
    "code": Choice(True, True),
}

TRIALS: frozenset[MessageKind] = frozenset({"test", "code"})
"""What is sent because somebody asks for it, and waits for it."""

CHOSEN: tuple[MessageKind, ...] = tuple(kind for kind in get_args(MessageKind) if kind not in TRIALS)
"""What can be chosen."""

URGENT: frozenset[MessageKind] = TRIALS | {"called_out", "replaced", "not_checked_in", "swap_asked"}
"""What overtakes all else: somebody is to do something now, or watches for it."""

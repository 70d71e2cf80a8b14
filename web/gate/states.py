"""What the states of posts on the day are called, and how they look."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """A state: its name in English, the style of its tag, and its icon."""

    text: str
    tag: str
    symbol: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


STATES = {
    "due": Look(_("due"), "plain", symbol="hourglass-split"),
    "here": Look(_("here"), "good", symbol="check2"),
    "late": Look(_("not here yet"), "warn", symbol="exclamation-triangle"),
    "absent": Look(_("won't come"), "bad", symbol="x-lg"),
    "replaced": Look(_("replaced"), "plain", symbol="arrow-left-right"),
    "open": Look(_("nobody"), "bad", symbol="person-x"),
    "unmarked": Look(_("not noted"), "plain", symbol="dash-lg"),
}

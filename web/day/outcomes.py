"""How posts end: what that is called, and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.gate.states import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.day import Outcome


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


OUTCOMES: Mapping[Outcome, Look] = {
    "kept": Look(_("in time"), "good", symbol="check2"),
    "absent": Look(_("absent"), "bad", symbol="x-lg"),
    "late": Look(_("late"), "warn", symbol="clock-history"),
    "replaced": Look(_("replaced"), "plain", symbol="arrow-left-right"),
    "unmarked": Look(_("not noted"), "plain", symbol="dash-lg"),
    "open": Look(_("nobody"), "bad", symbol="person-x"),
}
"""The worst of what went otherwise first, after what went well."""

ORDER = tuple(OUTCOMES)

"""What messages can be about, as people choose them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.accounts.identity import Identity
    from api.messages.kinds import MessageKind


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


OWN: dict[MessageKind, str] = {
    "published": _("A week with my duties is published"),
    "changed": _("A duty of mine changes"),
    "tomorrow": _("I'm on duty tomorrow"),
    "swap_asked": _("Somebody asks me for a swap"),
    "swap_accepted": _("My swap is accepted"),
    "swap_applied": _("A swap of mine is in force"),
    "swap_ended": _("A swap of mine won't come about"),
    "called_out": _("I'm wanted as a stand-in"),
    "replaced": _("I take over somebody's duty"),
    "not_checked_in": _("I'm late for a duty, or somebody of a shift that I lead is"),
}
"""Of who stands guard."""

DISPATCH: dict[MessageKind, str] = {
    "swap_to_approve": _("A swap waits for my approval"),
    "not_checked_in": _("Nobody has come to a school"),
}
"""Of dispatchers."""

OFFICE: dict[MessageKind, str] = {
    "swap_to_approve": _("A swap waits for my approval"),
    "not_checked_in": _("Somebody isn't at their post"),
    "input_wanted": _("My school's input is wanted"),
}
"""Of who looks after schools."""


def kinds_for(identity: Identity) -> dict[MessageKind, str]:
    """Return what concerns somebody."""
    roles = {grant.role for grant in identity.grants}
    found = dict(OWN) if identity.person is not None else {}
    if "dispatcher" in roles:
        found |= DISPATCH
    if "school_admin" in roles:
        found |= OFFICE
    return found

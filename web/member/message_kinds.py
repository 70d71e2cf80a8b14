"""What messages can be about, as people choose them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.accounts.identity import Permission

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
    "replaced": _("Somebody has taken over a duty of mine"),
}
"""Of who stands guard."""

OFFICE: dict[MessageKind, str] = {
    "swap_to_approve": _("A swap waits for my approval"),
    "not_checked_in": _("Somebody isn't at their post"),
    "input_wanted": _("My school's input is wanted"),
}
"""Of who looks after schools."""


def kinds_for(identity: Identity) -> dict[MessageKind, str]:
    """Return what concerns somebody."""
    found = dict(OWN) if identity.person is not None else {}
    if identity.may(Permission.CONFIRM_INPUT):
        found |= OFFICE
    return found

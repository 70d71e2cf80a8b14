"""What the bar above every page leads to, for each kind of user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.accounts.identity import Permission

if TYPE_CHECKING:
    from api.accounts.identity import Identity


class Place(NamedTuple):
    """A link of the bar.

    Attributes
    ----------
    text
        In English; the catalogue has it in Chinese.
    """

    address: str
    text: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


WEEKS = Place("/plans", _("Weeks"))
IMPORT = Place("/imports", _("Import"))


def places(identity: Identity) -> list[Place]:
    """Return what the bar leads to."""
    asked = ((WEEKS, Permission.READ_ROSTER), (IMPORT, Permission.WRITE_CITY))
    return [place for place, permission in asked if identity.may(permission)]

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
    symbol
        What stands above it on a phone.
    """

    address: str
    text: str
    symbol: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


SCHOOL = Place("/school", _("My school"), symbol="building")
WEEKS = Place("/plans", _("Weeks"), symbol="calendar3")
TODAY = Place("/day", _("Today"), symbol="activity")
APPROVALS = Place("/decisions", _("Approvals"), symbol="check2-square")
IMPORT = Place("/imports", _("Import"), symbol="box-arrow-in-down")
DUTIES = Place("/duties", _("My duties"), symbol="calendar-check")
SWAPS = Place("/swaps", _("Swaps"), symbol="arrow-left-right")
CALENDAR = Place("/subscribe", _("Calendar"), symbol="phone")
SETTINGS = Place("/settings", _("Settings"), symbol="sliders")


def places(identity: Identity) -> list[Place]:
    """Return what the bar leads to; the first is where somebody begins."""
    asked = (
        (WEEKS, Permission.READ_ROSTER),
        (TODAY, Permission.READ_ROSTER),
        (APPROVALS, Permission.DECIDE_SWAPS),
        (IMPORT, Permission.WRITE_CITY),
    )
    found = [place for place, permission in asked if identity.may(permission)]
    admin = any(grant.role == "school_admin" for grant in identity.grants)
    if admin:
        # The weeks of the own school are in its office; of others there are none to see.
        others = any(grant.role != "school_admin" for grant in identity.grants)
        found = [SCHOOL, *(found if others else [])]
    if identity.person is not None:
        found += [DUTIES, SWAPS]
    return [*found, CALENDAR, SETTINGS]

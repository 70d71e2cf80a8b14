"""What a demo offers to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Try(NamedTuple):
    """Something to try.

    Attributes
    ----------
    text
        In English; the catalogue has it in Chinese.
    address
        Where it begins; ``{week}`` is the published week, ``{following}`` the one that isn't planned yet.
    """

    text: str
    address: str


class Guest(NamedTuple):
    """A kind of user."""

    login: str
    text: str
    symbol: str
    tries: tuple[Try, ...]


@dataclass(frozen=True)
class Demo:
    """What a demo was filled with; only the command that starts a demo makes one.

    Attributes
    ----------
    places
        Where or who each login is, by login; these alone can be taken without a password.
    week, following
        Plans; an empty one isn't there.
    """

    places: Mapping[str, str]
    week: str
    following: str = ""

    @property
    def guests(self) -> list[tuple[Guest, str, list[Try]]]:
        """Who can be tried: each with where or who that is, and what begins where."""
        found = []
        for guest in GUESTS:
            if guest.login in self.places:
                tries = [
                    Try(one.text, one.address.format(week=self.week, following=self.following))
                    for one in guest.tries
                    if self.following or "{following}" not in one.address
                ]
                found.append((guest, self.places[guest.login], tries))
        return found


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


GUESTS = (
    Guest(
        "dispatcher",
        _("Dispatcher of the city"),
        symbol="diagram-3",
        tries=(
            Try(_("Generate a week"), "/plans/{following}"),
            Try(_("Why is a post open?"), "/plans/{week}/open"),
            Try(_("Somebody can't come"), "/plans/{week}/repairs"),
            Try(_("Who is at the gates?"), "/day?date={week}"),
        ),
    ),
    Guest(
        "teacher",
        _("Teacher on duty"),
        symbol="person",
        tries=(
            Try(_("Swap a duty"), "/duties"),
            Try(_("Subscribe on the phone"), "/subscribe"),
        ),
    ),
    Guest(
        "school",
        _("School admin"),
        symbol="building",
        tries=(Try(_("The school's office"), "/"),),
    ),
    Guest("officer", _("Resident officer"), symbol="shield-check", tries=(Try(_("My duties"), "/duties"),)),
    Guest(
        "volunteer",
        _("Volunteer"),
        symbol="heart",
        tries=(Try(_("Offer when to come"), "/availability"),),
    ),
    Guest(
        "district", _("Dispatcher of a district"), symbol="map", tries=(Try(_("The district's week"), "/"),)
    ),
    Guest("auditor", _("Auditor"), symbol="eye", tries=(Try(_("Look at everything"), "/"),)),
)
"""In the order in which a newcomer tries them."""

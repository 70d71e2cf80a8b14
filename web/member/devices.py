"""On what people subscribe to calendars, and what they do there."""

from __future__ import annotations

import re
from typing import NamedTuple


class Device(NamedTuple):
    """A kind of device or program; all texts in English.

    Attributes
    ----------
    tap
        Whether an address that is tapped there opens the calendar.
    steps
        What to do, one after the other.
    """

    name: str
    symbol: str
    tap: bool
    steps: tuple[str, ...]


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


DEVICES = {
    "iphone": Device(
        _("iPhone or iPad"),
        symbol="apple",
        tap=True,
        steps=(
            _("On this iPhone: tap 'Open in the calendar', then 'Subscribe'."),
            _("On another one: point its camera at the picture, and tap what it shows."),
            _("In the calendar's settings, remove 'Remove Alarms' if you want to be reminded."),
        ),
    ),
    "android": Device(
        _("Android phone"),
        symbol="android2",
        tap=False,
        steps=(
            _(
                "Huawei, Xiaomi, OPPO, vivo: open the phone's calendar, then "
                "Settings, Subscriptions, Add by URL, and paste the address."
            ),
            _(
                "Google Calendar: open calendar.google.com on a computer, "
                "then Other calendars, From URL, and paste the address; the phone follows within a day."
            ),
            _("The free app ICSx⁵ takes the picture or the address, and looks for changes every hour."),
        ),
    ),
    "outlook": Device(
        _("Outlook"),
        symbol="microsoft",
        tap=True,
        steps=(
            _(
                "Outlook on the web, or new Outlook: Calendar, Add calendar, "
                "Subscribe from web, and paste the address."
            ),
            _("Classic Outlook: tap 'Open in the calendar', then Yes."),
            _("Outlook looks for changes every few hours; what is urgent comes as a message."),
        ),
    ),
    "other": Device(
        _("Something else"),
        symbol="laptop",
        tap=True,
        steps=(
            _(
                "macOS, Thunderbird, WeCom, DingTalk and most calendars: subscribe by URL, and paste the address."
            ),
        ),
    ),
}
"""By short names."""

_PROGRAMS = (
    (re.compile("dataaccessd|iOS|iPhone|iPad"), "iPhone"),
    (re.compile("Google"), "Google Calendar"),
    (re.compile("Outlook|Microsoft|Exchange"), "Outlook"),
    (re.compile("ICSx5"), "ICSx⁵"),
    (re.compile("Thunderbird|Lightning"), "Thunderbird"),
    (re.compile("Android|okhttp"), "Android"),
    (re.compile("macOS|Mac OS"), "macOS"),
)

LONGEST = 30
"""Characters of a name that is none of these."""


def program(agent: str) -> str:
    """Return what people call the program that fetches a calendar."""
    for pattern, name in _PROGRAMS:
        if pattern.search(agent):
            return name
    return agent.partition("/")[0][:LONGEST]

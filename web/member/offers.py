"""Offers and wishes for pages: which hold every week in one window, and all in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from web.swaps.wishing import weekdays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.standing.shapes import Record
    from models import Offer, Preference, Window
    from web.language import Words


@dataclass(frozen=True)
class Offers:
    """Somebody's offers.

    Attributes
    ----------
    weekly
        Those of one window on one weekday, which a table of a week shows.
    others
        All others.
    """

    weekly: dict[tuple[str, int], Record[Any]]
    others: list[Record[Any]]


def offers_of(listed: Sequence[Record[Any]], windows: Mapping[str, Window]) -> Offers:
    """Return offers as pages show them."""
    weekly: dict[tuple[str, int], Record[Any]] = {}
    others = []
    for record in listed:
        offer: Offer = record.value
        key = (offer.window or "", offer.weekday or 0)
        if offer.date is None and offer.window in windows and offer.weekday and key not in weekly:
            weekly[key] = record
        else:
            others.append(record)
    return Offers(weekly, others)


def said(value: Offer | Preference, windows: Mapping[str, Window], words: Words) -> str:
    """Return when an offer or a wish holds."""
    if value.date is not None:
        day = words.day(value.date)
    elif value.weekday is not None:
        day = weekdays(words)[value.weekday]
    else:
        day = words.say("any day")
    window = windows.get(value.window or "")
    time = words.say("any time") if window is None else words.name(window.name, window.name_en)
    return f"{day} · {time}"

"""Absences in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from models import AbsenceKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from web.language import Words


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


KINDS = {
    AbsenceKind.LEAVE: _("Leave"),
    AbsenceKind.SICK: _("Ill"),
    AbsenceKind.TRAINING: _("Training"),
    AbsenceKind.WITHDRAWN: _("Called away"),
    AbsenceKind.OTHER: _("Other"),
    AbsenceKind.RELEASED: _("Released from the own post"),
}


def span(start: dt.datetime, end: dt.datetime, zone: ZoneInfo, words: Words) -> str:
    """Return from when to when something lasts: days where it is of whole days, else times."""
    start, end = start.astimezone(zone), end.astimezone(zone)
    if start.time() == end.time() == dt.time():
        last = end.date() - dt.timedelta(days=1)
        if last == start.date():
            return words.day(last)
        return f"{words.day(start.date())} – {words.day(last)}"
    if start.date() == end.date():
        return f"{words.day(start.date())} {start:%H:%M}–{end:%H:%M}"
    return f"{words.moment(start)} – {words.moment(end)}"

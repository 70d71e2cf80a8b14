"""Shifts by their ids, for pages to name and to lead to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.roster.places import shifts_named
from models import Window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow


@dataclass(frozen=True)
class Label:
    """A shift, as a page names it.

    Attributes
    ----------
    address
        Of its school's week, at that shift.
    tag
        What an edit of its posts builds on.
    """

    site: str
    place: str
    district: str
    date: dt.date
    window: Window
    address: str
    tag: str


def labels(
    session: Session, plan: PlanRow, windows: dict[str, Window], shifts: Iterable[str]
) -> dict[str, Label]:
    """Return what pages say of some shifts, in the order of time."""
    return {
        row.id: Label(
            site=row.site,
            place=row.name,
            district=row.district,
            date=row.date,
            window=windows[row.window],
            address=f"/plans/{plan.id}/sites/{row.site}#{row.date.isoformat()}/{row.window}",
            tag=row.tag,
        )
        for row in shifts_named(session, plan.id, shifts)
    }

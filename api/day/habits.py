"""Where people check in at all: where nobody has for weeks, that nobody does says nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from api.day.tables import PresenceRow
from api.plans.tables import DutyRow
from api.standing.tables import SiteRow

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

REMEMBERED = dt.timedelta(weeks=4)
"""For how long a school at which somebody came is one where people check in."""


def checks_in(site: InstrumentedAttribute[str], date: dt.date) -> ColumnElement[bool]:
    """Return the condition that somebody is known to have come to a site on a day, or in the weeks before."""
    duty, known = aliased(DutyRow), aliased(PresenceRow)
    return exists().where(
        duty.site == site,
        duty.date.between(date - REMEMBERED, date),
        known.uid == duty.uid,
        or_(known.scanned_at.is_not(None), known.marked == "present"),
    )


def sites_checking_in(session: Session, date: dt.date) -> set[str]:
    """Return the sites where people check in."""
    return set(session.scalars(select(SiteRow.id).where(checks_in(SiteRow.id, date))))

"""Two revisions of a plan, or one and the draft, side by side: the posts whose holders differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from api.pages import Page, cursor_of, key_of
from api.plans import plans, revisions
from api.plans.problems import roster_of
from api.plans.shapes import HolderChange
from api.plans.tables import DutyRow, ShiftRow
from api.roster.holders import names_of
from api.roster.shapes import Holder
from api.standing.tables import SiteRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from models import Roster


class _Place(NamedTuple):
    """Where and when a shift is, or was."""

    site: str
    district: str
    date: dt.date
    window: str


def compare(
    session: Session,
    scope: Scope,
    plan_id: str,
    before: int,
    after: int | None,
    *,
    district: str | None,
    site: str | None,
    limit: int,
    cursor: str | None,
) -> Page[HolderChange]:
    """Return the posts within a scope whose holders differ, by date, shift, role and index.

    Parameters
    ----------
    before, after
        Numbers of revisions; without ``after``, the draft.

    Raises
    ------
    NotFound
        When there is no such plan or revision.
    """
    plan = plans.find(session, plan_id)
    old = _holders(revisions.roster_of(revisions.find(session, plan_id, before)))
    if after is None:
        new = _holders(roster_of(session, plan))
    else:
        new = _holders(revisions.roster_of(revisions.find(session, plan_id, after)))
    differing = [post for post in old.keys() | new.keys() if old.get(post) != new.get(post)]
    places = {
        shift: place
        for shift, place in _places(session, plan, {shift for shift, _, _ in differing}).items()
        if scope.holds(place.district, place.site)
        and district in (None, place.district)
        and site in (None, place.site)
    }
    keys = sorted((places[p[0]].date.isoformat(), *p) for p in differing if p[0] in places)
    if (last := key_of(cursor, str, str, str, int)) is not None:
        keys = [key for key in keys if key > last]
    shown = keys[:limit]
    seen = (side.get((s, r, i)) for _, s, r, i in shown for side in (old, new))
    names = names_of(session, (one for one in seen if one is not None))

    def holder(assignee: str | None) -> Holder | None:
        return None if assignee is None else Holder(id=assignee, name=names.get(assignee, assignee))

    items = [
        HolderChange(
            shift=shift,
            role=role,
            index=index,
            **places[shift]._asdict(),
            before=holder(old.get((shift, role, index))),
            after=holder(new.get((shift, role, index))),
        )
        for _, shift, role, index in shown
    ]
    return Page[HolderChange](items=items, next=cursor_of(*shown[-1]) if len(keys) > limit else None)


def _holders(roster: Roster) -> dict[tuple[str, str, int], str]:
    return {(a.shift, a.role, a.index): a.assignee for a in roster.assignments}


def _places(session: Session, plan: PlanRow, shifts: Collection[str]) -> dict[str, _Place]:
    """Return where some shifts of a plan are, those that were removed since included."""
    found: dict[str, _Place] = {}
    for key, table in ((DutyRow.shift, DutyRow), (ShiftRow.id, ShiftRow)):
        query = (
            select(key, table.site, SiteRow.district, table.date, table.window)
            .join(SiteRow, SiteRow.id == table.site)
            .where(table.plan == plan.id)
            .distinct()
        )
        for shift, site, district, date, window in session.execute(query):
            if shift in shifts:
                found[shift] = _Place(site, district, date, window)
    return found

"""What happened, from a form; and what would mend it, in lines that say why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import select

from api.database.base import now
from api.day import standins
from api.errors import Conflict
from api.plans import plans
from api.plans.tables import DutyRow, ShiftRow
from api.roster.holders import names_of
from api.roster.weeks import sites_of, zone_of
from models import Closed, duty_uid
from web.desk.named import windows_of
from web.desk.open_pages import reasons
from web.desk.shifts import labels
from web.repairs.happened import KINDS as KINDS_OF_PLAN
from web.repairs.happened import Kind, Look
from web.swaps.costs import Effect, effects_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from api.day.shapes import MoreAsked
    from api.day.standins import Ranked
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from models import Change, Happening, Repair
    from web.desk.shifts import Label
    from web.routing import Page


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


EXPLAINED = 6
"""Changes for which it is said why they are the best: each is a question to the engine."""

LISTED = 40
"""Changes that are listed."""


DayKind = Kind | Literal["raised"]

KINDS: dict[DayKind, Look] = {
    **{kind: look for kind, look in KINDS_OF_PLAN.items()},
    "raised": Look(_("The risk at a school is higher"), symbol="shield-exclamation"),
}
"""What can be said of a day."""


class More(NamedTuple):
    """A shift that would ask for more of a role."""

    label: Label
    role: str
    before: int
    after: int


class Line(NamedTuple):
    """A post that gets another holder.

    Attributes
    ----------
    before, after
        By name; None: nobody before, or a post that needn't be filled.
    why
        How soon they are there and what it costs; None: it isn't said.
    place
        Where they come from, by name; None: from where they usually set out.
    others
        How many more could come instead.
    """

    label: Label
    role: str
    start: dt.datetime
    before: str | None
    after: str | None
    why: Ranked | None
    place: str | None
    effects: list[Effect]
    others: int


class Opened(NamedTuple):
    """Posts that nobody can fill.

    Attributes
    ----------
    before
        Who held them, by name.
    """

    label: Label
    role: str
    before: list[str]
    missing: int
    reasons: str


class Plan(NamedTuple):
    """What would mend a day.

    Attributes
    ----------
    fallen
        Duties that fall away, since their school is closed.
    left
        Changes that aren't listed.
    """

    fallen: int
    lines: list[Line]
    left: int
    opened: list[Opened]


def more(session: Session, plan: PlanRow, asks: Sequence[MoreAsked]) -> list[More]:
    """Return what shifts would ask for, with their names."""
    named = labels(session, plan, windows_of(session), {one.shift for one in asks})
    return [More(named[one.shift], one.role, one.was_target, one.target) for one in asks]


def begins(date: dt.date, time: str, zone: dt.tzinfo) -> dt.datetime:
    """Return from when something holds: a time of the day, or now; of another day its begin."""
    moment = now().astimezone(zone).replace(second=0, microsecond=0)
    if time:
        return dt.datetime.combine(date, dt.time.fromisoformat(time), zone)
    return moment if moment.date() == date else dt.datetime.combine(date, dt.time(), zone)


def ends(date: dt.date, time: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Return until when something holds; None: until the day's end."""
    return dt.datetime.combine(date, dt.time.fromisoformat(time), zone) if time else None


def explained(
    session: Session,
    desk: Desk,
    plan_id: str,
    repair: Repair,
    page: Page,
    happenings: Sequence[Happening] = (),
) -> Plan:
    """Return what a repair changes, and of the first changes why these people."""
    plan, zone = plans.find(session, plan_id), zone_of(session)
    closed = {happening.site for happening in happenings if isinstance(happening, Closed)}
    falling = _shifts(session, plan_id, closed)
    empty = {(one.shift, one.role) for one in repair.opened}
    stays = [c for c in repair.changes if c.after is not None or c.shift not in falling]
    passed = [c for c in stays if c.after is not None or (c.shift, c.role) not in empty]
    left = [c for c in stays if c.after is None and c.before is not None]
    shown = passed[:LISTED]
    named = labels(
        session, plan, windows_of(session), {c.shift for c in shown} | {u.shift for u in repair.opened}
    )
    names = names_of(
        session, {who for c in (*shown, *left) for who in (c.before, c.after) if who is not None}
    )
    asked = 0
    lines = []
    for change in shown:
        ranked: Sequence[Ranked] = []
        if asked < EXPLAINED and change.before is not None and change.after is not None:
            asked += 1
            ranked = _ranked(session, desk, change)
        why = next((one for one in ranked if one.assignee == change.after), None)
        place = (
            None if why is None or why.origin is None else sites_of(session, [why.origin])[why.origin].name
        )
        lines.append(
            Line(
                label=named[change.shift],
                role=change.role,
                start=change.start.astimezone(zone),
                before=_name(names, change.before),
                after=_name(names, change.after),
                why=why,
                place=place,
                effects=[] if why is None else effects_of(why.rises, page.words),
                others=max(0, len(ranked) - 1),
            )
        )
    opened = [
        Opened(
            named[one.shift],
            one.role,
            [
                names.get(str(c.before), str(c.before))
                for c in left
                if (c.shift, c.role) == (one.shift, one.role)
            ],
            one.missing,
            reasons(page, one),
        )
        for one in repair.opened
    ]
    return Plan(len(repair.changes) - len(stays), lines, len(passed) - len(shown), opened)


def _shifts(session: Session, plan: str, sites: Collection[str]) -> set[str]:
    """Return the shifts of some sites."""
    if not sites:
        return set()
    return set(session.scalars(select(ShiftRow.id).where(ShiftRow.plan == plan, ShiftRow.site.in_(sites))))


def _ranked(session: Session, desk: Desk, change: Change) -> Sequence[Ranked]:
    """Return who could take over what changes hands, as it is published; nobody where it isn't."""
    uid = duty_uid(str(change.before), change.shift, change.role)
    duty = session.scalar(select(DutyRow).where(DutyRow.uid == uid, DutyRow.cancelled_at.is_(None)))
    if duty is None:
        return []
    try:
        return standins.rank(session, desk, plans.find(session, duty.plan), duty)[0]
    except Conflict:
        return []


def _name(names: Mapping[str, str], who: str | None) -> str | None:
    return None if who is None else names.get(who, who)

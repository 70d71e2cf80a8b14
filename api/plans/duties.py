"""What everybody is published to do, and what a publication changes about it.

A duty is one (assignee, shift, role) and keeps its id for ever. Its sequence rises with what its holder can see: the
time, the gate position, that it falls away or comes back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import bindparam, insert, select, update

from api.database.base import now
from api.feeds.duty import duty_of
from api.feeds.telling import hashes
from api.plans.tables import DutyRow
from api.standing.counters import changed
from models import Assignment, Horizon, Roster, duty_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow
    from models import Problem

Triple: TypeAlias = tuple[str, str, str]
"""Assignee, shift, role."""

Row: TypeAlias = dict[str, Any]
"""A duty by the names of its columns."""

_PLACED = ("index", "start", "end")
"""What may change about a duty that stays."""


@dataclass
class Difference:
    """What a publication changes; each list holds rows as they will be.

    Attributes
    ----------
    added
        Duties that never were.
    returned
        Those that were cancelled, and stand again.
    changed
        Those whose holder can see a change.
    renumbered
        Those with another index, which nobody can see.
    removed
        Those that fall away.
    """

    added: list[Row] = field(default_factory=list)
    returned: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    renumbered: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)

    def visible(self) -> Iterator[tuple[str, Row]]:
        """Yield what people notice: ``added``, ``changed`` or ``removed``, with the duty."""
        for name, rows in (
            ("added", self.added),
            ("added", self.returned),
            ("changed", self.changed),
            ("removed", self.removed),
        ):
            for row in rows:
                yield name, row

    def summary(self) -> dict[str, int]:
        """Return how many duties are added, changed and removed, and how many people and crews notice."""
        counts = Counter(name for name, _ in self.visible())
        people = {row["assignee"] for _, row in self.visible()}
        return {**{name: counts[name] for name in ("added", "changed", "removed")}, "people": len(people)}


def wanted(plan: str, problem: Problem, roster: Roster) -> dict[Triple, Row]:
    """Return the duties that a roster gives; of posts that aren't there any more, none."""
    posts = {(s.id, n.role): (s, *s.on_post(n)) for s in problem.shifts for n in s.needs}
    found: dict[Triple, Row] = {}
    for a in roster.assignments:
        if (a.shift, a.role) not in posts:
            continue
        shift, start, end = posts[a.shift, a.role]
        found[a.assignee, a.shift, a.role] = {
            "plan": plan,
            "assignee": a.assignee,
            "shift": a.shift,
            "role": a.role,
            "index": a.index,
            "site": shift.site,
            "date": shift.date,
            "window": shift.window,
            "start": start.astimezone(dt.UTC),
            "end": end.astimezone(dt.UTC),
        }
    return found


def known(session: Session, plan: str) -> dict[Triple, Row]:
    """Return all duties that a plan ever had."""
    rows = session.execute(select(DutyRow.__table__).where(DutyRow.plan == plan)).mappings()
    return {(row["assignee"], row["shift"], row["role"]): dict(row) for row in rows}


def roster_of(session: Session, plan: PlanRow) -> Roster:
    """Return who holds what as it is published now: the last revision, and what was swapped since."""
    query = (
        select(DutyRow.shift, DutyRow.role, DutyRow.index, DutyRow.assignee)
        .where(DutyRow.plan == plan.id, DutyRow.cancelled_at.is_(None))
        .order_by(DutyRow.start, DutyRow.shift, DutyRow.role, DutyRow.index)
    )
    return Roster(
        horizon=Horizon(start=plan.start, days=plan.days),
        assignments=tuple(
            Assignment(shift=shift, role=role, index=index, assignee=assignee)
            for shift, role, index, assignee in session.execute(query)
        ),
    )


def difference(problem: Problem, before: dict[Triple, Row], after: dict[Triple, Row]) -> Difference:
    """Return what has to change for the duties to be as wanted."""
    found = Difference()
    for triple, new in after.items():
        old = before.get(triple)
        if old is None:
            found.added.append(new)
        elif old["cancelled_at"] is not None:
            found.returned.append({**old, **new})
        elif any(old[name] != new[name] for name in _PLACED):
            seen = _is_seen(problem, old, new)
            (found.changed if seen else found.renumbered).append({**old, **new})
    found.removed = [
        old for triple, old in before.items() if triple not in after and old["cancelled_at"] is None
    ]
    return found


def _is_seen(problem: Problem, old: Row, new: Row) -> bool:
    site = problem.site_by_id[new["site"]]
    at_gate = [site.position(row["role"], row["index"]) for row in (old, new)]
    return at_gate[0] != at_gate[1] or any(old[name] != new[name] for name in ("start", "end"))


def apply(session: Session, found: Difference, before: Iterable[Row]) -> int:
    """Make the duties as wanted, and return the number that all have that changed.

    Others of the same shifts rise too where calendars tell something else of them now, such as who leads.
    Only who is alone with the standing data (`api.standing.rows.alone`) calls this, and reads `before` then.
    """
    rows = {row["uid"]: row for row in before}
    stamp, number = _stamp(rows.values()), changed(session, "duties")
    added = [
        {
            **row,
            "uid": duty_uid(row["assignee"], row["shift"], row["role"]),
            "sequence": -1,
            "version": -1,
            "told": "",
        }
        for row in found.added
    ]
    seen = [
        *({**row, "cancelled_at": None} for row in (*added, *found.returned, *found.changed)),
        *({**row, "cancelled_at": stamp} for row in found.removed),
    ]
    new = {row["uid"]: row for row in found.renumbered}
    new |= {
        row["uid"]: {
            **row,
            "sequence": row["sequence"] + 1,
            "version": row["version"] + 1,
            "changed_at": stamp,
        }
        for row in seen
    }
    told = hashes(session, map(duty_of, (rows | new).values()))
    for uid, row in rows.items():
        if row["told"] != told[uid] and uid not in new:
            new[uid] = {**row, "sequence": row["sequence"] + 1, "changed_at": stamp}
    written = [{**row, "told": told[uid], "number": number} for uid, row in new.items()]
    fresh = [row for row in written if row["uid"] not in rows]
    if fresh:
        session.execute(insert(DutyRow), fresh)
    stored = [row for row in written if row["uid"] in rows]
    if stored:
        names = (*_PLACED, "sequence", "version", "changed_at", "cancelled_at", "told", "number")
        session.connection().execute(
            update(DutyRow)
            .where(DutyRow.uid == bindparam("of_uid"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            [{"of_uid": row["uid"], **{f"new_{name}": row[name] for name in names}} for row in stored],
        )
    return number


def _stamp(before: Iterable[Row]) -> dt.datetime:
    """Return when the duties change: calendars know whole seconds, and it rises whatever the clocks say."""
    latest = max((row["changed_at"] for row in before), default=None)
    moment = now().replace(microsecond=0)
    return moment if latest is None else max(moment, latest + dt.timedelta(seconds=1))

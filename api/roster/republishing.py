"""What a repair changes, published with it: only the needs that it touches, and only where these stood as published.

Whatever else a dispatcher is preparing in the draft stays unpublished.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from api.errors import Stale
from api.plans import duties, revisions
from api.plans.tables import DutyRow
from api.plans.telling import tell
from api.standing.rows import alone
from api.swaps.judging import BeingReplanned
from models import Assignment, Roster
from solver.swaps.verdict import RULES, new_violations
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from api.plans.duties import Difference, Row, Triple
    from api.plans.tables import PlanRow
    from models import Problem

Need = tuple[str, str]
"""A shift and a role."""


class Standing(NamedTuple):
    """What of a field is published.

    Attributes
    ----------
    rows
        All duties that its shifts ever had, of whatever role.
    touched
        The needs that a repair changes.
    """

    rows: dict[Triple, Row]
    touched: frozenset[Need]


def standing(
    session: Session, plan: PlanRow, before: Problem, after: Problem, draft: Roster, changed: Collection[Need]
) -> Standing:
    """Return what a repair of the draft touches of what is published.

    Parameters
    ----------
    before, after
        The field's problem.
    draft
        Who holds its posts in the draft.
    changed
        Needs that get other holders.

    Raises
    ------
    BeingReplanned
        When the draft isn't there as it is published: a dispatcher is changing it.
    """
    alone(session)
    left = after.shift_by_id
    moved = {(s.id, n.role) for s in before.shifts if left.get(s.id) != s for n in s.needs}
    touched = frozenset(moved.union(changed))
    rows = _rows(session, plan, sorted({shift for shift, _ in touched}))
    held = {
        key: (row["index"], row["start"], row["end"])
        for key, row in rows.items()
        if row["cancelled_at"] is None and (row["shift"], row["role"]) in touched
    }
    wanted = {
        key: (row["index"], row["start"], row["end"])
        for key, row in duties.wanted(plan.id, before, _of(draft, touched)).items()
    }
    if held != wanted:
        raise BeingReplanned
    return Standing(rows, touched)


def publish(
    session: Session,
    plan: PlanRow,
    known: Standing,
    before: Problem,
    after: Problem,
    repaired: Roster,
    dropped: Collection[Assignment],
) -> Difference:
    """Publish what a repair has made of the needs that it touches.

    Parameters
    ----------
    repaired
        Who holds the field's posts now.
    dropped
        Pins that aren't kept.

    Raises
    ------
    Stale
        When that would break a rule as things are published elsewhere.
    """
    if not known.touched:
        return duties.Difference()
    _demand_legal(session, plan, known, before, after, repaired, dropped)
    old = {key: row for key, row in known.rows.items() if (row["shift"], row["role"]) in known.touched}
    found = duties.difference(after, old, duties.wanted(plan.id, after, _of(repaired, known.touched)))
    number = duties.apply(session, found, known.rows.values())
    plan.duties_version += 1
    revisions.amend(session, plan, {shift for shift, _ in known.touched})
    tell(session, plan, found, number, first=False)
    return found


def _demand_legal(
    session: Session,
    plan: PlanRow,
    known: Standing,
    before: Problem,
    after: Problem,
    repaired: Roster,
    dropped: Collection[Assignment],
) -> None:
    """Raise `Stale` when what will be published breaks a rule that it doesn't break now."""
    asked = {(shift.id, need.role) for shift in before.shifts for need in shift.needs}
    shifts = sorted({shift for shift, _ in asked})
    now_held = [
        Assignment(shift=row["shift"], role=row["role"], index=row["index"], assignee=row["assignee"])
        for row in _rows(session, plan, shifts).values()
        if row["cancelled_at"] is None and (row["shift"], row["role"]) in asked
    ]
    staying = [a for a in now_held if (a.shift, a.role) not in known.touched]
    will_hold = [*staying, *_of(repaired, known.touched).assignments]
    old, new = (Roster(horizon=before.horizon, assignments=tuple(held)) for held in (now_held, will_hold))
    broken = Verifier(after).verify(new, dropped, rules=RULES)
    if broken and new_violations(Verifier(before).verify(old, rules=RULES), broken):
        raise Stale(
            "It would break a rule as things are published: publish the draft, or propose a repair anew"
        )


def _rows(session: Session, plan: PlanRow, shifts: list[str]) -> dict[Triple, Row]:
    found: dict[Triple, Row] = {}
    for start in range(0, len(shifts), 500):
        query = select(DutyRow.__table__).where(
            DutyRow.plan == plan.id, DutyRow.shift.in_(shifts[start : start + 500])
        )
        for row in session.execute(query).mappings():
            found[row["assignee"], row["shift"], row["role"]] = dict(row)
    return found


def _of(roster: Roster, needs: Collection[Need]) -> Roster:
    """Return a roster's part at some needs."""
    mine = tuple(a for a in roster.assignments if (a.shift, a.role) in needs)
    return roster.model_copy(update={"assignments": mine})


def taken_over(found: Difference) -> Iterable[tuple[Row, str]]:
    """Yield the duties that fell away and whose post somebody else has now, with who."""
    come: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for row in (*found.added, *found.returned):
        come[row["shift"], row["role"]][row["index"]] = row["assignee"]
    for row in found.removed:
        taker = come[row["shift"], row["role"]].get(row["index"])
        if taker is not None:
            yield row, taker

"""The clearing: the largest set of exchanges that all wishes agree on, proposed as swaps that stand by themselves.

The engine finds the set, and its verifier judges all of it together. It is proposed in the smallest parts of which no two
have somebody in common, each a swap of its own: one that is denied, expires or goes stale takes no other along. Under the
plan's lock each part is judged alone, then all that are left together; at its approval each is judged once more on what
stands by then. The wishes stay until their swap is applied.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from api.audit import record
from api.database.base import now
from api.errors import Conflict
from api.plans import plans
from api.plans.tables import DutyRow
from api.roster import holders
from api.roster.aside import aside
from api.standing.tables import CrewRow
from api.swaps import judging
from api.swaps.asking import entry, put_in
from api.swaps.tables import SwapPartyRow, SwapRow, SwapWishRow
from api.swaps.telling import tell_cleared
from api.swaps.wishes import value, waiting
from models import Clearing
from solver.regions import Regions
from solver.swaps import Swaps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from api.settings import Settings
    from models import Problem, Roster, Settled, SwapWish
    from solver.usual import PointsOfPosts

SECONDS = 60.0
"""How long a clearing may search; what it has by then is the answer."""


class Found(NamedTuple):
    """What a clearing found; nothing of it is stored.

    Attributes
    ----------
    wishes
        The numbers of those that it looked at, in the order of the clearing's positions.
    """

    plan: str
    wishes: list[int]
    clearing: Clearing


class Part(NamedTuple):
    """What stands by itself of a clearing.

    Attributes
    ----------
    wishes
        The numbers of those that it fulfils.
    """

    kind: str
    duties: list[DutyRow]
    takers: list[str]
    wishes: list[int]


def clear(session: Session, scope: Scope, desk: Desk, settings: Settings, plan_id: str) -> Found:
    """Find the largest set of handovers that the wishes within a scope agree on; nothing is stored.

    Wishes are left out whose duty has gone or begins too soon, and those for which a swap waits already.

    Raises
    ------
    NotFound
        When there is no such plan.
    judging.BeingReplanned
        While the roster differs from what is published.
    """
    plan = plans.find(session, plan_id)
    plans.in_state(plan, "published")
    closes = now() + dt.timedelta(minutes=settings.swap_closes_minutes)
    rows = _current(session, plan, scope, closes)
    if not rows:
        return Found(plan.id, [], Clearing(status="optimal", value=0, bound=0))
    region = desk.region(session, plan, assignees={row.assignee for row in rows})
    if judging.published_swaps(session, plan, region) is not region.swaps:
        raise judging.BeingReplanned("The draft differs from what is published: publish it first")
    wishes, numbers, key = [value(row) for row in rows], [row.id for row in rows], plan.id
    # Nobody's connection waits for the search.
    session.rollback()
    args = (region.problem, region.regions.points, region.roster, closes, wishes)
    return Found(key, numbers, aside(SECONDS + 30, _cleared, *args))


def _cleared(
    problem: Problem, points: PointsOfPosts, roster: Roster, at: dt.datetime, wishes: Sequence[SwapWish]
) -> Clearing:
    return Swaps(problem, roster, at=at, regions=Regions(problem, points)).clear(wishes, time_limit=SECONDS)


def propose(
    session: Session, actor: Actor, desk: Desk, settings: Settings, found: Found
) -> tuple[list[SwapRow], list[int]]:
    """Store what a clearing found as swaps that wait for approval, and return these and the wishes in them.

    Everybody in them has wished for it, so nobody is asked again; all are told. What can't be any more, since wishes or
    duties have changed meanwhile, is left out: it comes with the next clearing.

    Raises
    ------
    Conflict
        When the parts have changed so that they don't go together any more.
    """
    plan = plans.locked(session, found.plan)
    plans.in_state(plan, "published")
    closes = now() + dt.timedelta(minutes=settings.swap_closes_minutes)
    parts = [
        part
        for ways in independent(found.clearing.settled, _crews(session))
        if (part := _part(session, plan, found.wishes, ways)) is not None
        and min(duty.start for duty in part.duties) > closes
    ]
    judged = [(part, rises) for part in parts if (rises := _rises(session, desk, plan, part)) is not None]
    if not judged:
        return [], []
    duties = [duty for part, _ in judged for duty in part.duties]
    judging.judge(session, desk, plan, duties, [taker for part, _ in judged for taker in part.takers])
    rows = [_put_in(session, actor, settings, plan, part, rises) for part, rises in judged]
    tell_cleared(session, rows)
    return rows, sorted(number for part, _ in judged for number in part.wishes)


def independent(ways: Iterable[Settled], crews: Mapping[str, Sequence[str]]) -> list[list[Settled]]:
    """Return ways by groups, no two of which have somebody in common.

    Parameters
    ----------
    crews
        Their members, by crew.
    """
    groups: list[tuple[set[str], list[Settled]]] = []
    for way in ways:
        names = {name for h in way.handovers for name in (h.duty.assignee, h.taker)}
        names |= {member for name in names for member in crews.get(name, ())}
        mine, others = [way], []
        for theirs, group in groups:
            if theirs & names:
                names |= theirs
                mine = [*group, *mine]
            else:
                others.append((theirs, group))
        groups = [*others, (names, mine)]
    return [group for _, group in groups]


def _crews(session: Session) -> dict[str, Sequence[str]]:
    return {crew: members for crew, members in session.execute(select(CrewRow.id, CrewRow.members))}


def _part(session: Session, plan: PlanRow, numbers: Sequence[int], ways: Sequence[Settled]) -> Part | None:
    """Return what some ways come to; None when a duty or a wish isn't there any more, or waits elsewhere."""
    wishes = sorted(numbers[k] for way in ways for k in way.wishes)
    query = select(SwapWishRow).where(SwapWishRow.id.in_(wishes))
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    if len(rows) < len(wishes) or waiting(session, rows):
        return None
    duties, takers = [], []
    for handover in (handover for way in ways for handover in way.handovers):
        given = handover.duty
        duty = session.scalar(
            select(DutyRow).where(
                DutyRow.plan == plan.id,
                DutyRow.shift == given.shift,
                DutyRow.role == given.role,
                DutyRow.assignee == given.assignee,
                DutyRow.cancelled_at.is_(None),
            )
        )
        if duty is None:
            return None
        duties.append(duty)
        takers.append(handover.taker)
    return Part(ways[0].kind if len(ways) == 1 else "chain", duties, takers, wishes)


def _rises(session: Session, desk: Desk, plan: PlanRow, part: Part) -> dict[str, int] | None:
    """Return by how much a part makes each level dearer by itself; None when it isn't legal any more."""
    try:
        return judging.judge(session, desk, plan, part.duties, part.takers).rises
    except Conflict:
        return None


def _put_in(
    session: Session, actor: Actor, settings: Settings, plan: PlanRow, part: Part, rises: dict[str, int]
) -> SwapRow:
    parties = {*part.takers, *(duty.assignee for duty in part.duties)}
    row = put_in(
        session, actor, settings, plan, part.kind, part.duties, part.takers,
        proposer=None, parties=parties, note="", state="accepted",
    )  # fmt: skip
    row.rises, row.accepted_at, row.approver = rises, now(), "dispatcher"
    # Their wish is their word.
    session.execute(update(SwapPartyRow).where(SwapPartyRow.swap == row.id).values(accepted_at=now()))
    session.execute(update(SwapWishRow).where(SwapWishRow.id.in_(part.wishes)).values(swap=row.id))
    record(session, actor, [entry(row, "swap.clear", None, wishes=len(part.wishes))])
    return row


def _current(session: Session, plan: PlanRow, scope: Scope, closes: dt.datetime) -> list[SwapWishRow]:
    query = select(SwapWishRow).where(SwapWishRow.plan == plan.id).order_by(SwapWishRow.id)
    rows = list(session.scalars(query))
    going = waiting(session, rows)
    rows = [row for row in rows if row.swap not in going]
    held = {
        tuple(key)
        for key in session.execute(
            select(DutyRow.shift, DutyRow.role, DutyRow.assignee).where(
                DutyRow.plan == plan.id, DutyRow.cancelled_at.is_(None), DutyRow.start > closes,
                DutyRow.assignee.in_({row.assignee for row in rows}),
            )
        )
    }  # fmt: skip
    return [
        row
        for row in rows
        if (row.shift is None or (row.shift, row.role, row.assignee) in held)
        and holders.are_inside(session, scope, [row.assignee])
    ]

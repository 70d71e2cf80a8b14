"""Who could take a duty over now: the best first, and how soon each would be there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from api.accounts.identity import Permission
from api.database.base import now
from api.day import replacing
from api.day.shapes import StandIn, StandIns
from api.day.tables import PresenceRow
from api.plans import plans
from api.plans.tables import DutyRow
from api.roster.holders import names_of
from api.standing.people_view import people_inside
from api.standing.tables import PersonRow
from api.swaps import judging
from api.swaps.freeing import freed
from models import LEVELS
from solver.swaps import InvalidSwap
from solver.travel import Journeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from models import Candidate, Location, Problem

BEFORE_TIME = LEVELS.index("stand_ins") + 1
"""So many levels go before how soon somebody is there: what stays open, and whose school it is."""


@dataclass(frozen=True)
class OpenPost:
    """A post of the day that nobody holds, as a published duty would have it."""

    plan: str
    shift: str
    site: str
    date: dt.date
    window: str
    role: str
    index: int
    start: dt.datetime
    end: dt.datetime
    assignee: None = None


class Ranked(NamedTuple):
    """Somebody who could take a duty over.

    Attributes
    ----------
    travel
        Minutes on the way to the site.
    origin
        The site of the duty that they come from; None: from where they usually set out.
    late
        How many minutes after the duty's begin they could be there, if they set out now.
    """

    assignee: str
    travel: int
    origin: str | None
    late: int
    rises: dict[str, int]


def of(session: Session, identity: Identity, desk: Desk, uid: str) -> StandIns:
    """Return who could take a duty over, with their phone numbers where the caller may know these.

    Raises
    ------
    NotFound
        When there is no such duty in the caller's scope.
    Forbidden
        When dispatchers decide about its role.
    """
    duty = replacing.directed(session, identity, uid)
    plan = plans.find(session, duty.plan)
    plans.in_state(plan, "published")
    return listed(session, identity, desk, plan, duty)


def listed(
    session: Session, identity: Identity, desk: Desk, plan: PlanRow, duty: DutyRow | OpenPost
) -> StandIns:
    """Return who could take a duty, or an open post, as it is shown."""
    ranked, blocked = rank(session, desk, plan, duty)
    ids = [one.assignee for one in ranked]
    names, phones = names_of(session, ids), _phones(session, identity, ids)
    return StandIns(
        duty=None if duty.assignee is None else duty.uid,
        candidates=[
            StandIn(
                **one._asdict(), name=names.get(one.assignee, one.assignee), phone=phones.get(one.assignee)
            )
            for one in ranked
        ],
        blocked=blocked,
    )


def rank(
    session: Session, desk: Desk, plan: PlanRow, duty: DutyRow | OpenPost
) -> tuple[list[Ranked], dict[str, int]]:
    """Return who could take a duty or an open post, the best first, and how many which rule keeps away; as published.

    Who was marked absent that day isn't asked to come. Of an own post it is said who could if its holder doesn't.
    """
    if duty.assignee is None:
        region = desk.region(session, plan, sites=[duty.site])
    else:
        region = freed(desk.region(session, plan, sites=[duty.site], assignees=[duty.assignee]), [duty])
    swaps = judging.published_swaps(session, plan, region)
    try:
        found = swaps.candidates(duty.shift, duty.role, duty.assignee)
    except InvalidSwap as error:
        raise judging.BeingReplanned from error
    absent = _absent(session, duty.date)
    free = [candidate for candidate in found.free if candidate.assignee not in absent]
    ways = _ways(session, region.problem, duty, [candidate.assignee for candidate in free])
    moment = now()

    def key(candidate: Candidate) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
        late = _late(duty, moment, ways[candidate.assignee][0])
        return candidate.cost[:BEFORE_TIME], late, candidate.cost[BEFORE_TIME:]

    ranked = [
        Ranked(
            one.assignee,
            *ways[one.assignee],
            _late(duty, moment, ways[one.assignee][0]),
            {level.name: level.rise for level in one.levels if level.rise},
        )
        for one in sorted(free, key=key)
    ]
    blocked = Counter(str(one.rule) for one in found.blocked)
    if gone := len(found.free) - len(free):
        blocked["absent"] = gone
    return ranked, dict(blocked)


def _late(duty: DutyRow | OpenPost, moment: dt.datetime, travel: int) -> int:
    there = moment + dt.timedelta(minutes=travel)
    return max(0, int((there - duty.start).total_seconds()) // 60)


def _absent(session: Session, date: dt.date) -> set[str]:
    query = (
        select(DutyRow.assignee)
        .join(PresenceRow, PresenceRow.uid == DutyRow.uid)
        .where(PresenceRow.date == date, PresenceRow.marked == "absent")
    )
    return set(session.scalars(query))


def _ways(
    session: Session, problem: Problem, duty: DutyRow | OpenPost, names: Sequence[str]
) -> dict[str, tuple[int, str | None]]:
    """Return how many minutes each has to the site, and the site of the day's duty before that they come from."""
    last = _last_sites(session, problem, duty)
    homes = {name: _home(problem, name) for name in names}
    journeys = Journeys(problem)
    origins = [last.get(name) or homes[name][0] for name in names]
    to, _ = journeys.to_and_from(origins, duty.site)
    estimated = journeys.between([homes[name][1] for name in names], [problem.site_by_id[duty.site].location])
    return {
        name: (int(estimated[k, 0] if origins[k] is None else to[k]), last.get(name))
        for k, name in enumerate(names)
    }


def _last_sites(session: Session, problem: Problem, duty: DutyRow | OpenPost) -> dict[str, str]:
    """Return where everybody who was on post that day before a duty was last."""
    query = (
        select(DutyRow.assignee, DutyRow.site)
        .where(
            DutyRow.plan == duty.plan,
            DutyRow.date == duty.date,
            DutyRow.end <= duty.start,
            DutyRow.cancelled_at.is_(None),
        )
        .order_by(DutyRow.end)
    )
    return {who: site for who, site in session.execute(query) if site in problem.site_by_id}


def _home(problem: Problem, name: str) -> tuple[str | None, Location | None]:
    """Return where somebody sets out from: a school of their own, or a place."""
    assignee = problem.person_by_id.get(name) or problem.crew_by_id[name]
    unit = problem.unit_by_id[assignee.unit]
    if assignee.base is not None:
        return None, assignee.base
    if unit.site is not None and unit.site in problem.site_by_id:
        return unit.site, None
    return None, unit.location


def _phones(session: Session, identity: Identity, ids: Sequence[str]) -> dict[str, str]:
    scope = identity.where(Permission.READ_PHONES)
    if not scope:
        return {}
    query = select(PersonRow.id, PersonRow.phone).where(
        PersonRow.id.in_(ids), PersonRow.phone.is_not(None), people_inside(scope)
    )
    return {id_: phone for id_, phone in session.execute(query) if phone is not None}

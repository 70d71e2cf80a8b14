"""Questions about a roster that the engine answers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple, ParamSpec, TypeVar

from pydantic import BaseModel
from sqlalchemy import select

from api.errors import Invalid, NotFound
from api.plans.tables import ShiftRow
from api.roster import holders
from api.roster.aside import aside
from api.roster.editing import PostHeld
from api.roster.places import shifts_inside
from api.roster.shapes import Named
from api.roster.weeks import shift_in
from models.explanation import PinConflicts
from solver.advise.bell_groups import Moves
from solver.advise.bells import advise_bells
from solver.advise.crews import advise_crews
from solver.advise.fairness import advise_fairness
from solver.advise.people import advise_people
from solver.explain import explain_conflicts, explain_person, explain_post
from solver.regions import Regions
from solver.swaps import InvalidSwap, Swaps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from models import Candidates, Problem, Roster, Unfilled
    from models.advice import BellAdvice, CrewAdvice, FairnessAdvice, Goal, PeopleAdvice
    from models.explanation import PersonExplained, PostExplained
    from solver.usual import PointsOfPosts

LOOKED_AT = 40
"""Open needs that are looked at for one who has no duty."""

AnswerT = TypeVar("AnswerT", bound=BaseModel)
SpecT = ParamSpec("SpecT")


def candidates(
    session: Session, scope: Scope, desk: Desk, plan: PlanRow, shift: str, role: str, instead: str | None
) -> Named[Candidates]:
    """Return who could take a post, the cheapest first, and what keeps the others away.

    Raises
    ------
    NotFound
        When there is no such need in the scope, or nobody of that name holds one of its posts.
    PostHeld
        When none of its posts is open and it isn't said who would leave.
    """
    found = shift_in(session, scope, plan, shift)
    region = desk.region(session, plan, sites=[found.site])
    return named(region.problem, _candidates(region.swaps, shift, role, instead))


def _candidates(swaps: Swaps, shift: str, role: str, instead: str | None) -> Candidates:
    try:
        return swaps.candidates(shift, role, instead)
    except InvalidSwap as error:
        if error.fault == "full":
            raise PostHeld("None of these posts is open: say instead of whom") from error
        raise NotFound from error


def open_posts(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    *,
    district: str | None = None,
    site: str | None = None,
) -> list[Unfilled]:
    """Return which posts are open, with the counts of what keeps candidates away, in the order of shifts."""
    query = (
        select(ShiftRow.id, ShiftRow.site)
        .where(ShiftRow.plan == plan.id, shifts_inside(scope))
        .order_by(ShiftRow.position)
    )
    if district is not None:
        query = query.where(ShiftRow.district == district)
    if site is not None:
        query = query.where(ShiftRow.site == site)
    shifts = {shift: where for shift, where in session.execute(query)}
    left = dict.fromkeys(shifts.values())
    found: dict[str, list[Unfilled]] = {}
    while left:
        region = desk.region(session, plan, sites=[next(iter(left))])
        for where in region.sites:
            left.pop(where, None)
        for unfilled in region.open_posts:
            if unfilled.shift in shifts:
                found.setdefault(unfilled.shift, []).append(unfilled)
    return [unfilled for shift in shifts for unfilled in found.get(shift, ())]


def post_explained(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    shift: str,
    role: str,
    *,
    hire: bool,
    seconds: float,
) -> Named[PostExplained]:
    """Say why a post is open, and what would fill it; each way is tried out.

    Raises
    ------
    NotFound
        When there is no such need in the scope.
    PostHeld
        When none of its posts is open.
    TookTooLong
        When the time is over.
    """
    found = shift_in(session, scope, plan, shift)
    region = desk.region(session, plan, sites=[found.site])
    _candidates(region.swaps, shift, role, None)
    points = region.regions.points
    answer = _aside(
        session, seconds, _explain_post, region.problem, points, region.roster, shift, role, hire=hire
    )
    return named(region.problem, answer)


def _explain_post(
    problem: Problem, points: PointsOfPosts, roster: Roster, shift: str, role: str, *, hire: bool
) -> PostExplained:
    swaps = Swaps(problem, roster, regions=Regions(problem, points))
    return explain_post(swaps, shift, role, hire=hire)


def holder_explained(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    kind: Literal["person", "crew"],
    assignee: str,
) -> Named[PersonExplained]:
    """Say why a person or crew has these duties, who else could have them, and what peers carry.

    Raises
    ------
    NotFound
        When there is none of that id in the scope.
    """
    holders.find(session, scope, kind, assignee)
    region = desk.region(session, plan, assignees=[assignee])
    try:
        return named(region.problem, explain_person(region.swaps, assignee))
    except InvalidSwap as error:
        raise NotFound from error


class Idle(NamedTuple):
    """What somebody without duties could do.

    Attributes
    ----------
    could
        Open needs that they could take now: shift and role.
    kept
        What keeps them from the other open needs of their roles, and from how many, the commonest first.
    """

    could: list[tuple[str, str]]
    kept: dict[str, int]


def holder_idle(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    kind: Literal["person", "crew"],
    assignee: str,
) -> Idle:
    """Say which open posts a person or crew could take, and what keeps them from the others; of the first `LOOKED_AT`.

    Raises
    ------
    NotFound
        When there is none of that id in the scope.
    """
    holders.find(session, scope, kind, assignee)
    region = desk.region(session, plan, assignees=[assignee])
    could: list[tuple[str, str]] = []
    kept: Counter[str] = Counter()
    person, crew = region.problem.person_by_id.get(assignee), region.problem.crew_by_id.get(assignee)
    roles = person.roles if person is not None else (crew.role,) if crew is not None else ()
    for need in [one for one in region.open_posts if one.role in roles][:LOOKED_AT]:
        found = region.swaps.candidates(need.shift, need.role)
        if any(one.assignee == assignee for one in found.free):
            could.append((need.shift, need.role))
        kept.update(one.rule for one in found.blocked if one.assignee == assignee)
    return Idle(could, dict(kept.most_common()))


def conflicts(
    session: Session, scope: Scope, desk: Desk, plan: PlanRow, district: str | None, *, seconds: float
) -> Named[PinConflicts]:
    """Find which pins, with rules and absences, can't all be kept.

    Raises
    ------
    NotFound
        When the district is outside of the scope.
    TookTooLong
        When the time is over.
    """
    region = desk.region(session, plan, sites=_sites(session, scope, plan, district))
    pins = tuple(a for a in region.roster.assignments if a.pinned)
    if not pins:
        return Named(answer=PinConflicts(conflicts=()), names={})
    problem = region.problem.model_copy(update={"pins": pins})
    return named(problem, _aside(session, seconds, explain_conflicts, problem))


def crew_certificate(
    session: Session, scope: Scope, desk: Desk, plan: PlanRow, district: str | None, roles: Collection[str]
) -> Named[CrewAdvice]:
    """Return how few crews could hold every post, with the proof.

    Raises
    ------
    NotFound
        When the district is outside of the scope, or a role isn't there.
    """
    problem, districts = _asked(session, scope, desk, plan, district, roles)
    return named(problem, advise_crews(problem, tuple(roles) or None, districts))


def bells(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    district: str | None,
    roles: Collection[str],
    *,
    goal: Goal,
    within: int,
    grid: int,
    seconds: float,
) -> BellAdvice:
    """Return which bells to move so that fewer crews do, or fewer posts stay open.

    The search stops by itself before the time is over, and says what it has proven until then.

    Raises
    ------
    NotFound
        When the district is outside of the scope, or a role isn't there.
    Invalid
        When the grid is too fine for so many minutes.
    """
    try:
        moves = Moves(within, grid)
    except ValueError as error:
        raise Invalid(str(error)) from error
    problem, districts = _asked(session, scope, desk, plan, district, roles)
    return _aside(
        session,
        2 * seconds,
        advise_bells,
        problem,
        moves,
        goal=goal,
        roles=tuple(roles) or None,
        districts=districts,
        time_limit=seconds,
    )


def hires(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    district: str | None,
    roles: Collection[str],
    *,
    top: int,
    seconds: float,
) -> Named[PeopleAdvice]:
    """Return where one more person or crew is worth most.

    Raises
    ------
    NotFound
        When the district is outside of the scope, or a role isn't there.
    TookTooLong
        When the time is over.
    """
    problem, districts = _asked(session, scope, desk, plan, district, roles)
    answer = aside(seconds, advise_people, problem, top=top, roles=tuple(roles) or None, districts=districts)
    return named(problem, answer)


def fairness(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    district: str | None,
    roles: Collection[str],
    unit: str | None,
) -> Named[FairnessAdvice]:
    """Return who carries most and least within each group, before the plan and with it.

    Raises
    ------
    NotFound
        When the district is outside of the scope.
    """
    region = desk.region(session, plan, sites=_sites(session, scope, plan, district))
    advice = advise_fairness(region.problem, region.roster, region.regions.usual)
    groups = (
        group
        for group in advice.groups
        if (not roles or group.role in roles) and (unit is None or group.unit == unit)
    )
    return named(region.problem, advice.model_copy(update={"groups": tuple(groups)}))


def _aside(
    session: Session,
    seconds: float,
    function: Callable[SpecT, AnswerT],
    /,
    *args: SpecT.args,
    **kwargs: SpecT.kwargs,
) -> AnswerT:
    """Have a long question answered by another process, and hold the database no longer than until now."""
    session.rollback()
    return aside(seconds, function, *args, **kwargs)


def named(problem: Problem, answer: AnswerT) -> Named[AnswerT]:
    """Return an answer with the names of those whom it mentions."""
    people, crews = problem.person_by_id, problem.crew_by_id
    names = {}
    for text in holders.mentioned(answer):
        if (holder := people.get(text) or crews.get(text)) is not None:
            names[text] = holder.name
    return Named(answer=answer, names=names)


def _districts(scope: Scope, district: str | None) -> tuple[str, ...] | None:
    """Return the districts to look at; None is the whole city."""
    if district is None:
        return None if scope.everywhere else tuple(sorted(scope.districts))
    scope.check(district, None)
    return (district,)


def _sites(session: Session, scope: Scope, plan: PlanRow, district: str | None) -> list[str]:
    """Return the sites of a plan in a district, or in the scope."""
    wanted = _districts(scope, district)
    query = select(ShiftRow.site).where(ShiftRow.plan == plan.id).distinct().order_by(ShiftRow.site)
    if wanted is not None:
        query = query.where(ShiftRow.district.in_(wanted))
    sites = list(session.scalars(query))
    if not sites:
        raise NotFound
    return sites


def _asked(
    session: Session,
    scope: Scope,
    desk: Desk,
    plan: PlanRow,
    district: str | None,
    roles: Collection[str],
) -> tuple[Problem, tuple[str, ...] | None]:
    """Return the problem that advice is asked about, and of which districts."""
    districts = _districts(scope, district)
    if districts is None:
        problem = desk.problem(session, plan)
    else:
        problem = desk.region(session, plan, sites=_sites(session, scope, plan, district)).problem
    if not set(roles) <= problem.role_by_id.keys():
        raise NotFound
    return problem, districts

"""Timefold on one problem: a script for another interpreter, which has the package ``timefold``.

    python timefold_district.py PROBLEM.json ANSWER.json SECONDS

It imports nothing of Huxue. The domain is the usual one: a planning entity for each post, with its
candidates as value range and nobody allowed. One rule, one constraint; hard ones in the hard level of a
bendable score, the levels of ``docs/rules.md`` as its six soft levels, in their order.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypedDict

from timefold.solver import SolverFactory, config, domain
from timefold.solver import score as scoring

SOFT = 6
CORE, VOLUNTEERS, STAND_INS, EXTRA, FAIRNESS, WISHES = range(SOFT)
Provider = Callable[[scoring.ConstraintFactory], list[scoring.Constraint]]


class Limit(TypedDict):
    """At most so many duties (or minutes) of some roles in a day (or a week)."""

    day: bool
    minutes: bool
    maximum: int
    roles: list[int]


class RoleRule(TypedDict):
    """A soft rule about the needs of a role."""

    role: int
    weight: int


class AssigneeRow(TypedDict):
    """An assignee as it comes."""

    opening: int
    step: int
    weight: int
    newcomer: bool


class NeedRow(TypedDict):
    """A need as it comes; distances and costs are those of the candidates."""

    numbers: dict[str, int]
    clashes: list[int]
    candidates: list[int]
    distances: list[int]
    costs: list[int]
    skilled: list[int]


class WantRow(TypedDict):
    """A wish as it comes."""

    assignee: int
    weight: int
    needs: list[int]


class Given(TypedDict):
    """The problem as ``benchmarks/handover.py`` writes it."""

    needs: list[NeedRow]
    assignees: list[AssigneeRow]
    escalation: int
    limits: list[Limit]
    wants: list[WantRow]
    skill_mix: list[RoleRule]
    newcomer_alone: list[RoleRule]


@dataclass(eq=False)
class Assignee:
    """Who can hold posts; ``weight`` 0 has no part in fairness."""

    id: Annotated[int, domain.PlanningId]
    opening: int
    step: int
    weight: int
    newcomer: bool

    def cost(self, points: int) -> int:
        """Return what the points of the week add to the cost of the opening burden."""
        return self._cost(self.opening + points) - self._cost(self.opening)

    def _cost(self, burden: int) -> int:
        k = burden // self.step
        r = burden - k * self.step
        return self.weight * (k * k * self.step + r * (2 * k + 1))


@dataclass(eq=False)
class Need:
    """One role of one shift."""

    id: Annotated[int, domain.PlanningId]
    shift: int
    role: int
    minimum: int
    target: int
    tier: int
    weight: int
    date: int
    week: int
    minutes: int
    points: int
    clashes: set[int]
    distances: dict[int, int]
    costs: dict[int, int]
    skilled: set[int]


@dataclass(eq=False)
class Want:
    """A wish for any of some needs."""

    id: Annotated[int, domain.PlanningId]
    assignee: int
    weight: int
    needs: set[int]


@domain.planning_entity
@dataclass(eq=False)
class Post:
    """One place to fill."""

    id: Annotated[int, domain.PlanningId]
    need: Need
    candidates: Annotated[list[Assignee], domain.ValueRangeProvider(id="candidates")]
    assignee: Annotated[
        Assignee | None,
        domain.PlanningVariable(allows_unassigned=True, value_range_provider_refs=["candidates"]),
    ] = field(default=None)


@domain.planning_solution
@dataclass(eq=False)
class Week:
    """All of it."""

    assignees: Annotated[list[Assignee], domain.ProblemFactCollectionProperty]
    needs: Annotated[list[Need], domain.ProblemFactCollectionProperty]
    wants: Annotated[list[Want], domain.ProblemFactCollectionProperty]
    posts: Annotated[list[Post], domain.PlanningEntityCollectionProperty]
    score: Annotated[
        scoring.BendableScore | None,
        domain.PlanningScore(bendable_hard_levels_size=1, bendable_soft_levels_size=SOFT),
    ] = field(default=None)


def hard() -> scoring.BendableScore:
    """Return a unit of the hard level."""
    return scoring.BendableScore.of_hard(1, SOFT, 0, 1)


def soft(level: int) -> scoring.BendableScore:
    """Return one unit of a soft level."""
    return scoring.BendableScore.of_soft(1, SOFT, level, 1)


def one_place_at_a_time(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """Nobody holds two posts of one need, nor needs that overlap or leave too little travel or rest."""
    return (
        factory.for_each_unique_pair(Post, scoring.Joiners.equal(lambda post: post.assignee))
        .filter(lambda one, other: other.need.id in one.need.clashes)
        .penalize(hard())
        .as_constraint("one_place_at_a_time")
    )


def duty_limit(factory: scoring.ConstraintFactory, number: int, limit: Limit) -> scoring.Constraint:
    """Duties or minutes in a day or week stay within a limit."""
    roles, maximum = set(limit["roles"]), limit["maximum"]
    posts = factory.for_each(Post).filter(lambda post: post.need.role in roles)
    amount = (
        scoring.ConstraintCollectors.sum(lambda post: post.need.minutes)
        if limit["minutes"]
        else scoring.ConstraintCollectors.count()
    )
    if limit["day"]:
        sums = posts.group_by(lambda post: post.assignee, lambda post: post.need.date, amount)
    else:
        sums = posts.group_by(lambda post: post.assignee, lambda post: post.need.week, amount)
    return (
        sums.filter(lambda assignee, span, total: total > maximum)
        .penalize(hard(), lambda assignee, span, total: total - maximum)
        .as_constraint(f"duty_limit_{number}")
    )


def open_posts(factory: scoring.ConstraintFactory) -> scoring.BiConstraintStream:
    """Stream needs with open posts, and how many."""
    return (
        factory.for_each_including_unassigned(Post)
        .filter(lambda post: post.assignee is None)
        .group_by(lambda post: post.need, scoring.ConstraintCollectors.count())
    )


def missing(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """Missing minimum posts of tier 1 cost their weight."""
    return (
        open_posts(factory)
        .filter(lambda need, count: need.tier == 1 and count > need.target - need.minimum)
        .penalize(soft(CORE), lambda need, count: need.weight * (count - need.target + need.minimum))
        .as_constraint("missing")
    )


def escalation(factory: scoring.ConstraintFactory, each: int) -> scoring.Constraint:
    """The k-th missing post of a shift costs k times the escalation more."""
    return (
        open_posts(factory)
        .filter(lambda need, count: need.tier == 1 and count > need.target - need.minimum)
        .group_by(
            lambda need, count: need.shift,
            scoring.ConstraintCollectors.sum(lambda need, count: count - need.target + need.minimum),
        )
        .filter(lambda shift, total: total > 1)
        .penalize(soft(CORE), lambda shift, total: each * (total * (total - 1) // 2))
        .as_constraint("escalation")
    )


def missing_volunteers(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """Missing minimum posts of tier 2."""
    return (
        open_posts(factory)
        .filter(lambda need, count: need.tier == 2 and count > need.target - need.minimum)
        .penalize(soft(VOLUNTEERS), lambda need, count: count - need.target + need.minimum)
        .as_constraint("missing_volunteers")
    )


def stand_ins(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """A stand-in costs the distance."""
    return (
        factory.for_each(Post)
        .filter(lambda post: post.assignee.id in post.need.distances)
        .penalize(soft(STAND_INS), lambda post: post.need.distances[post.assignee.id])
        .as_constraint("stand_ins")
    )


def extra(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """Missing posts between minimum and target."""
    return (
        open_posts(factory)
        .filter(lambda need, count: need.target > need.minimum)
        .penalize(soft(EXTRA), lambda need, count: min(count, need.target - need.minimum))
        .as_constraint("extra")
    )


def fairness(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """Each burden costs its interpolated square over capacity."""
    return (
        factory.for_each(Post)
        .group_by(lambda post: post.assignee, scoring.ConstraintCollectors.sum(lambda post: post.need.points))
        .penalize(soft(FAIRNESS), lambda assignee, points: assignee.cost(points))
        .as_constraint("fairness")
    )


def pair_costs(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """Avoided duties, new faces and minutes of travel."""
    return (
        factory.for_each(Post)
        .filter(lambda post: post.assignee.id in post.need.costs)
        .penalize(soft(WISHES), lambda post: post.need.costs[post.assignee.id])
        .as_constraint("pair_costs")
    )


def wants(factory: scoring.ConstraintFactory) -> scoring.Constraint:
    """A wish that nothing grants costs its weight."""
    return (
        factory.for_each(Want)
        .if_not_exists(
            Post,
            scoring.Joiners.equal(lambda want: want.assignee, lambda post: post.assignee.id),
            scoring.Joiners.filtering(lambda want, post: post.need.id in want.needs),
        )
        .penalize(soft(WISHES), lambda want: want.weight)
        .as_constraint("wants")
    )


def skill_mix(factory: scoring.ConstraintFactory, number: int, rule: RoleRule) -> scoring.Constraint:
    """A need without a skilled holder costs."""
    role, weight = rule["role"], rule["weight"]
    return (
        factory.for_each(Need)
        .filter(lambda need: need.role == role)
        .if_not_exists(
            Post,
            scoring.Joiners.equal(lambda need: need.id, lambda post: post.need.id),
            scoring.Joiners.filtering(lambda need, post: post.assignee.id in need.skilled),
        )
        .penalize(soft(WISHES), lambda need: weight)
        .as_constraint(f"skill_mix_{number}")
    )


def newcomer_alone(factory: scoring.ConstraintFactory, number: int, rule: RoleRule) -> scoring.Constraint:
    """Newcomers without an experienced colleague cost."""
    role, weight = rule["role"], rule["weight"]
    return (
        factory.for_each(Need)
        .filter(lambda need: need.role == role)
        .if_exists(Post, scoring.Joiners.equal(lambda need: need.id, lambda post: post.need.id))
        .if_not_exists(
            Post,
            scoring.Joiners.equal(lambda need: need.id, lambda post: post.need.id),
            scoring.Joiners.filtering(lambda need, post: not post.assignee.newcomer),
        )
        .penalize(soft(WISHES), lambda need: weight)
        .as_constraint(f"newcomer_alone_{number}")
    )


def constraints_of(given: Given) -> Provider:
    """Return the provider: a table of contents, one line a rule."""

    def define(factory: scoring.ConstraintFactory) -> list[scoring.Constraint]:
        return [
            one_place_at_a_time(factory),
            *(duty_limit(factory, k, limit) for k, limit in enumerate(given["limits"])),
            missing(factory),
            *([escalation(factory, given["escalation"])] if given["escalation"] else []),
            missing_volunteers(factory),
            stand_ins(factory),
            extra(factory),
            fairness(factory),
            pair_costs(factory),
            *([wants(factory)] if given["wants"] else []),
            *(skill_mix(factory, k, rule) for k, rule in enumerate(given["skill_mix"])),
            *(newcomer_alone(factory, k, rule) for k, rule in enumerate(given["newcomer_alone"])),
        ]

    provider: Provider = scoring.constraint_provider(define)
    return provider


def week_of(given: Given) -> Week:
    """Return the planning problem, every post open."""
    assignees = [Assignee(id=k, **row) for k, row in enumerate(given["assignees"])]
    needs: list[Need] = []
    posts: list[Post] = []
    for k, row in enumerate(given["needs"]):
        who = row["candidates"]
        need = Need(
            id=k,
            **row["numbers"],
            clashes=set(row["clashes"]),
            distances={a: d for a, d in zip(who, row["distances"], strict=True) if d},
            costs={a: c for a, c in zip(who, row["costs"], strict=True) if c},
            skilled=set(row["skilled"]),
        )
        needs.append(need)
        candidates = [assignees[a] for a in who]
        for _ in range(need.target):
            posts.append(Post(id=len(posts), need=need, candidates=candidates))
    rows = enumerate(given["wants"])
    wishes = [Want(id=k, assignee=w["assignee"], weight=w["weight"], needs=set(w["needs"])) for k, w in rows]
    return Week(assignees=assignees, needs=needs, wants=wishes, posts=posts)


def main(problem: str, answer: str, seconds: str) -> None:
    """Solve once and write who holds what."""
    given = json.loads(Path(problem).read_text("utf-8"))
    factory = SolverFactory.create(
        config.SolverConfig(
            solution_class=Week,
            entity_class_list=[Post],
            score_director_factory_config=config.ScoreDirectorFactoryConfig(
                constraint_provider_function=constraints_of(given)
            ),
            termination_config=config.TerminationConfig(
                spent_limit=config.Duration(milliseconds=int(float(seconds) * 1000))
            ),
        )
    )
    best = factory.build_solver().solve(week_of(given))
    held = [{"need": p.need.id, "assignee": p.assignee.id} for p in best.posts if p.assignee is not None]
    Path(answer).write_text(json.dumps({"posts": held, "score": str(best.score)}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The levels' values, recomputed term by term; one function a level, one a wish."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from models import (
    LEVELS,
    Continuity,
    Coverage,
    NewcomerAlone,
    PreferenceKind,
    Preferences,
    ScoreTerm,
    SkillMix,
    Travel,
    TravelMinutes,
)
from solver.verify.days import counts
from solver.verify.facts import travel_minutes as minutes_between
from solver.verify.fairness import group_costs

if TYPE_CHECKING:
    from collections.abc import Callable

    from models import Person
    from solver.verify.facts import Duty, Facts
    from solver.verify.held import Held

Terms = Counter[str]
"""Cost by name of term."""


@dataclass(frozen=True, slots=True)
class LevelValue:
    """What a roster costs at one level.

    Attributes
    ----------
    value
        The sum of the terms.
    terms
        Those that aren't 0, ordered by name.
    """

    name: str
    value: int
    terms: tuple[ScoreTerm, ...]


def level_values(held: Held) -> tuple[LevelValue, ...]:
    """Return the value of each level, in the order of `models.LEVELS`."""
    return tuple(level_of(name, _LEVELS[name](held)) for name in LEVELS)


def level_of(name: str, terms: Terms) -> LevelValue:
    """Return a level with its terms summed."""
    named = tuple(ScoreTerm(name=term, value=value) for term, value in sorted(terms.items()) if value)
    return LevelValue(name, terms.total(), named)


def core(held: Held) -> Terms:
    """Missing posts of tier 1, and minutes short."""
    return missing_posts(held) + minutes_short(held)


def missing_posts(held: Held, wanted: Callable[[Duty], int] = attrgetter("minimum")) -> Terms:
    """Missing posts of tier 1, dearer with the site's risk and with each further one of a shift.

    Parameters
    ----------
    wanted
        How many holders a need is to have.
    """
    facts = held.facts
    rule = next((r for r in facts.problem.rules if isinstance(r, Coverage)), Coverage())
    terms: Terms = Counter()
    of_shift: Counter[str] = Counter()
    for duty in facts.duties.values():
        missing = wanted(duty) - held.filled[duty] if duty.tier == 1 else 0
        if missing > 0:
            risk = rule.risk_multipliers[facts.sites[duty.site].risk - 1]
            terms[f"missing:{duty.role}"] += missing * facts.roles[duty.role].missing_weight * risk
            of_shift[duty.shift] += missing
    terms["escalation"] = sum(rule.escalation * (m * (m - 1) // 2) for m in of_shift.values())
    return terms


def minutes_short(held: Held) -> Terms:
    """Minutes by which bearers fall short of the least they should have."""
    facts = held.facts
    terms: Terms = Counter()
    for least in facts.least_rules:
        for bearer in least.bearers or facts.with_a_role(least.roles):
            minutes = sum(duty.minutes for duty in held.borne.get(bearer, ()) if counts(least, duty))
            terms[f"least_minutes:{bearer}"] += least.weight * max(0, least.minutes - minutes)
    return terms


def volunteers(held: Held, wanted: Callable[[Duty], int] = attrgetter("minimum")) -> Terms:
    """Missing posts of tier 2; see `missing_posts`."""
    terms: Terms = Counter()
    for duty in held.facts.duties.values():
        if duty.tier == 2 and held.filled[duty] < wanted(duty):
            terms[f"missing:{duty.role}"] += wanted(duty) - held.filled[duty]
    return terms


def stand_ins(held: Held) -> Terms:
    """The distance of each stand-in: 1 from the same station, 2 from the same district."""
    terms: Terms = Counter()
    for _, duty, assignee in held.holdings:
        if held.facts.is_posted(duty.role):
            distance = held.facts.distance(assignee, duty.role, duty.site)
            if distance:
                terms["same_station" if distance == 1 else "same_district"] += distance
    return terms


def extra(held: Held) -> Terms:
    """Posts missing between minimum and target, of needs that prefer no other number."""
    terms: Terms = Counter()
    for duty in held.facts.duties.values():
        if duty.preferred is not None:
            continue
        terms[f"extra:{duty.role}"] += duty.target - max(held.filled[duty], duty.minimum)
    return terms


def fairness(held: Held) -> Terms:
    """Convex cost of each assignee's burden."""
    return Counter({f"fairness:{role}": cost for role, cost in group_costs(held).items()})


def wishes(held: Held) -> Terms:
    """Needs held by fewer or more than they prefer, and the soft rules, several of one kind summed."""
    terms: Terms = Counter()
    for duty in held.facts.duties.values():
        if duty.preferred is not None:
            beyond = held.filled[duty] - duty.preferred
            terms[f"under:{duty.role}"] += duty.under * max(0, -beyond)
            terms[f"over:{duty.role}"] += duty.over * max(0, beyond)
    for rule in held.facts.problem.rules:
        if isinstance(rule, Preferences):
            terms[rule.kind] += preferences(held, rule)
        elif isinstance(rule, Continuity):
            terms[rule.kind] += continuity(held, rule)
        elif isinstance(rule, TravelMinutes):
            terms[rule.kind] += travel_minutes(held, rule)
        elif isinstance(rule, SkillMix):
            terms[rule.kind] += skill_mix(held, rule)
        elif isinstance(rule, NewcomerAlone):
            terms[rule.kind] += newcomer_alone(held, rule)
    return terms


def preferences(held: Held, rule: Preferences) -> int:
    """Each duty that an ``avoid`` matches, and each ``want`` that matches none."""
    cost = 0
    for wish in held.facts.problem.preferences:
        borne = held.borne.get(wish.assignee, ())
        matching = sum(wish.matches(duty.site, duty.window, duty.date) for duty in borne)
        cost += wish.weight * (matching if wish.kind is PreferenceKind.AVOID else matching == 0)
    return rule.weight * cost


def continuity(held: Held, rule: Continuity) -> int:
    """Each duty of the role at a site where the assignee has no past one."""
    known = {(d.assignee, d.site) for d in held.facts.problem.history if d.role == rule.role}
    duties = [(h.assignee.id, h.duty.site) for h in held.holdings if h.duty.role == rule.role]
    return rule.weight * sum(duty not in known for duty in duties)


def travel_minutes(held: Held, rule: TravelMinutes) -> int:
    """Travel minutes from the assignee's base to the site of each duty of the rule's roles."""
    facts = held.facts
    travel = facts.travel_rule or Travel()
    known: dict[tuple[float, float, str], int] = {}
    total = 0
    for _, duty, assignee in held.holdings:
        base = assignee.base or facts.units[assignee.unit].location
        site = facts.sites[duty.site].location
        if base is None or site is None or (rule.roles and duty.role not in rule.roles):
            continue
        key = (base.lat, base.lon, duty.site)
        if key not in known:
            known[key] = minutes_between(base, site, travel)
        total += known[key]
    return rule.weight * total


def skill_mix(held: Held, rule: SkillMix) -> int:
    """Each holder short of those who should have the qualification, filled need or not."""
    short = 0
    for duty in _needs(held.facts, rule.role):
        skilled = sum(p.qualified(rule.qualification, duty.date) for p in _persons(held, duty))
        short += max(0, min(rule.at_least, duty.target) - skilled)
    return rule.weight * short


def newcomer_alone(held: Held, rule: NewcomerAlone) -> int:
    """Each need of the role with a holder, all of whom are newcomers."""
    people = held.facts.people
    alone = 0
    for duty in _needs(held.facts, rule.role):
        holders = held.holders.get(duty, ())
        alone += bool(holders) and all(h in people and people[h].newcomer for h in holders)
    return rule.weight * alone


def _needs(facts: Facts, role: str) -> list[Duty]:
    return [duty for duty in facts.duties.values() if duty.role == role]


def _persons(held: Held, duty: Duty) -> list[Person]:
    return [held.facts.people[h] for h in held.holders.get(duty, ()) if h in held.facts.people]


_LEVELS: dict[str, Callable[[Held], Terms]] = {
    "core": core,
    "volunteers": volunteers,
    "stand_ins": stand_ins,
    "extra": extra,
    "fairness": fairness,
    "wishes": wishes,
}

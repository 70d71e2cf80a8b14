"""Leave out stand-ins that no optimal roster has.

A posted person who is able for all of their own needs, and who would stay within every rule even with
every other duty they could possibly get, can take back any own post from a stand-in: nothing else
changes and a stand-in is saved. So stand-ins for such a *sure* owner's needs can't be optimal. Whoever
can only stand in where no owner is sure has fewer other duties, which makes more owners
sure; the largest consistent set is found by striking owners off until nothing changes. Who has to have so
many minutes or days, or days off, could need the duty itself, and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import (
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    LeastMinutes,
    Rest,
    Rule,
    Scope,
    Succession,
    Weekends,
)
from solver.candidates import Blocks, Pairs, ScopeMap
from solver.minima import minimum_rules

if TYPE_CHECKING:
    from solver.facts import Bools, Facts, Ints


def without_needless_stand_ins(facts: Facts, scopes: ScopeMap, blocks: Blocks, pairs: Pairs) -> Pairs:
    """Return the pairs less the stand-ins for needs that sure owners hold."""
    owned = [
        (owner, needs[blocks.able(role, owner, site)])
        for (role, site), needs in blocks.places
        if facts.problem.roles[role].scope is Scope.POSTED
        for owner in scopes.owners(role, site)
    ]
    past = {duty.assignee for duty in facts.problem.history}
    own = {
        owner: needs
        for owner, needs in owned
        if facts.ids[owner] not in past and not facts.crews_of.get(owner)
    }
    if not own:
        return pairs
    needless = (pairs.distance > 0) & ~_bound_by_minimum(facts)[pairs.assignee]
    order = np.argsort(pairs.assignee, kind="stable")
    start = np.searchsorted(pairs.assignee[order], np.arange(len(facts) + 1))
    while True:
        sure = np.zeros(len(facts.needs), dtype=np.int64)
        for needs in own.values():
            sure[needs] += 1
        covered = sure >= np.maximum(facts.needs.target, 1)
        keep = ~(covered[pairs.need] & needless)
        struck = []
        for owner, needs in own.items():
            mine = order[start[owner] : start[owner + 1]]
            possible = np.union1d(needs, pairs.need[mine[keep[mine]]])
            if not _fits(facts, owner, needs, possible):
                struck.append(owner)
        if not struck:
            return Pairs(pairs.assignee[keep], pairs.need[keep], pairs.distance[keep])
        for owner in struck:
            del own[owner]


def _bound_by_minimum(facts: Facts) -> Bools:
    """Say for which assignees a rule asks for at least so many days on, days off or minutes."""
    rules = facts.problem.rules
    found = np.zeros(len(facts), dtype=bool)
    for rule in (*minimum_rules(rules), *(r for r in rules if isinstance(r, LeastMinutes))):
        named = [facts.at[b] for b in rule.bearers if b in facts.at]
        found[named if rule.bearers else slice(None)] = True
    return found


def _fits(facts: Facts, owner: int, own: Ints, possible: Ints) -> bool:
    """Say whether a person could hold all the needs that ever come their way without breaking a limit.

    Only the own needs must not overlap: what collides with them was struck off before, and what
    collides among the others is not held at once.
    """
    needs = facts.needs
    start, end = np.sort(needs.start[own]), np.sort(needs.end[own])
    if (start[1:] < end[:-1]).any() or len(np.unique(needs.role[possible])) > 1:
        return False
    return all(_allows(facts, rule, owner, possible) for rule in facts.problem.rules)


def _allows(facts: Facts, rule: Rule, owner: int, possible: Ints) -> bool:
    needs = facts.needs
    if isinstance(rule, Rest):
        order = np.argsort(needs.date[possible], kind="stable")
        date, starts, ends = (v[possible][order] for v in (needs.date, needs.start, needs.end))
        first = np.flatnonzero(np.diff(date, prepend=-1))
        opens, closes = np.minimum.reduceat(starts, first), np.maximum.reduceat(ends, first)
        return bool((opens[1:] - closes[:-1] >= rule.minutes).all())
    if isinstance(rule, ConsecutiveDays | DaysOff | Succession | Weekends | LeastMinutes):
        if rule.bearers and facts.ids[owner] not in rule.bearers:
            return True
        # Few have such rules and posts of their own: what is not easily seen to fit isn't taken to.
        most = rule.maximum if isinstance(rule, ConsecutiveDays) and rule.minimum is None else None
        return most is not None and len(np.unique(needs.date[possible])) <= most
    if isinstance(rule, DutyLimit):
        if rule.bearers and facts.ids[owner] not in rule.bearers:
            return True
        counted = possible[_in_roles(facts, rule, possible)]
        amount = (
            needs.minutes[counted] if rule.measure == "minutes" else np.ones(len(counted), dtype=np.int64)
        )
        day, week = needs.date[counted], (needs.date[counted] - 1) // 7
        span = {"day": day, "week": week, "horizon": np.zeros_like(day)}[rule.per]
        _, group = np.unique(span, return_inverse=True)
        return bool((np.bincount(group, amount) <= rule.maximum).all())
    return True


def _in_roles(facts: Facts, rule: DutyLimit, needs: Ints) -> Bools:
    if not rule.roles:
        return np.ones(len(needs), dtype=bool)
    wanted = [k for k, role in enumerate(facts.problem.roles) if role.id in rule.roles]
    return np.isin(facts.needs.role[needs], wanted)

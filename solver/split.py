"""How a problem is split: everything that is worked out once for all parts, and what hangs together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models import (
    Continuity,
    Crew,
    Fairness,
    LeastMinutes,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Scope,
    SkillMix,
    TravelMinutes,
)
from solver.candidates import Pairs
from solver.clock import Clock, epoch_minutes
from solver.facts import Bools, Facts, Ints, Needs, ranges
from solver.minima import minimum_rules
from solver.parts import Component, Part, Past, Published
from solver.usual import points_of_posts, usual_duties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from solver.travel import Journeys

FULL_WEIGHT = 6000
"""Fairness weight of an assignee with a capacity of 1 percent."""


def _has_one_of(roles: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return bool(roles) if not wanted else not set(roles).isdisjoint(wanted)


class Split:
    """Everything that is worked out once for all parts; makes them."""

    def __init__(
        self,
        facts: Facts,
        journeys: Journeys,
        pairs: Pairs,
        published: Published | None = None,
        usual: Mapping[str, int] | None = None,
    ) -> None:
        self.facts = facts
        self.journeys = journeys
        self.needs = facts.needs
        self.pairs = pairs
        self.before: Bools | None = None
        self.begun = np.zeros(len(facts.needs), dtype=bool)
        self.lost: set[tuple[str, str, str]] = set()
        if published is not None:
            self._start_from(published)
            pairs = self.pairs
        self.order = np.argsort(pairs.assignee, kind="stable")
        self.first = np.searchsorted(pairs.assignee[self.order], np.arange(len(facts) + 1))
        self.members = self._further_members()
        self.forced = self._forced()
        problem, needs = facts.problem, self.needs
        tier1 = needs.tier == 1
        self.forced_of_shift = np.bincount(
            needs.shift[tier1], self.forced[tier1], minlength=len(problem.shifts)
        ).astype(np.int64)
        self.pinned = self._pins()
        if self.before is not None:
            self.pinned |= self.before & self.begun[self.pairs.need]
        self.able = self._able()
        self.cost = self._pair_costs() + self._continuity()
        newcomers = [p.newcomer for p in problem.people] + [False] * len(problem.crews)
        self.newcomer = np.array(newcomers, dtype=bool)[pairs.assignee] if len(pairs) else np.zeros(0, bool)
        self.skilled = self._skilled()
        self.openings, self.weights, self.steps, self.slacks, self.counted = self._fairness(usual)
        self.wants = self._wants()
        self.least = self._least()

    def _start_from(self, published: Published) -> None:
        """Mark what was held; nobody else may hold what has begun, and only what was held can be lost."""
        facts, pairs, needs = self.facts, self.pairs, self.facts.needs
        triples = [key for key in published.held if key[:2] in facts.need_at and key[2] in facts.at]
        self.lost = set(published.held.difference(triples))
        need = np.array([facts.need_at[key[:2]] for key in triples], dtype=np.int64)
        holder = np.array([facts.at[key[2]] for key in triples], dtype=np.int64)
        had = np.bincount(need, minlength=len(needs)).astype(np.int64)
        possible, held = pairs.need * len(facts) + pairs.assignee, need * len(facts) + holder
        before = np.isin(possible, held)
        self.lost.update(triples[k] for k in np.flatnonzero(~np.isin(held, possible)).tolist())
        self.begun[[facts.need_at[key] for key in published.begun if key in facts.need_at]] = True
        keep = before | ~self.begun[pairs.need]
        self.pairs = Pairs(pairs.assignee[keep], pairs.need[keep], pairs.distance[keep])
        self.before = before[keep]
        left = np.bincount(self.pairs.need, self.before, minlength=len(needs)).astype(np.int64)
        minimum = np.minimum(needs.minimum, np.where(self.begun, left, had))
        for key, posts in published.asked.items():
            n = facts.need_at[key]
            minimum[n] = max(minimum[n], min(posts, int(needs.target[n])))
        self.needs = replace(needs, minimum=minimum)

    def touched(self, component: Component) -> bool:
        """Say whether what a component held before lacks a pin or a post that was lost or asked for."""
        before = self.pinned if self.before is None else self.before
        held, need = component.pair[before[component.pair]], component.need
        filled = np.bincount(np.searchsorted(need, self.pairs.need[held]), minlength=len(need))
        pins = self.pinned[component.pair] & ~before[component.pair]
        return bool(pins.any() or (filled < self.needs.minimum[need]).any())

    def _further_members(self) -> dict[int, list[tuple[int, Ints]]]:
        """Return, by crew, the members who need bookkeeping of their own, with the pairs they bear.

        A member who serves through one crew alone is bound by whatever binds the crew.
        """
        facts, problem = self.facts, self.facts.problem
        named = {b for r in problem.rules for b in getattr(r, "bearers", ())}
        # Whoever is at times not present with the crew can fall short where the crew doesn't.
        minima = any(not rule.bearers for rule in minimum_rules(problem.rules))
        past = {d.assignee for d in problem.history}
        wishing = {w.assignee for w in problem.preferences}
        found: dict[int, list[tuple[int, Ints]]] = defaultdict(list)
        for member, crews in facts.crews_of.items():
            person = problem.people[member]
            alone = not person.roles and len(crews) == 1 and person.id not in named | past | wishing
            if alone and not minima:
                continue
            for crew in crews:
                mine = self.order[self.first[crew] : self.first[crew + 1]]
                role = next(
                    k for k, r in enumerate(problem.roles) if r.id == problem.crews[crew - facts.people].role
                )
                if len(mine):
                    present = facts.present(np.array([member]), role, self.pairs.need[mine])[0]
                    mine = mine[present]
                found[crew].append((member, mine))
        return found

    def _forced(self) -> Ints:
        needs = self.needs
        candidates = np.bincount(self.pairs.need, minlength=len(needs))
        forced: Ints = np.maximum(0, needs.minimum - candidates)
        return forced

    def _pins(self) -> Bools:
        facts, pinned = self.facts, np.zeros(len(self.pairs), dtype=bool)
        for pin in facts.problem.pins:
            assignee = facts.at[pin.assignee]
            mine = self.order[self.first[assignee] : self.first[assignee + 1]]
            pinned[mine[self.pairs.need[mine] == facts.need_at[pin.shift, pin.role]]] = True
        return pinned

    def _able(self) -> Bools:
        """Say which pairs are of owners who are able: those kept away have no pair, but for the released."""
        facts, pairs, needs = self.facts, self.pairs, self.facts.needs
        posted = np.array([r.scope is Scope.POSTED for r in facts.problem.roles], dtype=bool)
        able: Bools = posted[needs.role[pairs.need]] & (pairs.distance == 0)
        for owner in np.unique(pairs.assignee[able]).tolist():
            mine = self.order[self.first[owner] : self.first[owner + 1]]
            n = pairs.need[mine]
            released = facts.released.meeting(np.array([owner]), needs.start[n], needs.end[n])[0]
            able[mine[released]] = False
        return able

    def _pair_costs(self) -> Ints:
        facts, problem, pairs = self.facts, self.facts.problem, self.pairs
        cost = np.zeros(len(pairs), dtype=np.int64)
        rule = next((r for r in problem.rules if isinstance(r, Preferences)), None)
        if rule is not None:
            for wish in problem.preferences:
                if wish.kind is PreferenceKind.AVOID:
                    for mine in self._borne(facts.at[wish.assignee]):
                        np.add.at(cost, mine[self._matching(wish, mine)], rule.weight * wish.weight)
        for travel in (r for r in problem.rules if isinstance(r, TravelMinutes)):
            roles = [k for k, r in enumerate(problem.roles) if not travel.roles or r.id in travel.roles]
            at = np.flatnonzero(np.isin(facts.needs.role[pairs.need], roles))
            cost[at] += travel.weight * self._minutes_from_base(at)
        return cost

    def _minutes_from_base(self, at: Ints) -> Ints:
        facts, problem = self.facts, self.facts.problem
        units = problem.unit_by_id
        key, where = np.unique(
            self.pairs.assignee[at] * len(problem.sites) + facts.needs.site[self.pairs.need[at]],
            return_inverse=True,
        )
        minutes = np.zeros(len(key), dtype=np.int64)
        who, site = key // max(1, len(problem.sites)), key % max(1, len(problem.sites))
        order = np.argsort(site, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(site[order])) + 1) if len(order) else ():
            s = int(site[rows[0]])
            holders = [
                problem.people[k] if k < facts.people else problem.crews[k - facts.people]
                for k in who[rows].tolist()
            ]
            bases = [h.base or units[h.unit].location for h in holders]
            place = problem.sites[s].location
            if place is not None:
                known = np.array([b is not None for b in bases])
                minutes[rows] = np.where(known, self.journeys.between(bases, [place])[:, 0], 0)
        return minutes[where]

    def _continuity(self) -> Ints:
        facts, problem, pairs = self.facts, self.facts.problem, self.pairs
        weight = np.zeros(len(problem.roles), dtype=np.int64)
        for rule in problem.rules:
            if isinstance(rule, Continuity):
                weight[[r.id for r in problem.roles].index(rule.role)] += rule.weight
        if not len(pairs) or not weight.any():
            return np.zeros(len(pairs), dtype=np.int64)
        role_at = {r.id: k for k, r in enumerate(problem.roles)}
        site_at = {s.id: k for k, s in enumerate(problem.sites)}
        known = {(facts.at[d.assignee], role_at[d.role], site_at[d.site]) for d in problem.history}
        sites, roles = len(problem.sites), len(problem.roles)
        past = np.array([(a * roles + r) * sites + s for a, r, s in known], dtype=np.int64)
        role = facts.needs.role[pairs.need]
        key = (pairs.assignee * roles + role) * sites + facts.needs.site[pairs.need]
        return np.where(np.isin(key, past), 0, weight[role])

    def _skilled(self) -> Bools:
        facts, problem, pairs = self.facts, self.facts.problem, self.pairs
        rules = [r for r in problem.rules if isinstance(r, SkillMix)]
        found = np.zeros((len(rules), len(pairs)), dtype=bool)
        roles = [r.id for r in problem.roles]
        for row, rule in enumerate(rules):
            of_role = facts.needs.role[pairs.need] == roles.index(rule.role)
            at = np.flatnonzero(of_role & (pairs.assignee < facts.people))
            person, who = np.unique(pairs.assignee[at], return_inverse=True)
            date, when = np.unique(facts.needs.date[pairs.need[at]], return_inverse=True)
            found[row, at] = facts.holding(rule.qualification).meeting(person, date, date + 1)[who, when]
        return found

    def _fairness(self, usual: Mapping[str, int] | None) -> tuple[Ints, Ints, Ints, Ints, Bools]:
        """Return opening, weight, step, tolerance in points, and whether it counts, by assignee."""
        facts, problem = self.facts, self.facts.problem
        count = len(facts)
        opening = np.zeros(count, dtype=np.int64)
        counted = np.zeros(count, dtype=bool)
        step = np.ones(count, dtype=np.int64)
        holders: list[Person | Crew] = [*problem.people, *problem.crews]
        capacity = np.array([h.capacity for h in holders], dtype=np.int64)
        weight = np.maximum(1, FULL_WEIGHT // np.maximum(1, capacity))
        rule = next((r for r in problem.rules if isinstance(r, Fairness)), None)
        if rule is None:
            return opening, weight, step, step, counted
        if usual is None:
            posts = points_of_posts(problem, ((s, n) for s in problem.shifts for n in s.needs))
            usual = usual_duties(problem, posts)
        ledger = {e.assignee: e.points for e in problem.ledger}
        groups = defaultdict(list)
        for k, person in enumerate(problem.people):
            if person.roles and person.roles[0] in usual:
                groups[person.roles[0], person.unit].append(k)
        for k, crew in enumerate(problem.crews, start=facts.people):
            if crew.role in usual:
                groups[crew.role, crew.unit].append(k)
        for (role_id, _), members in groups.items():
            entered = [k for k in members if facts.ids[k] in ledger]
            total = sum(ledger[facts.ids[k]] for k in entered)
            capacities = sum(int(capacity[k]) for k in entered)
            carried = [
                ledger.get(facts.ids[k], total * int(capacity[k]) // capacities if entered else 0)
                for k in members
            ]
            above = np.array(carried) - min(carried)
            opening[members] = above - above % usual[role_id]
            step[members] = usual[role_id]
            counted[members] = True
        return opening, weight, step, step * rule.tolerance, counted

    def _wants(self) -> list[tuple[int, Ints]]:
        rule = next((r for r in self.facts.problem.rules if isinstance(r, Preferences)), None)
        found = []
        if rule is not None:
            for wish in self.facts.problem.preferences:
                if wish.kind is PreferenceKind.WANT:
                    borne = [m[self._matching(wish, m)] for m in self._borne(self.facts.at[wish.assignee])]
                    mine = np.concatenate(borne)
                    if len(mine):
                        found.append((rule.weight * wish.weight, mine))
        return found

    def _least(self) -> list[tuple[LeastMinutes, list[int]]]:
        """Return each rule ``least_minutes`` with those it holds for."""
        facts, found = self.facts, []
        for rule in facts.problem.rules:
            if isinstance(rule, LeastMinutes):
                having: list[tuple[str, ...]] = [p.roles for p in facts.problem.people]
                having += [(c.role,) for c in facts.problem.crews]
                counted = [k for k, roles in enumerate(having) if _has_one_of(roles, rule.roles)]
                found.append((rule, [facts.at[b] for b in rule.bearers] or counted))
        return found

    def _borne(self, bearer: int) -> list[Ints]:
        """Return the pairs a bearer bears, its own first."""
        own = self.order[self.first[bearer] : self.first[bearer + 1]]
        through = [
            mine
            for crew in self.facts.crews_of.get(bearer, ())
            for member, mine in self.members.get(crew, ())
            if member == bearer
        ]
        return [own, *through]

    def _matching(self, wish: Preference, at: Ints) -> Bools:
        facts, needs = self.facts, self.facts.needs
        n = self.pairs.need[at]
        matches = np.ones(len(at), dtype=bool)
        if wish.site is not None:
            matches &= needs.site[n] == [s.id for s in facts.problem.sites].index(wish.site)
        if wish.window is not None:
            matches &= needs.window[n] == [w.id for w in facts.problem.windows].index(wish.window)
        if wish.weekday is not None:
            matches &= (needs.date[n] - 1) % 7 + 1 == wish.weekday
        if wish.date is not None:
            matches &= needs.date[n] == wish.date.toordinal()
        return matches

    def parts(self) -> Iterator[Part]:
        """Yield the parts, those with fewest pairs first."""
        return map(self.part, self.components())

    def part(self, component: Component) -> Part:
        """Return a component with all that is known about it."""
        return self._part(component.need, component.pair, component.wants)

    def components(self) -> list[Component]:
        """Return what hangs together, fewest pairs first: if time runs out, most of the city is settled."""
        facts, pairs, needs = self.facts, self.pairs, self.facts.needs
        count = len(needs)
        crew, member = [], []
        for k, rows in self.members.items():
            crew += [k] * len(rows)
            member += [m for m, _ in rows]
        one = np.concatenate([pairs.need, count + np.array(crew, dtype=np.int64)])
        other = np.concatenate([count + pairs.assignee, count + np.array(member, dtype=np.int64)])
        nodes = count + len(facts)
        graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(nodes, nodes))
        _, label = connected_components(graph, directed=False)
        label_of_need = label[:count]
        by_label = np.argsort(label_of_need, kind="stable")
        cuts = np.flatnonzero(np.diff(label_of_need[by_label])) + 1
        need_groups = np.split(by_label, cuts) if count else []
        pair_first = np.searchsorted(pairs.need, np.arange(count + 1))
        sizes = np.bincount(label[pairs.need], minlength=int(label.max()) + 1 if nodes else 1)
        wants = defaultdict(list)
        for weight, mine in self.wants:
            wants[int(label[pairs.need[mine[0]]])].append((weight, mine))
        found = []
        for group in sorted(need_groups, key=lambda g: int(sizes[label_of_need[g[0]]])):
            key = int(label_of_need[group[0]])
            if sizes[key]:
                at, _ = ranges(pair_first[group], pair_first[group + 1])
                found.append(Component(group, at, wants[key]))
        return found

    @cached_property
    def _past(self) -> dict[int, list[tuple[int, int, int, int]]]:
        facts = self.facts
        role_at = {r.id: k for k, r in enumerate(facts.problem.roles)}
        window_at = {w.id: k for k, w in enumerate(facts.problem.windows)}
        found = defaultdict(list)
        for d in facts.problem.history:
            minutes = epoch_minutes(d.end) - epoch_minutes(d.start)
            row = (role_at[d.role], window_at[d.window], d.date.toordinal(), minutes)
            assignee = facts.at[d.assignee]
            found[assignee].append(row)
            for member in facts.members.get(assignee, np.empty(0, dtype=np.int64)).tolist():
                found[member].append(row)
        return found

    def _part(self, need: Ints, at: Ints, wants: list[tuple[int, Ints]]) -> Part:
        facts, pairs = self.facts, self.pairs
        assignee, a = np.unique(pairs.assignee[at], return_inverse=True)
        n = np.searchsorted(need, pairs.need[at])
        bearer, borne, bearers = [a], [np.arange(len(at))], assignee.tolist()
        position = {k: b for b, k in enumerate(bearers)}
        for crew in (k for k in assignee.tolist() if k in self.members):
            for member, mine in self.members[crew]:
                if member not in position:
                    position[member] = len(bearers)
                    bearers.append(member)
                inside = np.searchsorted(at, mine)
                bearer.append(np.full(len(inside), position[member]))
                borne.append(inside)
        everybody = np.array(bearers, dtype=np.int64)
        group = np.flatnonzero(self.counted[everybody])
        owner = everybody[group]
        site, where = np.unique(facts.needs.site[need], return_inverse=True)
        local = Needs(*(getattr(self.needs, f.name)[need] for f in fields(Needs)))
        rows = [(position[k], *row) for k in bearers for row in self._past.get(k, ())]
        table = np.array(rows, dtype=np.int64).reshape(-1, 5).T
        dates = facts.problem.horizon
        forced = self.forced[need]
        here = np.bincount(local.shift, np.where(local.tier == 1, forced, 0)).astype(np.int64)
        return Part(
            need=need,
            assignee=assignee,
            pair=at,
            needs=local,
            a=a,
            n=n,
            most=np.ones(len(at), dtype=np.int64),
            distance=pairs.distance[at],
            cost=self.cost[at],
            pinned=self.pinned[at],
            newcomer=self.newcomer[at],
            skilled=self.skilled[:, at],
            bearer=np.concatenate(bearer),
            borne=np.concatenate(borne),
            bearer_ids=tuple(facts.ids[k] for k in bearers),
            group_bearer=group,
            opening=self.openings[owner],
            weight=self.weights[owner],
            step=self.steps[owner],
            slack=self.slacks[owner],
            wants=tuple((weight, np.searchsorted(at, mine)) for weight, mine in wants),
            past=Past(*table),
            site=where,
            minutes_between=self._between(site.tolist()),
            travel=self.journeys.demanded,
            forced=forced,
            missing_elsewhere=self.forced_of_shift[local.shift] - here[local.shift],
            role_ids=tuple(r.id for r in facts.problem.roles),
            window_ids=tuple(w.id for w in facts.problem.windows),
            rules=facts.problem.rules,
            before=None if self.before is None else self.before[at],
            able=self.able[at],
            soon=self._soonness(local) if self.before is not None else local.start[:0],
            least=tuple(
                (rule, np.array([position[k] for k in whom if k in position], dtype=np.int64))
                for rule, whom in self.least
            ),
            days=(dates.start.toordinal(), dates.start.toordinal() + dates.days - 1),
        )

    def _soonness(self, needs: Needs) -> Ints:
        """Return how many minutes before the horizon's end each need begins."""
        after = self.facts.problem.horizon.dates[-1] + dt.timedelta(days=1)
        soon: Ints = Clock(self.facts.problem).at(after, dt.time()) - needs.start
        return soon

    def _between(self, sites: list[int]) -> Ints:
        if len(sites) == 1:
            return np.zeros((1, 1), dtype=np.int64)
        return self.journeys.between_sites([self.facts.problem.sites[s].id for s in sites])

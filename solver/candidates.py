"""Who could hold what: every pair of an assignee and a need that no fixed rule forbids.

Fixed rules are those that other duties of the horizon don't touch: role, qualification, scope,
absence, timetable, offer, crew strength, the duties in the history, and the first part of
``own_post_first``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from models import Rest, Scope
from solver.clock import epoch_minutes
from solver.facts import Intervals, ranges
from solver.workers import beside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.facts import Bools, Facts, Ints
    from solver.travel import Journeys

BLOCKS = ("qualification", "absence", "timetable", "offer", "crew_strength", "own_post_first")
"""Fixed rules that are judged need by need, in the order in which they are named."""

LARGE = 10_000
"""Needs from which on a second process is worth its start."""


@dataclass(frozen=True)
class Pairs:
    """Possible assignments, each of shape ``(pairs,)``, ordered by need.

    Attributes
    ----------
    assignee, need
        Positions.
    distance
        0, or 1 and 2 for stand-ins from the same station and district.
    """

    assignee: Ints
    need: Ints
    distance: Ints

    def __len__(self) -> int:
        return len(self.need)


class ScopeMap:
    """Which assignees of a role have which site in scope."""

    def __init__(self, facts: Facts) -> None:
        problem = facts.problem
        self._facts = facts
        self._units = problem.unit_by_id
        self.by_role: dict[int, list[int]] = defaultdict(list)
        role_at = {r.id: k for k, r in enumerate(problem.roles)}
        for k, person in enumerate(problem.people):
            for role in person.roles:
                self.by_role[role_at[role]].append(k)
        for k, crew in enumerate(problem.crews, start=facts.people):
            self.by_role[role_at[crew.role]].append(k)
        self._by_key: dict[int, dict[tuple[str, str], list[int]]] = {}
        self._stations: dict[tuple[int, str], str | None] = {}

    def _member(self, k: int) -> tuple[str, tuple[str, ...], str | None]:
        problem, people = self._facts.problem, self._facts.people
        if k < people:
            person = problem.people[k]
            return person.unit, person.sites, person.posted_to
        crew = problem.crews[k - people]
        return crew.unit, crew.sites, None

    def _index(self, role: int) -> dict[tuple[str, str], list[int]]:
        """File a role's assignees under every kind of place that can bring them into scope."""
        index = self._by_key.get(role)
        if index is None:
            filed: dict[tuple[str, str], list[int]] = defaultdict(list)
            scope = self._facts.problem.roles[role].scope
            for k in self.by_role[role]:
                unit_id, sites, posted = self._member(k)
                unit = self._units[unit_id]
                if scope is Scope.POSTED:
                    if posted is not None:
                        filed["posted", posted].append(k)
                    filed["station", unit_id].append(k)
                    if unit.district is not None:
                        filed["district", unit.district].append(k)
                    continue
                for site in sites:
                    filed["site", site].append(k)
                if scope is Scope.SITE and unit.site is not None:
                    filed["site", unit.site].append(k)
                elif scope is Scope.STATION:
                    filed["station", unit_id].append(k)
                elif scope is Scope.DISTRICT and unit.district is not None:
                    filed["district", unit.district].append(k)
                elif scope is Scope.ANYWHERE:
                    filed["any", ""].append(k)
            index = self._by_key[role] = filed
        return index

    def owners(self, role: int, site: int) -> list[int]:
        """Return the persons posted to a site with a role, in the problem's order."""
        return self._index(role).get(("posted", self._facts.problem.sites[site].id), [])

    def in_scope(self, role: int, site: int) -> tuple[Ints, Ints]:
        """Return the assignees that have a site in scope, in order, and their stand-in distances."""
        place = self._facts.problem.sites[site]
        index = self._index(role)
        if self._facts.problem.roles[role].scope is Scope.POSTED:
            own = index.get(("posted", place.id), [])
            station = place.station or (self._member(own[0])[0] if own else None)
            distance = dict.fromkeys(index.get(("district", place.district), []), 2)
            distance.update(dict.fromkeys(index.get(("station", station or ""), []), 1))
            distance.update(dict.fromkeys(own, 0))
            found = np.array(sorted(distance), dtype=np.int64)
            return found, np.array([distance[k] for k in found.tolist()], dtype=np.int64)
        keys = [("site", place.id), ("district", place.district), ("any", "")]
        if place.station is not None:
            keys.append(("station", place.station))
        lists = [index[key] for key in keys if key in index]
        members = np.unique(np.array([k for found in lists for k in found], dtype=np.int64))
        return members, np.zeros(len(members), dtype=np.int64)


class Blocks:
    """What keeps the assignees of one role and site from its needs, rule by rule."""

    def __init__(self, facts: Facts, journeys: Journeys, scopes: ScopeMap) -> None:
        self._facts = facts
        self._journeys = journeys
        self._scopes = scopes
        self._needs_at: dict[tuple[int, int], Ints] = {}
        self._own: dict[int, Intervals] = {}
        order = np.lexsort((facts.needs.start, facts.needs.site, facts.needs.role))
        key = facts.needs.role[order] * (1 + len(facts.problem.sites)) + facts.needs.site[order]
        for part in np.split(order, np.flatnonzero(np.diff(key)) + 1):
            if len(part):
                first = int(part[0])
                self._needs_at[int(facts.needs.role[first]), int(facts.needs.site[first])] = part

    @property
    def places(self) -> Iterable[tuple[tuple[int, int], Ints]]:
        """Every (role, site) with its needs in order of time."""
        return self._needs_at.items()

    def needs_at(self, role: int, site: int) -> Ints:
        """Return a role's needs at a site."""
        return self._needs_at.get((role, site), np.empty(0, dtype=np.int64))

    def judge(self, role: int, site: int, members: Ints) -> dict[str, Bools]:
        """Return, for each of `BLOCKS`, which member it keeps from which need at the place.

        Arrays have the shape ``(members, needs at the place)``; rules that keep nobody are left out.
        """
        facts = self._facts
        needs = self.needs_at(role, site)
        start, end = facts.needs.start[needs], facts.needs.end[needs]
        kind = facts.problem.roles[role]
        blocks = {"absence": facts.absent.meeting(members, start, end)}
        if kind.by_crew:
            blocks["crew_strength"] = self._weak(role, members, needs)
        else:
            blocks["qualification"] = ~facts.qualified(members, role, facts.needs.date[needs])
            blocks["timetable"] = facts.teaching.meeting(members, start, end)
            if kind.offered_only:
                window, date = facts.needs.window[needs], facts.needs.date[needs]
                blocks["offer"] = ~facts.offers.covering(members, window, date)
            if kind.scope is Scope.POSTED:
                blocks["own_post_first"] = self._bound_elsewhere(role, site, members, needs)
        return {name: blocks[name] for name in BLOCKS if name in blocks and blocks[name].any()}

    def _weak(self, role: int, crews: Ints, needs: Ints) -> Bools:
        facts = self._facts
        if not len(crews):
            return np.zeros((0, len(needs)), dtype=bool)
        members = [facts.members[crew] for crew in crews.tolist()]
        present = facts.present(np.concatenate(members), role, needs)
        cut = np.cumsum([0, *(len(m) for m in members[:-1])])
        strength = np.add.reduceat(present, cut, axis=0, dtype=np.int64)
        least = [facts.problem.crews[crew - facts.people].minimum_strength for crew in crews.tolist()]
        return strength < np.array(least)[:, None]

    def able(self, role: int, owner: int, site: int) -> Bools:
        """Say for which needs at the own site a posted person is able, shape ``(needs,)``."""
        facts = self._facts
        needs = self.needs_at(role, site)
        one = np.array([owner])
        start, end = facts.needs.start[needs], facts.needs.end[needs]
        kept = facts.absent.meeting(one, start, end) | facts.released.meeting(one, start, end)
        kept |= facts.teaching.meeting(one, start, end)
        able: Bools = (~kept & facts.qualified(one, role, facts.needs.date[needs]))[0]
        return able

    def _bound_elsewhere(self, role: int, site: int, members: Ints, needs: Ints) -> Bools:
        """Keep posted persons from standing in while their own post needs them."""
        facts, problem = self._facts, self._facts.problem
        own = self._own_duties(role)
        first, after = own.first[members], own.first[members + 1]
        posted = np.array([problem.people[m].posted_to == problem.sites[site].id for m in members.tolist()])
        at, row = ranges(np.where(posted, after, first), after)
        bound = np.zeros((len(members), len(needs)), dtype=bool)
        if not len(at):
            return bound
        there = back = np.zeros((len(at), 1), dtype=np.int64)
        if self._journeys.demanded:
            origins = [problem.people[m].posted_to for m in members.tolist()]
            there, back = self._journeys.to_and_from(origins, problem.sites[site].id)
            there, back = there[row][:, None], back[row][:, None]
        collides = own.start[at][:, None] < facts.needs.end[needs] + back
        collides &= facts.needs.start[needs] < own.end[at][:, None] + there
        cut = np.flatnonzero(np.diff(row, prepend=-1))
        bound[row[cut]] = np.logical_or.reduceat(collides, cut, axis=0)
        return bound

    def _own_duties(self, role: int) -> Intervals:
        """Return, by posted person, the on-post intervals at the own site for which they are able."""
        found = self._own.get(role)
        if found is None:
            facts, site_at = self._facts, {s.id: k for k, s in enumerate(self._facts.problem.sites)}
            rows: list[tuple[int, int, int]] = []
            for member in self._scopes.by_role[role]:
                posted = facts.problem.people[member].posted_to
                if posted is not None:
                    own = self.needs_at(role, site_at[posted])
                    own = own[self.able(role, member, site_at[posted]) & (facts.needs.minimum[own] > 0)]
                    start, end = facts.needs.start[own].tolist(), facts.needs.end[own].tolist()
                    rows += zip([member] * len(own), start, end, strict=True)
            found = self._own[role] = Intervals.collect(len(facts), rows)
        return found


def find_pairs(facts: Facts, journeys: Journeys, scopes: ScopeMap, blocks: Blocks) -> Pairs:
    """Return every possible assignment; of large problems, half are found in a child process."""
    find = partial(_pairs_at, facts, journeys, scopes, blocks)
    places = list(blocks.places)
    half = len(places) // 2 if len(facts.needs) >= LARGE else 0
    others = beside(partial(find, places[:half])) if half else None
    found = [find(places[half:])]
    if others is not None:
        found.append(others())
    assignee, need, distance = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(need, kind="stable")
    return Pairs(assignee[order], need[order], distance[order])


def _pairs_at(
    facts: Facts,
    journeys: Journeys,
    scopes: ScopeMap,
    blocks: Blocks,
    places: Iterable[tuple[tuple[int, int], Ints]],
) -> tuple[Ints, Ints, Ints]:
    """Return assignee, need and distance of every possible assignment at some places."""
    none = np.empty(0, dtype=np.int64)
    assignees, needs_of, distances = [none], [none], [none]
    past = _PastConflicts(facts, journeys)
    for (role, site), needs in places:
        members, distance = scopes.in_scope(role, site)
        if not len(members):
            continue
        free = np.ones((len(members), len(needs)), dtype=bool)
        for kept in blocks.judge(role, site, members).values():
            free &= ~kept
        past.strike(free, members, role, site, needs)
        column, row = np.nonzero(free.T)
        assignees.append(members[row])
        needs_of.append(needs[column])
        distances.append(distance[row])
    return np.concatenate(assignees), np.concatenate(needs_of), np.concatenate(distances)


class _PastConflicts:
    """Duties of the history that still keep somebody from the first needs of the horizon."""

    def __init__(self, facts: Facts, journeys: Journeys) -> None:
        problem = facts.problem
        self._facts = facts
        self._journeys = journeys
        rest = max((r.minutes for r in problem.rules if isinstance(r, Rest)), default=0)
        self._rest = rest
        self._by_bearer: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        self._known: dict[tuple[str, str], int] = {}
        if not len(facts.needs):
            return
        # A journey takes less than a day, so older duties are out of every rule's reach.
        reach = int(facts.needs.start.min()) - max(rest, 24 * 60)
        for duty in problem.history:
            end = epoch_minutes(duty.end)
            if end > reach:
                row = (epoch_minutes(duty.start), end, duty.site)
                self._by_bearer[facts.at[duty.assignee]].append(row)
                for member in facts.members.get(
                    facts.at[duty.assignee], np.empty(0, dtype=np.int64)
                ).tolist():
                    self._by_bearer[member].append(row)

    def strike(self, free: Bools, members: Ints, role: int, site: int, needs: Ints) -> None:
        """Clear the pairs that a past duty of the assignee, or of a present member, forbids."""
        if not self._by_bearer:
            return
        facts = self._facts
        here = facts.problem.sites[site].id
        for k, assignee in enumerate(members.tolist()):
            for past in self._by_bearer.get(assignee, ()):
                free[k] &= ~self._forbids(past, here, needs)
            for member in facts.members.get(assignee, np.empty(0, dtype=np.int64)).tolist():
                if member in self._by_bearer:
                    there = facts.present(np.array([member]), role, needs)[0]
                    for past in self._by_bearer[member]:
                        free[k] &= ~(there & self._forbids(past, here, needs))

    def _forbids(self, past: tuple[int, int, str], here: str, needs: Ints) -> Bools:
        start, end, site = past
        gap = self._rest
        if self._journeys.demanded and site != here:
            gap = max(gap, self._minutes(site, here))
        later = self._facts.needs.start[needs]
        return (later < end + gap) & (self._facts.needs.end[needs] > start)

    def _minutes(self, origin: str, destination: str) -> int:
        known = self._known.get((origin, destination))
        if known is None:
            known = int(self._journeys.between_sites((origin, destination))[0, 1])
            self._known[origin, destination] = known
        return known

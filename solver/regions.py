"""The regions of a problem: who stands in one can never serve in another.

A question about one person or one gate is answered within its region, usually a district, as if
nothing else existed. What holds there holds in the whole problem: no duty, limit, journey or
fairness group reaches across; only what a usual duty is depends on all posts of a role. Within a
region, roles that no holder shares are fields apart: all that joins them is that posts missing from
one shift cost more together.
"""

from __future__ import annotations

import copy
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models import Crew, LeastMinutes, Scope
from solver.usual import points_of_posts, usual_duties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from models import Need, Person, Problem, Rule, Shift
    from solver.usual import PointsOfPosts

_Node = tuple[str, ...]
"""A place to serve (site and role), a group of holders (unit and role), or what several of them share."""

_Edge = tuple[_Node, _Node]


class Regions:
    """The regions and fields of one problem, found once for all questions about it.

    Parameters
    ----------
    problem
        What the regions are of.
    points
        Where ``problem`` is itself a part, `points` of the whole's regions.
    """

    def __init__(self, problem: Problem, points: PointsOfPosts | None = None) -> None:
        self.problem = problem
        self._whole_points = points
        self._scopes = {role.id: role.scope for role in problem.roles}
        holders: tuple[Person | Crew, ...] = (*problem.people, *problem.crews)
        self._of_holder = {holder.id: _group(holder) for holder in holders}
        edges = sorted({*self._holders(), *self._places()})
        whole = [
            (_place(site.id, role), ("site", site.id)) for site in problem.sites for role in self._scopes
        ]
        self._field, self._region = _labels(edges), _labels([*edges, *whole])

    def on(self, problem: Problem) -> Regions:
        """Return the regions of a problem with the same places, holders and shifts, but other facts about them."""
        other = copy.copy(self)
        other.problem = problem
        return other

    def _holders(self) -> Iterator[_Edge]:
        """Yield what joins groups of holders to each other and to places."""
        problem = self.problem
        groups: set[tuple[str, str]] = set()
        for person in problem.people:
            own = self._of_holder[person.id]
            yield own, own
            for role in person.roles:
                here = ("group", person.unit, role)
                groups.add((person.unit, role))
                yield own, here
                if person.posted_to is not None and self._scopes[role] is Scope.POSTED:
                    yield here, _place(person.posted_to, role)
                for site in person.sites:
                    yield here, _place(site, role)
        for crew in problem.crews:
            own = self._of_holder[crew.id]
            groups.add((crew.unit, crew.role))
            for member in crew.members:
                yield own, self._of_holder[member]
            for site in crew.sites:
                yield own, _place(site, crew.role)
        units = problem.unit_by_id
        for unit_id, role in sorted(groups):
            here, unit, scope = ("group", unit_id, role), units[unit_id], self._scopes[role]
            if scope is Scope.SITE and unit.site is not None:
                yield here, _place(unit.site, role)
            for hub in _hubs(scope, role, unit_id, unit.district):
                yield here, hub

    def _places(self) -> Iterator[_Edge]:
        """Yield what joins places to stations and districts within which a role is shared."""
        for site in self.problem.sites:
            for role, scope in self._scopes.items():
                here = _place(site.id, role)
                yield here, here
                for hub in _hubs(scope, role, site.station, site.district):
                    yield here, hub

    @cached_property
    def usual(self) -> dict[str, int]:
        """Points of a usual duty of each role in the whole problem."""
        return usual_duties(self.problem, self.points)

    def usual_without(self, fallen: Iterable[tuple[Shift, Need]]) -> dict[str, int]:
        """Return the points of a usual duty of each role when some needs have fallen away."""
        less = points_of_posts(self.problem, fallen)
        if not less:
            return self.usual
        return usual_duties(self.problem, {r: p - less.get(r, Counter()) for r, p in self.points.items()})

    @cached_property
    def points(self) -> PointsOfPosts:
        """For each role, how many posts of the whole problem have so many points."""
        if self._whole_points is not None:
            return self._whole_points
        return points_of_posts(self.problem, ((s, n) for s in self.problem.shifts for n in s.needs))

    def numbers(self, *, sites: Iterable[str] = (), assignees: Iterable[str] = ()) -> frozenset[int]:
        """Return the numbers of the regions in which some sites and assignees are."""
        nodes = [*(("site", site) for site in sites), *(self._of_holder[a] for a in assignees)]
        return frozenset(self._region.of[node] for node in nodes)

    def around(self, *, sites: Iterable[str] = (), assignees: Iterable[str] = ()) -> Problem:
        """Return the problem of the regions in which some sites and assignees are.

        Sites and units are all there; shifts, people, crews and what is known of them only as far as
        they belong to the regions.

        Parameters
        ----------
        sites, assignees
            Identifiers.
        """
        return self._within(self._region, self.numbers(sites=sites, assignees=assignees))

    def field(self, *, places: Iterable[tuple[str, str]] = (), assignees: Iterable[str] = ()) -> Problem:
        """Return the problem of the fields in which some places and assignees are.

        Shifts ask for the fields' roles alone. What a missing post costs beside others of its shift can
        be judged in a field only where the shift's other roles lack nobody.

        Parameters
        ----------
        places
            Sites and roles.
        assignees
            Identifiers.
        """
        nodes = [*(_place(site, role) for site, role in places), *(self._of_holder[a] for a in assignees)]
        return self._within(self._field, frozenset(self._field.of[node] for node in nodes))

    def _within(self, labels: _Labels, wanted: frozenset[int]) -> Problem:
        problem = self.problem
        nodes = {node for number in wanted for node in labels.nodes[number]}
        people = tuple(p for p in problem.people if self._of_holder[p.id] in nodes)
        crews = tuple(c for c in problem.crews if self._of_holder[c.id] in nodes)
        here = {p.id for p in people} | {c.id for c in crews}
        shifts = tuple(_asking(problem.shifts, nodes))
        kept = {(s.id, n.role) for s in shifts for n in s.needs}
        return problem.model_copy(
            update={
                "shifts": shifts,
                "people": people,
                "crews": crews,
                "absences": tuple(a for a in problem.absences if a.assignee in here),
                "timetables": tuple(t for t in problem.timetables if t.person in here),
                "offers": tuple(o for o in problem.offers if o.person in here),
                "preferences": tuple(p for p in problem.preferences if p.assignee in here),
                "ledger": tuple(e for e in problem.ledger if e.assignee in here),
                "history": tuple(d for d in problem.history if d.assignee in here),
                "pins": tuple(p for p in problem.pins if (p.shift, p.role) in kept and p.assignee in here),
                "rules": tuple(_for_those(problem.rules, here)),
            }
        )


def _for_those(rules: Iterable[Rule], here: Collection[str]) -> Iterator[Rule]:
    """Yield rules, those that count what somebody lacks for no others than some bearers."""
    for rule in rules:
        if not isinstance(rule, LeastMinutes) or not rule.bearers:
            yield rule
        elif bearers := tuple(b for b in rule.bearers if b in here):
            yield rule.model_copy(update={"bearers": bearers})


def _place(site: str, role: str) -> _Node:
    return "place", site, role


def _group(holder: Person | Crew) -> _Node:
    """Return what a holder belongs to; whoever serves through crews alone is a group of one."""
    if isinstance(holder, Crew):
        return "group", holder.unit, holder.role
    return ("group", holder.unit, holder.roles[0]) if holder.roles else ("person", holder.id)


def _hubs(scope: Scope, role: str, station: str | None, district: str | None) -> Iterator[_Node]:
    """Yield where holders and places of a role meet."""
    if scope in (Scope.STATION, Scope.POSTED) and station is not None:
        yield "station", station, role
    if scope in (Scope.DISTRICT, Scope.POSTED) and district is not None:
        yield "district", district, role
    if scope is Scope.ANYWHERE:
        yield "anywhere", role


class _Labels(NamedTuple):
    """The number of the connected component of each node, and the nodes of each component."""

    of: dict[_Node, int]
    nodes: dict[int, list[_Node]]


def _labels(edges: Sequence[_Edge]) -> _Labels:
    at: dict[_Node, int] = {}
    ends = np.array([at.setdefault(node, len(at)) for edge in edges for node in edge], dtype=np.int64)
    ones = np.ones(len(edges), dtype=np.int8)
    graph = coo_array((ones, (ends[::2], ends[1::2])), shape=(len(at), len(at)))
    _, label = connected_components(graph, directed=False)
    found = _Labels(dict(zip(at, label.tolist(), strict=True)), {})
    for node, number in found.of.items():
        found.nodes.setdefault(number, []).append(node)
    return found


def _asking(shifts: Iterable[Shift], nodes: set[_Node]) -> Iterator[Shift]:
    """Yield shifts with those of their needs that are among the nodes."""
    roles: dict[str, set[str]] = {}
    for node in nodes:
        if node[0] == "place":
            roles.setdefault(node[1], set()).add(node[2])
    for shift in shifts:
        if not (here := roles.get(shift.site)):
            continue
        needs = tuple(n for n in shift.needs if n.role in here)
        if len(needs) == len(shift.needs):
            yield shift
        elif needs:
            yield shift.model_copy(update={"needs": needs})

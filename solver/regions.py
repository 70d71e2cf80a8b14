"""The regions of a problem: who stands in one can never serve in another.

A question about one person or one gate is answered within its region, usually a district, as if
nothing else existed. What holds there holds in the whole problem: no duty, limit, journey or
fairness group reaches across.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Problem

_Node = tuple[str, str]
_EVERYWHERE: _Node = ("everywhere", "")


class Regions:
    """The regions of one problem, found once for all questions about it.

    Parameters
    ----------
    problem
        What the regions are of.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._unit_of = {p.id: p.unit for p in problem.people} | {c.id: c.unit for c in problem.crews}
        edges = self._edges()
        at: dict[_Node, int] = {}
        ends = np.array([at.setdefault(node, len(at)) for edge in edges for node in edge], dtype=np.int64)
        ones = np.ones(len(edges), dtype=np.int8)
        graph = coo_array((ones, (ends[::2], ends[1::2])), shape=(len(at), len(at)))
        _, label = connected_components(graph, directed=False)
        self._region: dict[_Node, int] = dict(zip(at, label.tolist(), strict=True))

    def _edges(self) -> list[tuple[_Node, _Node]]:
        """Return what hangs together: units, sites, and the districts within which some role is shared."""
        problem = self.problem
        scopes = {role.id: role.scope for role in problem.roles}
        edges: set[tuple[_Node, _Node]] = set()
        serving: dict[str, set[Scope]] = {}
        for person in problem.people:
            here = ("unit", person.unit)
            serving.setdefault(person.unit, set()).update([scopes[role] for role in person.roles])
            if person.posted_to is not None:
                edges.add((here, ("site", person.posted_to)))
            edges.update((here, ("site", site)) for site in person.sites)
        for crew in problem.crews:
            here = ("unit", crew.unit)
            serving.setdefault(crew.unit, set()).add(scopes[crew.role])
            edges.update((here, ("site", site)) for site in crew.sites)
            edges.update((here, ("unit", self._unit_of[member])) for member in crew.members)
        shared: set[Scope] = set().union(*serving.values())
        for site in problem.sites:
            here = ("site", site.id)
            edges.add((here, here))
            if not shared.isdisjoint((Scope.DISTRICT, Scope.POSTED)):
                edges.add((here, ("district", site.district)))
            if site.station is not None:
                edges.add((here, ("unit", site.station)))
            if Scope.ANYWHERE in shared:
                edges.add((here, _EVERYWHERE))
        for unit in problem.units:
            here, kinds = ("unit", unit.id), serving.get(unit.id, set())
            edges.add((here, here))
            if unit.site is not None:
                edges.add((here, ("site", unit.site)))
            if unit.district is not None and not kinds.isdisjoint((Scope.DISTRICT, Scope.POSTED)):
                edges.add((here, ("district", unit.district)))
            if Scope.ANYWHERE in kinds:
                edges.add((here, _EVERYWHERE))
        return sorted(edges)

    def numbers(self, *, sites: Iterable[str] = (), assignees: Iterable[str] = ()) -> frozenset[int]:
        """Return the numbers of the regions in which some sites and assignees are."""
        found = {self._region["site", site] for site in sites}
        return frozenset(found | {self._region["unit", self._unit_of[assignee]] for assignee in assignees})

    def around(self, *, sites: Iterable[str] = (), assignees: Iterable[str] = ()) -> Problem:
        """Return the problem of the regions in which some sites and assignees are.

        Sites and units are all there; shifts, people, crews and what is known of them only as far as
        they belong to the regions.

        Parameters
        ----------
        sites, assignees
            Identifiers.
        """
        wanted = self.numbers(sites=sites, assignees=assignees)
        problem = self.problem
        inside = {name for (kind, name), label in self._region.items() if kind == "unit" and label in wanted}
        places = {name for (kind, name), label in self._region.items() if kind == "site" and label in wanted}
        people = tuple(p for p in problem.people if p.unit in inside)
        crews = tuple(c for c in problem.crews if c.unit in inside)
        here = {p.id for p in people} | {c.id for c in crews}
        shifts = tuple(s for s in problem.shifts if s.site in places)
        kept = {s.id for s in shifts}
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
                "pins": tuple(p for p in problem.pins if p.shift in kept and p.assignee in here),
            }
        )

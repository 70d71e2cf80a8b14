"""Pools of sites that share the holders of a role, and their minimum posts on the engine's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models import Post
from solver.advise.chains import in_order, shortest
from solver.candidates import Blocks, ScopeMap
from solver.facts import Facts
from solver.travel import Journeys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models import Problem
    from solver.facts import Bools, Ints


@dataclass(frozen=True)
class Pool:
    """Sites that share the holders of a role.

    Attributes
    ----------
    role
        Its position.
    sites
        Those with a minimum post.
    members
        How many assignees have one of the sites in scope.
    minutes
        Between the sites, closed under shortest paths; 0 without a rule ``travel``.
    shortened
        How many of these ways the closing made shorter.
    need, site
        Of each minimum post: its need, and its site within ``sites``.
    able
        Who could hold which post by fixed rules, shape ``(members, posts)``.
    """

    role: int
    sites: tuple[str, ...]
    members: int
    minutes: Ints
    shortened: int
    need: Ints
    site: Ints
    able: Bools


def check_known(
    problem: Problem, roles: Sequence[str] | None, districts: Sequence[str] | None, sites: Sequence[str] = ()
) -> None:
    """Raise a `ValueError` for a role, district or site that the problem doesn't have."""
    for what, given, known in (
        ("role", roles, [role.id for role in problem.roles]),
        ("district", districts, sorted({site.district for site in problem.sites})),
        ("school", sites, [site.id for site in problem.sites]),
    ):
        for name in given or ():
            if name not in known:
                shown = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
                raise ValueError(f"there is no {what} {name!r}; there are {shown}")


class Pools:
    """The pools of a problem's roles.

    Parameters
    ----------
    problem
        What they are of.
    roles
        Identifiers; None is every role that crews hold.
    districts
        Pools with a site in one of them; None is all.

    Raises
    ------
    ValueError
        When a role or district is not known.
    """

    def __init__(
        self,
        problem: Problem,
        roles: tuple[str, ...] | None = None,
        districts: tuple[str, ...] | None = None,
    ) -> None:
        check_known(problem, roles, districts)
        known = [role.id for role in problem.roles]
        self.facts = Facts(problem)
        self._journeys = Journeys(problem)
        self._scopes = ScopeMap(self.facts)
        self._blocks = Blocks(self.facts, self._journeys, self._scopes)
        wanted = [r.id for r in problem.roles if r.by_crew] if roles is None else roles
        found = [pool for k, role in enumerate(known) if role in wanted for pool in self._of_role(k)]
        district = {site.id: site.district for site in problem.sites}
        self.pools = [
            pool for pool in found if districts is None or any(district[s] in districts for s in pool.sites)
        ]

    def post(self, need: int, index: int) -> Post:
        """Return one post of a need."""
        problem, needs = self.facts.problem, self.facts.needs
        shift, role = problem.shifts[int(needs.shift[need])], problem.roles[int(needs.role[need])]
        return Post(shift=shift.id, role=role.id, index=index)

    def _of_role(self, role: int) -> Iterator[Pool]:
        facts, needs = self.facts, self.facts.needs
        asked = np.flatnonzero((needs.role == role) & (needs.minimum > 0))
        places = np.unique(needs.site[asked])
        if not len(places):
            return
        scope = {site: self._scopes.in_scope(role, site)[0] for site in places.tolist()}
        label = _sharing(list(scope.values()), [facts.problem.sites[s].district for s in places.tolist()])
        for k in range(label.max() + 1):
            mine = places[label == k]
            yield self._pool(role, mine, asked[np.isin(needs.site[asked], mine)], scope)

    def _pool(self, role: int, places: Ints, needs_here: Ints, scope: dict[int, Ints]) -> Pool:
        facts, needs = self.facts, self.facts.needs
        ids = tuple(facts.problem.sites[s].id for s in places.tolist())
        straight = self._journeys.between_sites(ids)
        if not self._journeys.demanded:
            straight = np.zeros_like(straight)
        minutes = shortest(straight)
        members = np.unique(np.concatenate([scope[site] for site in places.tolist()]))
        need = np.repeat(needs_here, needs.minimum[needs_here])
        able = np.zeros((len(members), len(facts.needs)), dtype=bool)
        for site in places.tolist():
            here, holders = self._blocks.needs_at(role, site), scope[site]
            free = np.ones((len(holders), len(here)), dtype=bool)
            for kept in self._blocks.judge(role, site, holders).values():
                free &= ~kept
            able[np.ix_(np.searchsorted(members, holders), here)] = free
        return Pool(
            role=role,
            sites=ids,
            members=len(members),
            minutes=minutes,
            shortened=int((minutes < straight).sum()),
            need=need,
            site=np.searchsorted(places, needs.site[need]),
            able=able[:, need],
        )

    def days(self, pool: Pool) -> Iterator[tuple[Ints, Bools]]:
        """Yield, date by date, the pool's posts by their positions in it, and which come before which."""
        needs = self.facts.needs
        date = needs.date[pool.need]
        for day in np.unique(date).tolist():
            posts = np.flatnonzero(date == day)
            need = pool.need[posts]
            yield posts, in_order(needs.start[need], needs.end[need], pool.site[posts], pool.minutes)


def _sharing(members: list[Ints], districts: list[str]) -> Ints:
    """Label places by who they share; a place that nobody serves goes with its district's others of the kind."""
    first = int(max((m.max(initial=-1) for m in members), default=-1)) + 1
    alone = {d: first + k for k, d in enumerate(dict.fromkeys(districts))}
    ends = [m if len(m) else np.array([alone[d]]) for m, d in zip(members, districts, strict=True)]
    place = np.repeat(np.arange(len(members)), [len(e) for e in ends])
    other = len(members) + np.concatenate(ends)
    size = len(members) + first + len(alone)
    graph = coo_array((np.ones(len(place), dtype=np.int8), (place, other)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return np.unique(label[: len(members)], return_inverse=True)[1].astype(np.int64)

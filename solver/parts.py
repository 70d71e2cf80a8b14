"""The independent parts a problem falls into, each small enough to be solved on its own.

Two needs hang together when one bearer could hold both. A part carries plain arrays and its
rules, nothing else, so that it travels to another process or machine as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.facts import Bools, Ints, Needs, coverage_among, ranges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models import (
        Coverage,
        LeastMinutes,
        Rule,
    )


Cut = tuple[int, Ints]
"""A stand-in's pair, and pairs of an owner."""


@dataclass(frozen=True)
class Past:
    """Duties of the history, one row a bearer and duty."""

    bearer: Ints
    role: Ints
    window: Ints
    date: Ints
    minutes: Ints


@dataclass(frozen=True)
class Part:
    """One independent part; all positions are the part's own.

    Attributes
    ----------
    need, assignee, pair
        The whole problem's positions of the part's needs, assignees and pairs.
    a, n
        Assignee and need of each pair.
    most, distance, cost, pinned, newcomer, skilled
        Of each pair: how often it may be held (once, but for coarse parts), stand-in distance,
        cost in ``wishes`` whenever it is used, whether it is
        pinned, whether the person is a newcomer, and for each rule ``skill_mix`` (rows) whether the person has the skill.
    bearer, borne
        Who bears which pair; bearers are the assignees followed by further crew members.
    bearer_ids
        Identifiers of the bearers.
    group_bearer, opening, weight, step, slack
        The bearers that fairness counts, with their opening burden, weight, step and
        tolerance in points.
    wants
        For each wish to be granted its weight and the pairs that grant it.
    site, minutes_between
        Each need's site within ``minutes_between``, the travel minutes from row to column.
    forced
        Of each need: missing minimum posts that no roster can avoid.
    missing_elsewhere
        Of each need: unavoidably missing minimum posts of tier 1 of its shift in other parts.
    before
        In a repair, which pairs were held before (0 or 1); None otherwise.
    able
        Which pairs are of owners who are able for the need (``own_post_first``).
    cuts
        Stand-ins that need, while they are held, one of some further pairs of an owner.
    soon
        In a repair, what a change of each need costs in the level ``soonness``; empty otherwise.
    least
        Each rule ``least_minutes`` with the bearers it holds for here.
    days
        Ordinals of the horizon's first and last date.
    """

    need: Ints
    assignee: Ints
    pair: Ints
    needs: Needs
    a: Ints
    n: Ints
    most: Ints
    distance: Ints
    cost: Ints
    pinned: Bools
    newcomer: Bools
    skilled: Bools
    bearer: Ints
    borne: Ints
    bearer_ids: tuple[str, ...]
    group_bearer: Ints
    opening: Ints
    weight: Ints
    step: Ints
    slack: Ints
    wants: tuple[tuple[int, Ints], ...]
    past: Past
    site: Ints
    minutes_between: Ints
    travel: bool
    forced: Ints
    missing_elsewhere: Ints
    role_ids: tuple[str, ...]
    window_ids: tuple[str, ...]
    rules: tuple[Rule, ...]
    before: Bools | None
    soon: Ints
    able: Bools
    least: tuple[tuple[LeastMinutes, Ints], ...]
    days: tuple[int, int]
    cuts: tuple[Cut, ...] = ()

    @property
    def kept(self) -> Bools:
        """Pairs that are pinned or were held before."""
        return self.pinned if self.before is None else self.pinned | self.before

    def only(self, keep: Bools) -> Part:
        """Return the part with some of its pairs alone.

        Parameters
        ----------
        keep
            Shape ``(pairs,)``.
        """
        position = np.cumsum(keep) - 1
        borne = np.flatnonzero(keep[self.borne])
        wants = [(weight, position[mine[keep[mine]]]) for weight, mine in self.wants]
        cuts = [(int(position[pair]), position[o[keep[o]]]) for pair, o in self.cuts if keep[pair]]
        names = ("pair", "a", "n", "most", "distance", "cost", "pinned", "newcomer", "able")
        return replace(
            self,
            **{name: getattr(self, name)[keep] for name in names},
            skilled=self.skilled[:, keep],
            bearer=self.bearer[borne],
            borne=position[self.borne[borne]],
            wants=tuple(wants),
            cuts=tuple(cuts),
            before=None if self.before is None else self.before[keep],
        )

    def restricted(self, keep: Bools) -> Part:
        """Return the part with some of its needs alone, without wishes.

        Parameters
        ----------
        keep
            Shape ``(needs,)``.
        """
        pairs = np.flatnonzero(keep[self.n])
        position = np.full(len(self.n), -1)
        position[pairs] = np.arange(len(pairs))
        borne = np.flatnonzero(keep[self.n[self.borne]])
        names = ("pair", "a", "most", "distance", "cost", "pinned", "newcomer")
        return replace(
            self,
            need=self.need[keep],
            needs=Needs(*(getattr(self.needs, f.name)[keep] for f in fields(Needs))),
            n=(np.cumsum(keep) - 1)[self.n[pairs]],
            **{name: getattr(self, name)[pairs] for name in names},
            skilled=self.skilled[:, pairs],
            bearer=self.bearer[borne],
            borne=position[self.borne[borne]],
            wants=(),
            site=self.site[keep],
            forced=self.forced[keep],
            missing_elsewhere=self.missing_elsewhere[keep],
            before=None,
            soon=self.soon[:0],
            able=self.able[pairs],
            cuts=(),
        )

    @cached_property
    def bearer_at(self) -> dict[str, int]:
        """Positions of the bearers by id."""
        return {name: k for k, name in enumerate(self.bearer_ids)}

    @cached_property
    def _by_bearer(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.bearer, kind="stable")
        return order, np.searchsorted(self.bearer[order], np.arange(len(self.bearer_ids) + 1))

    def named(self, bearers: tuple[str, ...]) -> Ints:
        """Return the positions of those of some bearers that are here; all when none is named."""
        if not bearers:
            return np.arange(len(self.bearer_ids))
        return np.array([self.bearer_at[b] for b in bearers if b in self.bearer_at], dtype=np.int64)

    def borne_by(self, bearers: tuple[str, ...], roles: tuple[str, ...]) -> Ints:
        """Return the positions in ``borne`` of what a rule with these bearers and roles speaks of."""
        mine = np.arange(len(self.borne))
        if bearers:
            order, first = self._by_bearer
            named = self.named(bearers)
            mine = np.sort(order[ranges(first[named], first[named + 1])[0]])
        return mine[self.counted(roles)[self.needs.role[self.n[self.borne[mine]]]]] if roles else mine

    def counted(self, roles: tuple[str, ...]) -> Bools:
        """Say of each role whether it is one of some, or of all when none is named."""
        return np.array([not roles or role in roles for role in self.role_ids])

    @cached_property
    def roles_here(self) -> frozenset[str]:
        """Roles of the part's needs."""
        return frozenset(self.role_ids[k] for k in set(self.needs.role.tolist()))

    @cached_property
    def windows_here(self) -> frozenset[str]:
        """Windows of the part's needs."""
        return frozenset(self.window_ids[k] for k in set(self.needs.window.tolist()))

    @property
    def coverage(self) -> Coverage:
        """The rule ``coverage``, or its defaults."""
        return coverage_among(self.rules)


@dataclass(frozen=True)
class Published:
    """A roster that is to be repaired, as it stands before.

    Attributes
    ----------
    held
        Its assignments, by (shift, role) and assignee; those the problem knows no more count nowhere.
    begun
        Needs (shift, role) whose holders stay, and who alone may hold them.
    asked
        Holders that needs (shift, role) are to have, where that is more than they had.
    """

    held: frozenset[tuple[str, str, str]]
    begun: frozenset[tuple[str, str]]
    asked: Mapping[tuple[str, str], int]


class Component(NamedTuple):
    """Positions of the needs and pairs of a part, ascending, and its wants."""

    need: Ints
    pair: Ints
    wants: list[tuple[int, Ints]]


def join(components: Sequence[Component]) -> Component:
    """Return several components as one, for what has to be weighed against each other."""
    need = np.sort(np.concatenate([c.need for c in components]))
    pair = np.sort(np.concatenate([c.pair for c in components]))
    return Component(need, pair, [want for c in components for want in c.wants])

"""Who would take what from whom: wishes as a graph, and the cycles and chains in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from models import Handover
from solver.swaps.handovers import duty_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from models import Assignment, SwapWish
    from solver.swaps.standing import Need, Standing

MOST_CYCLES = 200_000
"""Cycles that are written out; with more of them only the shorter ones are looked at."""


@dataclass(frozen=True)
class Offer:
    """A handover that two wishes agree on.

    Attributes
    ----------
    giver, taker
        Positions of the wish that gives the duty and of the one that takes it.
    held
        The post as it is held.
    to
        Who takes it.
    """

    giver: int
    taker: int
    held: Assignment
    to: str

    @property
    def need(self) -> Need:
        """The need whose post changes hands."""
        return self.held.shift, self.held.role

    @property
    def handover(self) -> Handover:
        """The handover as a value."""
        return Handover(duty=duty_of(self.held), taker=self.to)


class Market:
    """Everybody's wishes in one standing roster.

    Parameters
    ----------
    standing
        The roster.
    wishes
        The wishes.
    given
        What each would give, None for one that gives nothing.
    stuck
        Positions of wishes whose duty may not be given.

    Attributes
    ----------
    offers
        What two wishes agree on and no rule forbids whatever else happens; no post of a posted role goes
        to somebody from farther away.
    """

    def __init__(
        self,
        standing: Standing,
        wishes: Sequence[SwapWish],
        given: Sequence[Assignment | None],
        stuck: Collection[int] = (),
    ) -> None:
        self.wishes = wishes
        self.given = given
        self._standing = standing
        self._gives: defaultdict[str, list[Need]] = defaultdict(list)
        for wish, held in zip(wishes, given, strict=True):
            if held is not None:
                self._gives[wish.assignee].append((held.shift, held.role))
        self.offers = [
            Offer(giver, taker, held, wish.assignee)
            for taker, wish in enumerate(wishes)
            if wish.take
            for giver, held in enumerate(given)
            if held is not None and giver not in stuck and self._agree(wish, given[taker], held)
        ]

    def _agree(self, wish: SwapWish, gives: Assignment | None, held: Assignment) -> bool:
        standing, name, need = self._standing, wish.assignee, (held.shift, held.role)
        if held.assignee == name or (gives is not None and (gives.shift, gives.role) == need):
            return False
        shift = standing.problem.shift_by_id[held.shift]
        if not any(wanted.matches(shift, held.role, held.assignee) for wanted in wish.take):
            return False
        # Whatever else is given away, the rest stays.
        if standing.blocking_rule(name, need, self._gives[name]) is not None:
            return False
        return not self._from_farther(held, name)

    def _from_farther(self, held: Assignment, taker: str) -> bool:
        facts = self._standing.facts
        if not facts.is_posted(held.role):
            return False
        site = facts.duties[held.shift, held.role].site
        old, new = (
            facts.distance(self._standing.assignee(n), held.role, site) for n in (held.assignee, taker)
        )
        return (new or 0) > (old or 0)

    @cached_property
    def leaving(self) -> dict[int, list[int]]:
        """Positions of the offers in which each wish gives."""
        found: dict[int, list[int]] = {}
        for k, offer in enumerate(self.offers):
            found.setdefault(offer.giver, []).append(k)
        return found

    def gives_for_nothing(self, wish: int) -> bool:
        """Say whether a wish begins a chain."""
        return self.given[wish] is not None and not self.wishes[wish].take

    def takes_for_nothing(self, wish: int) -> bool:
        """Say whether a wish ends a chain."""
        return self.given[wish] is None

    def cycles(self, longest: int) -> tuple[list[tuple[int, ...]], bool]:
        """Return the cycles of up to so many wishes, as positions of offers; and whether these are all."""
        found: list[tuple[int, ...]] = []
        for length in range(2, longest + 1):
            here: list[tuple[int, ...]] = []
            for root in sorted(self.leaving):
                for cycle in self._closing(root, root, (), length):
                    here.append(cycle)
                    if len(found) + len(here) > MOST_CYCLES:
                        return found, False
            found += here
        return found, True

    def _closing(self, root: int, at: int, path: tuple[int, ...], length: int) -> Iterator[tuple[int, ...]]:
        """Yield the cycles of a length that continue a path and whose first wish is the lowest."""
        for k in self.leaving.get(at, ()):
            taker = self.offers[k].taker
            if len(path) == length - 1:
                if taker == root:
                    yield (*path, k)
            elif taker > root and all(self.offers[p].taker != taker for p in path):
                yield from self._closing(root, taker, (*path, k), length)

    def chain_steps(self, longest: int) -> list[tuple[int, int]]:
        """Return which offers can stand where in a chain of up to so many wishes: offer, place from 0."""
        reached = {w for w in self.leaving if self.gives_for_nothing(w)}
        forward: list[list[int]] = []
        for _ in range(longest - 1):
            step = [k for w in sorted(reached) for k in self.leaving.get(w, ())]
            forward.append(step)
            reached = {self.offers[k].taker for k in step}
        # Only what still comes to an end in time.
        found: list[tuple[int, int]] = []
        useful: set[int] = set()
        for place in reversed(range(len(forward))):
            kept = [
                k
                for k in forward[place]
                if self.takes_for_nothing(self.offers[k].taker) or self.offers[k].taker in useful
            ]
            useful = {self.offers[k].giver for k in kept}
            found += [(k, place) for k in kept]
        return found[::-1]

"""Ways to pass a duty on in which three or more take part."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.swaps.standing import Need, Standing

Way = tuple[tuple[Assignment, str], ...]
"""Each post and who takes it."""


class Steps:
    """Who could take a duty, and what they would give on, looked up once for each duty.

    Parameters
    ----------
    standing
        The roster.
    pool
        The posts that may change hands.
    """

    def __init__(self, standing: Standing, pool: Sequence[Assignment]) -> None:
        self._standing = standing
        self._of: defaultdict[str, list[Assignment]] = defaultdict(list)
        for held in pool:
            self._of[held.assignee].append(held)
        self._takers: dict[Need, list[str]] = {}
        self._passers: dict[Need, list[Assignment]] = {}

    def takers(self, need: Need) -> list[str]:
        """Return who could take a duty and give nothing."""
        if need not in self._takers:
            names = self._standing.candidates(need)
            self._takers[need] = [n for n in names if self._standing.blocking_rule(n, need) is None]
        return self._takers[need]

    def passers(self, need: Need) -> list[Assignment]:
        """Return the duties whose holders could take another when they are rid of them."""
        if need not in self._passers:
            names = self._standing.candidates(need)
            found = [held for name in names for held in self._of.get(name, ())]
            self._passers[need] = [held for held in found if self.fits(held, need)]
        return self._passers[need]

    def fits(self, given: Assignment, gets: Need) -> bool:
        """Say whether a holder could take a need when rid of a duty, and somebody else that duty."""
        gives = (given.shift, given.role)
        return (
            gives != gets
            and not self.is_stuck(given, gets)
            and self._standing.blocking_rule(given.assignee, gets, [gives]) is None
        )

    def is_stuck(self, given: Assignment, gets: Need | None) -> bool:
        """Say whether a duty is the own post of its holder, who would be free for it, and of nobody else."""
        need = (given.shift, given.role)
        return (
            self._standing.facts.is_posted(given.role)
            and self._standing.owners(need) == [given.assignee]
            and self._standing.would_be_free(given.assignee, need, gets)
        )

    def closers(self, first: Assignment) -> set[Need]:
        """Return what the holder of a duty could take in return, of all that may change hands."""
        needs = {(held.shift, held.role) for pool in self._of.values() for held in pool}
        return {need for need in needs if self.fits(first, need)}


def find_chains(steps: Steps, first: Assignment, people: int) -> Iterator[Way]:
    """Yield the cycles and chains of so many people that begin with a duty.

    Each step is possible for who takes it there; that all of them together are legal is still to be judged.
    """
    closers = steps.closers(first)
    if closers or not steps.is_stuck(first, None):
        yield from _extend(steps, [first], people, closers, ends=not steps.is_stuck(first, None))


def _extend(
    steps: Steps, passed: list[Assignment], people: int, closers: set[Need], *, ends: bool
) -> Iterator[Way]:
    """Yield what continues some steps; ``ends``: whether a chain may leave its first with nothing."""
    last, seen = passed[-1], {held.assignee for held in passed}
    need = (last.shift, last.role)
    if len(passed) == people:
        if need in closers:
            yield _way(passed, passed[0].assignee)
        return
    if ends and len(passed) == people - 1:
        for taker in steps.takers(need):
            if taker not in seen:
                yield _way(passed, taker)
    if not closers and len(passed) == people - 1:
        return
    for held in steps.passers(need):
        if held.assignee not in seen:
            yield from _extend(steps, [*passed, held], people, closers, ends=ends)


def _way(passed: Sequence[Assignment], last_taker: str) -> Way:
    takers = [*(held.assignee for held in passed[1:]), last_taker]
    return tuple(zip(passed, takers, strict=True))

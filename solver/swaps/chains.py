"""Ways to pass a duty on in which three or more take part."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models import Assignment
from solver.verify.bearers import broken_by_adding
from solver.verify.own_post import able

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
        self._free: dict[tuple[str, Need, Need | None], bool] = {}

    def takers(self, need: Need) -> list[str]:
        """Return who could take a duty and give nothing."""
        if need not in self._takers:
            names = self._standing.candidates(need)
            self._takers[need] = [n for n in names if self._standing.blocking_rule(n, need) is None]
        return self._takers[need]

    def passers(self, need: Need) -> list[Assignment]:
        """Return the duties whose holders could take another when they are rid of them."""
        if need not in self._passers:
            self._passers[need] = [
                held
                for name in self._standing.candidates(need)
                for held in self._of.get(name, ())
                if (held.shift, held.role) != need
                and self._standing.blocking_rule(name, need, [(held.shift, held.role)]) is None
            ]
        return self._passers[need]

    def fits(self, taker: str, need: Need, gives: Need) -> bool:
        """Say whether somebody could take a duty when rid of another."""
        return need != gives and self._standing.blocking_rule(taker, need, [gives]) is None

    def may_leave(self, held: Assignment, taker: str, takes: Need | None) -> bool:
        """Say whether a duty may go to a taker, as far as its giver is the one whose own post it is.

        A stand-in may not hold what its owner is free to take (`own_post_first`).

        Parameters
        ----------
        takes
            What the giver gets; None is nothing.
        """
        standing, facts = self._standing, self._standing.facts
        need = (held.shift, held.role)
        owner, duty = facts.people.get(held.assignee), facts.duties[need]
        if owner is None or not facts.is_posted(duty.role) or owner.posted_to != duty.site:
            return True
        if (
            standing.crews_of.get(owner.id)
            or facts.distance(standing.assignee(taker), duty.role, duty.site) == 0
        ):
            return True
        if facts.bound_by_minimum(owner.id) or facts.bound_by_minimum(taker):
            return True
        key = (owner.id, need, takes)
        if key not in self._free:
            line = [*standing.line_without(owner.id, [duty]), *([facts.duties[takes]] if takes else [])]
            line.sort(key=lambda d: d.start)
            self._free[key] = able(facts, owner, duty) and not broken_by_adding(facts, owner.id, line, duty)
        return not self._free[key]


def find_chains(steps: Steps, first: Assignment, people: int) -> Iterator[Way]:
    """Yield the cycles and chains of so many people, three or more, that begin with a duty.

    Each step is possible for who takes it there; that all of them together are legal is still to be judged.
    """
    yield from _extend(steps, [first], people)


def _extend(steps: Steps, passed: list[Assignment], people: int) -> Iterator[Way]:
    first, last, seen = passed[0], passed[-1], {held.assignee for held in passed}
    need = (last.shift, last.role)
    got = (passed[-2].shift, passed[-2].role) if len(passed) > 1 else None

    def may_go_to(taker: str) -> bool:
        # What the first gets is known at the end alone.
        return got is None or steps.may_leave(last, taker, got)

    if len(passed) == people:
        fits = steps.fits(first.assignee, need, (first.shift, first.role)) and may_go_to(first.assignee)
        if fits and steps.may_leave(first, passed[1].assignee, need):
            yield _way(passed, first.assignee)
        return
    if len(passed) == people - 1:
        for taker in steps.takers(need):
            if taker not in seen and may_go_to(taker) and steps.may_leave(first, passed[1].assignee, None):
                yield _way(passed, taker)
    for held in steps.passers(need):
        if held.assignee not in seen and may_go_to(held.assignee):
            yield from _extend(steps, [*passed, held], people)


def _way(passed: Sequence[Assignment], last_taker: str) -> Way:
    takers = [*(held.assignee for held in passed[1:]), last_taker]
    return tuple(zip(passed, takers, strict=True))

"""All parts on their way to being settled, and those joined that could trade missing posts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from solver.parts import Component, join
from solver.state import State, crossings_of, held_pairs
from solver.values import part_values
from solver.workers import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from solver.engine import Answer
    from solver.facts import Ints
    from solver.split import Split
    from solver.state import Crossing
    from solver.workers import Answers

LARGE = 4000
"""Pairs from which on a part is among those that are solved first."""


class Settling:
    """The parts of a problem and what is known of them.

    Parts that miss posts of one shift are joined and solved as one, until none are left. What the join
    finds is kept when its core is no worse than the parts' with the escalation between them.

    Attributes
    ----------
    parts
        By number; joined ones have numbers of their own in place of those they are made of.
    state
        The answers so far.
    """

    def __init__(self, split: Split, components: Sequence[Component]) -> None:
        self.parts = dict(enumerate(components))
        self.state = State()
        self._split = split
        self._next = len(components)
        self._first: list[int] = []
        self._later: list[int] = []
        self._joined: dict[int, tuple[Component, set[int]]] = {}
        self._kept_apart: set[frozenset[int]] = set()

    def jobs(self, numbers: Iterable[int]) -> dict[int, Job]:
        """Return what is to be done for some parts."""
        return {k: _job(self._split, self.parts[k]) for k in numbers}

    def begin(self, answers: Answers, *, limited: bool) -> None:
        """Send the first parts.

        Without a time limit the large ones come first: what is to be joined among them is known while
        small ones are still being solved, so that no worker is left alone with it at the end.
        """
        self._first = [] if limited else [k for k, c in self.parts.items() if len(c.pair) >= LARGE]
        others = [k for k in self.parts if k not in set(self._first)]
        self._later = others[: len(others) // 2] if self._first else []
        answers.send(self.jobs([*others[len(self._later) :], *self._first]))

    def go_on(self, answers: Answers, stopped: Callable[[], bool]) -> Iterator[None]:
        """Take answers until all parts are settled, and joined ones too while not stopped; yield after each."""
        while True:
            for index, answer in answers:
                self._take(index, answer)
                yield
                if self._later and all(k in self.state.answers for k in self._first):
                    answers.send({} if stopped() else self._joins(self._first))
                    answers.send(self.jobs(self._later))
                    self._later = []
            joins = {} if stopped() else self._joins(list(self.state.answers))
            if not joins:
                return
            answers.send(joins)

    def crossings(self, among: Iterable[int] | None = None) -> list[Crossing]:
        """Return which of the settled parts miss posts of one shift, and the escalation between them."""
        known = self.state.answers
        chosen = known if among is None else {k: known[k] for k in among}
        return crossings_of(self._split, self.parts, chosen)

    @property
    def held(self) -> Ints:
        """Positions of all pairs that are held."""
        return held_pairs(self.parts, self.state.answers)

    def _joins(self, among: Collection[int]) -> dict[int, Job]:
        """Return what is to be done for parts, among some, that could trade missing posts."""
        crossings = [
            c
            for c, escalation in self.crossings(among)
            if escalation and frozenset(c) not in self._kept_apart
        ]
        jobs: dict[int, Job] = {}
        while crossings:
            group = set(crossings.pop())
            while more := [c for c in crossings if c & group]:
                group.update(*more)
                crossings = [c for c in crossings if c not in more]
            joined = join([self.parts[k] for k in sorted(group)])
            self._joined[self._next] = joined, group
            jobs[self._next] = _job(self._split, joined)
            self._next += 1
        return jobs

    def _take(self, index: int, answer: Answer) -> None:
        if index not in self._joined:
            self.state.settle(index, answer)
            return
        joined, group = self._joined.pop(index)
        apart = held_pairs(self.parts, {k: self.state.answers[k] for k in group})
        held = np.isin(joined.pair, apart).astype(np.int64)
        if answer.values["core"] > part_values(self._split.part(joined), held)["core"]:
            self._kept_apart.update(frozenset(c) for c, _ in self.crossings(group))
            return
        for k in group:
            self.state.withdraw(k)
            del self.parts[k]
        self.parts[index] = joined
        self.state.settle(index, answer)


def _job(split: Split, component: Component) -> Job:
    return Job(len(component.pair), partial(split.part, component))

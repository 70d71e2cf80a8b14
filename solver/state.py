"""What is known so far: the answers of the parts, their sums, and what that proves of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from models import LEVELS, Level
from solver.facts import coverage_among

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.engine import Answer
    from solver.facts import Ints
    from solver.parts import Component
    from solver.split import Split
    from solver.verify import LevelValue

Crossing = tuple[set[int], int]
"""Parts by their numbers, and the escalation between them."""


class State:
    """The answers so far and their sums.

    Attributes
    ----------
    held
        How many posts are held.
    """

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self._values: Counter[str] = Counter()
        self._gaps: Counter[str] = Counter()
        self.tolerance = 0
        self.held = 0

    @property
    def done(self) -> int:
        return len(self.answers)

    def settle(self, index: int, answer: Answer) -> None:
        self.answers[index] = answer
        self._count(answer, 1)

    def withdraw(self, index: int) -> None:
        self._count(self.answers.pop(index), -1)

    def _count(self, answer: Answer, sign: int) -> None:
        self.tolerance += sign * answer.tolerance
        self.held += sign * int(answer.held.sum())
        for level, value in answer.values.items():
            self._values[level] += sign * value
            self._gaps[level] += sign * (value - answer.bounds[level])

    def gap(self, level: str) -> int:
        return self._gaps[level]

    def unproven(self) -> list[Answer]:
        """Return the answers that are not proven at every level."""
        return [
            a
            for a in self.answers.values()
            if any(a.values[k] > a.bounds[k] + (a.tolerance if k == "fairness" else 0) for k in a.values)
        ]

    def levels(self) -> tuple[Level, ...]:
        return tuple(
            Level(
                name=name,
                value=self._values[name],
                bound=self._values[name] - self._gaps[name],
                tolerance=self.tolerance if name == "fairness" else 0,
            )
            for name in LEVELS
        )


def proven_levels(
    values: Sequence[LevelValue], state: State, crossings: Sequence[Crossing]
) -> tuple[Level, ...]:
    """Return the levels with what is proven of each over all parts.

    Bounds of parts add up only while every level before is at its optimum: otherwise parts could
    trade a loss here for a gain there, and nothing but zero is proven of the levels that follow.
    """
    levels: list[Level] = []
    crossed = sum(escalation for _, escalation in crossings)
    for level in values:
        gap = state.gap(level.name) + (crossed if level.name == "core" else 0)
        proven = not state.gap("pins") and all(before.optimal for before in levels)
        levels.append(
            Level(
                name=level.name,
                value=level.value,
                bound=level.value - gap if proven else 0,
                tolerance=state.tolerance if level.name == "fairness" else 0,
                terms=level.terms,
            )
        )
    return tuple(levels)


def held_pairs(parts: Mapping[int, Component], answers: Mapping[int, Answer]) -> Ints:
    """Return the positions of all pairs that are held."""
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *(parts[k].pair[a.held > 0] for k, a in answers.items())])


def crossings_of(
    split: Split, parts: Mapping[int, Component], answers: Mapping[int, Answer]
) -> list[Crossing]:
    """Return the parts that miss posts of one shift though neither had to, and the escalation between them.

    Each such part is proven on its own; together they might do better by missing elsewhere.
    """
    needs = split.needs
    filled = np.bincount(split.pairs.need[held_pairs(parts, answers)], minlength=len(needs))
    over = np.maximum(0, needs.minimum - filled) - split.forced
    missed = (over > 0) & (needs.tier == 1)
    of_shift: dict[int, Counter[int]] = defaultdict(Counter)
    for k in answers:
        for need in parts[k].need[missed[parts[k].need]].tolist():
            of_shift[int(needs.shift[need])][k] += int(over[need])
    escalation = coverage_among(split.facts.problem.rules).escalation
    return [
        (set(misses), escalation * _products(list(misses.values())))
        for misses in of_shift.values()
        if len(misses) > 1
    ]


def _products(counts: list[int]) -> int:
    """Return the sum of all products of two of them."""
    return (sum(counts) ** 2 - sum(c * c for c in counts)) // 2

"""Chance that falls the same way on every machine and Python version."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Dice:
    """A stream of chance of its own for each label.

    Only `random.Random.random`, which Python promises to keep, is drawn from, so the same
    labels give the same stream everywhere; drawing more from one never shifts another.

    Parameters
    ----------
    labels
        What the stream is for, such as the seed and a school's id.
    """

    def __init__(self, *labels: str | int) -> None:
        self._random = random.Random("/".join(map(str, labels))).random

    def below(self, n: int) -> int:
        """Return a whole number from 0 to n - 1."""
        return int(self._random() * n)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def uniform(self, low: float, high: float) -> float:
        """Return a number from low to below high."""
        return low + (high - low) * self._random()

    def chance(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self._random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely as the others."""
        return choices[self.below(len(choices))]

    def sample(self, choices: Sequence[T], number: int) -> list[T]:
        """Return as many different choices, or all of them when there are fewer."""
        rest = list(choices)
        for k in range(min(number, len(rest))):
            other = k + self.below(len(rest) - k)
            rest[k], rest[other] = rest[other], rest[k]
        return rest[:number]


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Split a total in proportion to weights, by largest remainders.

    Parameters
    ----------
    total
        What is split; the parts add up to it exactly.
    least
        What everybody gets before the rest is split.

    Raises
    ------
    ValueError
        When the total can't give everybody the least.
    """
    rest = total - least * len(weights)
    if rest < 0:
        raise ValueError(f"{total} can't be split into {len(weights)} parts of at least {least}")
    # sum() of floats rounds differently from Python 3.12 on; fsum is exact everywhere.
    whole = math.fsum(weights)
    quotas = [rest * w / whole for w in weights]
    parts = [int(q) for q in quotas]
    by_remainder = sorted(range(len(weights)), key=lambda k: parts[k] - quotas[k])
    for k in by_remainder[: rest - sum(parts)]:
        parts[k] += 1
    return [p + least for p in parts]

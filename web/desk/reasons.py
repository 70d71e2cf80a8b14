"""Why posts stay open, in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from formats.words import BLOCKS, NOBODY

if TYPE_CHECKING:
    from models import Unfilled
    from web.language import Words

SAID = 3
"""Reasons that are named for each."""


def reasons(unfilled: Unfilled, words: Words) -> str:
    """Return what keeps candidates away, the commonest first."""
    if not unfilled.candidates:
        return words.pair(NOBODY)
    commonest = Counter(unfilled.blocked).most_common(SAID)
    said = [f"{words.pair(BLOCKS[rule])} {count}" for rule, count in commonest]
    return words.pair(("、", ", ")).join(said)

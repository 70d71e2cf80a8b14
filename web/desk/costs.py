"""By how much something makes a roster dearer, in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formats.words import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import LevelDifference
    from web.language import Words


def dearer(levels: Iterable[LevelDifference], words: Words) -> list[str]:
    """Return what gets better or worse, the most important first; nothing when all is as good as before."""
    return [
        words.say(
            "%(level)s worse" if level.rise > 0 else "%(level)s better", level=words.pair(LEVELS[level.name])
        )
        for level in levels
        if level.rise
    ]

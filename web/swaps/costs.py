"""What a swap makes better or worse, as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models import LevelDifference
    from web.language import Words


class Effect(NamedTuple):
    """Something that a swap changes.

    Attributes
    ----------
    better
        Whether it gets better by it.
    """

    text: str
    better: bool


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


_LEVELS = {
    "core": (_("a post of the minimum stays open"), _("a post of the minimum gets filled")),
    "volunteers": (_("a volunteers' post stays open"), _("a volunteers' post gets filled")),
    "minutes": (_("somebody works less than agreed"), _("fewer minutes are short of what is agreed")),
    "stand_ins": (_("somebody stands in for a school's own officer"), _("a school's own officer is back")),
    "extra": (_("a post above the minimum stays open"), _("a post above the minimum gets filled")),
    "fairness": (_("the work is shared less evenly"), _("the work is shared more evenly")),
    "wishes": (_("goes against wishes or habits"), _("meets wishes or habits")),
}
"""What is said when a level gets worse, and when it gets better."""

_TERMS = {
    "preferences": (_("against somebody's wish"), _("meets somebody's wish")),
    "continuity": (_("somebody new to this school's gate"), _("somebody who knows this school's gate")),
    "travel_minutes": (_("longer ways"), _("shorter ways")),
    "skill_mix": (_("skills that ought to be there are missing"), _("the skills at the gate fit better")),
    "newcomer_alone": (_("a newcomer is alone"), _("a newcomer isn't alone any more")),
}
"""What the last level consists of."""


def effects(levels: Iterable[LevelDifference], words: Words) -> list[Effect]:
    """Return what a trial changes, the most important first; nothing when nobody would notice."""
    found = []
    for level in levels:
        terms = [(t.name.partition(":")[0], t.rise) for t in level.terms if t.rise]
        if level.name == "wishes" and terms and all(name in _TERMS for name, _ in terms):
            found += [_effect(_TERMS[name], rise, words) for name, rise in terms]
        elif level.rise and level.name in _LEVELS:
            found.append(_effect(_LEVELS[level.name], level.rise, words))
    return list(dict.fromkeys(found))


def effects_of(rises: Mapping[str, int], words: Words) -> list[Effect]:
    """Return what a swap changes, by how much each level gets dearer."""
    return [_effect(texts, rises[name], words) for name, texts in _LEVELS.items() if rises.get(name)]


def _effect(texts: tuple[str, str], rise: int, words: Words) -> Effect:
    return Effect(words.say(texts[rise < 0]), better=rise < 0)

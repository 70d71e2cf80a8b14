"""Which rules an edit would break, whose, when and where: as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from formats.limits import limit_text
from formats.words import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Problem, Violation
    from web.language import Words

SHOWN = 3
"""Shifts that are named; a run of days may concern dozens."""


class Broken(NamedTuple):
    """A rule that would not be kept.

    Attributes
    ----------
    what
        Who, with which figures, when and where.
    """

    rule: str
    what: str


def broken_rules(problem: Problem, violations: Iterable[Violation], words: Words) -> list[Broken]:
    """Return what would be broken, each only once."""
    return list(dict.fromkeys(_broken(problem, violation, words) for violation in violations))


def _broken(problem: Problem, violation: Violation, words: Words) -> Broken:
    parts = [name_of(problem, violation.bearer)] if violation.bearer else []
    if violation.limit is not None:
        parts.append(limit_text(problem, violation.limit, words.language))
    parts += [_shift(problem, shift, words) for shift in violation.shifts[:SHOWN]]
    return Broken(words.pair(BLOCKS[violation.rule]), words.pair(("，", "; ")).join(parts))


def name_of(problem: Problem, holder: str) -> str:
    """Return a person's or crew's name."""
    known = problem.person_by_id.get(holder) or problem.crew_by_id.get(holder)
    return holder if known is None else known.name


def _shift(problem: Problem, shift_id: str, words: Words) -> str:
    shift = problem.shift_by_id.get(shift_id)
    if shift is None:
        return shift_id
    window = problem.window_by_id[shift.window]
    site = problem.site_by_id[shift.site].name
    return f"{site} {words.day(shift.date)} {words.name(window.name, window.name_en)}"

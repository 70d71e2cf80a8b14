"""A violation in the reader's language: the rule, who, when and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.names import shift_name, who
from cli.words import Language, join, name_of, say, word
from formats.limits import limit_text

if TYPE_CHECKING:
    from models import Problem, Violation

_SHOWN = 3
"""How many shifts are named; a run of days may concern dozens."""


def violation_text(problem: Problem, violation: Violation, language: Language) -> str:
    """Return what a violation says.

    English takes the verifier's own sentence, with the shifts named; Chinese is put together from its fields.
    """
    rule = word(language, "rule", violation.rule)
    if language == "en":
        return f"{rule}: {_with_names(problem, violation)}"
    bearer = who(problem, violation.bearer, language) if violation.bearer else ""
    shifts = [_shift(problem, shift, language) for shift in violation.shifts]
    where = join(shifts[:_SHOWN], language)
    if len(shifts) > _SHOWN:
        where = say(language, "and-more", names=where, count=len(shifts) - _SHOWN)
    figures = "" if violation.limit is None else limit_text(problem, violation.limit, language)
    return f"{rule}：{'，'.join(part for part in (bearer, figures, where) if part)}"


def _with_names(problem: Problem, violation: Violation) -> str:
    """Return the verifier's sentence with the name of each shift before its id."""
    if not violation.shifts:
        return violation.message
    # The longest first: an id may begin another.
    ids = "|".join(map(re.escape, sorted(violation.shifts, key=len, reverse=True)))
    return re.sub(ids, lambda found: shift_name(problem, found[0], "en"), violation.message)


def _shift(problem: Problem, shift_id: str, language: Language) -> str:
    """Return where and when a shift is; its id alone where the problem doesn't have it."""
    shift = problem.shift_by_id.get(shift_id)
    if shift is None:
        return shift_id
    zone = ZoneInfo(problem.timezone)
    start, end = (moment.astimezone(zone) for moment in (shift.start, shift.end))
    site, window = problem.site_by_id[shift.site], problem.window_by_id[shift.window]
    return f"{site.name} {shift.date.isoformat()} {name_of(window, language)} {start:%H:%M}–{end:%H:%M}"

"""What the owner of a valid problem may want to look at."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cli.violations import violation_text
from cli.words import Language, join, name_of, say
from models import ConsecutiveDays, DaysOff, Problem, Roster, Rule
from models.school_calendar import LAST_KNOWN_YEAR
from solver.candidates import Blocks, ScopeMap
from solver.facts import Facts
from solver.travel import Journeys
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models import Role, Violation

_NAMED = 5
"""How many names a warning gives before it says how many more there are."""

_FAR_AHEAD = dt.timedelta(days=180)
"""An absence that goes on longer than this after the horizon may well end in another year than meant."""


def warnings_of(problem: Problem, language: Language) -> list[str]:
    """Return what a valid problem's owner may want to look at, in words."""
    return [
        *calendar_warnings(problem, language),
        *_bells(problem, language),
        *_absences(problem, language),
        *_candidates(problem, language),
        *_qualifications(problem, language),
        *_pins(problem, language),
    ]


def calendar_warnings(problem: Problem, language: Language) -> list[str]:
    """Return what is odd about the week: no shift at all, or a year without public holidays."""
    warnings = []
    if problem.calendar.country == "CN":
        unknown = sorted({d.year for d in problem.horizon.dates if d.year > LAST_KNOWN_YEAR})
        warnings += [say(language, "warn:calendar", year=str(year)) for year in unknown]
    if not problem.shifts:
        warnings.append(say(language, "warn:no-shifts"))
    return warnings


def _bells(problem: Problem, language: Language) -> list[str]:
    """Name sites and windows without a bell, where shifts come from bells."""
    if not problem.bells:
        return []
    rung = {bell.site for bell in problem.bells} | {shift.site for shift in problem.shifts}
    used = {bell.window for bell in problem.bells} | {shift.window for shift in problem.shifts}
    found = (
        ("warn:site-without-bell", [site.name for site in problem.sites if site.id not in rung]),
        (
            "warn:window-without-bell",
            [name_of(window, language) for window in problem.windows if window.id not in used],
        ),
    )
    return [
        say(language, key, count=len(names), names=_some(names, language)) for key, names in found if names
    ]


def _absences(problem: Problem, language: Language) -> list[str]:
    """Name absences that end long after the horizon: often a typo of the year.

    (One that ends before the horizon is a fault.)
    """
    zone = ZoneInfo(problem.timezone)
    last = dt.datetime.combine(problem.horizon.dates[-1], dt.time(), zone)
    long = [a for a in problem.absences if a.end > last + _FAR_AHEAD]
    if not long:
        return []
    names = _some([f"{a.assignee} ({a.end.astimezone(zone).date().isoformat()})" for a in long], language)
    return [say(language, "warn:long-absence", count=len(long), names=names)]


def _candidates(problem: Problem, language: Language) -> list[str]:
    """Name, role by role, the sites that ask for it and where nobody could ever serve."""
    facts, journeys = Facts(problem), Journeys(problem)
    if not len(facts.needs):
        return []
    scopes = ScopeMap(facts)
    blocks = Blocks(facts, journeys, scopes)
    asked: Counter[int] = Counter()
    lacking: dict[int, list[str]] = {}
    for (role, site), needs in blocks.places:
        if not facts.needs.target[needs].any():
            continue
        asked[role] += 1
        members, _ = scopes.in_scope(role, site)
        kept = np.zeros((len(members), len(needs)), dtype=bool)
        for blocked in blocks.judge(role, site, members).values():
            kept |= blocked
        if kept.all():
            lacking.setdefault(role, []).append(problem.sites[site].name)
    return [
        say(
            language,
            "warn:nobody",
            role=name_of(problem.roles[role], language),
            count=len(lacking[role]),
            sites=asked[role],
            names=_some(lacking[role], language),
        )
        for role in sorted(lacking)
    ]


def _qualifications(problem: Problem, language: Language) -> list[str]:
    """Say of each role that a shift asks for how many of its people lack what it requires on every day."""
    asked = {need.role for shift in problem.shifts for need in shift.needs if need.target}
    dates = sorted({shift.date for shift in problem.shifts})
    return [
        warning
        for role in problem.roles
        if role.id in asked and role.requires
        for warning in _unqualified(problem, role, dates, language)
    ]


def _unqualified(problem: Problem, role: Role, dates: Sequence[dt.date], language: Language) -> list[str]:
    ids = (
        [member for crew in problem.crews if crew.role == role.id for member in crew.members]
        if role.by_crew
        else [person.id for person in problem.people if role.id in person.roles]
    )
    lacks: Counter[str] = Counter()
    concerned = 0
    for person in map(problem.person_by_id.__getitem__, dict.fromkeys(ids)):
        missing = [name for name in role.requires if not any(person.qualified(name, day) for day in dates)]
        lacks.update(missing)
        concerned += bool(missing)
    if not concerned:
        return []
    names = join([f"{name} ({lacks[name]:,})" for name in role.requires if lacks[name]], language)
    return [
        say(
            language,
            "warn:unqualified",
            role=name_of(role, language),
            count=concerned,
            people=len(dict.fromkeys(ids)),
            names=names,
        )
    ]


def _pins(problem: Problem, language: Language) -> list[str]:
    """Name pins that can't be kept, separately or together."""
    if not problem.pins:
        return []
    pinned = Roster(horizon=problem.horizon, assignments=problem.pins)
    # What further duties can heal, such as a run that is too short yet, isn't judged.
    mended = tuple(r for r in map(_without_minimum, problem.rules) if r is not None)
    return [
        say(
            language,
            "warn:pin",
            post=", ".join(violation.shifts),
            message=violation_text(problem, violation, language),
        )
        for violation in verify(problem.model_copy(update={"rules": mended}), pinned)
        if violation.rule != "own_post_first" or not _has_room(problem, violation)
    ]


def _without_minimum(rule: Rule) -> Rule | None:
    """Return what is left of a rule when runs of days may be short."""
    if isinstance(rule, ConsecutiveDays):
        return None if rule.maximum is None else rule.model_copy(update={"minimum": None})
    return None if isinstance(rule, DaysOff) else rule


def _has_room(problem: Problem, violation: Violation) -> bool:
    """Say whether the own post may come first after all, on a post that no pin takes.

    That is so where a stand-in is pinned in the owner's absence from a need of several posts; an
    owner who is pinned elsewhere (then both shifts are named) is missing at home in any case.
    """
    if len(violation.shifts) != 1:
        return False
    (shift,) = violation.shifts
    (stand_in,) = (p for p in problem.pins if p.shift == shift and p.assignee == violation.bearer)
    taken = sum(p.shift == shift and p.role == stand_in.role for p in problem.pins)
    return any(n.role == stand_in.role and n.target > taken for n in problem.shift_by_id[shift].needs)


def _some(names: Iterable[str], language: Language) -> str:
    listed = list(names)
    shown = join(listed[:_NAMED], language)
    return (
        shown if len(listed) <= _NAMED else say(language, "and-more", names=shown, count=len(listed) - _NAMED)
    )

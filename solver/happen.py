"""A problem as it is after something happened: who is away, what is closed, moved, pinned or asked for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from models import (
    Absence,
    AbsenceKind,
    Absent,
    Asked,
    Assignment,
    Closed,
    Moved,
    Pinned,
    Withdrawn,
)
from solver.parts import Published

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models import Happening, Need, Problem, Roster, Shift

Stretch = tuple[dt.datetime, dt.datetime]


Fault = Literal[
    "no_assignee",
    "no_unit",
    "no_site",
    "no_window",
    "no_shift",
    "no_role",
    "no_bell",
    "outside",
    "began",
    "all_pinned",
]
"""What is wrong with a happening.

``no_...``: it speaks of something that isn't there; ``no_role``: that the shift doesn't ask for; ``no_bell``:
the window has no shift there on that day. ``outside``: its time lies outside of the horizon. ``began``:
a bell is moved that has begun. ``all_pinned``: all posts of the need are pinned to others.
"""


class HappeningError(ValueError):
    """A happening speaks of something that isn't there, or comes too late.

    Attributes
    ----------
    fault
        Why.
    what
        What it speaks of.
    """

    def __init__(self, fault: Fault, what: str) -> None:
        self.fault = fault
        self.what = what
        super().__init__(f"{fault}: {what}")


@dataclass
class Aftermath:
    """What a repair starts from.

    Attributes
    ----------
    problem
        The problem as it is now; pins are those that the roster kept and those that were asked for.
    published
        The roster before.
    before
        Its assignments, those of shifts that fell away included.
    moved
        Needs whose time has changed.
    """

    problem: Problem
    published: Published
    before: tuple[Assignment, ...]
    moved: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Touch:
    """Places (site and role) and assignees that happenings speak of."""

    places: set[tuple[str, str]] = field(default_factory=set)
    assignees: set[str] = field(default_factory=set)


def touch(problem: Problem, happenings: Iterable[Happening]) -> Touch:
    """Return whom and what happenings speak of.

    Raises
    ------
    HappeningError
        When an id is unknown.
    """
    found = Touch()
    for happening in happenings:
        if isinstance(happening, Absent):
            found.assignees.add(_known_assignee(problem, happening.assignee))
        elif isinstance(happening, Withdrawn):
            if happening.unit not in problem.unit_by_id:
                raise HappeningError("no_unit", happening.unit)
            found.assignees.update(p.id for p in problem.people if p.unit == happening.unit)
            found.assignees.update(c.id for c in problem.crews if c.unit == happening.unit)
        elif isinstance(happening, (Closed, Moved)):
            if happening.site not in problem.site_by_id:
                raise HappeningError("no_site", happening.site)
            if isinstance(happening, Moved) and happening.window not in problem.window_by_id:
                raise HappeningError("no_window", happening.window)
            found.places.update((happening.site, role.id) for role in problem.roles)
        else:
            found.places.add((_need(problem, happening)[0].site, happening.role))
            if isinstance(happening, Pinned):
                found.assignees.add(_known_assignee(problem, happening.assignee))
    return found


def apply(
    problem: Problem, roster: Roster, happenings: Sequence[Happening], at: dt.datetime | None = None
) -> Aftermath:
    """Return a problem after happenings.

    Parameters
    ----------
    roster
        The one that was in force; assignments of shifts that the problem doesn't know are left out.
    at
        Posts that began before it stay as they are; None: nothing has begun.

    Raises
    ------
    HappeningError
        When an id is unknown, a time lies outside of the horizon, or a bell is moved that has begun.
    """
    touch(problem, happenings)
    _check_times(problem, happenings)
    needs = {(s.id, n.role): (s, n) for s in problem.shifts for n in s.needs}
    before = tuple(a for a in roster.assignments if (a.shift, a.role) in needs)
    begun = set() if at is None else {key for key, (s, n) in needs.items() if s.on_post(n)[0] < at}
    shifts, moved = _shifts(problem, happenings, begun)
    left = needs.keys() if shifts == problem.shifts else {(s.id, n.role) for s in shifts for n in s.needs}
    asked = dict(_asked(problem, before, h) for h in happenings if isinstance(h, Asked))
    pins = _pins(problem, before, [h for h in happenings if isinstance(h, Pinned)])
    after = problem.model_copy(
        update={
            "shifts": shifts,
            "absences": _absences(problem, before, happenings, begun),
            "pins": tuple(p for p in pins if (p.shift, p.role) in left),
        }
    )
    published = Published(
        held=frozenset((a.shift, a.role, a.assignee) for a in before),
        begun=frozenset(begun.intersection(left)),
        asked={key: posts for key, posts in asked.items() if key in left},
    )
    return Aftermath(after, published, before, frozenset(moved))


def _check_times(problem: Problem, happenings: Iterable[Happening]) -> None:
    """Refuse what lies outside of the horizon, where it could change nothing."""
    dates, zone = problem.horizon.dates, ZoneInfo(problem.timezone)
    first = dt.datetime.combine(dates[0], dt.time(), zone)
    last = dt.datetime.combine(dates[-1] + dt.timedelta(days=1), dt.time(), zone)
    # The first duty may begin before midnight, and the last end after it.
    times = [shift.on_post(need) for shift in problem.shifts for need in shift.needs]
    first, last = min([first, *(start for start, _ in times)]), max([last, *(end for _, end in times)])
    for happening in happenings:
        if isinstance(happening, Moved):
            if happening.date is not None and happening.date not in dates:
                raise HappeningError("outside", happening.date.isoformat())
        elif isinstance(happening, (Absent, Withdrawn, Closed)):
            end = happening.end
            if happening.start >= last or (end is not None and end <= first):
                stretch = [m.astimezone(zone).strftime("%Y-%m-%d %H:%M") for m in (happening.start, end) if m]
                raise HappeningError("outside", " – ".join(stretch))


def _shifts(
    problem: Problem, happenings: Sequence[Happening], begun: set[tuple[str, str]]
) -> tuple[tuple[Shift, ...], set[tuple[str, str]]]:
    """Return the shifts that are left, and the needs that have moved."""
    shifts = {s.id: s for s in problem.shifts}
    moved: set[tuple[str, str]] = set()
    for happening in happenings:
        if isinstance(happening, Moved):
            mine = [
                s
                for s in shifts.values()
                if (s.site, s.window) == (happening.site, happening.window)
                and happening.date in (None, s.date)
            ]
            if happening.date is not None and not mine:
                raise HappeningError("no_bell", f"{happening.site} {happening.window} {happening.date}")
            for shift in mine:
                keys = {(shift.id, n.role) for n in shift.needs}
                if keys & begun:
                    if happening.date is not None:
                        raise HappeningError("began", shift.id)
                    continue
                late = dt.timedelta(minutes=happening.minutes)
                shifts[shift.id] = shift.model_copy(
                    update={"start": _later(shift.start, late), "end": _later(shift.end, late)}
                )
                moved |= keys
        elif isinstance(happening, Closed):
            for shift in [s for s in shifts.values() if s.site == happening.site]:
                kept = tuple(
                    n
                    for n in shift.needs
                    if (shift.id, n.role) in begun or not _within(shift.on_post(n)[0], happening)
                )
                if kept:
                    shifts[shift.id] = shift.model_copy(update={"needs": kept})
                else:
                    del shifts[shift.id]
    return tuple(shifts.values()), moved


def _within(moment: dt.datetime, happening: Closed) -> bool:
    return happening.start <= moment and (happening.end is None or moment < happening.end)


def _later(moment: dt.datetime, by: dt.timedelta) -> dt.datetime:
    return (moment.astimezone(dt.UTC) + by).astimezone(moment.tzinfo)


def _absences(
    problem: Problem,
    before: Iterable[Assignment],
    happenings: Iterable[Happening],
    begun: set[tuple[str, str]],
) -> tuple[Absence, ...]:
    """Return all absences; whoever is on post already is away from the end of that duty only."""
    dates, zone = problem.horizon.dates, ZoneInfo(problem.timezone)
    first, last = (
        dt.datetime.combine(d, dt.time(), zone) for d in (dates[0], dates[-1] + dt.timedelta(days=1))
    )
    away: list[tuple[str, Stretch, AbsenceKind]] = []
    for happening in happenings:
        if isinstance(happening, Absent):
            who = [(happening.assignee, happening.why)]
        elif isinstance(happening, Withdrawn):
            people = [p.id for p in problem.people if p.unit == happening.unit]
            crews = [c.id for c in problem.crews if c.unit == happening.unit]
            who = [(assignee, AbsenceKind.WITHDRAWN) for assignee in (*people, *crews)]
        else:
            continue
        end = max(last, happening.start) if happening.end is None else happening.end
        if happening.start < end:
            away += [(assignee, (happening.start, end), kind) for assignee, kind in who]
    if not away:
        return problem.absences
    on_post = _on_post(problem, before, begun)
    known: dict[str, list[Absence]] = defaultdict(list)
    for absence in problem.absences:
        known[absence.assignee].append(absence)
    for assignee, stretch, kind in away:
        mine = known[assignee]
        # A release is only from the own post; being away says more.
        releases = [a for a in mine if a.kind is AbsenceKind.RELEASED]
        known[assignee] = [a for a in mine if a.kind is not AbsenceKind.RELEASED]
        taken = [(a.start, a.end) for a in known[assignee]]
        new = without(stretch, [*taken, *on_post.get(assignee, ())])
        for release in releases:
            for start, end in without((release.start, release.end), new):
                known[assignee].append(release.model_copy(update={"start": start, "end": end}))
        known[assignee] += [Absence(assignee=assignee, start=s, end=e, kind=kind) for s, e in new]
    # What lies outside the horizon and the day after it is for another problem to say.
    ahead = last + dt.timedelta(days=1)
    return tuple(a for absences in known.values() for a in absences if a.start < ahead and first < a.end)


def _on_post(
    problem: Problem, before: Iterable[Assignment], begun: set[tuple[str, str]]
) -> Mapping[str, list[Stretch]]:
    """Return when assignees, and members through their crews, hold what has begun."""
    found: dict[str, list[Stretch]] = defaultdict(list)
    for held in before if begun else ():
        if (held.shift, held.role) in begun:
            shift = problem.shift_by_id[held.shift]
            times = shift.on_post(next(n for n in shift.needs if n.role == held.role))
            crew = problem.crew_by_id.get(held.assignee)
            for bearer in (held.assignee, *(crew.members if crew else ())):
                found[bearer].append(times)
    return found


def without(stretch: Stretch, others: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of a stretch of time without others."""
    left = [stretch]
    for start, end in others:
        pieces = []
        for first, last in left:
            if end <= first or last <= start:
                pieces.append((first, last))
                continue
            if first < start:
                pieces.append((first, start))
            if end < last:
                pieces.append((end, last))
        left = pieces
    return left


def _asked(problem: Problem, before: Iterable[Assignment], happening: Asked) -> tuple[tuple[str, str], int]:
    _, need = _need(problem, happening)
    key = (happening.shift, happening.role)
    held = sum((a.shift, a.role) == key for a in before)
    wanted = need.minimum if held < need.minimum else need.target
    return key, min(need.target, happening.posts or wanted)


def _pins(problem: Problem, before: Iterable[Assignment], asked: Sequence[Pinned]) -> tuple[Assignment, ...]:
    """Return the pins that were kept, and the new ones, each on a post that is free or else is not pinned."""
    pins = [a for a in before if a.pinned]
    held = {(a.shift, a.role, a.assignee) for a in before}
    asked = list(dict.fromkeys(asked))
    # Who holds the post already keeps it, whoever else is to come.
    for happening in sorted(asked, key=lambda h: (h.shift, h.role, h.assignee) not in held):
        _, need = _need(problem, happening)
        here = [a for a in before if (a.shift, a.role) == (happening.shift, happening.role)]
        own = next((a.index for a in here if a.assignee == happening.assignee), None)
        taken = {p.index for p in pins if (p.shift, p.role) == (happening.shift, happening.role)}
        open_ = [i for i in range(need.target) if i not in {a.index for a in here} | taken]
        free = [*open_, *(i for i in reversed(range(need.target)) if i not in taken)]
        if own in taken:
            continue
        if own is None and not free:
            raise HappeningError("all_pinned", f"{happening.shift} {happening.role}")
        pins.append(
            Assignment(
                shift=happening.shift,
                role=happening.role,
                index=free[0] if own is None else own,
                assignee=happening.assignee,
                pinned=True,
            )
        )
    return tuple(pins)


def _need(problem: Problem, happening: Pinned | Asked) -> tuple[Shift, Need]:
    shift = problem.shift_by_id.get(happening.shift)
    if shift is None:
        raise HappeningError("no_shift", happening.shift)
    need = next((n for n in shift.needs if n.role == happening.role), None)
    if need is None:
        raise HappeningError("no_role", f"{shift.id} {happening.role}")
    return shift, need


def _known_assignee(problem: Problem, assignee: str) -> str:
    if assignee not in problem.person_by_id and assignee not in problem.crew_by_id:
        raise HappeningError("no_assignee", assignee)
    return assignee

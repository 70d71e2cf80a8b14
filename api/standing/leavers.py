"""People who serve no more: in a horizon until the day they leave, in crews until then, and not after."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models import Absence, AbsenceKind, Crew, Horizon

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

LEFT = "left_on"
"""Beside the fields of a problem: from when on each person who leaves serves no more."""


def settled(fields: Mapping[str, Any], horizon: Horizon) -> dict[str, Any]:
    """Return a problem's standing fields with people and crews as they are in a horizon.

    Who leaves within it is absent from that day on.
    """
    found = dict(fields)
    left: Mapping[str, dt.date] = found.pop(LEFT)
    if not left:
        return found
    found["people"] = tuple(p for p in found["people"] if p.id not in left or left[p.id] > horizon.start)
    here = {person.id for person in found["people"]}
    found["crews"] = tuple(c for crew in found["crews"] if (c := _present(crew, here)) is not None)
    leaving = {id_: day for id_, day in left.items() if id_ in here and day <= horizon.dates[-1]}
    if leaving:
        gone = _gone(found["absences"], leaving, horizon, ZoneInfo(found["timezone"]))
        found["absences"] = (*found["absences"], *gone)
    return found


def _present(crew: Crew, here: Collection[str]) -> Crew | None:
    """Return a crew without members who have left; None when too few are left."""
    members = tuple(m for m in crew.members if m in here)
    if len(members) == len(crew.members):
        return crew
    if len(members) < crew.minimum_strength:
        return None
    return crew.model_copy(update={"members": members})


def _gone(
    absences: Iterable[Absence], leaving: Mapping[str, dt.date], horizon: Horizon, zone: ZoneInfo
) -> Iterator[Absence]:
    """Give absences for the time after people leave, beside those that they have."""
    known = defaultdict(list)
    for absence in absences:
        if absence.assignee in leaving:
            known[absence.assignee].append((absence.start, absence.end))
    after = dt.datetime.combine(horizon.dates[-1] + dt.timedelta(days=2), dt.time(), zone)
    for assignee, day in leaving.items():
        free = dt.datetime.combine(day, dt.time(), zone)
        for start, end in (*sorted(known[assignee]), (after, after)):
            if free < start:
                until = min(start, after)
                yield Absence(assignee=assignee, start=free, end=until, kind=AbsenceKind.OTHER)
            free = max(free, end)
            if free >= after:
                break

"""A day's counts as the board needs them: of one window or all, by school and district, the worst first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from api.database.base import now
from api.day import board, reading
from api.day.shapes import BoardShift, Counts
from api.plans.tables import ShiftRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.day.coming import State
    from api.day.shapes import SiteCounts
    from api.settings import Settings

AT_ONCE = 120
"""Posts in a state that are shown without a click."""

OPENED = 20
"""Schools that are shown opened."""


@dataclass(frozen=True)
class Wanted:
    """Which part of a day the board shows.

    Attributes
    ----------
    window, state
        None: all.
    opened
        The schools whose posts are shown.
    """

    date: dt.date
    district: str | None = None
    window: str | None = None
    state: State | None = None
    opened: Collection[str] = ()


class Line(NamedTuple):
    """A school on the board.

    Attributes
    ----------
    shifts
        Its posts; None: when it is opened.
    """

    id: str
    name: str
    district: str
    risk: int
    counts: Counts
    shifts: list[BoardShift] | None


@dataclass(frozen=True)
class Sums:
    """A day's counts.

    Attributes
    ----------
    total
        Of the window and the district that are asked for.
    windows
        Of the district, all windows and (``None``) the whole day.
    districts
        Of the window, all districts.
    """

    total: Counts
    windows: Mapping[str | None, Counts]
    districts: Mapping[str, Counts]
    lines: list[Line]


def sums(session: Session, settings: Settings, scope: Scope, wanted: Wanted) -> Sums:
    """Return a day's counts, and the schools: first those where most is wrong."""
    found = board.counts(session, settings, reading.Asked(scope, wanted.date))
    here = [site for site in found.sites if wanted.district in (None, site.district)]
    windows: dict[str | None, Counts] = {None: added(site.counts for site in here)}
    for window in found.windows:
        windows[window] = added(_at(site, window) for site in here)
    by_district: defaultdict[str, list[Counts]] = defaultdict(list)
    for site in found.sites:
        by_district[site.district].append(_at(site, wanted.window))
    total = added(_at(site, wanted.window) for site in here)
    shown = [
        (site, counts) for site in here if (counts := _at(site, wanted.window)) and _fits(counts, wanted)
    ]
    posts = _posts(session, settings, scope, wanted, total)
    return Sums(
        total=total,
        windows=windows,
        districts={district: added(each) for district, each in sorted(by_district.items())},
        lines=sorted(
            (
                Line(site.site, site.name, site.district, site.risk, counts, posts.get(site.site))
                for site, counts in shown
            ),
            key=_urgency,
        ),
    )


def added(each: Iterable[Counts]) -> Counts:
    """Return the sum of some counts."""
    found = dict.fromkeys(Counts.model_fields, 0)
    for counts in each:
        for name, value in counts:
            found[name] += value
    return Counts(**found)


def window_now(session: Session, date: dt.date) -> str | None:
    """Return the window of a day that goes on, or comes next; None when all are over."""
    plan = reading.plan_of(session, date)
    if plan is None:
        return None
    query = (
        select(ShiftRow.window)
        .where(ShiftRow.plan == plan.id, ShiftRow.date == date)
        .group_by(ShiftRow.window)
        .having(func.max(ShiftRow.end) > now())
        .order_by(func.min(ShiftRow.start))
    )
    return session.scalar(query.limit(1))


def _at(site: SiteCounts, window: str | None) -> Counts:
    return site.counts if window is None else site.windows.get(window, Counts())


def _fits(counts: Counts, wanted: Wanted) -> bool:
    return bool(counts.posts if wanted.state is None else getattr(counts, wanted.state))


def _urgency(line: Line) -> tuple[int, int, int]:
    # Sorting keeps the schools' own order among equals.
    return (-line.counts.short - line.counts.absent, -line.counts.late, -line.counts.open)


def _posts(
    session: Session, settings: Settings, scope: Scope, wanted: Wanted, total: Counts
) -> dict[str, list[BoardShift]]:
    """Return the posts of the schools that are opened, or where few are in the state asked for, of all."""
    asked = reading.Asked(scope, wanted.date, wanted.district, window=wanted.window)
    if wanted.state is not None and getattr(total, wanted.state) <= AT_ONCE:
        return {site.site: site.shifts for site in board.board(session, settings, asked, wanted.state).sites}
    found = {}
    for opened in list(dict.fromkeys(wanted.opened))[:OPENED]:
        found[opened] = posts_of(session, settings, scope, wanted, opened)
    return found


def posts_of(
    session: Session, settings: Settings, scope: Scope, wanted: Wanted, site: str
) -> list[BoardShift]:
    """Return a school's posts."""
    asked = reading.Asked(scope, wanted.date, site=site, window=wanted.window)
    sites = board.board(session, settings, asked, wanted.state).sites
    return sites[0].shifts if sites else []

"""The city's week: one row a school, one column a window of a day, and how full each shift is."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from api.roster.coverage import coverage
from api.roster.places import Place, places

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from api.roster.shapes import Covered
    from models import Window


KEPT = 8
"""States of rosters that one process keeps at hand."""


class Cell(NamedTuple):
    """A shift.

    Attributes
    ----------
    look
        ``f`` filled to its targets, ``o`` to its minimum, ``s`` short of that, ``e`` nobody there yet.
    number
        Posts that are open, of these the ones short of the minimum where there are any.
    """

    look: str
    number: int
    filled: int
    target: int
    pinned: int


@dataclass
class Sums:
    """How many posts there are in all."""

    posts: int = 0
    filled: int = 0
    short: int = 0
    open: int = 0
    pinned: int = 0

    def add(self, shift: Covered) -> None:
        """Count a shift."""
        self.posts += shift.target
        self.filled += min(shift.filled, shift.target)
        self.short += shift.short
        self.open += shift.open
        self.pinned += shift.pinned


class Row(NamedTuple):
    """A school; None where it has no shift."""

    place: Place
    cells: list[Cell | None]


class District(NamedTuple):
    """The schools of a district."""

    name: str
    rows: list[Row]
    sums: Sums


class Wanted(NamedTuple):
    """Which schools to show.

    Attributes
    ----------
    kind
        Of this kind alone.
    risk
        At least this level.
    only_open
        Those with an open post alone.
    """

    district: str | None = None
    kind: str | None = None
    risk: int = 1
    only_open: bool = False


@dataclass
class Heat:
    """The city's week.

    Attributes
    ----------
    days
        Each with its windows.
    columns
        How many windows of days there are.
    all_districts, all_kinds
        Names of those that could be asked for.
    """

    days: list[tuple[dt.date, list[Window]]]
    columns: int
    districts: list[District]
    all_districts: list[str]
    all_kinds: list[str]
    sums: Sums = field(default_factory=Sums)
    schools: int = 0


def heat(session: Session, scope: Scope, plan: PlanRow, windows: dict[str, Window], wanted: Wanted) -> Heat:
    """Return the city's week as far as it is wanted; the sums are over the whole scope."""
    sites = places(session, scope, plan.id)
    shifts = _coverage(session, scope, plan)
    sums, by_district = Sums(), defaultdict[str, Sums](Sums)
    cells: defaultdict[str, dict[tuple[dt.date, str], Cell]] = defaultdict(dict)
    for shift in shifts:
        sums.add(shift)
        by_district[shift.district].add(shift)
        cells[shift.site][shift.date, shift.window] = _cell(shift)
    columns = _columns(shifts, windows)
    rows = [
        Row(place, [cells[place.id].get(column) for column in columns])
        for place in sites
        if wanted.district in (None, place.district)
        and wanted.kind in (None, place.kind)
        and place.risk >= wanted.risk
        and (not wanted.only_open or any(cell.number for cell in cells[place.id].values()))
    ]
    return Heat(
        days=[
            (date, [windows[window] for _, window in found])
            for date, found in groupby(columns, key=lambda column: column[0])
        ],
        columns=len(columns),
        districts=[
            District(name, list(found), by_district[name])
            for name, found in groupby(rows, key=lambda row: row.place.district)
        ],
        all_districts=list(dict.fromkeys(place.district for place in sites)),
        all_kinds=sorted({place.kind for place in sites if place.kind}),
        sums=sums,
        schools=len(rows),
    )


_kept: OrderedDict[tuple[object, ...], list[Covered]] = OrderedDict()
_lock = threading.Lock()


def _coverage(session: Session, scope: Scope, plan: PlanRow) -> list[Covered]:
    """Return how full the shifts are: reckoned once for each state of a roster, whatever is asked of it."""
    key = (session.get_bind(), plan.id, plan.created_at, plan.roster_version, scope)
    with _lock:
        if (found := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return found
    found = coverage(session, scope, plan)
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _cell(shift: Covered) -> Cell:
    if not shift.filled and shift.target:
        look, number = "e", shift.target
    elif shift.short:
        look, number = "s", shift.short
    else:
        look, number = ("o", shift.open) if shift.open else ("f", 0)
    return Cell(look, number, shift.filled, shift.target, shift.pinned)


def _columns(shifts: Iterable[Covered], windows: dict[str, Window]) -> Sequence[tuple[dt.date, str]]:
    """Return the days and windows that have a shift, in the order of the standing data's windows."""
    order = {window: place for place, window in enumerate(windows)}
    found = {(shift.date, shift.window) for shift in shifts}
    return sorted(found, key=lambda column: (column[0], order[column[1]]))

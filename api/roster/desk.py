"""The engine at hand: a plan's problem and roster, laid out for questions and kept for as long as they are right.

Everything is kept by region, usually a district, since no question about one person or one gate reaches
beyond. What is kept is compared with the versions of the plan and of its shifts before each use, so that changes
by other processes are seen; of these only the shifts that differ are read again.

Only what is committed may be seen here: ask before a session changes anything, never after.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from api.database.engine import reading
from api.errors import ServiceError
from api.plans.tables import AssignmentRow, PlanRow, ShiftRow
from models import Assignment, Roster
from solver.explain import explain_open
from solver.regions import Regions
from solver.swaps import Swaps

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.plans.problems import Problems
    from models import Problem, Shift, Unfilled

PLANS = 2
"""Plans that one process keeps at hand."""

AFTER = 2.0
"""Seconds from when a page is asked for until what its reader may ask next is prepared."""

REGIONS = 24
"""Regions of each."""

FEW = 100
"""Up to so many shifts are read by their ids, more by their sites."""

_ASSIGNMENTS = TypeAdapter(list[Assignment])


@dataclass(frozen=True)
class Region:
    """One or several whole regions of a plan with the roster in them, as it is at one moment.

    Attributes
    ----------
    problem
        Of the regions alone, without pins.
    sites
        Those with a shift.
    swaps
        The engine's answers about the roster.
    versions
        Of the regions' shifts.
    """

    problem: Problem
    sites: tuple[str, ...]
    swaps: Swaps
    versions: dict[str, int]

    @property
    def regions(self) -> Regions:
        """Those of the whole plan."""
        return self.swaps.regions

    @property
    def roster(self) -> Roster:
        """The roster in the regions."""
        return self.swaps.roster

    @cached_property
    def open_posts(self) -> tuple[Unfilled, ...]:
        """Which posts are open, with the counts of reasons."""
        return explain_open(self.problem, self.roster)


@dataclass
class _Kept:
    """A region as it was last read."""

    problem: Problem
    sites: tuple[str, ...]
    roster_version: int = -1
    versions: dict[str, int] = field(default_factory=dict)
    held: dict[str, list[Assignment]] = field(default_factory=dict)
    region: Region | None = None


class _PlanKept:
    """A plan's problem with its regions."""

    def __init__(self, problem: Problem, made: dt.datetime, earlier: _PlanKept | None) -> None:
        self.problem = problem
        self.made = made
        self.lock = threading.Lock()
        self._kept: OrderedDict[frozenset[int], _Kept] = OrderedDict()
        self._earlier: dict[frozenset[int], _Kept] = {}
        self.regions: Regions
        if earlier is not None and earlier.made == made and _same_layout(earlier.problem, problem):
            self.regions = earlier.regions.on(problem)
            with earlier.lock:
                self._earlier = {**earlier._earlier, **earlier._kept}
        else:
            self.regions = Regions(problem)

    def region(self, numbers: frozenset[int], sites: Iterable[str], assignees: Iterable[str]) -> _Kept:
        if numbers not in self._kept:
            problem = self.regions.around(sites=sites, assignees=assignees)
            kept = _Kept(problem, tuple(sorted({s.site for s in problem.shifts})))
            if (earlier := self._earlier.pop(numbers, None)) is not None:
                kept.held, kept.versions = earlier.held, earlier.versions
            self._kept[numbers] = kept
            if len(self._kept) > REGIONS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(numbers)
        return self._kept[numbers]


def _same_layout(one: Problem, other: Problem) -> bool:
    """Say whether problems have the same places, holders and shifts: the very same, as copies have them."""
    return all(
        getattr(one, name) is getattr(other, name)
        for name in ("shifts", "people", "crews", "sites", "units", "roles", "windows", "rules")
    )


class Desk:
    """The engine at hand, one of these a process.

    Parameters
    ----------
    problems
        The problems of plans.
    """

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._lock = threading.Lock()
        self._ahead = threading.Lock()
        self._plans: OrderedDict[str, _PlanKept] = OrderedDict()

    @property
    def history_days(self) -> int:
        """How many days before a plan its rules look back on."""
        return self._problems.history_days

    def problem(self, session: Session, plan: PlanRow) -> Problem:
        """Return a plan's whole problem, without pins."""
        return self._plan(session, plan).problem

    def region(
        self,
        session: Session,
        plan: PlanRow,
        *,
        sites: Collection[str] = (),
        assignees: Collection[str] = (),
    ) -> Region:
        """Return the regions in which some sites and assignees are, with their roster as the session sees it.

        Assignees that the problem doesn't know (any more) are passed over.

        Parameters
        ----------
        sites
            Of the plan's shifts.
        assignees
            People and crews.
        """
        kept = self._plan(session, plan)
        problem = kept.problem
        known = [a for a in assignees if a in problem.person_by_id or a in problem.crew_by_id]
        numbers = kept.regions.numbers(sites=sites, assignees=known)
        with kept.lock:
            region = kept.region(numbers, sites, known)
            if region.region is None or region.roster_version != plan.roster_version:
                _refresh(session, plan, kept.regions, region)
            assert region.region is not None
            return region.region

    def warm(self, session: Session, plan: str, shifts: Collection[str]) -> None:
        """Read what questions about some shifts will need, as far as they are there."""
        row = session.get(PlanRow, plan)
        query = select(ShiftRow.site).where(ShiftRow.plan == plan, ShiftRow.id.in_(shifts)).distinct()
        sites = list(session.scalars(query))
        if row is not None and sites:
            self.region(session, row, sites=sites)

    def prepare(self, engine: Engine, plan: str) -> None:
        """Begin to read what questions about a plan will need, before they come, where nothing of it is at hand.

        That goes on beside requests, one at a time so that it never takes their connections, and begins a little
        later: whatever the page that asks for it sends for comes first.
        """
        if plan not in self._plans and self._ahead.acquire(blocking=False):
            timer = threading.Timer(AFTER, self._prepared, args=(engine, plan))
            timer.daemon = True
            timer.start()

    def _prepared(self, engine: Engine, plan: str) -> None:
        try:
            # What fails is left to who asks.
            with suppress(ServiceError, DBAPIError), reading(engine) as session:
                if (row := session.get(PlanRow, plan)) is not None:
                    self.problem(session, row)
        finally:
            self._ahead.release()

    def _plan(self, session: Session, plan: PlanRow) -> _PlanKept:
        problem = self._problems.of(session, plan)
        with self._lock:
            kept = self._plans.get(plan.id)
            if kept is None or kept.problem is not problem or kept.made != plan.created_at:
                kept = self._plans[plan.id] = _PlanKept(problem, plan.created_at, kept)
                if len(self._plans) > PLANS:
                    self._plans.popitem(last=False)
            self._plans.move_to_end(plan.id)
            return kept


def _refresh(session: Session, plan: PlanRow, regions: Regions, kept: _Kept) -> None:
    """Bring a region to what the session sees.

    Parameters
    ----------
    regions
        Of the whole problem: what a usual duty is depends on all of it.
    """
    # Versions first: a change that comes between is then read again, never missed.
    query = select(ShiftRow.id, ShiftRow.version).where(
        ShiftRow.plan == plan.id, ShiftRow.site.in_(kept.sites)
    )
    versions = {shift: version for shift, version in session.execute(query)}
    changed = [shift for shift, version in versions.items() if kept.versions.get(shift) != version]
    held = {shift: mine for shift, mine in kept.held.items() if shift in versions}
    for shift in changed:
        held.pop(shift, None)
    for shift, mine in _read(session, plan.id, changed, kept.sites).items():
        held[shift] = mine
    assignments = tuple(a for shift in kept.problem.shifts for a in _in_order(shift, held.get(shift.id, ())))
    roster = Roster(horizon=kept.problem.horizon, assignments=assignments)
    if kept.region is None:
        swaps = Swaps(kept.problem, roster, regions=regions)
    elif changed or len(held) != len(kept.held):
        swaps = kept.region.swaps.on(roster)
    else:
        swaps = kept.region.swaps
    kept.held, kept.versions, kept.roster_version = held, versions, plan.roster_version
    if kept.region is None or kept.region.swaps is not swaps:
        kept.region = Region(kept.problem, kept.sites, swaps, versions)


def _in_order(shift: Shift, held: Iterable[Assignment]) -> list[Assignment]:
    rank = {need.role: k for k, need in enumerate(shift.needs)}
    return sorted(held, key=lambda a: (rank.get(a.role, len(rank)), a.index))


def _read(
    session: Session, plan: str, shifts: Collection[str], sites: Collection[str]
) -> dict[str, list[Assignment]]:
    """Return who holds the posts of some shifts."""
    if not shifts:
        return {}
    names = list(Assignment.model_fields)
    query = select(*(getattr(AssignmentRow, name) for name in names)).where(AssignmentRow.plan == plan)
    if len(shifts) <= FEW:
        query = query.where(AssignmentRow.shift.in_(shifts))
    else:
        query = query.where(AssignmentRow.site.in_(sites))
    rows = [dict(row) for row in session.execute(query).mappings()]
    wanted, found = set(shifts), defaultdict(list)
    for assignment in _ASSIGNMENTS.validate_python(rows):
        if assignment.shift in wanted:
            found[assignment.shift].append(assignment)
    return found

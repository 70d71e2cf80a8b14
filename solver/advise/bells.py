"""Which bells to move, by how little, so that fewer crews do or fewer posts stay open."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from models.advice import BellAdvice, BellMove, BellPeak, BellStep
from solver.advise.bell_groups import BellGroup, Moves, bell_groups, bells_of_shifts
from solver.advise.bell_model import BellModel, Shifted, value_of
from solver.advise.crews import advise_crews
from solver.advise.pools import Pools, check_known
from solver.solve import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from models import Problem, Shift
    from models.advice import Goal

Told = tuple[int, int]
"""How many groups are done, and how many there are."""


def advise_bells(
    problem: Problem,
    moves: Moves | None = None,
    *,
    goal: Goal = "crews",
    roles: tuple[str, ...] | None = None,
    districts: tuple[str, ...] | None = None,
    time_limit: float | None = None,
    progress: Callable[[Told], None] | None = None,
) -> BellAdvice:
    """Return the fewest moves of bells that save most crews, or fill most posts with those present.

    First the crews (or open posts) count, then the sites that move, then the minutes. A bell moves on all
    days on which it rings. Every row is confirmed by the certificate of the problem with the moved bells.

    Parameters
    ----------
    moves
        How far bells may move; 10 minutes on a grid of 5 by default.
    goal
        ``crews``: the least number that could hold every post; ``posts``: those that stay open with as many
        as are present.
    roles
        The roles to look at; None is every role that crews hold.
    districts
        The districts whose bells may move; None is all.
    time_limit
        Seconds for all searches; None has none (each still ends after a number of nodes).
    progress
        Called with the groups done and in all.

    Raises
    ------
    ValueError
        When a role, site or district is not known.
    """
    moves = moves or Moves()
    check_known(problem, roles, districts, tuple(moves.limits))
    if districts is not None:
        outside = {site.id: 0 for site in problem.sites if site.district not in districts}
        moves = Moves(moves.within, moves.grid, {**moves.limits, **outside})
    deadline = time.monotonic() + (1e7 if time_limit is None else time_limit)
    groups = bell_groups(Pools(problem, roles, districts), moves)
    peaks = []
    for done, group in enumerate(groups):
        if progress is not None:
            progress((done, len(groups)))
        # What a group doesn't use is left to those after it.
        now = time.monotonic()
        share = (deadline - now) / (len(groups) - done)
        peaks.append(_Search(problem, group, goal, now + share).peak())
    return BellAdvice(goal=goal, within=moves.within, grid=moves.grid, peaks=tuple(peaks))


def with_moved_bells(problem: Problem, minutes: Shifted) -> Problem:
    """Return the problem with some bells, by position, ringing so many minutes later; their shifts follow."""
    bells = list(problem.bells)
    for k, by in minutes.items():
        bells[k] = bells[k].model_copy(update={"time": _later(bells[k].time, by)})
    given = bells_of_shifts(problem)
    shifts = [_moved(s, minutes.get(k, 0)) for s, k in zip(problem.shifts, given, strict=True)]
    return problem.model_copy(update={"bells": tuple(bells), "shifts": tuple(shifts)})


def _moved(shift: Shift, by: int) -> Shift:
    if not by:
        return shift
    delta = dt.timedelta(minutes=by)
    return shift.model_copy(update={"start": shift.start + delta, "end": shift.end + delta})


def _later(ring: dt.time, minutes: int) -> dt.time:
    return (dt.datetime.combine(dt.date.min, ring) + dt.timedelta(minutes=minutes)).time()


class _Search:
    """The search of one group."""

    def __init__(self, problem: Problem, group: BellGroup, goal: Goal, deadline: float) -> None:
        self._group, self._goal, self._deadline = group, goal, deadline
        self._sites = {k: problem.bells[k].site for k in group.options}
        self._role = problem.roles[group.pool.role].id
        self._small = _of_group(problem, group)
        self._now = self._confirmed({})

    def peak(self) -> BellPeak:
        """Return what moving the group's bells brings."""
        problem, group = self._small, self._group
        model = BellModel(group, self._goal, self._sites)
        found = model.fewest(self._seconds())
        best = {} if found is None else found.moved
        least = min(value_of(group, self._goal, {}), value_of(group, self._goal, best))
        steps = []
        target = value_of(group, self._goal, {}) - 1
        while target >= least and self._seconds() > 0:
            choice = model.nearest(target, self._seconds())
            if choice is None:
                break
            steps.append(self._step(choice.moved, *divmod(choice.bound, model.site_cost)))
            target = value_of(group, self._goal, choice.moved) - 1
        if target >= least:
            steps.append(self._step(best, 0, 0))
        districts = dict.fromkeys(problem.site_by_id[site].district for site in group.pool.sites)
        reached = min([self._now, *(step.value for step in steps)])
        return BellPeak(
            role=self._role,
            districts=tuple(districts),
            windows=tuple(problem.windows[w].id for w in group.windows),
            dates=group.dates,
            posts=group.posts,
            value=self._now,
            best=reached,
            bound=min(reached, 0 if found is None else found.bound),
            alone=tuple(self._alone()),
            steps=tuple(step for step in steps if step.saved > 0),
        )

    def _alone(self) -> list[BellStep]:
        """Return, for each bell, the shortest single move that saves most by itself."""
        group, now = self._group, value_of(self._group, self._goal, {})
        found = []
        for bell, options in group.options.items():
            values = [
                (value_of(group, self._goal, {bell: by}), abs(by), by)
                for by in options
                if by and self._seconds() > 0
            ]
            least = min(values, default=(now, 0, 0))
            if least[0] < now:
                found.append(self._step({bell: least[2]}, 1, least[1]))
        return sorted(found, key=lambda step: (step.value, step.minutes))

    def _step(self, moved: Shifted, sites_bound: int, minutes_bound: int) -> BellStep:
        value = self._confirmed(moved)
        sites = len({self._sites[bell] for bell in moved})
        return BellStep(
            value=value,
            saved=self._now - value,
            moves=tuple(self._move(bell, by) for bell, by in sorted(moved.items())),
            sites=sites,
            sites_bound=min(sites, sites_bound),
            minutes=sum(map(abs, moved.values())),
            # Minutes are proven for as few sites alone.
            minutes_bound=minutes_bound if sites == sites_bound else 0,
        )

    def _move(self, bell: int, by: int) -> BellMove:
        problem = self._small
        rings = problem.bells[bell]
        given = bells_of_shifts(problem)
        dates = {s.date for s, k in zip(problem.shifts, given, strict=True) if k == bell}
        return BellMove(
            bell=bell,
            site=rings.site,
            window=rings.window,
            before=rings.time,
            after=_later(rings.time, by),
            minutes=by,
            dates=tuple(sorted(dates)),
        )

    def _confirmed(self, moved: Shifted) -> int:
        """Return the crews or open posts that the certificate finds with the moved bells.

        Raises
        ------
        EngineError
            When the certificate needs other crews than the model's matching said.
        """
        advice = advise_crews(with_moved_bells(self._small, moved), (self._role,))
        peaks = [peak for pool in advice.pools for peak in pool.peaks]
        if self._goal == "posts":
            return sum(peak.missing for peak in peaks)
        value = max(peak.least for peak in peaks)
        if value != value_of(self._group, self._goal, moved):
            raise EngineError(f"{value} crews by the certificate, but not by the model of the moved bells")
        return value

    def _seconds(self) -> float:
        return max(0.0, self._deadline - time.monotonic())


def _of_group(problem: Problem, group: BellGroup) -> Problem:
    """Return what the certificate asks about a group: its posts, and who could hold them."""
    role = problem.roles[group.pool.role].id
    shifts = tuple(
        shift.model_copy(update={"needs": needs})
        for shift in problem.shifts
        if shift.id in group.shifts and (needs := tuple(n for n in shift.needs if n.role == role))
    )
    crews = tuple(crew for crew in problem.crews if crew.role == role)
    serving = {member for crew in crews for member in crew.members}
    people = tuple(p for p in problem.people if role in p.roles or p.id in serving)
    here = {p.id for p in people} | {c.id for c in crews}
    return problem.model_copy(
        update={
            "shifts": shifts,
            "people": people,
            "crews": crews,
            "absences": tuple(a for a in problem.absences if a.assignee in here),
            "timetables": tuple(t for t in problem.timetables if t.person in here),
            "offers": tuple(o for o in problem.offers if o.person in here),
            "preferences": (),
            "ledger": (),
            "history": (),
            "pins": (),
        }
    )

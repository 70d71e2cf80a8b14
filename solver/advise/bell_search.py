"""The search of one group of bells: how few crews could do, and the fewest moves for each number."""

from __future__ import annotations

import datetime as dt
import time
from functools import cached_property
from typing import TYPE_CHECKING

from models.advice import BellMove, BellPeak, BellStep
from solver.advise.bell_groups import bells_of_shifts
from solver.advise.bell_model import BellModel, Choice, Shifted, value_of
from solver.advise.crews import advise_crews
from solver.solve import EngineError

if TYPE_CHECKING:
    from models import Problem, Shift
    from models.advice import Goal
    from solver.advise.bell_groups import BellGroup


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


class BellSearch:
    """The search of one group.

    Parameters
    ----------
    problem
        The whole one.
    group
        The bells.
    goal
        ``crews`` or ``posts``.
    """

    def __init__(self, problem: Problem, group: BellGroup, goal: Goal) -> None:
        self._group, self._goal = group, goal
        self._sites = {k: problem.bells[k].site for k in group.options}
        self._role = problem.roles[group.pool.role].id
        self._small = _of_group(problem, group)

    @property
    def size(self) -> int:
        """How large the model is: the posts of days that differ, at all their times."""
        return sum(
            len(self._group.options.get(bell, (0,))) for day in self._group.days for bell in day.bell.tolist()
        )

    def glance(self, nothing: None, seconds: float) -> Choice:
        """Return good times, and a bound on what any could reach, without much ado."""
        if seconds <= 0:
            return Choice({}, 0)
        leaning = self._model.relaxed(seconds)
        best = min(({}, leaning.moved), key=self._value)
        return Choice(self._descended(best, leaning.bound), leaning.bound)

    def _descended(self, moved: Shifted, bound: int) -> Shifted:
        """Return moves of which no other single one would lower the value."""
        best, value = dict(moved), self._value(moved)
        improved = True
        while improved and value > bound:
            improved = False
            for bell, options in self._group.options.items():
                for by in options:
                    if by != best.get(bell, 0) and (less := self._value({**best, bell: by})) < value:
                        best[bell], value, improved = by, less, True
        return best

    def least(self, known: Choice, seconds: float) -> Choice:
        """Return times with the least value, or those that are known where none were found in time."""
        value = self._value(known.moved)
        if value <= known.bound or seconds <= 0:
            return known
        found = self._model.fewest(known.bound, value - 1, seconds)
        if found is None:
            return known
        return Choice(found.moved, max(known.bound, found.bound))

    def peak(self, least: Choice, seconds: float) -> BellPeak:
        """Return what moving the group's bells brings.

        Parameters
        ----------
        least
            What `least` found.
        """
        until = time.monotonic() + seconds
        small, group = self._small, self._group
        steps = self._steps(least, until)
        reached = min([self._now, *(step.value for step in steps)])
        return BellPeak(
            role=self._role,
            districts=tuple(dict.fromkeys(small.site_by_id[site].district for site in group.pool.sites)),
            windows=tuple(small.windows[w].id for w in group.windows),
            dates=group.dates,
            posts=group.posts,
            value=self._now,
            best=reached,
            bound=min(reached, least.bound),
            alone=tuple(self._alone(until)),
            steps=tuple(step for step in steps if step.saved > 0),
        )

    def _steps(self, least: Choice, until: float) -> list[BellStep]:
        """Return, for each value that can be reached, the fewest moves, or few where the time is out."""
        steps: list[BellStep] = []
        target, lowest = self._value({}) - 1, self._value(least.moved)
        while target >= lowest:
            left = until - time.monotonic()
            if left <= 0:
                # Without time for more, the most that can be saved is worth most.
                target = lowest
            few, bound = self._fewer_moves(least.moved, target), 0
            found = self._model.nearest(target, left) if left > 0 else None
            if found is not None:
                few, bound = min(found.moved, few, key=self._effort), found.bound
            steps.append(self._step(few, *divmod(bound, self._model.site_cost)))
            target = self._value(few) - 1
        return steps

    def _fewer_moves(self, moved: Shifted, target: int) -> Shifted:
        """Return moves of which none can be left out, or made shorter, for a value at most the target."""
        kept = dict(moved)
        for site in sorted(set(self._sites.values()), key=lambda s: -self._effort_at(moved, s)):
            without = {bell: by for bell, by in kept.items() if self._sites[bell] != site}
            if len(without) < len(kept) and self._value(without) <= target:
                kept = without
        for bell in list(kept):
            for by in sorted(self._group.options[bell], key=abs):
                if abs(by) < abs(kept[bell]) and self._value({**kept, bell: by}) <= target:
                    kept[bell] = by
                    break
        return {bell: by for bell, by in kept.items() if by}

    def _effort_at(self, moved: Shifted, site: str) -> int:
        return sum(abs(by) for bell, by in moved.items() if self._sites[bell] == site)

    def _effort(self, moved: Shifted) -> tuple[int, int]:
        return len({self._sites[bell] for bell in moved}), sum(map(abs, moved.values()))

    def _value(self, moved: Shifted) -> int:
        return value_of(self._group, self._goal, moved)

    def _alone(self, until: float) -> list[BellStep]:
        """Return, for each bell, the shortest single move that saves most by itself."""
        now = self._value({})
        found = []
        for bell, options in self._group.options.items():
            values = [
                (self._value({bell: by}), abs(by), by) for by in options if by and time.monotonic() < until
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
        rings = self._small.bells[bell]
        return BellMove(
            bell=bell,
            site=rings.site,
            window=rings.window,
            before=rings.time,
            after=_later(rings.time, by),
            minutes=by,
            dates=self._dates[bell],
        )

    @cached_property
    def _dates(self) -> dict[int, tuple[dt.date, ...]]:
        """The horizon's days on which each bell rings."""
        rung: dict[int, set[dt.date]] = {bell: set() for bell in self._group.options}
        for shift, bell in zip(self._small.shifts, bells_of_shifts(self._small), strict=True):
            if bell in rung:
                rung[bell].add(shift.date)
        return {bell: tuple(sorted(dates)) for bell, dates in rung.items()}

    @cached_property
    def _model(self) -> BellModel:
        return BellModel(self._group, self._goal, self._sites)

    @cached_property
    def _now(self) -> int:
        return self._confirmed({})

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
        if value != self._value(moved):
            raise EngineError(f"{value} crews by the certificate, but not by the model of the moved bells")
        return value


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
    sites = tuple(problem.site_by_id[site] for site in group.pool.sites)
    people = tuple(p for p in problem.people if role in p.roles or p.id in serving)
    here = {p.id for p in people} | {c.id for c in crews}
    return problem.model_copy(
        update={
            "shifts": shifts,
            "sites": sites,
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

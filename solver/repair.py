"""The published roster and what happened in, a new roster with the fewest changes out.

Only the region that happenings touch is looked at, and in it only the parts that lost something: who
is in no such part keeps every duty. Each of the others is first filled in by additions alone, which
is the best that can be wherever it works; then solved again, with changes as a level of its own.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from models import Change, Repair, Roster
from solver.assemble import assemble, dropped_pins
from solver.compiled import compile_problem
from solver.happen import apply, touch
from solver.regions import Regions
from solver.solve import EngineError, Settings, search_time, uncollected, why
from solver.state import State, crossings_of, held_pairs, proven_levels
from solver.verify import Verifier
from solver.workers import Job, answers_of, executor_for, workers_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Sequence

    from models import Assignment, DroppedPin, Happening, Level, Problem, Unfilled, Violation
    from solver.engine import Answer
    from solver.facts import Ints
    from solver.happen import Aftermath


@dataclass(frozen=True)
class Repaired:
    """What a repair gives.

    Attributes
    ----------
    problem
        The problem after the happenings.
    roster
        The whole new roster, verified.
    repair
        What has changed, and what is proven about it.
    """

    problem: Problem
    roster: Roster
    repair: Repair


def repair(
    problem: Problem,
    roster: Roster,
    happenings: Sequence[Happening],
    *,
    at: dt.datetime | None = None,
    settings: Settings | None = None,
    regions: Regions | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Repaired:
    """Mend a published roster after something happened, with provably the fewest changes.

    Coverage that the happenings cost, or that they ask for, comes first; then the fewest changes, of
    equally few the latest; then all other levels.

    Parameters
    ----------
    roster
        The published one; it keeps every hard rule of ``problem``.
    at
        Posts that began before it stay as they are; None: nothing has begun.
    regions
        Those of ``problem``, where they are known already.

    Raises
    ------
    HappeningError
        When a happening speaks of something that isn't there, or comes too late.
    """
    with uncollected():
        return _repair(problem, roster, happenings, at, settings or Settings(), regions, cancelled)


def _repair(
    problem: Problem,
    roster: Roster,
    happenings: Sequence[Happening],
    at: dt.datetime | None,
    settings: Settings,
    regions: Regions | None,
    cancelled: Callable[[], bool] | None,
) -> Repaired:
    began = time.monotonic()
    touched = touch(problem, happenings)
    region = (regions or Regions(problem)).around(sites=touched.sites, assignees=touched.assignees)
    here = region.shift_by_id
    mine = tuple(a for a in roster.assignments if a.shift in here)
    aftermath = apply(region, roster.model_copy(update={"assignments": mine}), happenings, at)
    mended = _Mending(aftermath, settings, began, cancelled)
    new = mended.mend()
    levels = mended.levels(new, region)
    optimal = all(level.optimal for level in levels) and not mended.state.gap("pins")
    changes = _changes(region, aftermath, new)
    lost = _fewer(aftermath.before, new.assignments)
    found = Repair(
        status="optimal" if optimal else "feasible",
        reason="" if optimal else why(mended.state, mended.deadline, cancelled),
        levels=levels,
        changes=changes,
        opened=tuple(u for u in mended.open_posts() if (u.shift, u.role) in lost),
        dropped_pins=mended.dropped,
        components=len(mended.state.answers),
        wall_s=round(time.monotonic() - began, 3),
    )
    whole = apply(problem, roster, happenings, at).problem if region.shifts != problem.shifts else None
    return Repaired(whole or aftermath.problem, _merged(problem, roster, here.keys(), new), found)


class _Mending:
    """One repair: what is solved again, until the verifier has nothing to say."""

    def __init__(
        self,
        aftermath: Aftermath,
        settings: Settings,
        began: float,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._aftermath = aftermath
        self._settings = settings
        self._cancelled = cancelled
        self._compiled = compile_problem(aftermath.problem, aftermath.published)
        self._parts = dict(enumerate(self._compiled.components))
        self._verifier = Verifier(aftermath.problem)
        self.deadline = began + search_time(settings.time_limit, self._compiled.posts)
        self.state = State()
        self.dropped: tuple[DroppedPin, ...] = ()

    def mend(self) -> Roster:
        """Return the region's new roster, verified."""
        again = {k for k, c in self._parts.items() if self._compiled.split.touched(c)} | self._moved()
        while True:
            self._solve(again)
            roster, held = assemble(self._compiled.split, self._pairs(), self._aftermath.before)
            self._reasons = self._compiled.reasons(held)
            self.dropped = dropped_pins(self._compiled.facts, roster, self._reasons)
            violations = self._verifier.verify(roster, [d.assignment for d in self.dropped])
            if not violations:
                return roster
            # What happened can forbid what nobody lost: a moved bell, an owner who is free again.
            again = self._concerned(violations) - self.state.answers.keys()
            if not again:
                raise EngineError("; ".join(v.message for v in violations[:5]))

    def _moved(self) -> set[int]:
        facts = self._compiled.facts
        moved = np.zeros(len(facts.needs), dtype=bool)
        moved[[facts.need_at[key] for key in self._aftermath.moved if key in facts.need_at]] = True
        return {k for k, c in self._parts.items() if moved[c.need].any()}

    def _concerned(self, violations: Iterable[Violation]) -> set[int]:
        """Return the parts in which somebody breaks a rule."""
        facts, pairs = self._compiled.facts, self._compiled.split.pairs
        bearers = {facts.at[v.bearer] for v in violations if v.bearer in facts.at}
        bearers |= {crew for b in bearers for crew in facts.crews_of.get(b, ())}
        wanted = np.isin(pairs.assignee, np.array(sorted(bearers), dtype=np.int64))
        return {k for k, c in self._parts.items() if wanted[c.pair].any()}

    def _solve(self, again: Iterable[int]) -> None:
        split, settings = self._compiled.split, self._settings
        jobs = {k: Job(len(self._parts[k].pair), partial(split.part, self._parts[k])) for k in sorted(again)}
        workers = workers_for(settings.workers, sum(job.size for job in jobs.values()))
        with executor_for(settings.cluster, workers, jobs) as executor:
            found: Iterable[tuple[int, Answer]] = answers_of(
                executor,
                jobs,
                seed=settings.seed,
                deadline=self.deadline,
                cancelled=self._cancelled,
                limited=settings.time_limit is not None,
            )
            for index, answer in found:
                self.state.settle(index, answer)

    def _pairs(self) -> Ints:
        """Return the pairs held: those found, and in all other parts those of before."""
        before = self._compiled.split.before
        assert before is not None
        kept = [c.pair[before[c.pair]] for k, c in self._parts.items() if k not in self.state.answers]
        return np.concatenate([held_pairs(self._parts, self.state.answers), *kept])

    def levels(self, roster: Roster, region: Problem) -> tuple[Level, ...]:
        """Return the levels of the new roster, with what is proven of each."""
        starts = {(s.id, n.role): int(s.on_post(n)[0].timestamp()) for s in region.shifts for n in s.needs}
        values = self._verifier.evaluate_repair(
            roster, self._aftermath.before, starts, self._aftermath.published.asked
        )
        crossings = crossings_of(self._compiled.split, self._parts, self.state.answers)
        return proven_levels(values, self.state, crossings)

    def open_posts(self) -> tuple[Unfilled, ...]:
        """Return what is open in the region."""
        return self._reasons.open_posts()


def _changes(region: Problem, aftermath: Aftermath, new: Roster) -> tuple[Change, ...]:
    """Return the posts whose holder has changed, in the order of time."""
    old = {(a.shift, a.role, a.index): a.assignee for a in aftermath.before}
    now = {(a.shift, a.role, a.index): a.assignee for a in new.assignments}
    starts = {
        (s.id, n.role): s.on_post(n)[0]
        for problem in (region, aftermath.problem)
        for s in problem.shifts
        for n in s.needs
    }
    changes = [
        Change(
            shift=post[0],
            role=post[1],
            index=post[2],
            start=starts[post[:2]],
            before=old.get(post),
            after=now.get(post),
        )
        for post in old.keys() | now.keys()
        if old.get(post) != now.get(post)
    ]
    return tuple(sorted(changes, key=lambda c: (c.start, c.shift, c.role, c.index)))


def _fewer(before: Iterable[Assignment], after: Iterable[Assignment]) -> set[tuple[str, str]]:
    """Return the needs that have fewer holders than before."""
    count = Counter((a.shift, a.role) for a in before)
    count.subtract((a.shift, a.role) for a in after)
    return {need for need, fewer in count.items() if fewer > 0}


def _merged(problem: Problem, roster: Roster, region: Collection[str], new: Roster) -> Roster:
    """Return the whole roster with the region's part replaced, in the problem's order."""
    of_shift: dict[str, list[Assignment]] = defaultdict(list)
    for held in (*(a for a in roster.assignments if a.shift not in region), *new.assignments):
        of_shift[held.shift].append(held)
    ordered = tuple(held for shift in problem.shifts for held in of_shift.get(shift.id, ()))
    return roster.model_copy(update={"assignments": ordered})

"""The published roster and what happened in, a new roster with the fewest changes out.

Only the fields that happenings touch are looked at, and in them only the parts that lost something:
who is in no such part keeps every duty. Nothing counts as missing in the other roles of their shifts,
since what was open before asks for nobody, so that a field can be judged alone. Each part is first
filled in by additions alone, which is the best that can be wherever it works; then solved again, with
changes as a level of its own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from models import Repair, Roster
from solver.assemble import assemble, dropped_pins
from solver.compiled import compile_problem
from solver.difference import changes_between, open_needs
from solver.happen import apply, touch
from solver.indices import on_old_indices
from solver.regions import Regions
from solver.solve import EngineError, Settings, search_time, uncollected, why
from solver.state import State, crossings_of, held_pairs, proven_levels
from solver.verify import Verifier, verify
from solver.workers import Answers, Job, executor_for, workers_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from models import Assignment, DroppedPin, Happening, Level, Need, Problem, Shift, Unfilled, Violation
    from solver.happen import Aftermath
    from solver.reasons import Reasons

    _ByShift = dict[str, list[Assignment]]


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
    regions = regions or Regions(problem)
    field = regions.field(places=touched.places, assignees=touched.assignees)
    held = _by_shift(roster.assignments)
    mine = tuple(_of_shifts(held, field.shifts))
    aftermath = apply(field, roster.model_copy(update={"assignments": mine}), happenings, at)
    usual = regions.usual_without(_fallen(field, aftermath.problem))
    mended = _Mending(aftermath, usual, settings, began, cancelled)
    new = mended.mend()
    if (moved := on_old_indices(aftermath.problem, aftermath.before, new)) is not None:
        aftermath, new = replace(aftermath, problem=moved[0]), moved[1]
        if violations := verify(*moved, [d.assignment for d in mended.dropped]):
            raise EngineError("; ".join(v.message for v in violations[:5]))
    changes = changes_between(aftermath.before, new.assignments, aftermath.problem, field)
    levels = mended.levels(new, {(c.shift, c.role): int(c.start.timestamp()) for c in changes})
    optimal = all(level.optimal for level in levels) and not mended.state.gap("pins")
    after = _rejoined(problem, field, aftermath.problem)
    whole = _merged(problem, roster, held, aftermath.before, new)
    found = Repair(
        status="optimal" if optimal else "feasible",
        reason="" if optimal else why(mended.state, mended.deadline, cancelled),
        levels=levels,
        changes=changes,
        opened=mended.open_posts(open_needs(aftermath.before, aftermath.published.asked, new.assignments)),
        dropped_pins=mended.dropped,
        components=len(mended.state.answers),
        wall_s=round(time.monotonic() - began, 3),
    )
    return Repaired(after, whole, found)


class _Mending:
    """One repair: what is solved again, until the verifier has nothing to say."""

    def __init__(
        self,
        aftermath: Aftermath,
        usual: Mapping[str, int],
        settings: Settings,
        began: float,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._aftermath = aftermath
        self._settings = settings
        self._cancelled = cancelled
        self._compiled = compile_problem(aftermath.problem, aftermath.published, usual)
        self._parts = dict(enumerate(self._compiled.components))
        self._verifier = Verifier(aftermath.problem, usual)
        self.deadline = began + search_time(settings.time_limit, self._compiled.posts)
        self.state = State()
        self.dropped: tuple[DroppedPin, ...] = ()

    def mend(self) -> Roster:
        """Return the fields' new roster, verified."""
        again = {k for k, c in self._parts.items() if self._compiled.split.touched(c)} | self._moved()
        while True:
            self._solve(again)
            roster = self._roster()
            self.dropped = self._dropped(roster)
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
            answers = Answers(
                executor,
                seed=settings.seed,
                deadline=self.deadline,
                cancelled=self._cancelled,
                limited=settings.time_limit is not None,
            )
            answers.send(jobs)
            for index, answer in answers:
                self.state.settle(index, answer)

    def _roster(self) -> Roster:
        """Return the roster: what was found, and everywhere else what is left of the one before."""
        split, facts = self._compiled.split, self._compiled.facts
        solved = np.zeros(len(facts.needs), dtype=bool)
        for k in self.state.answers:
            solved[self._parts[k].need] = True
        again = {key for key, n in facts.need_at.items() if solved[n]}
        before = self._aftermath.before
        mine = [a for a in before if (a.shift, a.role) in again]
        found, _ = assemble(split, held_pairs(self._parts, self.state.answers), mine)
        pins = {(p.shift, p.role, p.index, p.assignee) for p in facts.problem.pins}
        kept = [
            a if a.pinned or (a.shift, a.role, a.index, a.assignee) not in pins else _pinned(a)
            for a in before
            if (a.shift, a.role) not in again and (a.shift, a.role, a.assignee) not in split.lost
        ]
        place = {key: n for n, key in enumerate(facts.need_at)}
        order = sorted((*kept, *found.assignments), key=lambda a: (place[a.shift, a.role], a.index))
        return found.model_copy(update={"assignments": tuple(order)})

    def _dropped(self, roster: Roster) -> tuple[DroppedPin, ...]:
        facts = self._compiled.facts
        return dropped_pins(facts, roster, self._reasons) if facts.problem.pins else ()

    @property
    def _reasons(self) -> Reasons:
        split = self._compiled.split
        before = split.before
        assert before is not None
        kept = [c.pair[before[c.pair]] for k, c in self._parts.items() if k not in self.state.answers]
        held = np.concatenate([held_pairs(self._parts, self.state.answers), *kept])
        return self._compiled.reasons((split.pairs.assignee[held], split.pairs.need[held]))

    def levels(self, roster: Roster, starts: Mapping[tuple[str, str], int]) -> tuple[Level, ...]:
        """Return the levels of the new roster, with what is proven of each.

        Parameters
        ----------
        starts
            When the needs that have changed begin, in seconds since the epoch.
        """
        values = self._verifier.evaluate_repair(
            roster, self._aftermath.before, starts, self._aftermath.published.asked
        )
        crossings = crossings_of(self._compiled.split, self._parts, self.state.answers)
        return proven_levels(values, self.state, crossings)

    def open_posts(self, needs: Mapping[tuple[str, str], int]) -> tuple[Unfilled, ...]:
        """Return why needs (shift, role) have fewer holders than wanted, as far as they are still there."""
        at = self._compiled.facts.need_at
        wanted = {at[key]: posts for key, posts in needs.items() if key in at}
        return self._reasons.open_posts(wanted) if wanted else ()


def _pinned(held: Assignment) -> Assignment:
    return held.model_copy(update={"pinned": True})


def _fallen(field: Problem, after: Problem) -> list[tuple[Shift, Need]]:
    """Return the needs that have fallen away."""
    if after.shifts == field.shifts:
        return []
    left = {(shift.id, need.role) for shift in after.shifts for need in shift.needs}
    return [(s, n) for s in field.shifts for n in s.needs if (s.id, n.role) not in left]


def _rejoined(problem: Problem, field: Problem, after: Problem) -> Problem:
    """Return the whole problem with what happened in the fields."""
    here = field.person_by_id.keys() | field.crew_by_id.keys()
    asked = {(shift.id, need.role) for shift in field.shifts for need in shift.needs}
    update: dict[str, object] = {
        "absences": (*(a for a in problem.absences if a.assignee not in here), *after.absences),
        "pins": (*(p for p in problem.pins if (p.shift, p.role) not in asked), *after.pins),
    }
    if after.shifts != field.shifts:
        # Who closes or moves a shift touches all its roles, so that the field has it whole.
        left = after.shift_by_id
        fallen = field.shift_by_id.keys() - left.keys()
        moved = {s.id: s for s in after.shifts if s is not field.shift_by_id[s.id]}
        update["shifts"] = tuple(moved.get(s.id, s) for s in problem.shifts if s.id not in fallen)
    return problem.model_copy(update=update)


def _merged(
    problem: Problem, roster: Roster, held: _ByShift, before: Iterable[Assignment], new: Roster
) -> Roster:
    """Return the whole roster, its assignments given by shift too, with the needs that have changed as in the new one."""
    old, now = _by_need(before), _by_need(new.assignments)
    changed = {need for need in old.keys() | now.keys() if old.get(need) != now.get(need)}
    merged = dict(held)
    for shift in {shift for shift, _ in changed}:
        kept = [a for a in held.get(shift, ()) if (a.shift, a.role) not in changed]
        order = {need.role: k for k, need in enumerate(problem.shift_by_id[shift].needs)}
        came = [a for role in order if (shift, role) in changed for a in now.get((shift, role), ())]
        merged[shift] = sorted([*kept, *came], key=lambda a: (order[a.role], a.index))
    found = chain.from_iterable(merged.get(shift.id, ()) for shift in problem.shifts)
    return roster.model_copy(update={"assignments": tuple(found)})


def _by_shift(assignments: Iterable[Assignment]) -> _ByShift:
    found: _ByShift = {}
    for shift, held in groupby(assignments, key=attrgetter("shift")):
        found.setdefault(shift, []).extend(held)
    return found


def _of_shifts(held: _ByShift, shifts: Iterable[Shift]) -> Iterator[Assignment]:
    """Yield what is held of some shifts, as far as they ask for it."""
    for shift in shifts:
        asked = {need.role for need in shift.needs}
        yield from (a for a in held.get(shift.id, ()) if a.role in asked)


def _by_need(assignments: Iterable[Assignment]) -> dict[tuple[str, str], list[Assignment]]:
    found: dict[tuple[str, str], list[Assignment]] = {}
    for assignment in assignments:
        found.setdefault((assignment.shift, assignment.role), []).append(assignment)
    return found

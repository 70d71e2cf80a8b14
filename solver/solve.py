"""Problem in, verified roster with its proof out.

The steps: compile the problem into arrays, find who could hold what, split into independent
parts, solve the parts in child processes, put the roster together, explain what stays open,
and have the verifier judge all of it.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from models import HARD_RULES, LEVELS, DroppedPin, Level, Problem, Report, Roster
from solver.candidates import Blocks, ScopeMap, find_pairs
from solver.facts import Bools, Facts, Ints, coverage_among
from solver.parts import Component, Split, join
from solver.reasons import Reasons
from solver.stand_ins import without_needless_stand_ins
from solver.travel import Journeys
from solver.values import part_values
from solver.verify import Verifier
from solver.workers import Job, answers_of, beside, executor_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from models import Reason
    from solver.engine import Answer
    from solver.verify import LevelValue

Crossing = tuple[set[int], int]
"""Parts by their numbers, and the escalation between them."""

VERIFY_SECONDS = 40e-6
"""What assembling, explaining and verifying takes for a post, on a slow machine."""

BESIDE = {*HARD_RULES[: HARD_RULES.index("overlap")]}
"""The rules on single duties, verified beside those on all that a bearer carries."""

SMALL = 20_000
"""Pairs up to which a problem is solved in this process: starting others would take longer."""


class EngineError(Exception):
    """The verifier refused the engine's roster: a defect in Huxue, never of the input."""


@dataclass(frozen=True)
class Settings:
    """How to solve.

    Parameters
    ----------
    time_limit
        Seconds, above 0; None takes the time that the proof needs.
    workers
        Processes, at least 1; None takes one for each processor.
    seed
        At least 0. The same problem, seed and settings give the same roster, unless the time runs out.
    cluster
        Address of a Dask scheduler whose workers solve the parts; None solves here.
    """

    time_limit: float | None = None
    workers: int | None = None
    seed: int = 1
    cluster: str | None = None

    def __post_init__(self) -> None:
        if self.time_limit is not None and not self.time_limit > 0:
            raise ValueError(f"time limit {self.time_limit}: give seconds above 0, or none")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers {self.workers}: give 1 or more")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed {self.seed}: give a number from 0 to {2**31 - 1}")


@dataclass(frozen=True)
class Progress:
    """How far a solve has come.

    Attributes
    ----------
    phase
        ``compile``, ``solve``, ``verify`` or ``done``.
    done, total
        Parts settled, and parts in all.
    levels
        Value and bound of each level over the parts settled so far.
    """

    phase: str
    done: int
    total: int
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class Solution:
    """A verified roster and what is proven about it."""

    roster: Roster
    report: Report


def solve(
    problem: Problem,
    settings: Settings | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """Find the best roster, level by level, and prove it.

    Parameters
    ----------
    progress
        Called in this thread whenever something was settled.
    cancelled
        Asked between parts; once it says True the rest is filled greedily and the report says so.

    Returns
    -------
    Solution
        Always one: what can't be filled stays open, with its reasons.
    """
    with _uncollected():
        return _solve(problem, settings or Settings(), progress or (lambda _: None), cancelled)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking a city's objects again and again, here and in children."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _solve(
    problem: Problem,
    settings: Settings,
    tell: Callable[[Progress], None],
    cancelled: Callable[[], bool] | None,
) -> Solution:
    began = time.monotonic()
    tell(Progress("compile", 0, 0))
    facts, journeys = Facts(problem), Journeys(problem)
    deadline = began + _search_time(settings.time_limit, int(facts.needs.target.sum()))
    scopes = ScopeMap(facts)
    blocks = Blocks(facts, journeys, scopes)
    pairs = find_pairs(facts, journeys, scopes, blocks)
    pairs = without_needless_stand_ins(facts, scopes, blocks, pairs)
    split = Split(facts, journeys, pairs)
    parts = dict(enumerate(split.components()))
    jobs = {k: _job(split, c) for k, c in parts.items()}
    state = _State()
    workers = settings.workers or os.cpu_count() or 1

    def settled() -> None:
        tell(Progress("solve", state.done, len(parts), state.levels()))

    verifier = cache(partial(Verifier, problem))
    workers = 1 if len(pairs) <= SMALL else workers
    with executor_for(settings.cluster, workers, jobs) as executor:
        answers = partial(
            answers_of,
            executor,
            seed=settings.seed,
            deadline=deadline,
            cancelled=cancelled,
            limited=settings.time_limit is not None,
        )
        for index, answer in answers(jobs, meanwhile=verifier):
            state.settle(index, answer)
            settled()
        if time.monotonic() < deadline and not (cancelled is not None and cancelled()):
            _trade(split, parts, state, answers, settled)
    tell(Progress("verify", len(parts), len(parts), state.levels()))
    roster, held = _assemble(split, parts, state.answers)
    reasons = Reasons(facts, journeys, scopes, blocks, held)
    dropped = _dropped(facts, roster, reasons)
    verify = partial(verifier().verify, roster, [d.assignment for d in dropped])
    verifier().prepare(roster)
    rest = beside(partial(verify, rules=BESIDE)) if workers > 1 else partial(verify, rules=BESIDE)
    levels = _proven_levels(verifier().evaluate(roster), state, _crossings(split, parts, state.answers))
    unfilled = reasons.open_posts()
    if violations := (*verify(rules=set(HARD_RULES) - BESIDE), *rest()):
        raise EngineError("; ".join(v.message for v in violations[:5]))
    optimal = all(level.optimal for level in levels) and not state.gap("pins")
    report = Report(
        status="optimal" if optimal else "feasible",
        reason="" if optimal else _why(state, deadline, cancelled),
        levels=levels,
        posts=int(facts.needs.target.sum()),
        filled=len(roster.assignments),
        unfilled=unfilled,
        dropped_pins=dropped,
        components=len(parts),
        wall_s=round(time.monotonic() - began, 3),
        methods=dict(Counter(a.method for a in state.answers.values())),
    )
    tell(Progress("done", len(parts), len(parts), levels))
    return Solution(roster, report)


def _search_time(limit: float | None, posts: int) -> float:
    """Return the seconds for the search: the limit less what assembling and verifying will take."""
    return 1e9 if limit is None else max(limit / 2, limit - posts * VERIFY_SECONDS)


def _proven_levels(
    values: Sequence[LevelValue], state: _State, crossings: Sequence[Crossing]
) -> tuple[Level, ...]:
    """Return the levels with what is proven of each over all parts.

    Bounds of parts add up only while every level before is at its optimum: otherwise parts could
    trade a loss here for a gain there, and nothing but zero is proven of the levels that follow.
    """
    levels: list[Level] = []
    crossed = sum(escalation for _, escalation in crossings)
    for level in values:
        gap = state.gap(level.name) + (crossed if level.name == "core" else 0)
        proven = not state.gap("pins") and all(before.optimal for before in levels)
        levels.append(
            Level(
                name=level.name,
                value=level.value,
                bound=level.value - gap if proven else 0,
                tolerance=state.tolerance if level.name == "fairness" else 0,
                terms=level.terms,
            )
        )
    return tuple(levels)


def _why(state: _State, deadline: float, cancelled: Callable[[], bool] | None) -> Reason:
    if cancelled is not None and cancelled():
        return "cancelled"
    if time.monotonic() >= deadline:
        return "time_limit"
    return "search_limit" if state.unproven() else "shared_shift"


class _State:
    """The answers so far and their sums."""

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self._values: Counter[str] = Counter()
        self._gaps: Counter[str] = Counter()
        self.tolerance = 0

    @property
    def done(self) -> int:
        return len(self.answers)

    def settle(self, index: int, answer: Answer) -> None:
        self.answers[index] = answer
        self._count(answer, 1)

    def withdraw(self, index: int) -> None:
        self._count(self.answers.pop(index), -1)

    def _count(self, answer: Answer, sign: int) -> None:
        self.tolerance += sign * answer.tolerance
        for level, value in answer.values.items():
            self._values[level] += sign * value
            self._gaps[level] += sign * (value - answer.bounds[level])

    def gap(self, level: str) -> int:
        return self._gaps[level]

    def unproven(self) -> int:
        return sum(
            any(a.values[k] > a.bounds[k] + (a.tolerance if k == "fairness" else 0) for k in a.values)
            for a in self.answers.values()
        )

    def levels(self) -> tuple[Level, ...]:
        return tuple(
            Level(
                name=name,
                value=self._values[name],
                bound=self._values[name] - self._gaps[name],
                tolerance=self.tolerance if name == "fairness" else 0,
            )
            for name in LEVELS
        )


def _assemble(
    split: Split, parts: Mapping[int, Component], answers: Mapping[int, Answer]
) -> tuple[Roster, tuple[Ints, Ints]]:
    """Give every held pair an index: pins keep theirs, the others take the free ones in order."""
    facts, problem, needs = split.facts, split.facts.problem, split.facts.needs
    held = _held_pairs(parts, answers)
    need, assignee = split.pairs.need[held], split.pairs.assignee[held]
    order = np.lexsort((assignee, need))
    need, assignee = need[order], assignee[order]
    index: Ints = np.arange(len(need)) - np.searchsorted(need, need)
    pinned = _keep_pinned_indices(facts, need, assignee, index)
    order = np.lexsort((index, need))
    shift_ids, role_ids = [s.id for s in problem.shifts], [r.id for r in problem.roles]
    shift, role = needs.shift[need][order].tolist(), needs.role[need][order].tolist()
    roster = Roster.model_validate(
        {
            "horizon": problem.horizon,
            "assignments": [
                {
                    "shift": shift_ids[s],
                    "role": role_ids[r],
                    "index": i,
                    "assignee": facts.ids[a],
                    "pinned": p,
                }
                for s, r, i, a, p in zip(
                    shift,
                    role,
                    index[order].tolist(),
                    assignee[order].tolist(),
                    pinned[order].tolist(),
                    strict=True,
                )
            ],
        }
    )
    return roster, (assignee, need)


def _held_pairs(parts: Mapping[int, Component], answers: Mapping[int, Answer]) -> Ints:
    """Return the positions of all pairs that are held."""
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *(parts[k].pair[a.held > 0] for k, a in answers.items())])


def _keep_pinned_indices(facts: Facts, need: Ints, assignee: Ints, index: Ints) -> Bools:
    """Put pinned holders back on their own index, in place, and say which those are."""
    pinned = np.zeros(len(need), dtype=bool)
    wanted: dict[int, dict[int, int]] = defaultdict(dict)
    for pin in facts.problem.pins:
        wanted[facts.need_at[pin.shift, pin.role]][facts.at[pin.assignee]] = pin.index
    for n, indices in wanted.items():
        here = range(*np.searchsorted(need, (n, n + 1)).tolist())
        kept = {k: indices[a] for k in here if (a := int(assignee[k])) in indices}
        free = iter(sorted(set(range(len(here) + len(indices) + max(indices.values()))) - set(kept.values())))
        for k in here:
            index[k] = kept[k] if k in kept else next(free)
            pinned[k] = k in kept
    return pinned


def _dropped(facts: Facts, roster: Roster, reasons: Reasons) -> tuple[DroppedPin, ...]:
    if not facts.problem.pins:
        return ()
    kept = {(a.shift, a.role, a.index, a.assignee) for a in roster.assignments if a.pinned}
    return tuple(
        reasons.dropped(pin, facts.need_at[pin.shift, pin.role])
        for pin in facts.problem.pins
        if (pin.shift, pin.role, pin.index, pin.assignee) not in kept
    )


def _crossings(split: Split, parts: Mapping[int, Component], answers: Mapping[int, Answer]) -> list[Crossing]:
    """Return the parts that miss posts of one shift though neither had to, and the escalation between them.

    Each such part is proven on its own; together they might do better by missing elsewhere.
    """
    needs = split.facts.needs
    filled = np.bincount(split.pairs.need[_held_pairs(parts, answers)], minlength=len(needs))
    over = np.maximum(0, needs.minimum - filled) - split.forced
    missed = (over > 0) & (needs.tier == 1)
    of_shift: dict[int, Counter[int]] = defaultdict(Counter)
    for k in answers:
        for need in parts[k].need[missed[parts[k].need]].tolist():
            of_shift[int(needs.shift[need])][k] += int(over[need])
    escalation = coverage_among(split.facts.problem.rules).escalation
    return [
        (set(misses), escalation * _products(list(misses.values())))
        for misses in of_shift.values()
        if len(misses) > 1
    ]


def _products(counts: list[int]) -> int:
    """Return the sum of all products of two of them."""
    return (sum(counts) ** 2 - sum(c * c for c in counts)) // 2


def _trade(
    split: Split,
    parts: dict[int, Component],
    state: _State,
    answers: Callable[[Mapping[int, Job]], Iterator[tuple[int, Answer]]],
    settled: Callable[[], None],
) -> None:
    """Join parts that miss posts of one shift and solve them as one, until none are left.

    What the join finds is kept when its core is no worse than the parts' with the escalation between them.
    """
    kept_apart: set[frozenset[int]] = set()
    while True:
        crossings = [
            c
            for c, escalation in _crossings(split, parts, state.answers)
            if escalation and frozenset(c) not in kept_apart
        ]
        groups: dict[int, set[int]] = {}
        first = max(parts, default=-1) + 1
        while crossings:
            group = set(crossings.pop())
            while more := [c for c in crossings if c & group]:
                group.update(*more)
                crossings = [c for c in crossings if c not in more]
            groups[first + len(groups)] = group
        joined = {k: join([parts[m] for m in sorted(group)]) for k, group in groups.items()}
        if not joined:
            return
        for index, answer in answers({k: _job(split, c) for k, c in joined.items()}):
            group = groups[index]
            apart = _held_pairs(parts, {k: state.answers[k] for k in group})
            held = np.isin(joined[index].pair, apart).astype(np.int64)
            if answer.values["core"] > part_values(split.part(joined[index]), held)["core"]:
                known = _crossings(split, parts, state.answers)
                kept_apart.update(frozenset(c) for c, _ in known if c <= group)
                continue
            for k in group:
                state.withdraw(k)
                del parts[k]
            parts[index] = joined[index]
            state.settle(index, answer)
            settled()


def _job(split: Split, component: Component) -> Job:
    return Job(len(component.pair), partial(split.part, component))

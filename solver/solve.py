"""Problem in, verified roster with its proof out.

The steps: compile the problem into arrays, find who could hold what, split into independent
parts, solve the parts in child processes, put the roster together, explain what stays open,
and have the verifier judge all of it.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from models import HARD_RULES, Level, Problem, Report, Roster
from solver.assemble import assemble, dropped_pins
from solver.compiled import compile_problem
from solver.settling import Settling
from solver.state import proven_levels
from solver.verify import Verifier
from solver.workers import Answers, beside, executor_for, workers_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models import Reason
    from solver.state import State

VERIFY_SECONDS = 40e-6
"""What assembling, explaining and verifying takes for a post, on a slow machine."""

HERE = {"overlap", "travel", "rest"}
"""The rules on pairs of duties, verified here while a child verifies all others: about half of the work."""


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
    open
        Posts that nobody holds so far, those of parts that aren't settled included.
    """

    phase: str
    done: int
    total: int
    levels: tuple[Level, ...] = ()
    open: int = 0


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
    with uncollected():
        return _solve(problem, settings or Settings(), progress or (lambda _: None), cancelled)


@contextmanager
def uncollected() -> Iterator[None]:
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
    compiled = compile_problem(problem)
    deadline = began + search_time(settings.time_limit, compiled.posts)
    settling = Settling(compiled.split, compiled.components)
    parts, state = settling.parts, settling.state

    def stopped() -> bool:
        return time.monotonic() >= deadline or (cancelled is not None and cancelled())

    jobs = settling.jobs(parts)
    workers = workers_for(settings.workers, len(compiled.split.pairs))
    with executor_for(settings.cluster, workers, jobs) as executor:
        limited = settings.time_limit is not None
        answers = Answers(
            executor, seed=settings.seed, deadline=deadline, cancelled=cancelled, limited=limited
        )
        settling.begin(answers, limited=limited)
        verifier = Verifier(problem)
        for _ in settling.go_on(answers, stopped):
            still_open = max(0, compiled.posts - state.held)
            tell(Progress("solve", state.done, len(parts), state.levels(), still_open))
    tell(Progress("verify", len(parts), len(parts), state.levels(), max(0, compiled.posts - state.held)))
    roster, held = assemble(compiled.split, settling.held)
    reasons = compiled.reasons(held)
    dropped = dropped_pins(compiled.facts, roster, reasons)
    verify = partial(verifier.verify, roster, [d.assignment for d in dropped])
    verifier.prepare(roster)
    others = partial(verify, rules=set(HARD_RULES) - HERE)
    rest = beside(others) if workers > 1 else others
    levels = proven_levels(verifier.evaluate(roster), state, settling.crossings())
    unfilled = reasons.open_posts()
    if violations := (*verify(rules=HERE), *rest()):
        raise EngineError("; ".join(v.message for v in violations[:5]))
    optimal = all(level.optimal for level in levels) and not state.gap("pins")
    report = Report(
        status="optimal" if optimal else "feasible",
        reason="" if optimal else why(state, deadline, cancelled),
        levels=levels,
        posts=compiled.posts,
        filled=int(np.minimum(reasons.filled, compiled.facts.needs.wished).sum()),
        unfilled=unfilled,
        dropped_pins=dropped,
        components=len(parts),
        wall_s=round(time.monotonic() - began, 3),
        methods=dict(Counter(a.method for a in state.answers.values())),
    )
    tell(Progress("done", len(parts), len(parts), levels, sum(u.missing for u in unfilled)))
    return Solution(roster, report)


def search_time(limit: float | None, posts: int) -> float:
    """Return the seconds for the search: the limit less what assembling and verifying will take."""
    return 1e9 if limit is None else max(limit / 2, limit - posts * VERIFY_SECONDS)


def why(state: State, deadline: float, cancelled: Callable[[], bool] | None) -> Reason:
    """Return why something is not proven."""
    if cancelled is not None and cancelled():
        return "cancelled"
    unproven = state.unproven()
    # Searches for which too little time is left aren't started, so they end before the deadline.
    if time.monotonic() >= deadline or any(answer.late for answer in unproven):
        return "time_limit"
    return "search_limit" if unproven else "shared_shift"

"""Whole numbers for longer rotas, whose relaxations leave gaps that no dive closes.

Measured on random rotas in the manner of published ones (2 to 8 weeks, 8 to 50 people): CP-SAT finds far
better rotas than HiGHS in the same time, and on large ones its searches that only improve a rota bit by
bit find better ones than those that look for a proof. HiGHS' relaxation with its cuts is as good a
bound as CP-SAT's in a fraction of the time.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.cp import Effort, believed, fits, run, search
from solver.greedy import Keeper
from solver.linear import Linear, Outcome, is_whole
from solver.minima import has_minima, without_short_runs
from solver.rules import build_form
from solver.whole import whole_model

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.form import Floats, Form
    from solver.parts import Part
    from solver.whole import WholeModel

UNLIMITED = 1e6
"""Seconds that are as good as any number of them."""

WORKERS = 8
"""More searches than cores: they are of different kinds, and each kind finds other things."""

WORK = 40.0
"""Deterministic time of each run without a time limit, in CP-SAT's unit."""

SECONDS = 3600.0
"""Without a time limit runs end by their deterministic time long before."""

RELAXING = 0.25
"""Of the time, for the relaxation; of what is left then, for levels before the last:"""
EARLIER = 0.4
TURN = 0.25
"""Of the time for a level, for one turn of CP-SAT; a turn that finds nothing better is followed by one of
the other kind (looking for a proof too, or improving alone)."""
LONG = 8.0
"""Seconds of a turn at least."""
BOUNDING = 0.6
"""Of the time for a level, for HiGHS beside it."""

LARGE = 25_000
"""Nonzeros of forms that begin with a turn that improves alone."""

LEAST = 1.0
"""Seconds that must be left for a child process to be worth starting."""

SMALL = 3_000
"""Nonzeros of forms that HiGHS closes sooner than a child process starts."""

NEARLY_WHOLE = 0.05
"""Of the pairs held in parts, up to which a dive is worth its while."""


def relax_in_time(linear: Linear, cost: Floats, *, last: bool) -> Outcome | None:
    """Return the relaxation if it comes soon; otherwise nothing but that the cost is no less than its least.

    For the last level it isn't waited for: HiGHS solves it beside the search.
    """
    if not last:
        soon = Linear(linear.form, linear.seed, time.monotonic() + RELAXING * linear.seconds_left)
        relaxed = soon.relax(cost)
        if relaxed is not None or linear.seconds_left < LEAST:
            return relaxed
    return unsolved(least_of(linear, cost), len(cost))


def least_of(linear: Linear, cost: Floats) -> float:
    """Return what the columns' bounds alone leave of a cost."""
    return float(np.minimum(cost * linear.form.lower, cost * linear.form.upper).sum())


def unsolved(bound: float, columns: int) -> Outcome:
    """Return what stands for a relaxation that wasn't solved, of which a bound is known."""
    return Outcome(np.full(columns, 0.5), bound, bound, complete=False)


def completed(linear: Linear, cost: Floats, held: Ints) -> Outcome | None:
    """Return what is held with all that follows from it, as a solution of the form; None if it is none."""
    pairs = linear.form.blocks["pairs"]
    fixed = replace(linear.form, lower=linear.lower.copy(), upper=linear.upper.copy())
    fixed.lower[pairs] = fixed.upper[pairs] = held
    found = Linear(fixed, linear.seed, time.monotonic() + linear.seconds_left).relax(cost)
    if found is None:
        return None
    x = np.where(linear.form.integer, np.rint(found.x), found.x)
    return Outcome(x, float(cost @ x), -np.inf, complete=False) if fits(linear.form, x) else None


def settle_rota(
    linear: Linear,
    cost: Floats,
    relaxed: Outcome,
    gap: float,
    *,
    start: Outcome | None,
    seed: int,
    last: bool,
) -> tuple[Outcome | None, str]:
    """Return whole numbers as good as the relaxation up to a gap, or the best found in time, and the method.

    Parameters
    ----------
    start
        A solution to begin with.
    last
        Whether this is the last level, which may take all the time that is left.
    """
    if is_whole(relaxed.x, linear.form.integer):
        return relaxed, "lp"
    if start is not None:
        start = replace(start, value=float(cost @ start.x), bound=relaxed.bound, complete=False)
        if start.value <= relaxed.bound + gap:
            return start, "lp"
    x = relaxed.x[linear.form.blocks["pairs"]]
    # Of levels before the last, most can be met without loss, and a dive finds how.
    if relaxed.complete and (not last or (np.abs(x - np.rint(x)) > 1e-6).mean() < NEARLY_WHOLE):
        dived = linear.dive(cost, relaxed, gap)
        if dived is not None and (start is None or dived.value < start.value):
            start = replace(dived, bound=relaxed.bound, complete=False)
            if start.value <= relaxed.bound + gap:
                return start, "dive"
    form = _now(linear)
    model = whole_model(form, cost, gap)
    if linear.seconds_left < LEAST:
        return start, "mip"
    if model is None:
        # CP-SAT can't have it in whole numbers, HiGHS can.
        free = replace(relaxed, reduced=np.zeros(len(relaxed.x)))
        whole = linear.whole(cost, free, slack=0.0, gap=gap, start=start)
        if whole is None or (start is not None and whole.value >= start.value):
            whole = start and replace(start, bound=max(relaxed.bound, whole.bound if whole else -np.inf))
        return whole and replace(whole, complete=whole.value <= whole.bound + gap), "mip"
    race = _Race(form, cost, model, relaxed.bound, gap, seed)
    if linear.seconds_left < UNLIMITED:
        return race.in_time(linear, start, linear.seconds_left * (1.0 if last else EARLIER)), "cp_sat"
    return race.in_turns(start), "cp_sat"


def _now(linear: Linear) -> Form:
    return replace(
        linear.form,
        lower=linear.lower,
        upper=linear.upper,
        row_lower=linear.row_lower,
        row_upper=linear.row_upper,
    )


class _Race:
    """CP-SAT's runs on one form, each beginning with the best rota of those before."""

    def __init__(
        self, form: Form, cost: Floats, model: WholeModel, bound: float, gap: float, seed: int
    ) -> None:
        self._form, self._cost, self._model = form, cost, model
        self._bound, self._gap, self._seed = bound, gap, seed
        self._best: Outcome | None = None
        self._turns = 0

    def in_turns(self, start: Outcome | None) -> Outcome | None:
        """Search for a proof, then improve: the same rota on every run."""
        self._best = start
        found = search(
            self._form,
            self._cost,
            start=start,
            bound=self._bound,
            gap=self._gap,
            seed=self._seed,
            seconds=SECONDS,
            work=WORK,
            workers=WORKERS,
        )
        if found is not None:
            self._bound = max(self._bound, found.bound)
            self._take(found)
        if not self._closed():
            self._run(SECONDS, racing=False, improving=True, work=WORK)
        return self._result()

    def in_time(self, linear: Linear, start: Outcome | None, seconds: float) -> Outcome | None:
        """Search for a proof, then improve until the time is up; HiGHS looks for a bound beside it."""
        deadline = time.monotonic() + seconds
        self._best = start
        bounder = _Bounder(linear, self._cost, BOUNDING * seconds)
        improving = self._form.rows.nnz > LARGE
        while not self._closed() and (left := deadline - time.monotonic()) > LEAST:
            before = self._best
            turn = max(LONG, TURN * seconds)
            # No turn is left that would be too short to be of use.
            found = self._run(left if left < 1.5 * turn else turn, racing=True, improving=improving)
            if bounder.done:
                self._hear(bounder)
            proven = not improving and found is not None and found.value <= found.bound + self._gap
            if found is not None and proven and not self._closed():
                self._confirm(found, deadline - time.monotonic())
                break
            if self._best is before:
                improving = not improving
        bounder.stop()
        self._hear(bounder)
        return self._result()

    def _hear(self, bounder: _Bounder) -> None:
        """Take what HiGHS has proven and found."""
        self._bound = max(self._bound, bounder.bound)
        x = bounder.x
        if x is not None and fits(self._form, x):
            self._take(Outcome(x, float(self._cost @ x), -np.inf, complete=False))

    def _run(
        self,
        seconds: float,
        *,
        racing: bool,
        improving: bool = False,
        presolve: bool = True,
        work: float = 1e9,
    ) -> Outcome | None:
        """Have CP-SAT search from the best on, take what is better, and return what it claims."""
        best, model = self._best, self._model
        self._turns += 1
        effort = Effort(
            # A search that goes on from the same rota with the same seed would go the same way.
            seed=(self._seed + self._turns) % 2**31,
            floor=int(np.ceil(model.scale * (self._bound - 1e-3 - model.loss - model.constant))),
            gap=max(0, int(np.floor(model.scale * (self._gap - model.loss) + 1e-6))),
            seconds=seconds,
            work=work,
            workers=WORKERS,
            presolve=presolve,
            racing=racing,
            improving=improving,
        )
        hint = None if best is None else np.rint(best.x * model.parts).astype(np.int64)
        claim = run(model, hint, effort)
        found = None
        if claim is not None:
            found = believed(self._form, self._cost, model, claim, [] if best is None else [best.x])
        if found is not None:
            self._take(found)
        return found

    def _take(self, found: Outcome) -> None:
        if self._best is None or found.value < self._best.value:
            self._best = found

    def _confirm(self, proof: Outcome, seconds: float) -> None:
        """Believe a bound that a second run without presolve finds too."""
        second = self._run(seconds, racing=True, presolve=False)
        if second is not None and second.value >= proof.bound - 1e-6:
            self._bound = max(self._bound, min(proof.bound, second.bound))

    def _closed(self) -> bool:
        return self._best is not None and self._best.value <= self._bound + self._gap

    def _result(self) -> Outcome | None:
        best = self._best
        return best and replace(best, bound=min(self._bound, best.value), complete=self._closed())


class _Bounder:
    """HiGHS in a thread of its own, for the bound that its cuts and nodes prove."""

    def __init__(self, linear: Linear, cost: Floats, seconds: float) -> None:
        self._highs = linear.load_whole(cost, seconds)
        self._thread = threading.Thread(target=self._highs.run, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether its search has ended."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End the search."""
        self._highs.cancelSolve()
        self._thread.join()

    @property
    def bound(self) -> float:
        """What is proven, once the search has ended."""
        return float(self._highs.getInfo().mip_dual_bound)

    @property
    def x(self) -> Floats | None:
        """The best rota found, once the search has ended."""
        if self._highs.getInfo().primal_solution_status != 2:
            return None
        return np.array(self._highs.getSolution().col_value)


def first_rota(part: Part) -> Ints:
    """Return a choice of pairs (0 or 1) that keeps every hard rule, made day by day.

    Whoever is in a run that is too short yet comes first, then whoever lacks most minutes for the days
    that are left. Needs are filled to their minimum, then to the number they wish for, then for the
    minutes alone. Runs that stay too short are given up.
    """
    keeper = Keeper(build_form(part, escalation=False, minima=False), len(part.n))
    held = np.zeros(len(part.n), dtype=np.int64)
    for pair in np.flatnonzero(part.pinned).tolist():
        held[pair] = keeper.take(pair)
    lacking = np.zeros(len(part.bearer_ids))
    for rule, whom in part.least:
        lacking[whom] = np.maximum(lacking[whom], rule.minutes)
    date = part.needs.date[part.n]
    worked = np.full(len(part.bearer_ids), -1)
    filled = np.bincount(part.n, held, minlength=len(part.needs))
    for day in np.unique(part.needs.date).tolist():
        today = np.flatnonzero(date == day)
        going_on = worked[part.a[today]] == day - 1
        order = today[np.lexsort((part.cost[today], -lacking[part.a[today]], ~going_on))]
        for goal in (part.needs.minimum, part.needs.wished):
            for pair in order.tolist():
                need = part.n[pair]
                if not held[pair] and filled[need] < goal[need] and keeper.take(pair):
                    held[pair] = 1
                    filled[need] += 1
                    lacking[part.a[pair]] -= part.needs.minutes[need]
        worked[part.a[today[held[today] > 0]]] = day
    return without_short_runs(part, held) if has_minima(part) else held

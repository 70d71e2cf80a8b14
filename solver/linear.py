"""A linear form inside HiGHS: solve, restrict to the optimal face, dive, solve whole."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import highspy
import numpy as np

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.form import Floats, Form

TINY = 1e-6

PLUNGE_STEPS = 14
"""Relaxations that one plunge may solve again."""

NODE_WORK = 30_000_000
"""Nodes of one search times the nonzeros of its form."""
LEAST_NODES = 200

DIVE_NODES = 100
"""What a dive doesn't find soon it seldom finds at all."""


@dataclass(frozen=True)
class Outcome:
    """What one run found.

    Attributes
    ----------
    x
        Column values.
    value
        Objective of ``x``.
    bound
        Proven lower bound of the objective.
    complete
        Whether the search came to its end.
    reduced
        Reduced costs of the columns; of a relaxation alone, empty otherwise.
    """

    x: Floats
    value: float
    bound: float
    complete: bool = True
    reduced: Floats = field(default_factory=lambda: np.zeros(0))


@cache
def silence() -> None:
    """Let HiGHS announce itself where nobody reads it: it does so once a process, on stdout, whatever its options.

    Called before processes are forked, it holds for them too.
    """
    libc = ctypes.CDLL(None)
    sys.stdout.flush()
    libc.fflush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highs = highspy.Highs()
        # As in every run that follows: the first one decides for the whole process.
        highs.setOptionValue("threads", 1)
        highs.run()
        libc.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


class Linear:
    """A form that can be solved again and again with other costs and bounds.

    Parameters
    ----------
    form
        The form; its own arrays stay untouched.
    seed
        For HiGHS.
    deadline
        On `time.monotonic`'s clock.
    """

    def __init__(self, form: Form, seed: int, deadline: float) -> None:
        silence()
        self.form = form
        self.lower = form.lower.copy()
        self.upper = form.upper.copy()
        self.row_lower = form.row_lower.copy()
        self.row_upper = form.row_upper.copy()
        self._deadline = deadline
        self.seed = seed
        self._every_column = np.arange(len(form.lower), dtype=np.int32)
        self.cut_short = False
        """Whether the last search for whole numbers ended by a limit."""
        self._continuous = np.zeros(len(form.lower), dtype=np.int32)
        nothing = np.zeros(len(form.lower))
        self._highs = self._load(nothing, whole=False)
        self._sent = (nothing, form.lower, form.upper, form.row_lower, form.row_upper)

    def _load(self, cost: Floats, *, whole: bool) -> highspy.Highs:
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", self.seed)
        if not whole:
            highs.setOptionValue("presolve", "off")
        rows = self.form.rows
        highs.passModel(
            len(self.lower),
            len(self.row_lower),
            rows.nnz,
            highspy.MatrixFormat.kRowwise.value,
            highspy.ObjSense.kMinimize.value,
            0.0,
            cost,
            self.lower,
            self.upper,
            self.row_lower,
            self.row_upper,
            rows.indptr,
            rows.indices,
            rows.data,
            self.form.integer.astype(np.int32) if whole else self._continuous,
        )
        return highs

    def load_whole(self, cost: Floats, seconds: float) -> highspy.Highs:
        """Return HiGHS with the form in whole numbers, to be run in a thread and cancelled."""
        highs = self._load(cost, whole=True)
        highs.setOptionValue("time_limit", seconds)
        highs.HandleUserInterrupt = True
        return highs

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline, at least 0."""
        return min(1e7, max(0.0, self._deadline - time.monotonic()))

    def relax(self, cost: Floats) -> Outcome | None:
        """Solve the relaxation; None when it is infeasible or the time is up."""
        highs = self._highs
        self._send(cost)
        highs.setOptionValue("time_limit", self.seconds_left + highs.getRunTime())
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        value = highs.getInfo().objective_function_value
        return Outcome(np.array(solution.col_value), value, value, reduced=np.array(solution.col_dual))

    def _send(self, cost: Floats) -> None:
        """Tell HiGHS what has changed since the last run."""
        highs, sent = self._highs, self._sent
        if cost is not sent[0]:
            highs.changeColsCost(len(cost), self._every_column, cost)
        columns = np.flatnonzero((self.lower != sent[1]) | (self.upper != sent[2])).astype(np.int32)
        if len(columns):
            highs.changeColsBounds(len(columns), columns, self.lower[columns], self.upper[columns])
        rows = np.flatnonzero((self.row_lower != sent[3]) | (self.row_upper != sent[4])).astype(np.int32)
        if len(rows):
            highs.changeRowsBounds(len(rows), rows, self.row_lower[rows], self.row_upper[rows])
        kept = (self.lower.copy(), self.upper.copy(), self.row_lower.copy(), self.row_upper.copy())
        self._sent = (cost, *kept)

    def plunge(self, cost: Floats, relaxed: Outcome, goal: float) -> Outcome | None:
        """Round towards whole numbers in a few steps, solving the relaxation after each.

        Whatever is past one half of the way up goes up (no two such columns of one holder exclude each
        other), or else the single nearest; a step that fails keeps the nearest down instead. None when no
        whole numbers within the goal are met. Bounds are as before afterwards.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        pairs = self.form.blocks["pairs"]
        last = relaxed.x[pairs]
        whole = None
        for _ in range(PLUNGE_STEPS):
            down = np.floor(last + TINY)
            part = last - down
            nearest = int(np.argmax(part))
            before = self.lower.copy()
            self.lower[pairs] = np.maximum(self.lower[pairs], np.minimum(down, self.upper[pairs]))
            likely = part > 0.5 + TINY
            likely[nearest] = True
            self.lower[pairs][likely] = down[likely] + 1
            attempt = self.relax(cost)
            if attempt is None:
                self.lower = before
                self.upper[pairs][nearest] = down[nearest]
                attempt = self.relax(cost)
            if attempt is None or attempt.value > goal:
                break
            last = attempt.x[pairs]
            if is_whole(attempt.x, self.form.integer):
                whole = attempt
                break
        self.lower, self.upper = lower, upper
        return whole

    def restrict_to_optimal_face(self, cost: Floats) -> None:
        """Keep, after `relax`, only what is as good: fix columns and rows that have a price."""
        solution = self._highs.getSolution()
        x, price = np.array(solution.col_value), np.array(solution.col_dual)
        scale = max(1.0, float(np.abs(cost).max(initial=0)))
        priced = np.abs(price) > 1e-7 * scale
        at = np.where(np.abs(x - self.lower) <= np.abs(x - self.upper), self.lower, self.upper)
        self.lower[priced] = self.upper[priced] = at[priced]
        rows, dual = np.array(solution.row_value), np.array(solution.row_dual)
        tight = np.abs(dual) > 1e-7 * scale
        side = np.where(
            np.abs(rows - self.row_lower) <= np.abs(rows - self.row_upper), self.row_lower, self.row_upper
        )
        self.row_lower[tight] = self.row_upper[tight] = side[tight]

    def whole(
        self, cost: Floats, relaxed: Outcome, *, slack: float, gap: float, start: Outcome | None
    ) -> Outcome | None:
        """Solve with whole numbers; None when there are none, or none were found within the limit.

        Parameters
        ----------
        relaxed
            The relaxation: whole columns whose reduced cost exceeds the slack stay where it has them.
        gap
            How much dearer than the best the solution may be.
        start
            A solution to begin with.
        """
        fixed = self.form.integer & (np.abs(relaxed.reduced) > slack)
        nodes = max(LEAST_NODES, NODE_WORK // max(1, self.form.rows.nnz))
        return self._search(cost, relaxed, fixed, gap, start, nodes)

    def dive(self, cost: Floats, relaxed: Outcome, gap: float) -> Outcome | None:
        """Solve with whole numbers, whatever the relaxation holds wholly held; None when that can't be."""
        pairs = self.form.blocks["pairs"]
        whole = np.rint(relaxed.x[pairs])
        fixed = np.zeros(len(relaxed.x), dtype=bool)
        fixed[pairs] = (whole > 0) & (np.abs(relaxed.x[pairs] - whole) <= TINY)
        return self._search(cost, relaxed, fixed, gap, None, DIVE_NODES)

    def _search(
        self, cost: Floats, relaxed: Outcome, fixed: Bools, gap: float, start: Outcome | None, nodes: int
    ) -> Outcome | None:
        lower, upper = self.lower, self.upper
        at = np.rint(relaxed.x)
        self.lower, self.upper = np.where(fixed, at, lower), np.where(fixed, at, upper)
        highs = self._load(cost, whole=True)
        self.lower, self.upper = lower, upper
        if start is not None:
            hint = highspy.HighsSolution()
            hint.col_value = start.x
            highs.setSolution(hint)
        highs.setOptionValue("time_limit", self.seconds_left)
        # A limit in nodes, unlike one in seconds, gives the same answer on every run.
        highs.setOptionValue("mip_max_nodes", nodes)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", max(gap, TINY))
        # It never met the gap of a dive, and took a third of its time.
        highs.setOptionValue("mip_heuristic_run_feasibility_jump", nodes != DIVE_NODES)
        highs.run()
        info = highs.getInfo()
        complete = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self.cut_short = not complete and highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible
        if info.primal_solution_status != 2:
            return None
        x = np.array(highs.getSolution().col_value)
        value = info.objective_function_value
        if start is not None and abs(cost @ x - value) > TINY * max(1.0, abs(value)):
            # HiGHS 1.16 can take a start for cheaper than it is, once its presolve has rewritten the form.
            return self._search(cost, relaxed, fixed, gap, None, nodes)
        return Outcome(x, value, info.mip_dual_bound, complete)


def is_whole(x: Floats, integer: Bools) -> bool:
    """Say whether all columns that must be whole are."""
    values = x[integer]
    return bool((np.abs(values - np.rint(values)) <= TINY).all())


def rounded(x: Floats, count: int) -> Ints:
    """Return the first columns as whole numbers."""
    found: Ints = np.rint(x[:count]).astype(np.int64)
    return found


def floor_of(bound: float) -> int:
    """Return the least integer value that a relaxation's bound leaves possible."""
    return int(np.ceil(bound - 1e-6 - 1e-9 * abs(bound) - (0.25 if abs(bound) > 1e5 else 0)))

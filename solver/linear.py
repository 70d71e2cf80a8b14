"""A linear form inside HiGHS: solve, restrict to the optimal face, dive, solve whole."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.form import Floats, Form

TINY = 1e-6


@dataclass(frozen=True)
class Outcome:
    """What one run found.

    Attributes
    ----------
    x
        Column values; None without a solution.
    value
        Objective of ``x``.
    bound
        Proven lower bound of the objective.
    """

    x: Floats | None
    value: float
    bound: float


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
        self.form = form
        self.lower = form.lower.copy()
        self.upper = form.upper.copy()
        self.row_lower = form.row_lower.copy()
        self.row_upper = form.row_upper.copy()
        self._deadline = deadline
        self._seed = seed
        self._every_column = np.arange(len(form.lower), dtype=np.int32)
        self._every_row = np.arange(len(form.row_lower), dtype=np.int32)
        self._highs = self._load(np.zeros(len(form.lower)), whole=False)

    def _load(self, cost: Floats, *, whole: bool) -> highspy.Highs:
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", self._seed)
        lp = highspy.HighsLp()
        rows = self.form.rows
        lp.num_col_, lp.num_row_ = len(self.lower), len(self.row_lower)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        if whole:
            kinds = np.where(self.form.integer, 1, 0)
            kind = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kind[k] for k in kinds.tolist()]
        highs.passModel(lp)
        return highs

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._deadline

    def _left(self) -> float:
        return min(1e7, max(0.0, self._deadline - time.monotonic()))

    def relax(self, cost: Floats) -> Outcome | None:
        """Solve the relaxation; None when it is infeasible or the time is up."""
        highs = self._highs
        highs.changeColsCost(len(self.lower), self._every_column, cost)
        highs.changeColsBounds(len(self.lower), self._every_column, self.lower, self.upper)
        highs.changeRowsBounds(len(self.row_lower), self._every_row, self.row_lower, self.row_upper)
        highs.setOptionValue("time_limit", self._left() + highs.getRunTime())
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        x = np.array(highs.getSolution().col_value)
        value = highs.getInfo().objective_function_value
        return Outcome(x, value, value)

    def plunge(self, cost: Floats, x: Floats, pairs: int, seconds: float) -> Outcome | None:
        """Round towards whole numbers step by step, solving the relaxation after each step.

        Whatever is above one half is fixed at one (no two such columns exclude each other),
        or else the single largest; a step that fails forbids the largest instead. Bounds are
        as before afterwards.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        until = min(self._deadline, time.monotonic() + seconds)
        found: Outcome | None = Outcome(x, float(cost @ x), -np.inf)
        last = x[:pairs]
        while found is not None or time.monotonic() < until:
            if found is not None and found.x is not None:
                last = found.x[:pairs]
                if is_whole(found.x, self.form.integer):
                    break
            if time.monotonic() >= until:
                found = None
                break
            before = self.lower.copy()
            open_ = (last > TINY) & (last < 1 - TINY) & (self.upper[:pairs] > 0.5)
            self.lower[:pairs][(last >= 1 - TINY) & (self.upper[:pairs] > 0.5)] = 1.0
            if not open_.any():
                found = None
                break
            largest = int(np.argmax(np.where(open_, last, -1.0)))
            likely = open_ & (last > 0.5 + TINY)
            likely[largest] = True
            self.lower[:pairs][likely] = 1.0
            found = self.relax(cost)
            if found is None:
                self.lower = before
                self.upper[largest] = 0.0
                found = self.relax(cost)
                if found is None:
                    break
        self.lower, self.upper = lower, upper
        return found

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
        self,
        cost: Floats,
        *,
        fixed: Bools | None = None,
        at: Floats | None = None,
        start: Floats | None = None,
        seconds: float,
        gap: float = 0.0,
    ) -> Outcome | None:
        """Solve with whole numbers, some columns fixed; None when infeasible or out of time without a solution."""
        lower, upper = self.lower, self.upper
        if fixed is not None and at is not None:
            self.lower, self.upper = np.where(fixed, at, lower), np.where(fixed, at, upper)
        highs = self._load(cost, whole=True)
        self.lower, self.upper = lower, upper
        if start is not None:
            hint = highspy.HighsSolution()
            hint.col_value = start
            highs.setSolution(hint)
        highs.setOptionValue("time_limit", min(self._left(), seconds))
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", max(gap, 1e-6))
        highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != 2:
            return None
        x = np.array(highs.getSolution().col_value)
        optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        value = info.objective_function_value
        bound = value if optimal and not gap else info.mip_dual_bound
        return Outcome(x, value, bound)


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

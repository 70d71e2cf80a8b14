"""Column generation: a rota put together from whole lines, one a bearer.

The relaxation over all lines is famously tight (Burke and Curtois, "New approaches to nurse rostering
benchmark instances", European Journal of Operational Research 237, 2014). Its dual prices are smoothed
(Wentges, "Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming", International
Transactions in Operational Research 4, 1997). Any prices give a bound, for those found by
`solver.lines` are exact, so nothing rests on the tolerances of a solver of linear programmes.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from solver.form import held_below
from solver.linear import TINY, silence
from solver.rules import build_shared_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from solver.facts import Ints
    from solver.form import Floats
    from solver.lines import Found, Lines
    from solver.parts import Part

SMOOTHING = (0.7, 0.4)
"""Weights of the best prices so far beside the last ones."""

PENALTY = 50.0
"""How often the largest cost a bearer without a line costs."""

GRID = 1024.0
"""Prices are multiples of one over this."""


class Shared:
    """What binds bearers together at one level, as rows and costs that whole lines enter.

    Parameters
    ----------
    held
        Levels before this one, and what they may cost.
    """

    def __init__(self, part: Part, lines: Lines, level: str, held: Mapping[str, float]) -> None:
        known = {id(rule) for rule in lines.known}
        granted = [w for w in part.wants if len(np.unique(lines.day[w[1]])) == 1]
        left = replace(
            part,
            rules=tuple(r for r in part.rules if id(r) not in known),
            least=() if lines.knows_least else part.least,
            wants=tuple(w for w in part.wants if len(np.unique(lines.day[w[1]])) > 1),
        )
        form = build_shared_form(left)
        wishes = form.costs.setdefault("wishes", np.zeros(len(form.lower)))
        # Who has one duty a day at most has a wish of one day granted by one pair at most.
        for weight, mine in granted:
            wishes[mine] -= weight
        self.constant = float(sum(weight for weight, _ in granted)) if level == "wishes" else 0.0
        rows = len(form.row_lower)
        for before, value in held.items():
            form = held_below(form, before, value)
        self.holding = range(rows, len(form.row_lower))
        self.form = form
        self.lines = lines
        self.cost = form.costs.get(level, np.zeros(len(form.lower)))
        # What is held is a sum of floats.
        self.most_short = held.get("core", np.inf) + 0.5
        self.who = np.unique(lines.bearer)
        pairs = form.blocks["pairs"].stop
        self._short = form.blocks["short"].start
        columns = csc_array(form.rows)
        self.rest = np.delete(np.arange(len(form.lower)), np.append(np.arange(pairs), self._short))
        self.of_rest = csr_array(columns[:, self.rest])
        self.of_pairs = csc_array(columns[:, :pairs])
        self.of_short = columns[:, [self._short]].toarray().ravel()
        self.pairs = pairs
        # Rows of pairs alone limit bearers one by one: others have columns for what is missing.
        plain = np.diff(self.of_rest.indptr) == 0
        self._most = np.where(plain, form.row_upper, np.inf)

    def line(self, bearer: int, held: Ints, short: int) -> Line:
        """Return a line as a column; ``held``: its pairs by day."""
        pairs = held[held >= 0]
        dense = np.asarray(self.of_pairs[:, pairs].sum(axis=1)).ravel() + short * self.of_short
        rows = np.flatnonzero(dense)
        cost = float(self.cost[pairs].sum() + short * self.cost[self._short])
        possible = bool((dense <= self._most + TINY).all())
        return Line(bearer, held, rows, dense[rows], cost, possible)

    def lines_in(self, held: Floats) -> list[Line]:
        """Return each bearer's line in a choice of pairs."""
        lines, found = self.lines, []
        pairs = np.flatnonzero(held > 0.5)
        rows = np.full((len(lines.most), lines.days), -1, dtype=np.int64)
        rows[lines.bearer[pairs], lines.day[pairs]] = pairs
        units = np.bincount(lines.bearer[pairs], lines.amount[lines.kind[pairs]], minlength=len(rows))
        for bearer in self.who.tolist():
            borne = min(int(units[bearer]), lines.short.shape[1] - 1)
            found.append(self.line(bearer, rows[bearer], int(lines.short[bearer, borne])))
        return found

    def proper(self, dual: Floats) -> Floats:
        """Return prices near some that rows can have, multiples of the grid."""
        dual = np.round(dual * GRID) / GRID
        without = (dual > 0) & np.isinf(self.form.row_lower) | (dual < 0) & np.isinf(self.form.row_upper)
        return np.where(without, 0.0, dual)

    def price(self, duals: Sequence[Floats], who: Ints) -> Found:
        """Return the cheapest lines under each of some dual prices of the rows."""
        dual = np.stack(duals)
        price = self.cost[: self.pairs] - dual @ self.of_pairs
        short = np.maximum(0.0, self.cost[self._short] - dual @ self.of_short)
        return self.lines.cheapest(price, who, short_price=short, most_short=self.most_short)

    def bound(self, dual: Floats, taken: Floats, priced: float) -> float:
        """Return what nothing undercuts beside what is taken already, whatever the dual prices.

        ``priced``: what all bearers' cheapest lines cost under them.
        """
        form, paid = self.form, np.flatnonzero(dual)
        sides = np.where(dual > 0, form.row_lower, form.row_upper)
        fixed = float(dual[paid] @ (sides - taken)[paid])
        reduced = self.cost[self.rest] - dual @ self.of_rest
        ends = np.where(reduced > 0, form.lower[self.rest], form.upper[self.rest])
        tilted = np.flatnonzero(reduced)
        free = float(reduced[tilted] @ ends[tilted])
        return fixed + free + priced


@dataclass(frozen=True)
class Line:
    """One bearer's line as a column.

    Attributes
    ----------
    possible
        Whether it may be held wholly: a rule that lines don't know may let it be only a share of a mixture.
    """

    bearer: int
    held: Ints
    rows: Ints
    values: Floats
    cost: float
    possible: bool


class Master:
    """The relaxation over the lines known so far, of some bearers beside others whose lines stay.

    Parameters
    ----------
    free
        Bearers whose lines are looked for.
    staying
        Lines of the others.
    pool
        Lines to begin with.

    Attributes
    ----------
    lines, shares
        The lines known, and the share of each in the relaxation, shape ``(lines,)``.
    value
        Cost of the relaxation over the lines known.
    bound
        What no choice of lines undercuts beside those that stay.
    """

    def __init__(
        self, shared: Shared, free: Ints, staying: Sequence[Line], pool: Iterable[Line], seed: int
    ) -> None:
        silence()
        self._shared, self._free = shared, free
        self._rows = len(shared.form.row_lower)
        self._staying = staying
        self._taken = np.zeros(self._rows)
        self._spent = shared.constant
        for line in staying:
            self._taken[line.rows] += line.values
            self._spent += line.cost
        self._row_of = {int(b): self._rows + k for k, b in enumerate(free)}
        self._highs = self._load(seed)
        self._first = self._with_way_out()
        self._began = False
        self.lines: list[Line] = []
        self._known: set[tuple[int, bytes]] = set()
        self._dual, self._center = np.zeros(self._rows), np.zeros(0)
        self.value, self.bound = np.inf, -np.inf
        self.shares = np.zeros(0)
        for line in pool:
            self._add(line)

    def _load(self, seed: int) -> highspy.Highs:
        shared, form, rest = self._shared, self._shared.form, self._shared.rest
        one = np.ones(len(self._free))
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", seed)
        highs.setOptionValue("presolve", "off")
        rows = shared.of_rest
        highs.passModel(
            len(rest),
            self._rows + len(one),
            rows.nnz,
            highspy.MatrixFormat.kRowwise.value,
            highspy.ObjSense.kMinimize.value,
            0.0,
            shared.cost[rest],
            form.lower[rest],
            form.upper[rest],
            np.append(form.row_lower - self._taken, one),
            np.append(form.row_upper - self._taken, one),
            np.append(rows.indptr, np.full(len(one), rows.indptr[-1])),
            rows.indices,
            rows.data,
            np.zeros(len(rest), dtype=np.int32),
        )
        return highs

    def _with_way_out(self) -> int:
        """Let bearers be without a line, and levels before cost more, at a penalty; return the columns so far.

        Among the lines known there may be none that keep to everything; the bound doesn't know the way out.
        """
        shared = self._shared
        penalty = PENALTY * max(1.0, float(np.abs(shared.cost).max(initial=0)))
        for row, value in [*((k, -1.0) for k in shared.holding), *((k, 1.0) for k in self._row_of.values())]:
            index, values = np.array([row], dtype=np.int32), np.array([value])
            self._highs.addCol(penalty, 0.0, np.inf, 1, index, values)
        return len(shared.rest) + len(shared.holding) + len(self._row_of)

    def _add(self, line: Line) -> bool:
        """Take a line in; False when it is known."""
        key = (line.bearer, line.held.tobytes())
        if key in self._known:
            return False
        self._known.add(key)
        self.lines.append(line)
        index = np.append(line.rows, self._row_of[line.bearer]).astype(np.int32)
        self._highs.addCol(line.cost, 0.0, np.inf, len(index), index, np.append(line.values, 1.0))
        return True

    def _relax(self, deadline: float) -> bool:
        """Solve the relaxation over the lines known; False when there is no solution, or no time."""
        highs = self._highs
        # From nothing an interior point comes sooner; new columns leave the basis primal feasible.
        highs.setOptionValue("solver", "simplex" if self._began else "ipm")
        highs.setOptionValue("simplex_strategy", 4)
        highs.setOptionValue("time_limit", max(0.0, deadline - time.monotonic()) + highs.getRunTime())
        highs.run()
        if not self._began and highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            highs.setOptionValue("solver", "simplex")
            highs.run()
        self._began = True
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        solution = highs.getSolution()
        self.value = self._spent + highs.getInfo().objective_function_value
        self.shares = np.array(solution.col_value)[self._first :]
        self._dual = np.array(solution.row_dual)[: self._rows]
        return True

    def generate(self, deadline: float, *, gap: float, enough: float = np.inf, rounds: int = 10_000) -> bool:
        """Look for lines that make the relaxation cheaper until it is within a gap of its bound.

        Parameters
        ----------
        deadline
            On `time.monotonic`'s clock.
        enough
            A bound at which to stop, too.
        rounds
            How often the relaxation is solved at most.

        Returns
        -------
        bool
            False when no relaxation was solved, for want of time or because there is none.
        """
        found = False
        for _ in range(rounds):
            if not self._relax(deadline):
                return found
            found = True
            if self.value - self.bound <= gap or self.bound >= enough:
                return True
            if not self._look():
                return True
            if time.monotonic() > deadline:
                return True
        return True

    def _look(self) -> int:
        """Take in each free bearer's cheapest lines, and say how many are new."""
        shared, last = self._shared, self._dual
        # On the way from the best prices so far to the last ones.
        mixed = SMOOTHING if len(self._center) else ()
        duals = [shared.proper(k * self._center + (1 - k) * last) for k in mixed] + [shared.proper(last)]
        found = shared.price(duals, self._free)
        if not found.exists.all():
            return 0
        for dual, priced in zip(duals, found.price.reshape(len(duals), -1).sum(axis=1).tolist(), strict=True):
            bound = self._spent + shared.bound(dual, self._taken, priced)
            if bound > self.bound:
                self.bound, self._center = bound, dual
        who = np.tile(self._free, len(duals)).tolist()
        lines = zip(who, found.held, found.short.tolist(), strict=True)
        return sum(self._add(shared.line(*line)) for line in lines)

    def beside(self, held: Sequence[Line], number: int, seed: int) -> Master:
        """Return the relaxation in which some lines are held wholly, with each other bearer's `likely` lines."""
        gone = {line.bearer for line in held}
        free = np.array([b for b in self._free.tolist() if b not in gone], dtype=np.int64)
        kept = [line for line in self.likely(number) if line.bearer not in gone]
        return Master(self._shared, free, [*self._staying, *held], kept, seed)

    def likely(self, number: int) -> list[Line]:
        """Return each bearer's lines that are held in part, and the cheapest others up to a number."""
        reduced = np.array(self._highs.getSolution().col_dual)[self._first :]
        rank = np.where(self.shares > 0, -1.0, reduced[: len(self.shares)])
        kept: list[Line] = []
        count: Counter[int] = Counter()
        for k in np.argsort(rank, kind="stable").tolist():
            line = self.lines[k]
            if rank[k] < 0 or count[line.bearer] < number:
                count[line.bearer] += 1
                kept.append(line)
        return kept

"""Solve one part: relaxation, dive, whole model, and the greedy answer when time runs out.

Levels are settled in order. After each, the search stays on its optimal face (or under a row that
holds its value), so a later level never worsens an earlier one. Most parts take the short way:
every post that can be filled at all is filled, which settles the coverage levels without a run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from solver.greedy import greedy, owners_first
from solver.linear import Linear, Outcome, floor_of, is_whole, rounded
from solver.rules import build_form
from solver.rules.fairness import borne_points, burden_cost
from solver.values import Values, part_values

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.form import Floats, Form
    from solver.parts import Part

PART_LEVELS = ("pins", "core", "volunteers", "stand_ins", "extra", "fairness", "wishes")
"""Levels of a part; keeping pins comes before everything else."""

PLUNGE_SECONDS = 10.0
DIVE_SECONDS = 2.0
MIP_SECONDS = 4.0
"""Bounds on one whole-number search, so that one hard part can't hold up a city."""


@dataclass(frozen=True)
class Answer:
    """What is held in a part.

    Attributes
    ----------
    held
        0 or 1 for each pair.
    values, bounds
        By level.
    tolerance
        By how much ``fairness`` may exceed its bound.
    method
        The engine that settled it: ``lp``, ``dive``, ``mip`` or ``greedy``.
    """

    held: Ints
    values: Values
    bounds: Values
    tolerance: int
    method: str


def solve_part(part: Part, seed: int, deadline: float) -> Answer:
    """Return the best answer found by the deadline (on `time.monotonic`'s clock), with its proof."""
    search = _Search(part, seed, deadline)
    return search.short_way() or search.level_by_level() or search.careful() or search.fallback()


class _Search:
    def __init__(self, part: Part, seed: int, deadline: float) -> None:
        self._part = part
        self._seed = seed
        self._deadline = deadline
        self._bounds: Values = {}
        self._tolerance = 0
        self._method = "lp"

    def short_way(self) -> Answer | None:
        """Fill all that can be filled at all, keep all pins, and settle the levels after coverage."""
        part = self._part
        candidates = np.bincount(part.n, minlength=len(part.needs))
        lost = np.maximum(0, part.needs.target - candidates) - part.forced
        # Stand-ins come before targets: there, filling everything could cost a stand-in too many.
        if part.distance.any() and (part.needs.target > part.needs.minimum).any():
            return None
        linear = Linear(build_form(part, escalation=False), self._seed, self._deadline)
        linear.lower[: len(part.n)][part.pinned] = 1.0
        linear.upper[linear.form.blocks["missing_minimum"]] = part.forced
        linear.upper[linear.form.blocks["missing_extra"]] = np.maximum(lost, 0)
        self._bounds = self._floor()
        return self._descend(linear, ("stand_ins", "fairness", "wishes"))

    def level_by_level(self) -> Answer | None:
        """Settle every level by its relaxation."""
        self._bounds, self._method, self._tolerance = self._floor(), "lp", 0
        linear = Linear(build_form(self._part, escalation=True), self._seed, self._deadline)
        return self._descend(linear, PART_LEVELS)

    def _floor(self) -> Values:
        """Return what no choice at all can undercut."""
        part = self._part
        forced = part_values(part, np.zeros(len(part.n), dtype=np.int64))
        needs = part.needs
        candidates = np.bincount(part.n, minlength=len(needs))
        best = np.minimum(candidates, needs.target)
        missing = np.maximum(0, needs.minimum - best)
        tier1 = needs.tier == 1
        _, at = np.unique(needs.shift[tier1], return_inverse=True)
        of_shift = np.bincount(at, missing[tier1]).astype(np.int64)
        elsewhere = np.zeros(len(of_shift), dtype=np.int64)
        elsewhere[at] = part.missing_elsewhere[tier1]
        rising = int((of_shift * elsewhere + of_shift * (of_shift - 1) // 2).sum())
        return {
            "pins": -int(part.pinned.sum()),
            "core": int((missing * needs.weight)[tier1].sum()) + part.coverage.escalation * rising,
            "volunteers": int(missing[~tier1].sum()),
            "stand_ins": 0,
            "extra": int((needs.target - np.maximum(best, needs.minimum)).sum()),
            "fairness": forced["fairness"],
            "wishes": 0,
        }

    def _descend(self, linear: Linear, levels: tuple[str, ...]) -> Answer | None:
        """Settle levels in turn; None when one before the last can't be reached in whole numbers."""
        costs = linear.form.costs
        asked = [level for level in levels if level in costs]
        if not asked:
            found = linear.relax(np.zeros(len(linear.lower)))
            whole = None if found is None else self._whole(linear, np.zeros(len(linear.lower)), found, 0.0)
            return None if whole is None or whole.x is None else self._proven(whole.x)
        for level in asked:
            cost, constant = costs[level], self._fairness_constant() if level == "fairness" else 0
            found = linear.relax(cost)
            if found is None:
                return None
            self._bounds[level] = max(self._bounds[level], floor_of(found.value + constant))
            room = level == "fairness" and self._part.slack.any()
            if room or level == asked[-1]:
                whole = self._whole(linear, cost, found, self._exact_enough() if room else 0.0)
                if whole is None or whole.x is None:
                    return None
                self._bounds[level] = max(self._bounds[level], floor_of(whole.bound + constant))
                if level == asked[-1]:
                    return self._proven(whole.x)
                self._give_room(linear, rounded(whole.x, len(self._part.n)))
            else:
                linear.restrict_to_optimal_face(cost)
        return None

    def _proven(self, x: Floats) -> Answer | None:
        """Return the answer if every level but the last keeps what was proven for it."""
        answer = self._answer(rounded(x, len(self._part.n)))
        room = {"fairness": answer.tolerance}
        kept = all(
            answer.values[k] <= answer.bounds[k] + room.get(k, 0) for k in PART_LEVELS if k != "wishes"
        )
        return answer if kept else None

    def _exact_enough(self) -> float:
        """Return half of what one usual duty more costs everybody: how exact fairness need be."""
        part = self._part
        more = burden_cost(part.opening + part.step, part.step, part.weight)
        return float((more - burden_cost(part.opening, part.step, part.weight)).sum()) / 2

    def _fairness_constant(self) -> int:
        part = self._part
        return int(burden_cost(part.opening, part.step, part.weight).sum()) if len(part.opening) else 0

    def _give_room(self, linear: Linear, held: Ints) -> None:
        """Let every burden move by the tolerance around the fairest roster's."""
        part = self._part
        points = borne_points(part, held)
        burden = part.opening + points
        highest = burden_cost(burden + part.slack, part.step, part.weight)
        self._tolerance = int((highest - burden_cost(burden, part.step, part.weight)).sum())
        rows, steps = linear.form.named_rows["burden"], linear.form.blocks["steps"]
        linear.lower[steps] = linear.upper[steps] = 0.0
        linear.row_lower[rows] = np.maximum(0, points - part.slack) / part.step
        linear.row_upper[rows] = (points + part.slack) / part.step

    def _whole(self, linear: Linear, cost: Floats, relaxed: Outcome, gap: float) -> Outcome | None:
        """Return whole numbers as good as the relaxation up to a gap, or the best there are."""
        assert relaxed.x is not None
        if is_whole(relaxed.x, linear.form.integer):
            return relaxed
        self._method = "dive" if self._method == "lp" else self._method
        goal = floor_of(relaxed.value) + gap + 0.5
        best = linear.plunge(cost, relaxed.x, len(self._part.n), PLUNGE_SECONDS)
        if best is not None and best.value <= goal:
            return Outcome(best.x, best.value, relaxed.bound)
        fixed: Bools = linear.form.integer & (relaxed.x >= 1 - 1e-6)
        fixed[len(self._part.n) :] = False
        dive = linear.whole(cost, fixed=fixed, at=np.rint(relaxed.x), seconds=DIVE_SECONDS, gap=gap)
        best = dive if best is None or (dive is not None and dive.value < best.value) else best
        if best is not None and best.value <= goal:
            return Outcome(best.x, best.value, relaxed.bound)
        self._method = "mip"
        start = None if best is None else best.x
        whole = linear.whole(cost, seconds=MIP_SECONDS, gap=gap, start=start)
        if whole is None or (best is not None and best.value < whole.value):
            return None if best is None else Outcome(best.x, best.value, relaxed.bound)
        return whole

    def careful(self) -> Answer | None:
        """Settle every level by the whole model, each held by a row: for parts with a real gap."""
        part = self._part
        self._bounds, self._method, self._tolerance = self._floor(), "mip", 0
        form = whole_form = build_form(part, escalation=True)
        held: Ints | None = None
        for level in PART_LEVELS:
            if level not in form.costs:
                continue
            cost = form.costs[level]
            linear = Linear(form, self._seed, self._deadline)
            relaxed = linear.relax(cost)
            found = linear.whole(cost, seconds=MIP_SECONDS)
            if relaxed is None or found is None or found.x is None:
                break
            constant = self._fairness_constant() if level == "fairness" else 0
            bound = max(floor_of(relaxed.value + constant), floor_of(found.bound + constant))
            self._bounds[level] = max(self._bounds[level], bound)
            held = rounded(found.x, len(part.n))
            if level == "fairness" and part.slack.any():
                self._give_room(linear, held)
                form = replace(
                    form,
                    lower=linear.lower,
                    upper=linear.upper,
                    row_lower=linear.row_lower,
                    row_upper=linear.row_upper,
                )
            else:
                form = _held_below(form, cost, found.value)
        return None if held is None else self._answer(owners_first(part, whole_form, held))

    def fallback(self) -> Answer:
        """Return the greedy answer, with what is known of the bounds."""
        self._bounds, self._method, self._tolerance = self._floor(), "greedy", 0
        return self._answer(greedy(self._part, build_form(self._part, escalation=False)))

    def _answer(self, held: Ints) -> Answer:
        values = part_values(self._part, held)
        bounds = {level: min(values[level], self._bounds[level]) for level in PART_LEVELS}
        return Answer(held, values, bounds, self._tolerance, self._method)


def _held_below(form: Form, cost: Floats, value: float) -> Form:
    """Return the form with a row that keeps a level's value."""
    row = csr_array(cost[None, :])
    slack = 1e-6 * max(1.0, abs(value))
    return replace(
        form,
        rows=csr_array(vstack([form.rows, row])),
        row_lower=np.append(form.row_lower, -np.inf),
        row_upper=np.append(form.row_upper, value + slack),
    )

"""Solve one part: the ways to settle its levels, from the quickest to the one that never fails.

Most parts go from afar: burdens are shared out before anybody is placed, and people are placed around
that. The short way fills every post that can be filled and settles fairness on the part itself. Where
posts compete, levels are settled in order by their relaxations, each on the optimal face of those before;
where those have gaps, by whole models, each under a row that holds its value. The greedy answer is there
when time runs out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from solver.alone import lines_of
from solver.close import CP_LEAST, METHODS, close
from solver.coarse import coarsen, peaks
from solver.floors import exact_enough, least_values, least_wishes, unburdened
from solver.form import held_below
from solver.greedy import greedy
from solver.linear import Linear, Outcome, floor_of, is_whole, rounded
from solver.minima import is_rota
from solver.rota import SMALL, UNLIMITED, completed, first_rota, relax_in_time, settle_rota
from solver.rules import build_coarse_form, build_form
from solver.rules.fairness import Room, burden_cost, duties_by_points, poured, shared_points
from solver.rules.wishes import TIES
from solver.values import Values, part_values
from solver.woven import settle_by_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.facts import Ints
    from solver.form import Floats, Form
    from solver.parts import Part

PART_LEVELS = ("pins", "core", "volunteers", "stand_ins", "extra", "fairness", "wishes")
"""Levels of a part; keeping pins comes before everything else."""
REPAIR_LEVELS = (*PART_LEVELS[:3], "changes", "soonness", "minutes", *PART_LEVELS[3:])
"""Levels of a part that is repaired."""
COVERAGE_LEVELS = ("core", "volunteers", "extra")

EXACT = 0.4
"""Gap, in units of a level, at which its whole value is proven, ties and rounding taken off."""


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
        The engine that settled it: ``lp``, ``dive``, ``mip``, ``lines``, ``cp_sat`` or ``greedy``.
    late
        Whether too little time was left in the end for another search.
    """

    held: Ints
    values: Values
    bounds: Values
    tolerance: int
    method: str
    late: bool = False


def solve_part(part: Part, seed: int, deadline: float) -> Answer:
    """Return the best answer found by the deadline (on `time.monotonic`'s clock), with its proof."""
    search = Search(part, seed, deadline)
    ways: tuple[Callable[[], Answer | None], ...] = (
        search.from_afar,
        search.short_way,
        search.short_way_whole,
        search.level_by_level,
        search.careful,
    )
    if is_rota(part):
        ways = (search.careful,)
    for way in ways:
        if time.monotonic() >= deadline:
            break
        if (answer := way()) is not None:
            return search.no_worse_than_greedy(answer) if answer.late else answer
    return search.fallback()


class Search:
    """The ways to settle one part; each returns None where it doesn't lead to the end."""

    def __init__(self, part: Part, seed: int, deadline: float) -> None:
        self._part = part
        self._levels = PART_LEVELS if part.before is None else REPAIR_LEVELS
        self._seed = seed
        self._deadline = deadline
        self._bounds: Values = {}
        self._tolerance = 0
        self._method = METHODS[0]
        self._fillable = True
        """Whether all posts with candidates enough may be filled at once, for all that is known yet."""

    def from_afar(self) -> Answer | None:
        """Share burdens out before looking at who stands where, then place people around that."""
        part = self._part
        if part.distance.any() or not len(part.group_bearer) or not (part.slack > 0).all():
            return None
        self._start(filled=True)
        room = self._poured() if len(part.minutes_between) == 1 else self._shared()
        if room is None:
            return None
        # How the shares were found isn't how the part is settled.
        self._method = METHODS[0]
        form = build_form(part, escalation=not self._fillable, room=room)
        linear = self._filled(part, form) if self._fillable else self._covered(part, form)
        self._set_tolerance(room)
        return self._last(linear)

    def _poured(self) -> Room | None:
        """Return the room around shares that look at nothing but the points to be held."""
        part = self._part
        everybody = len(part.group_bearer) == len(part.assignee) == len(part.bearer_ids)
        if not everybody or len(part.bearer) > len(part.n):
            return None
        found = poured(part)
        if found is None:
            return None
        self._bounds["fairness"] = max(self._bounds["fairness"], unburdened(self._part) + found[1])
        return Room.around_points(part, found[0])

    def _shared(self) -> Room | None:
        """Return the room around the coarse part's fairest shares."""
        coarse = coarsen(self._part)
        if coarse is None:
            return None
        form = build_coarse_form(coarse)
        shares = self._filled(coarse.part, form)
        relaxed = shares.relax(form.costs["fairness"])
        if relaxed is None:
            self._fillable = False
            if not self._settle_coverage():
                return None
            shares = self._covered(coarse.part, form)
            relaxed = shares.relax(form.costs["fairness"])
        if relaxed is None:
            return None
        bound = floor_of(relaxed.value + unburdened(self._part))
        self._bounds["fairness"] = max(self._bounds["fairness"], bound)
        found = self._whole(shares, form.costs["fairness"], relaxed, exact_enough(self._part))
        if found is None:
            return None
        fairest = duties_by_points(coarse.part, rounded(found.x, len(coarse.part.n)))
        return Room.around_duties(self._part, fairest)

    def _settle_coverage(self) -> bool:
        """Find how little can be missing at best, level by level; False when a relaxation fails."""
        self._start()
        self._bounds["core"] = max(self._bounds["core"], self._missing_of_peaks())
        form = build_form(self._part, escalation=True, fair=False)
        for level in (k for k in COVERAGE_LEVELS if k in form.costs):
            linear = Linear(form, self._seed, self._deadline)
            linear.lower[: len(self._part.n)][self._part.pinned] = 1.0
            relaxed = linear.relax(form.costs[level])
            if relaxed is None:
                return False
            self._bounds[level] = max(self._bounds[level], floor_of(relaxed.bound))
            form = held_below(form, level, self._bounds[level])
        return True

    def _missing_of_peaks(self) -> int:
        """Return what ``core`` costs when each peak is filled as if it were alone: no roster costs less."""
        label, total = peaks(self._part), 0
        for peak in np.unique(label).tolist():
            form = build_form(self._part.restricted(label == peak), escalation=True, fair=False)
            alone = Linear(form, self._seed, self._deadline)
            found = alone.relax(form.costs["core"]) if "core" in form.costs else None
            found = found and self._whole(alone, form.costs["core"], found, EXACT)
            total += 0 if found is None else floor_of(found.bound)
        return total

    def _covered(self, part: Part, form: Form) -> Linear:
        """Return a form in which no more is missing than must be, and every pin kept."""
        for level in COVERAGE_LEVELS:
            form = held_below(form, level, self._bounds[level])
        linear = Linear(form, self._seed, self._deadline)
        linear.lower[: len(part.n)][part.pinned] = 1.0
        return linear

    def short_way_whole(self) -> Answer | None:
        """Go the short way, but around burdens of a roster in whole numbers."""
        return self.short_way(fairness_whole=True)

    def short_way(self, *, fairness_whole: bool = False) -> Answer | None:
        """Fill all that can be filled at all, keep all pins, and settle the levels after coverage."""
        part = self._part
        # Stand-ins come before targets: there, filling everything could cost a stand-in too many.
        needs = part.needs
        if not self._fillable or (part.distance.any() and (needs.target > needs.minimum).any()):
            return None
        self._start(filled=True)
        linear = self._filled(part, build_form(part, escalation=False))
        return self._descend(linear, ("stand_ins",), fairness_whole=fairness_whole)

    def level_by_level(self) -> Answer | None:
        """Settle every level by its relaxation."""
        self._start()
        linear = Linear(build_form(self._part, escalation=True), self._seed, self._deadline)
        return self._descend(linear, self._levels[: self._levels.index("fairness")], fairness_whole=True)

    def _start(self, *, filled: bool = False) -> None:
        """Forget what was found; ``filled``: every post that has candidates enough is to be filled."""
        self._bounds, self._method, self._tolerance = least_values(self._part), METHODS[0], 0
        if filled:
            self._bounds["wishes"] = least_wishes(self._part)

    def _filled(self, part: Part, form: Form) -> Linear:
        """Return a form in which every post that has candidates enough is filled, and every pin kept."""
        linear = Linear(form, self._seed, self._deadline)
        candidates = np.bincount(part.n, part.most, minlength=len(part.needs))
        lost = np.maximum(0, part.needs.target - candidates) - part.forced
        linear.lower[: len(part.n)][part.pinned] = 1.0
        linear.upper[form.blocks["missing_minimum"]] = part.forced
        spare = part.needs.target - part.needs.minimum
        linear.upper[form.blocks["missing_extra"]] = np.clip(lost, 0, spare)
        return linear

    def _descend(self, linear: Linear, levels: tuple[str, ...], *, fairness_whole: bool) -> Answer | None:
        """Settle levels in turn, then fairness and wishes; None when that can't be done in whole numbers."""
        costs = linear.form.costs
        for level in (k for k in levels if k in costs):
            found = linear.relax(costs[level])
            if found is None:
                return None
            self._bounds[level] = max(self._bounds[level], floor_of(found.value))
            linear.restrict_to_optimal_face(costs[level])
        if "fairness" not in costs:
            return self._last(linear)
        found = linear.relax(costs["fairness"])
        if found is None:
            self._fillable = False
            return None
        bound = floor_of(found.value + unburdened(self._part))
        self._bounds["fairness"] = max(self._bounds["fairness"], bound)
        if is_whole(found.x, linear.form.integer):
            answer = self._proven(found.x)
            if answer is not None and answer.values["wishes"] == self._bounds["wishes"]:
                return answer
        return self._last(linear) if self._give_way(linear, found, whole=fairness_whole) else None

    def _give_way(self, linear: Linear, found: Outcome, *, whole: bool) -> bool:
        """Leave wishes the room that fairness gives; False when no whole roster is fair enough."""
        cost, part = linear.form.costs["fairness"], self._part
        if not part.slack.any():
            linear.restrict_to_optimal_face(cost)
            return True
        fairest = self._whole(linear, cost, found, exact_enough(self._part)) if whole else found
        if fairest is None:
            return False
        held = fairest.x[: len(part.n)]
        self._give_room(linear, shared_points(part, np.rint(held) if whole else held))
        return True

    def _last(self, linear: Linear) -> Answer | None:
        """Settle the last level: the wishes and, among equals, who stays near a place of their own."""
        part, form = self._part, linear.form
        cost = np.zeros(len(linear.lower))
        for level in ("wishes", "ties"):
            cost += form.costs.get(level, 0.0)
        # What every candidate of a need costs is taken off: it would hide the differences among them.
        least = np.full(len(part.needs), np.inf)
        np.minimum.at(least, part.n, cost[: len(part.n)])
        least[np.isinf(least)] = 0.0
        cost[: len(part.n)] -= least[part.n]
        for missing in ("missing_minimum", "missing_extra"):
            cost[form.blocks[missing]] -= least
        constant = float(least @ part.needs.target)
        # All wishes cost multiples of their grain, so a bound between two of them is as good as the next.
        grain = max(1, int(np.gcd.reduce(np.rint(form.costs.get("wishes", np.zeros(1))).astype(np.int64))))
        relaxed = linear.relax(cost)
        gap = grain - 1 + EXACT
        whole = None if relaxed is None else self._whole(linear, cost, relaxed, gap)
        if whole is None:
            return None
        bound = floor_of((whole.bound + constant - TIES) / grain) * grain
        self._bounds["wishes"] = max(self._bounds["wishes"], bound)
        return self._proven(whole.x)

    def _proven(self, x: Floats) -> Answer | None:
        """Return the answer if every level but the last keeps what was proven for it."""
        answer = self._answer(rounded(x, len(self._part.n)))
        room = {"fairness": answer.tolerance}
        kept = all(
            answer.values[k] <= answer.bounds[k] + room.get(k, 0) for k in self._levels if k != "wishes"
        )
        return answer if kept else None

    def _set_tolerance(self, room: Room) -> None:
        """State by how much fairness may exceed its bound when all burdens move by the tolerance."""
        part = self._part
        most = burden_cost(part.opening + room.most, part.step, part.weight)
        self._tolerance = max(0, int(most.sum()) - self._bounds["fairness"])

    def _give_room(self, linear: Linear, points: Floats) -> None:
        """Let every burden move by the tolerance around the fairest points."""
        part, room = self._part, Room.around_points(self._part, points)
        rows, steps = linear.form.named_rows["burden"], linear.form.blocks["steps"]
        linear.lower[steps] = linear.upper[steps] = 0.0
        linear.row_lower[rows] = room.lower[:, 0] / part.step
        linear.row_upper[rows] = room.upper[:, 0] / part.step
        self._set_tolerance(room)

    def _relaxed(self, linear: Linear, cost: Floats, *, last: bool) -> Outcome | None:
        """Return the relaxation; of a large rota, when time is short, only what comes soon."""
        large = is_rota(self._part) and linear.form.rows.nnz > SMALL
        limited = large and linear.seconds_left < UNLIMITED
        return relax_in_time(linear, cost, last=last) if limited else linear.relax(cost)

    def _whole(
        self,
        linear: Linear,
        cost: Floats,
        relaxed: Outcome,
        gap: float,
        *,
        start: Outcome | None = None,
        last: bool = True,
    ) -> Outcome | None:
        """Return whole numbers as good as the relaxation up to a gap, or the best there are."""
        part = self._part
        if is_rota(part) and linear.form.rows.nnz > SMALL:
            start = start or completed(linear, cost, first_rota(part))
            found, method = settle_rota(linear, cost, relaxed, gap, start=start, seed=self._seed, last=last)
            self._method = max(self._method, method, key=METHODS.index)
            return found
        posts = int(part.needs.target.sum())
        found, method = close(linear, cost, relaxed, gap, posts=posts, seed=self._seed)
        self._method = max(self._method, method, key=METHODS.index)
        return found

    def careful(self) -> Answer | None:
        """Settle every level by the whole model, each held by a row: for parts with a real gap."""
        part = self._part
        self._start()
        form = build_form(part, escalation=True)
        held: Ints | None = None
        found: Outcome | None = None
        levels = [k for k in self._levels if k in form.costs]
        lines = lines_of(part) if is_rota(part) and form.rows.nnz > SMALL else None
        before: dict[str, float] = {}
        for level in levels:
            cost, room = form.costs[level], level == "fairness" and part.slack.any()
            linear = Linear(form, self._seed, self._deadline)
            if lines is not None:
                found, method = settle_by_lines(
                    part, lines, level, before, linear, found,
                    gap=EXACT, seed=self._seed, last=level == levels[-1],
                )  # fmt: skip
                self._method = max(self._method, method, key=METHODS.index)
                if found is None:
                    break
                self._bounds[level] = max(self._bounds[level], floor_of(found.bound))
                held, before[level] = rounded(found.x, len(part.n)), found.value
                form = held_below(form, level, found.value)
                continue
            relaxed = self._relaxed(linear, cost, last=level == levels[-1])
            if relaxed is None:
                break
            gap = exact_enough(self._part) if room else EXACT
            if found is not None and cost @ found.x <= relaxed.value + gap:
                # What was found for the level before is as good as can be for this one too.
                found = replace(found, value=float(cost @ found.x), bound=relaxed.bound)
            else:
                found = self._whole(linear, cost, relaxed, gap, start=found, last=level == levels[-1])
            if found is None:
                break
            constant = unburdened(self._part) if level == "fairness" else 0
            self._bounds[level] = max(self._bounds[level], floor_of(found.bound + constant))
            held = rounded(found.x, len(part.n))
            if room:
                self._give_room(linear, shared_points(part, held))
                form = replace(
                    form,
                    lower=linear.lower,
                    upper=linear.upper,
                    row_lower=linear.row_lower,
                    row_upper=linear.row_upper,
                )
            else:
                form = held_below(form, level, found.value)
        return None if held is None else self._answer(held)

    def fallback(self) -> Answer:
        """Return the greedy answer, with what is known of the bounds."""
        self._start()
        self._method = "greedy"
        part = replace(self._part, pinned=self._part.kept)
        if is_rota(part):
            return self._answer(first_rota(part))
        return self._answer(greedy(part, build_form(part, escalation=False, minima=False)))

    def no_worse_than_greedy(self, answer: Answer) -> Answer:
        """Return an answer for which time was short, or the greedy one where that is better."""
        if answer.method == "lines":  # it began with the greedy one, or a better one
            return answer
        bounds, tolerance = answer.bounds, answer.tolerance
        greedy = self.fallback()
        if [*answer.values.values()] <= [*greedy.values.values()]:
            return answer
        bounds = {level: min(value, bounds[level]) for level, value in greedy.values.items()}
        return replace(greedy, bounds=bounds, tolerance=tolerance)

    def _answer(self, held: Ints) -> Answer:
        values = part_values(self._part, held)
        bounds = {level: min(values[level], self._bounds[level]) for level in self._levels}
        late = time.monotonic() > self._deadline - CP_LEAST
        return Answer(held, values, bounds, self._tolerance, self._method, late)

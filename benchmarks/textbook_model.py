"""The textbook CP-SAT model of a whole city: what a good practitioner writes first.

One Boolean a possible pair of assignee and need; pairwise conflicts; one weighted sum. It reads the
problem's arrays from `solver.parts`, and takes neither the engine's cliques nor its relaxations.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from models import ConsecutiveDays, DutyLimit, NewcomerAlone, SkillMix
from solver.rules.conflicts import conflicting_needs
from solver.rules.fairness import most_points

if TYPE_CHECKING:
    from benchmarks.judge import Compiled
    from solver.facts import Bools
    from solver.parts import Part

Terms = list[tuple[cp_model.IntVar, int]]


@dataclass(frozen=True)
class TextbookAnswer:
    """What CP-SAT came to.

    Attributes
    ----------
    status
        CP-SAT's own word.
    seconds
        That solving took, presolve included.
    objective, bound
        Of the weighted sum; None without a solution.
    held
        Of each pair, whether it is held; None without a solution.
    """

    status: str
    seconds: float
    objective: float | None
    bound: float
    held: Bools | None


class TextbookModel:
    """One model of everything.

    Attributes
    ----------
    model
        CP-SAT's.
    pairs
        A Boolean for each possible pair.
    weights
        Of a unit of each level in the objective; see `_weights`.
    conflicts
        How many pairwise conflicts it states.
    """

    def __init__(self, compiled: Compiled) -> None:
        self.model = cp_model.CpModel()
        self._compiled = compiled
        self.pairs = [self.model.new_bool_var("") for _ in range(len(compiled.pairs))]
        self._terms: dict[str, Terms] = defaultdict(list)
        self._missing: dict[int, Terms] = defaultdict(list)
        self.conflicts = 0
        dearest = 0
        for part in compiled.parts:
            self._coverage(part)
            self._one_place_at_a_time(part)
            self._duty_limits(part)
            self._consecutive_days(part)
            dearest = max(dearest, self._fairness(part))
            self._wishes(part)
        self._escalation()
        self.weights = self._weights(dearest)
        weighted = [(v, w * self.weights[level]) for level, terms in self._terms.items() for v, w in terms]
        self.model.minimize(_sum(weighted))

    def size(self) -> dict[str, int]:
        """Return how large the model is."""
        proto = self.model.proto
        return {
            "variables": len(proto.variables),
            "constraints": len(proto.constraints),
            "pairwise_conflicts": self.conflicts,
        }

    def solve(self, seconds: float, workers: int) -> TextbookAnswer:
        """Search for so long, from nothing."""
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        began = time.perf_counter()
        status = solver.solve(self.model)
        took = time.perf_counter() - began
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return TextbookAnswer(solver.status_name(status), took, None, solver.best_objective_bound, None)
        held = np.array([solver.boolean_value(x) for x in self.pairs], dtype=bool)
        return TextbookAnswer(
            solver.status_name(status), took, solver.objective_value, solver.best_objective_bound, held
        )

    def _weights(self, dearest: int) -> dict[str, int]:
        """Return the weights by which one sum stands for the levels.

        A unit of a level outweighs all that the holder of one post can change further down: ``dearest`` is
        the most that one duty can add to fairness. Fairness counts as it is and wishes as they are; a duty
        more or less is worth hundreds of minutes of travel. Strictly lexicographic weights would need
        more than 64 bits.
        """
        wish = max((w for _, w in self._terms["wishes"]), default=0)
        extra = dearest + wish + 1
        return {
            "wishes": 1,
            "fairness": 1,
            "extra": extra,
            "stand_ins": 2 * extra,
            "volunteers": 6 * extra,
            "core": 6 * extra,
        }

    def _coverage(self, part: Part) -> None:
        needs = part.needs
        holders: list[list[cp_model.IntVar]] = [[] for _ in range(len(needs))]
        for pair, n, distance in zip(
            part.pair.tolist(), part.n.tolist(), part.distance.tolist(), strict=True
        ):
            holders[n].append(self.pairs[pair])
            if distance:
                self._terms["stand_ins"].append((self.pairs[pair], distance))
        for n, mine in enumerate(holders):
            minimum, target = int(needs.minimum[n]), int(needs.target[n])
            missing = self.model.new_int_var(0, minimum, "")
            extra = self.model.new_int_var(0, target - minimum, "")
            self.model.add(_sum([(x, 1) for x in [*mine, missing, extra]]) == target)
            self._terms["extra"].append((extra, 1))
            if needs.tier[n] == 1:
                self._terms["core"].append((missing, int(needs.weight[n])))
                self._missing[int(needs.shift[n])].append((missing, minimum))
            else:
                self._terms["volunteers"].append((missing, 1))

    def _escalation(self) -> None:
        """Charge the k-th missing post of a shift with k times the escalation."""
        if not self._compiled.parts or not (escalation := self._compiled.parts[0].coverage.escalation):
            return
        # Needs that nobody could hold are in no part; what they miss is certain.
        certain = self._compiled.split.forced_of_shift - _forced_in_parts(self._compiled)
        for shift, missing in self._missing.items():
            steps = [self.model.new_bool_var("") for _ in range(sum(most for _, most in missing))]
            self.model.add(_sum([(v, 1) for v, _ in missing]) == _sum([(s, 1) for s in steps]))
            first = int(certain[shift])
            self._terms["core"] += [(s, escalation * (first + k)) for k, s in enumerate(steps)]

    def _one_place_at_a_time(self, part: Part) -> None:
        one, other = conflicting_needs(part)
        clash: list[list[int]] = [[] for _ in range(len(part.needs))]
        for i, j in zip(one.tolist(), other.tolist(), strict=True):
            clash[i].append(j)
        for mine in self._by_bearer(part).values():
            for n, pairs in mine.items():
                for x in pairs[1:]:
                    self.model.add_at_most_one([pairs[0], x])
                for m in clash[n]:
                    for y in mine.get(m, ()):
                        for x in pairs:
                            self.model.add_at_most_one([x, y])
                            self.conflicts += 1

    def _by_bearer(self, part: Part) -> dict[int, dict[int, list[cp_model.IntVar]]]:
        """Return the pairs that each bearer bears, by need."""
        found: dict[int, dict[int, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
        for bearer, k in zip(part.bearer.tolist(), part.borne.tolist(), strict=True):
            found[bearer][int(part.n[k])].append(self.pairs[part.pair[k]])
        return found

    def _duty_limits(self, part: Part) -> None:
        needs, past = part.needs, part.past
        for rule in (r for r in part.rules if isinstance(r, DutyLimit)):
            counts = [not rule.roles or role in rule.roles for role in part.role_ids]
            borne: dict[tuple[int, int], Terms] = defaultdict(list)
            for bearer, k in zip(part.bearer.tolist(), part.borne.tolist(), strict=True):
                n = part.n[k]
                if counts[needs.role[n]] and (not rule.bearers or part.bearer_ids[bearer] in rule.bearers):
                    amount = int(needs.minutes[n]) if rule.measure == "minutes" else 1
                    span = int(needs.date[n] if rule.per == "day" else (needs.date[n] - 1) // 7)
                    borne[bearer, span].append((self.pairs[part.pair[k]], amount))
            spent: dict[tuple[int, int], int] = defaultdict(int)
            for bearer, role, date, minutes in zip(
                past.bearer.tolist(),
                past.role.tolist(),
                past.date.tolist(),
                past.minutes.tolist(),
                strict=True,
            ):
                if counts[role]:
                    span = date if rule.per == "day" else (date - 1) // 7
                    spent[bearer, span] += minutes if rule.measure == "minutes" else 1
            for key, terms in borne.items():
                self.model.add(_sum(terms) <= max(0, rule.maximum - spent[key]))

    def _consecutive_days(self, part: Part) -> None:
        most = next((r.maximum for r in part.rules if isinstance(r, ConsecutiveDays)), None)
        if most is None:
            return
        past: dict[int, set[int]] = defaultdict(set)
        for bearer, date in zip(part.past.bearer.tolist(), part.past.date.tolist(), strict=True):
            past[bearer].add(date)
        for bearer, mine in self._by_bearer(part).items():
            days: dict[int, list[cp_model.IntVar]] = defaultdict(list)
            for n, pairs in mine.items():
                days[int(part.needs.date[n])] += pairs
            if len(days.keys() | past[bearer]) <= most:
                continue
            works = {day: self.model.new_bool_var("") for day in days}
            for day, pairs in days.items():
                for x in pairs:
                    self.model.add_implication(x, works[day])
            for first in range(min(days) - most, max(days) + 1):
                run = range(first, first + most + 1)
                if all(d in days or d in past[bearer] for d in run):
                    fresh = [(works[d], 1) for d in run if d in days]
                    before = len(run) - len(fresh)
                    self.model.add(_sum(fresh) <= most - before)

    def _fairness(self, part: Part) -> int:
        """Let each burden's cost lie above all lines of its convex function; return the dearest duty."""
        dearest = 0
        by_bearer = self._by_bearer(part)
        for g, most in enumerate(most_points(part).tolist()):
            borne = by_bearer.get(int(part.group_bearer[g]), {})
            points = [(x, int(part.needs.points[n])) for n, pairs in borne.items() for x in pairs]
            if not points or not most:
                continue
            opening, step, weight = int(part.opening[g]), int(part.step[g]), int(part.weight[g])
            burden = self.model.new_int_var(opening, opening + most, "")
            self.model.add(_sum(points) + opening == burden)
            corners = range(opening // step, -(-(opening + most) // step))
            cost = self.model.new_int_var(0, weight * corners.stop**2 * step, "")
            for k in corners:
                # Through (kS, k²S) with the slope 2k + 1.
                line = _sum([(burden, weight * (2 * k + 1))])
                self.model.add(cost >= line - weight * k * (k + 1) * step)
            self._terms["fairness"].append((cost, 1))
            dearest = max(dearest, weight * (2 * corners.stop - 1) * max(p for _, p in points))
        return dearest

    def _wishes(self, part: Part) -> None:
        add, terms = self.model, self._terms["wishes"]
        pairs = [self.pairs[p] for p in part.pair.tolist()]
        terms += [(x, c) for x, c in zip(pairs, part.cost.tolist(), strict=True) if c]
        for weight, granting in part.wants:
            unmet = add.new_bool_var("")
            add.add_bool_or([*(pairs[k] for k in granting.tolist()), unmet])
            terms.append((unmet, weight))
        holders: dict[int, list[int]] = defaultdict(list)
        for k, n in enumerate(part.n.tolist()):
            holders[n].append(k)
        for row, rule in enumerate(r for r in part.rules if isinstance(r, SkillMix)):
            for n in np.flatnonzero(part.needs.role == part.role_ids.index(rule.role)).tolist():
                wanted = min(rule.at_least, int(part.needs.target[n]))
                short = add.new_int_var(0, wanted, "")
                skilled = [(pairs[k], 1) for k in holders[n] if part.skilled[row, k]]
                add.add(_sum([*skilled, (short, 1)]) >= wanted)
                terms.append((short, rule.weight))
        for lonely in (r for r in part.rules if isinstance(r, NewcomerAlone)):
            for n in np.flatnonzero(part.needs.role == part.role_ids.index(lonely.role)).tolist():
                new = [pairs[k] for k in holders[n] if part.newcomer[k]]
                old = [pairs[k] for k in holders[n] if not part.newcomer[k]]
                if new:
                    alone = add.new_bool_var("")
                    for x in new:
                        add.add_bool_or([x.negated(), *old, alone])
                    terms.append((alone, lonely.weight))


def _sum(terms: Terms) -> cp_model.LinearExprT:
    return cp_model.LinearExpr.weighted_sum([v for v, _ in terms], [w for _, w in terms])


def _forced_in_parts(compiled: Compiled) -> np.typing.NDArray[np.int64]:
    forced = np.zeros(len(compiled.problem.shifts), dtype=np.int64)
    for part in compiled.parts:
        tier1 = part.needs.tier == 1
        np.add.at(forced, part.needs.shift[tier1], part.forced[tier1])
    return forced

"""The textbook model of a rota in CP-SAT: a Boolean for each person, day and kind of shift, rules as they read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from models import (
    Assignment,
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    LeastMinutes,
    PreferenceKind,
    Roster,
    Succession,
    Weekends,
)

if TYPE_CHECKING:
    import datetime as dt

    from models import Problem


@dataclass(frozen=True)
class Answer:
    """What CP-SAT found; None for nothing."""

    roster: Roster | None
    value: float | None
    bound: float


class RotaModel:
    """The model of a problem of `benchmarks.rotas`; rules that those don't state are not known here."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._model = cp_model.CpModel()
        self._dates = problem.horizon.dates
        self._kinds = [w.id for w in problem.windows]
        self._shift = {(s.date, s.window): s for s in problem.shifts}
        self._x = {
            (p.id, d, k): self._model.new_bool_var("")
            for p in problem.people
            for d in self._dates
            for k in self._kinds
        }
        self._costs: list[cp_model.LinearExprT] = []
        self._works: dict[tuple[str, dt.date], cp_model.IntVar] = {}
        for person in problem.people:
            for date in self._dates:
                works = self._works[person.id, date] = self._model.new_bool_var("")
                self._model.add(sum(self._x[person.id, date, k] for k in self._kinds) == works)
        self._absences()
        for rule in problem.rules:
            for who in getattr(rule, "bearers", ()) or [p.id for p in problem.people]:
                self._rule(rule, who)
        self._coverage()
        self._wishes()
        self._model.minimize(sum(self._costs))

    def solve(self, seconds: float, workers: int, seed: int = 1) -> Answer:
        """Search for so long."""
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed
        status = solver.solve(self._model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer(None, None, solver.best_objective_bound)
        filled: dict[str, int] = defaultdict(int)
        held = []
        for (who, date, kind), x in self._x.items():
            if solver.boolean_value(x):
                shift = self._shift[date, kind]
                held.append(
                    Assignment(shift=shift.id, role=shift.needs[0].role, index=filled[shift.id], assignee=who)
                )
                filled[shift.id] += 1
        roster = Roster(horizon=self._problem.horizon, assignments=tuple(held))
        return Answer(roster, solver.objective_value, solver.best_objective_bound)

    def _absences(self) -> None:
        for absence in self._problem.absences:
            for (date, kind), shift in self._shift.items():
                if shift.start < absence.end and absence.start < shift.end:
                    self._model.add(self._x[absence.assignee, date, kind] == 0)

    def _rule(self, rule: object, who: str) -> None:
        dates, model = self._dates, self._model
        works = [self._works[who, d] for d in dates]
        if isinstance(rule, DutyLimit) and rule.per == "horizon":
            kinds = [k for k in self._kinds if not rule.windows or k in rule.windows]
            model.add(
                sum(
                    (self._minutes(d, k) if rule.measure == "minutes" else 1) * self._x[who, d, k]
                    for d in dates
                    for k in kinds
                )
                <= rule.maximum
            )
        elif isinstance(rule, LeastMinutes):
            total = sum(self._minutes(d, k) * self._x[who, d, k] for d in dates for k in self._kinds)
            model.add(total >= rule.minutes)
        elif isinstance(rule, Succession):
            for day, following in pairwise(dates):
                for one in rule.earlier:
                    for other in rule.later:
                        model.add(self._x[who, day, one] + self._x[who, following, other] <= 1)
        elif isinstance(rule, ConsecutiveDays):
            self._runs(rule, works)
        elif isinstance(rule, DaysOff):
            for length in range(1, rule.minimum):
                for first in range(len(works) - length - 1):
                    inside = works[first + 1 : first + 1 + length]
                    model.add(works[first] + works[first + length + 1] - sum(inside) <= 1)
        elif isinstance(rule, Weekends):
            spent = []
            for at, date in enumerate(dates):
                if date.isoweekday() == 6:
                    weekend = model.new_bool_var("")
                    for w in works[at : at + 2]:
                        model.add(w <= weekend)
                    spent.append(weekend)
            model.add(sum(spent) <= rule.maximum)

    def _runs(self, rule: ConsecutiveDays, works: list[cp_model.IntVar]) -> None:
        if rule.maximum is not None:
            for first in range(len(works) - rule.maximum):
                self._model.add(sum(works[first : first + rule.maximum + 1]) <= rule.maximum)
        for length in range(1, rule.minimum or 1):
            for first in range(len(works) - length - 1):
                inside = works[first + 1 : first + 1 + length]
                self._model.add(sum(inside) - works[first] - works[first + length + 1] <= length - 1)

    def _minutes(self, date: dt.date, kind: str) -> int:
        shift = self._shift[date, kind]
        return int((shift.end - shift.start).total_seconds()) // 60

    def _coverage(self) -> None:
        people = self._problem.people
        for (date, kind), shift in self._shift.items():
            need = shift.needs[0]
            assert need.preferred is not None
            under = self._model.new_int_var(0, need.preferred, "")
            over = self._model.new_int_var(0, len(people), "")
            self._model.add(sum(self._x[p.id, date, kind] for p in people) + under - over == need.preferred)
            self._costs += [need.under * under, need.over * over]

    def _wishes(self) -> None:
        for wish in self._problem.preferences:
            assert wish.date is not None
            assert wish.window is not None
            x = self._x[wish.assignee, wish.date, wish.window]
            met = x if wish.kind is PreferenceKind.WANT else 1 - x
            self._costs.append(wish.weight * (1 - met))

"""The ways a part can be settled: each comes to the same proven values."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from part_cases import parts_of

from examples.city import reference_city
from models import Problem
from solver import linear
from solver.coarse import peaks
from solver.engine import PART_LEVELS, Answer, solve_part
from solver.rules.conflicts import conflicting_needs

if TYPE_CHECKING:
    import pytest

    from solver.parts import Part


@cache
def parts(role: str) -> list[Part]:
    """Return a district's parts of a role."""
    return [p for p in parts_of(reference_city(22, 3)) if p.role_ids[p.needs.role[0]] == role]


def solved(part: Part) -> Answer:
    return solve_part(part, 1, time.monotonic() + 600)


def test_cp_sat_closes_what_highs_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    # One in two of each need's staff should know first aid: that relaxation has a gap, which takes nodes.
    part, free = next((p, a) for p in parts("staff") if (a := solved(p)).method == "mip")
    monkeypatch.setattr(linear, "LEAST_NODES", 0)
    monkeypatch.setattr(linear, "NODE_WORK", 0)
    tied = solved(part)
    assert tied.method == "cp_sat"
    for level in PART_LEVELS:
        if level != "fairness":
            assert tied.values[level] == tied.bounds[level] == free.values[level] == free.bounds[level]
    assert tied.values["fairness"] <= tied.bounds["fairness"] + tied.tolerance


def test_two_runs_give_the_same_answer() -> None:
    for part in parts("patrol_crew") + parts("traffic_officer") + parts("staff")[:5]:
        assert (solved(part).held == solved(part).held).all()


def test_too_few_crews_miss_the_least_and_share_the_rest() -> None:
    # Only each second crew is left: what each peak must miss alone is a bound, and it is met.
    problem = reference_city(22, 3)
    crews = problem.crews[::2]
    gone = {c.id for c in problem.crews} - {c.id for c in crews}
    left = Problem(
        **{name: getattr(problem, name) for name in Problem.model_fields if name not in ("shifts", "crews")}
        | {
            "crews": crews,
            "ledger": tuple(e for e in problem.ledger if e.assignee not in gone),
            "history": tuple(d for d in problem.history if d.assignee not in gone),
            "absences": tuple(a for a in problem.absences if a.assignee not in gone),
        }
    )
    few = next(p for p in parts_of(left) if p.role_ids[p.needs.role[0]] == "patrol_crew")
    answer = solved(few)
    assert answer.values["core"] == answer.bounds["core"] > 0
    assert answer.values["wishes"] == answer.bounds["wishes"]
    assert answer.values["fairness"] <= answer.bounds["fairness"] + answer.tolerance
    # Each crew can hold no two needs that exclude each other, so a peak of n crews fills at most
    # twice n posts where no crew manages three.
    label = peaks(few)
    one, other = conflicting_needs(few)
    assert (label[one] == label[other]).all()
    held = np.flatnonzero(answer.held)
    for peak in np.unique(label).tolist():
        mine = held[label[few.n[held]] == peak]
        assert len(mine) <= 2 * len(np.unique(few.a[mine]))

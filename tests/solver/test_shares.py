"""Shares worked out before anybody is placed: what is poured, and what a coarse part allows."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from part_cases import parts_of
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from examples.city import reference_city
from solver.coarse import coarsen
from solver.engine import solve_part
from solver.linear import Linear
from solver.rules import build_coarse_form, build_form
from solver.rules.conflicts import conflicting_needs
from solver.rules.fairness import Room, borne_points, burden_cost, poured
from solver.rules.wishes import TIES

if TYPE_CHECKING:
    from solver.parts import Part

CITY = 12


@cache
def parts(seed: int) -> list[Part]:
    return parts_of(reference_city(CITY, seed))


def of_role(seed: int, role: str) -> list[Part]:
    return [p for p in parts(seed) if p.role_ids[p.needs.role[0]] == role]


def fairest(part: Part) -> float | None:
    """Return what fairness costs beyond the openings in the relaxation with every post filled."""
    linear = Linear(build_form(part, escalation=False), 1, time.monotonic() + 600)
    candidates = np.bincount(part.n, minlength=len(part.needs))
    linear.upper[linear.form.blocks["missing_minimum"]] = part.forced
    lost = np.maximum(0, part.needs.target - candidates) - part.forced
    linear.upper[linear.form.blocks["missing_extra"]] = np.maximum(0, lost)
    found = linear.relax(linear.form.costs["fairness"])
    return None if found is None else found.value


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_poured_never_costs_more_than_what_can_be_held(seed: int) -> None:
    met = 0
    for part in parts(seed):
        if len(part.minutes_between) > 1 or not len(part.group_bearer) or part.distance.any():
            continue
        found, held = poured(part), fairest(part)
        if found is None or held is None:
            continue
        points, cost = found
        assert cost <= held + 1e-3
        # The points poured are those of all posts that have candidates enough.
        filled = np.minimum(part.needs.target, np.bincount(part.n, minlength=len(part.needs)))
        assert points.sum() == pytest.approx(float(part.needs.points @ filled))
        met += cost >= held - 1e-3
    assert met > CITY


def test_equals_get_equal_shares_and_who_carried_more_gets_less() -> None:
    part = next(p for p in of_role(1, "security_guard") if len(p.assignee) >= 4)
    step = int(part.step[0])
    opening = np.zeros(len(part.assignee), dtype=np.int64)
    opening[0] = 2 * step
    even = replace(part, opening=opening, weight=np.full_like(part.weight, 60))
    found = poured(even)
    assert found is not None
    points, _ = found
    assert points[0] < points[1:].min()
    burdens = opening + points
    # Whoever may hold every need climbs to the same step, give or take the step itself.
    free = np.bincount(even.a, minlength=len(opening)) == len(even.needs)
    assert np.ptp(burdens[free]) <= step


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("role", ["patrol_crew", "traffic_officer"])
def test_a_coarse_part_costs_no_more_than_the_roster_found(seed: int, role: str) -> None:
    for part in of_role(seed, role):
        coarse = coarsen(part)
        assert coarse is not None
        assert len(coarse.part.needs) * 4 <= len(part.needs)
        assert coarse.part.needs.target.sum() == part.needs.target.sum()
        answer = solve_part(part, 1, time.monotonic() + 600)
        if part.needs.target.sum() > answer.held.sum():
            continue
        linear = Linear(build_coarse_form(coarse), 1, time.monotonic() + 600)
        linear.upper[linear.form.blocks["missing_minimum"]] = 0
        found = linear.relax(linear.form.costs["fairness"])
        assert found is not None
        burden = part.opening + borne_points(part, answer.held)
        beyond = burden_cost(burden, part.step, part.weight) - burden_cost(
            part.opening, part.step, part.weight
        )
        assert found.value <= beyond.sum() + 1e-3
        assert answer.values["fairness"] <= answer.bounds["fairness"] + answer.tolerance


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_roster_has_more_second_duties_in_a_peak_than_the_largest_matching(seed: int) -> None:
    for part in of_role(seed, "patrol_crew"):
        coarse = coarsen(part)
        assert coarse is not None
        one, other = conflicting_needs(part)
        size = (len(part.needs), len(part.needs))
        _, peak = connected_components(coo_array((np.ones(len(one)), (one, other)), shape=size))
        answer = solve_part(part, 1, time.monotonic() + 600)
        held = np.flatnonzero(answer.held)
        key, duties = np.unique(part.a[held] * len(peak) + peak[part.n[held]], return_counts=True)
        further = np.bincount(key % len(peak), duties - 1, minlength=len(coarse.second))
        assert (further <= coarse.second).all()
        assert (duties <= coarse.longest[key % len(peak)]).all()
        # 170 crews for 240 schools: second duties are needed, so the bound is not an idle one.
        assert further.sum() > 0


def test_the_room_leaves_each_burden_within_the_tolerance() -> None:
    part = of_role(1, "security_guard")[0]
    step = int(part.step[0])
    points = np.full(len(part.group_bearer), 2.4 * step)
    room = Room.around_points(part, points)
    # 2.4 usual duties lie between 2 and 3; one more on either side leaves 1 to 4.
    assert (room.lower >= step).all()
    assert (room.upper <= 4 * step).all()
    assert (room.most == 4 * step).all()


def test_all_ties_together_stay_below_one_wish() -> None:
    for part in of_role(2, "traffic_officer"):
        ties = build_form(part, escalation=False).costs["ties"]
        dearest = np.zeros(len(part.needs))
        np.maximum.at(dearest, part.n, ties[: len(part.n)])
        assert float(dearest @ part.needs.target) <= TIES + 1e-9

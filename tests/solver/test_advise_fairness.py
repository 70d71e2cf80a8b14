"""Who carries most and least, by hand and as the verifier counts it."""

from __future__ import annotations

import pytest

from examples import reference_city, small_school
from solver.advise.fairness import advise_fairness
from solver.solve import Settings, solve
from solver.verify import burdens, opening_burdens


def test_the_small_school_by_hand() -> None:
    problem = small_school()
    roster = solve(problem, Settings(workers=1)).roster
    groups = {g.role: g for g in advise_fairness(problem, roster).groups}
    guards = groups["security_guard"]
    # Each duty is half an hour, 30 points. G1 starts two duties above G3, G2 one. On Tuesday G3 stands twice
    # and G2 once; Monday's four evens it out as far as that goes.
    assert guards.usual == 30
    assert {m.assignee: m.before for m in guards.members} == {"G1": 60, "G2": 30, "G3": 0}
    assert (guards.before.least, guards.before.mean, guards.before.most) == (0, 30, 60)
    # (30^2 + 0 + 30^2) / 3 = 600, its root 24.495.
    assert guards.before.deviation == 24.495
    assert sum(m.duties for m in guards.members) == sum(m.after - m.before for m in guards.members) // 30
    leaders = groups["duty_leader"]
    # L1 takes three shifts, L2 with half the capacity one: 90 points against 60 at full capacity.
    assert [(m.assignee, m.duties, m.after) for m in leaders.members] == [("L1", 3, 90), ("L2", 1, 30)]
    assert (leaders.after.least, leaders.after.mean, leaders.after.most) == (60, 75, 90)


@pytest.mark.parametrize("seed", [1, 2])
def test_points_are_the_verifiers(seed: int) -> None:
    problem = reference_city(schools=3, seed=seed)
    roster = solve(problem, Settings(workers=1)).roster
    advice = advise_fairness(problem, roster)
    members = {m.assignee: m for g in advice.groups for m in g.members}
    counted, start = burdens(problem, roster), opening_burdens(problem)
    assert members.keys() == counted.keys() == start.keys()
    for assignee, burden in counted.items():
        member = members[assignee]
        assert (member.before, member.after) == (start[assignee], burden.opening + burden.points)
    for group in advice.groups:
        shares = [100 * m.after / m.capacity for m in group.members]
        assert shares == sorted(shares, reverse=True)
        assert (group.after.most, group.after.least) == (round(shares[0], 3), round(shares[-1], 3))
    roles = [r.id for r in problem.roles]
    keys = [(roles.index(g.role), g.unit) for g in advice.groups]
    assert keys == sorted(set(keys))

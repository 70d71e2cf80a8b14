"""Regions: what nobody outside can touch."""

from __future__ import annotations

from examples.city import reference_city
from models import LEVELS, Problem
from solver.regions import Regions
from solver.solve import Settings, solve
from solver.verify import evaluate, verify


def _values(problem: Problem) -> dict[str, int]:
    solution = solve(problem, Settings(workers=1))
    assert solution.report.status == "optimal"
    return {level.name: level.value for level in solution.report.levels}


def test_regions_solved_apart_cost_what_the_whole_costs() -> None:
    problem = reference_city(schools=8, seed=3)
    regions = Regions(problem)
    districts: dict[str, list[str]] = {}
    for site in problem.sites:
        districts.setdefault(site.district, []).append(site.id)
    apart = [regions.around(sites=sites[:1]) for sites in districts.values()]
    # Every shift and every person with a place in a region is in exactly one.
    assert sorted(s.id for r in apart for s in r.shifts) == sorted(s.id for s in problem.shifts)
    assert len({p.id for r in apart for p in r.people}) == sum(len(r.people) for r in apart)
    whole, parts = _values(problem), [_values(region) for region in apart]
    for level in LEVELS[: LEVELS.index("fairness")]:
        assert whole[level] == sum(part[level] for part in parts)


def test_a_region_judges_its_own_part_of_a_roster_as_the_whole_does() -> None:
    problem = reference_city(schools=6, seed=2)
    roster = solve(problem, Settings(workers=1)).roster
    whole = dict.fromkeys(LEVELS, 0)
    regions, seen = Regions(problem), set[str]()
    for site in problem.sites:
        region = regions.around(sites=[site.id])
        inside = {s.id for s in region.shifts}
        if inside <= seen:
            continue
        seen |= inside
        kept = tuple(a for a in roster.assignments if a.shift in inside)
        mine = roster.model_copy(update={"assignments": kept})
        assert verify(region, mine) == ()
        for level in evaluate(region, mine):
            whole[level.name] += level.value
    assert whole == {level.name: level.value for level in evaluate(problem, roster)}


def test_fields_divide_needs_and_people_and_are_judged_as_in_the_whole() -> None:
    problem = reference_city(schools=6, seed=2)
    roster = solve(problem, Settings(workers=1)).roster
    regions = Regions(problem)
    whole = dict.fromkeys(LEVELS, 0)
    needs: list[tuple[str, str]] = []
    people: list[str] = []
    for site in problem.sites:
        for role in problem.roles:
            field = regions.field(places=[(site.id, role.id)])
            inside = {(s.id, n.role) for s in field.shifts for n in s.needs}
            if not inside or inside <= set(needs):
                continue
            needs += inside
            people += [p.id for p in field.people]
            kept = tuple(a for a in roster.assignments if (a.shift, a.role) in inside)
            mine = roster.model_copy(update={"assignments": kept})
            assert verify(field, mine) == ()
            for level in evaluate(field, mine):
                whole[level.name] += level.value
    assert sorted(needs) == sorted((s.id, n.role) for s in problem.shifts for n in s.needs)
    assert len(people) == len(set(people))
    # A shift that lacks several roles costs more than its fields say; all else adds up.
    apart = {level.name: level.value for level in evaluate(problem, roster)}
    assert whole.pop("core") <= apart.pop("core")
    assert whole == apart

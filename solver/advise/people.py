"""Where one more person or crew is worth most: shadow prices say where to look, new solves what it brings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from models import (
    Continuity,
    Fairness,
    NewcomerAlone,
    Preferences,
    Problem,
    Scope,
    SkillMix,
    TravelMinutes,
)
from models.advice import Hire, PeopleAdvice, Worth
from solver.advise.openings import Opening, added, openings
from solver.advise.pools import check_known
from solver.compiled import compile_problem
from solver.regions import Regions
from solver.rules import build_form
from solver.solve import Settings, Solution, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.facts import Bools, Ints
    from solver.form import Floats, Form

Told = tuple[int, int]
"""How many solves are done, and how many there will be."""

WORTHS: tuple[Worth, ...] = ("core", "volunteers", "stand_ins", "extra")

LATER = (Fairness, Preferences, Continuity, TravelMinutes, SkillMix, NewcomerAlone)
"""Rules of the levels after coverage, which can't change its levels: left out, a region is solved sooner."""

SCALE = {"core": 100.0, "volunteers": 100.0, "stand_ins": 10.0, "extra": 1.0}
"""What a unit of each level counts for in the prices, which only say where to look."""


def advise_people(
    problem: Problem,
    *,
    top: int = 2,
    roles: tuple[str, ...] | None = None,
    districts: tuple[str, ...] | None = None,
    progress: Callable[[Told], None] | None = None,
) -> PeopleAdvice:
    """Return where one more person or crew is worth most.

    The dual prices of the posts choose whom to try: of each role those with the highest price, with no bound
    on when they come and in their best window alone. Each is then added to the problem, and its region solved
    and verified anew; nothing is reported that was not.

    Parameters
    ----------
    top
        How many of each role to try, at least 1.
    roles, districts
        What to look at; None is all.
    progress
        Called after each solve with those done and in all, as far as that is known.

    Raises
    ------
    ValueError
        When ``top`` is too small, or a role or district is not known.
    """
    if top < 1:
        raise ValueError(f"top {top}: give 1 or more")
    check_known(problem, roles, districts)
    tell = progress or (lambda _: None)
    bare = problem.model_copy(
        update={"rules": tuple(r for r in problem.rules if not isinstance(r, LATER)), "preferences": ()}
    )
    regions = [_Region(region) for region in _regions(bare, districts)]
    missing: Counter[Worth] = Counter(dict.fromkeys(WORTHS, 0))
    candidates: list[_Candidate] = []
    for done, region in enumerate(regions):
        tell((done, len(regions)))
        missing.update(region.missing)
        candidates += region.candidates()
    wanted = [c for c in candidates if roles is None or c.opening.role in roles]
    tries = _dearest(wanted, top)
    hires = []
    for done, (candidate, window) in enumerate(tries, start=len(regions)):
        tell((done, len(regions) + len(tries)))
        hires.append(candidate.region.hire(candidate, window))
    hires.sort(key=lambda h: [*(-h.value[level] for level in WORTHS), h.window is None])
    useful = tuple(h for h in hires if next((v for v in h.value.values() if v), 0) > 0)
    return PeopleAdvice(missing=dict(missing), candidates=len(wanted), tried=len(hires), hires=useful)


def _regions(problem: Problem, districts: tuple[str, ...] | None) -> list[Problem]:
    """Return the regions with a shift in one of the districts, each once."""
    regions, seen, found = Regions(problem), set[str](), []
    asked = {shift.site for shift in problem.shifts}
    for site in problem.sites:
        if site.id in asked - seen and (districts is None or site.district in districts):
            found.append(regions.around(sites=[site.id]))
            seen |= {shift.site for shift in found[-1].shifts}
    return found


@dataclass(frozen=True)
class _Candidate:
    """An opening with its price in each window."""

    region: _Region
    opening: Opening
    prices: dict[str, float]

    @property
    def price(self) -> float:
        return sum(self.prices.values())


def _dearest(candidates: Sequence[_Candidate], top: int) -> list[tuple[_Candidate, str | None]]:
    """Return what to try: of each role the dearest, always there and in the best window alone."""
    of_role: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        of_role[candidate.opening.role].append(candidate)
    tries: list[tuple[_Candidate, str | None]] = []
    for found in of_role.values():
        for candidate in sorted(found, key=lambda c: -c.price)[:top]:
            tries.append((candidate, None))
            if len(candidate.prices) > 1:
                best = max(candidate.prices, key=lambda window: candidate.prices[window])
                tries.append((candidate, best))
    return tries


@dataclass
class _Region:
    """A region and its roster as things are."""

    problem: Problem
    now: Solution = field(init=False)

    def __post_init__(self) -> None:
        self.now = solve(self.problem, Settings(workers=1))

    @property
    def missing(self) -> dict[Worth, int]:
        return _missing(self.problem, self.now)

    def candidates(self) -> list[_Candidate]:
        """Return the openings that have a price."""
        if not any(self.missing.values()):
            return []
        compiled = compile_problem(self.problem)
        needs, problem = compiled.facts.needs, self.problem
        price, alone = np.zeros(len(needs)), np.ones(len(needs), dtype=bool)
        for component in compiled.components:
            part = compiled.split.part(component)
            price[part.need] = _prices(build_form(part, escalation=True, fair=False))
            alone[part.need] = False
        # What nobody can hold is in no part.
        missed = np.where(needs.tier == 1, SCALE["core"] * needs.weight, SCALE["volunteers"])
        price[alone] = np.where(needs.minimum > 0, missed, SCALE["extra"])[alone]
        found = []
        for opening in openings(problem, self.now.report.unfilled):
            prices = _best_of_each_window(problem, opening, needs.role, needs.shift, price)
            if prices:
                found.append(_Candidate(self, opening, prices))
        return found

    def hire(self, candidate: _Candidate, window: str | None) -> Hire:
        """Solve the region with one more person or crew."""
        opening = candidate.opening
        problem = added(self.problem, opening, window)
        then = solve(problem, Settings(workers=1))
        before, after = _missing(self.problem, self.now), _missing(problem, then)
        levels = zip(self.now.report.levels, then.report.levels, strict=True)
        value = {a.name: a.value - b.value for a, b in levels}
        proven = [x.optimal for s in (self.now, then) for x in s.report.levels if x.name in WORTHS]
        return Hire(
            role=opening.role,
            unit=opening.unit,
            like=opening.like,
            sites=opening.sites,
            posted_to=opening.posted_to,
            window=window,
            price=round(candidate.price if window is None else candidate.prices[window], 3),
            gained={level: before[level] - after[level] for level in WORTHS},
            value={level: value[level] for level in WORTHS},
            proven=all(proven),
        )


def _missing(problem: Problem, solution: Solution) -> dict[Worth, int]:
    """Return what is missing at each level, in posts and in duties by stand-ins."""
    tier = {(s.id, n.role): n.tier for s in problem.shifts for n in s.needs}
    found: dict[Worth, int] = dict.fromkeys(WORTHS, 0)
    for need in solution.report.unfilled:
        level: Worth = "core" if tier[need.shift, need.role] == 1 else "volunteers"
        found[level] += need.missing_minimum
        found["extra"] += need.missing - need.missing_minimum
    terms = {t.name: t.value for level in solution.report.levels for t in level.terms}
    # One of the same station costs 1, one of the district alone 2.
    found["stand_ins"] = terms.get("same_station", 0) + terms.get("same_district", 0) // 2
    return found


def _prices(form: Form) -> Floats:
    """Return what one holder more is worth at each need, by the relaxation's duals."""
    cost = sum((SCALE[k] * form.costs[k] for k in SCALE if k in form.costs), np.zeros(len(form.lower)))
    same = form.row_lower == form.row_upper
    above, below = ~same & np.isfinite(form.row_upper), ~same & np.isfinite(form.row_lower)
    solved = linprog(
        cost,
        A_ub=_stacked(form, above, below),
        b_ub=np.concatenate([form.row_upper[above], -form.row_lower[below]]),
        A_eq=form.rows[np.flatnonzero(same)],
        b_eq=form.row_lower[same],
        bounds=np.stack([form.lower, form.upper], axis=1),
        method="highs",
    )
    prices = np.zeros(len(form.row_lower))
    if solved.status == 0:
        prices[same] = solved.eqlin.marginals
    found: Floats = prices[form.named_rows["coverage"]]
    return found


def _stacked(form: Form, above: Bools, below: Bools) -> csr_array:
    return csr_array(vstack([form.rows[np.flatnonzero(above)], -form.rows[np.flatnonzero(below)]]))


def _best_of_each_window(
    problem: Problem, opening: Opening, role: Ints, shift: Ints, price: Floats
) -> dict[str, float]:
    """Return by window the prices of its dearest post in scope on each date, summed; those without left out."""
    mine = np.flatnonzero((role == [r.id for r in problem.roles].index(opening.role)) & (price > 1e-6))
    best: dict[tuple[str, object], float] = {}
    for need in mine.tolist():
        laid = problem.shifts[int(shift[need])]
        if laid.site in opening.served:
            key = (laid.window, laid.date)
            own = SCALE["stand_ins"] * _distance(problem, opening, laid.site)
            best[key] = max(best.get(key, 0.0), float(price[need]) - own)
    prices: defaultdict[str, float] = defaultdict(float)
    for (window, _), value in best.items():
        if value > 0:
            prices[window] += value
    return dict(prices)


def _distance(problem: Problem, opening: Opening, site: str) -> int:
    """Return from how far a posted role's holder would stand in."""
    if problem.role_by_id[opening.role].scope is not Scope.POSTED or opening.posted_to == site:
        return 0
    return 1 if problem.site_by_id[site].station == opening.unit else 2

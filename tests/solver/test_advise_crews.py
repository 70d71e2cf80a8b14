"""The crew certificate: as few as an exhaustive search finds, and a proof that stands alone."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from advise_cases import CREW, MONDAY, Row, moment, morning, schools
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import reference_city
from models import Absence, Crew, Need, Person, Problem, Scope, Shift, Site, Unit
from solver.advise.chains import fewest_open
from solver.advise.crews import advise_crews
from solver.advise.proof import crew_faults
from solver.solve import Settings, solve

if TYPE_CHECKING:
    from models.advice import CrewAdvice, CrewPool

SITES = 4

tables = st.lists(
    st.lists(st.integers(0, 40), min_size=SITES, max_size=SITES), min_size=SITES, max_size=SITES
)
rows = st.tuples(
    st.integers(0, SITES - 1),
    st.integers(0, 24).map(lambda k: 420 + 5 * k),
    st.sampled_from((10, 30)),
    st.sampled_from((1, 1, 2)),
)


def _shortest(minutes: list[list[int]], sites: set[int], a: int, b: int) -> int:
    """Return the shortest of all paths by some sites, one by one."""
    if a == b:
        return 0
    others = [s for s in sites if s not in (a, b)]
    paths = [[a, *via, b] for n in range(len(others) + 1) for via in permutations(others, n)]
    return min(sum(minutes[x][y] for x, y in pairwise(path)) for path in paths)


def _closed(minutes: list[list[int]], wanted: list[Row]) -> list[list[int]]:
    """Close the ways under shortest paths by the sites that have a post."""
    sites = {row[0] for row in wanted}
    return [[_shortest(minutes, sites, a, b) for b in range(SITES)] for a in range(SITES)]


def _compatible(minutes: list[list[int]], one: Row, other: Row) -> bool:
    first, then = sorted((one, other), key=lambda row: row[1])
    return first[1] + first[2] + minutes[first[0]][then[0]] <= then[1]


def _least(minutes: list[list[int]], posts: list[Row]) -> int:
    """Return the fewest crews over all ways to deal the posts out."""
    best = len(posts)

    def deal(k: int, hands: list[list[Row]]) -> None:
        nonlocal best
        if len(hands) >= best and k < len(posts):
            return
        if k == len(posts):
            best = min(best, len(hands))
            return
        for hand in hands:
            if all(_compatible(minutes, held, posts[k]) for held in hand):
                hand.append(posts[k])
                deal(k + 1, hands)
                hand.pop()
        deal(k + 1, [*hands, [posts[k]]])

    deal(0, [])
    return best


def _only(advice: CrewAdvice) -> CrewPool:
    (pool,) = advice.pools
    return pool


@settings(max_examples=60)
@given(tables, st.lists(rows, min_size=1, max_size=4))
def test_as_few_crews_as_an_exhaustive_search_finds(minutes: list[list[int]], wanted: list[Row]) -> None:
    problem = morning(minutes, 2, wanted)
    pool = _only(advise_crews(problem))
    minutes = _closed(minutes, wanted)
    posts = [row for row in wanted for _ in range(row[3])]
    assert pool.least == _least(minutes, posts)
    (peak,) = pool.peaks
    # The proof by hand: no two of them are compatible.
    rows_of = {f"s{row[0]}/{MONDAY}/am{k}": row for k, row in enumerate(wanted)}
    apart = [rows_of[post.shift] for post in peak.apart]
    assert len(apart) == pool.least
    assert not any(_compatible(minutes, one, other) for one, other in combinations(apart, 2))
    assert peak.missing == min(
        len(posts) - size
        for size in range(len(posts) + 1)
        for kept in combinations(posts, size)
        if _least(minutes, list(kept)) <= 2
    )


@settings(max_examples=25)
@given(tables, st.lists(rows, min_size=1, max_size=4))
def test_a_roster_needs_just_as_many_crews(minutes: list[list[int]], wanted: list[Row]) -> None:
    # Ways that are shortest already: what the certificate says is what the engine can do.
    closed = _closed(minutes, [(site, 0, 0, 1) for site in range(SITES)])
    pool = _only(advise_crews(morning(closed, 0, wanted)))
    assert pool.shortened == 0
    for crews, complete in ((pool.least, True), (pool.least - 1, False)):
        report = solve(morning(closed, crews, wanted), Settings(workers=1)).report
        assert report.status == "optimal"
        assert (report.filled == report.posts) is complete
        if not complete:
            (peak,) = _only(advise_crews(morning(closed, crews, wanted))).peaks
            assert peak.missing == report.posts - report.filled


def test_a_need_of_two_crews_takes_two() -> None:
    (peak,) = _only(advise_crews(morning([[0]], 2, [(0, 420, 30, 2), (0, 450, 30, 2)]))).peaks
    assert (peak.posts, peak.least, len(peak.apart)) == (4, 2, 2)
    # 07:00-07:30 and 07:30-08:00 at one site: whoever holds the first can hold the second.
    assert sorted(len(chain) for chain in peak.chains) == [2, 2]
    assert len({(post.shift, post.index) for chain in peak.chains for post in chain}) == 4


def test_ways_are_closed_and_counted() -> None:
    # 0 to 2 straight takes 40, by 1 it takes 10 + 10 = 20: 07:30 at 0 leaves time for 07:50 at 2.
    minutes = [[0, 10, 40], [10, 0, 10], [40, 10, 0]]
    wanted = [(0, 420, 30, 1), (1, 600, 30, 1), (2, 470, 30, 1)]
    pool = _only(advise_crews(morning(minutes, 2, wanted)))
    assert (pool.least, pool.shortened) == (1, 2)


def test_without_a_rule_travel_nobody_needs_time_for_the_way() -> None:
    wanted = [(0, 420, 30, 1), (1, 450, 30, 1)]
    minutes = [[0, 30], [30, 0]]
    assert _only(advise_crews(morning(minutes, 2, wanted))).least == 2
    assert _only(advise_crews(morning(minutes, 2, wanted, rules=()))).least == 1


def test_districts_are_pools_of_their_own_unless_a_crew_serves_both() -> None:
    minutes = [[0, 0], [0, 0]]
    sites = (Site(id="s0", name="甲", district="D"), Site(id="s1", name="乙", district="E"))
    units = (
        Unit(id="brigade", name="大队", district="D"),
        Unit(id="other", name="二大队", district="E"),
    )
    people = tuple(Person(id=f"p{k}", name=f"{k}", unit="brigade") for k in range(2))
    crews = (
        Crew(id="c0", name="一", unit="brigade", role="crew", members=("p0",)),
        Crew(id="c1", name="二", unit="other", role="crew", members=("p1",)),
    )
    wanted = [(0, 420, 30, 1), (1, 600, 30, 1)]
    problem = morning(minutes, 0, wanted, sites=sites, units=units, people=people, crews=crews)
    advice = advise_crews(problem)
    assert [(p.districts, p.crews, p.least) for p in advice.pools] == [(("D",), 1, 1), (("E",), 1, 1)]
    # Each pool has a peak of the same window; a crew serves in one pool alone, so they add up.
    assert [(t.posts, t.least, t.crews, t.present) for t in advice.totals] == [(2, 2, 2, 2)]
    assert [p.districts for p in advise_crews(problem, districts=("E",)).pools] == [("E",)]
    both = crews[0].model_copy(update={"sites": ("s1",)})
    joined = _only(advise_crews(problem.model_copy(update={"crews": (both, crews[1])})))
    assert (joined.districts, joined.crews, joined.least) == (("D", "E"), 2, 1)
    # Nobody to serve a district is no reason to forget it.
    alone = advise_crews(problem.model_copy(update={"crews": (crews[0],)}))
    assert [(p.districts, p.crews, p.least) for p in alone.pools] == [(("D",), 1, 1), (("E",), 0, 1)]
    assert [p.peaks[0].missing for p in alone.pools] == [0, 1]


def test_who_is_away_or_too_few_is_not_present() -> None:
    wanted = [(0, 420, 30, 1), (1, 420, 30, 1)]
    away = Absence(assignee="c0", start=moment(400), end=moment(500))
    member = Absence(assignee="p1", start=moment(400), end=moment(500))
    problem = morning([[0, 5], [5, 0]], 3, wanted, absences=(away, member))
    (peak,) = _only(advise_crews(problem)).peaks
    assert (peak.crews, peak.present, peak.least, peak.missing) == (3, 1, 2, 1)


def test_duties_of_one_day_that_leave_time_are_other_peaks() -> None:
    def laid(site: int, start: int, window: str, day: int) -> Shift:
        return Shift(
            id=f"s{site}/{day}/{window}",
            site=f"s{site}",
            date=MONDAY.replace(day=MONDAY.day + day),
            window=window,
            start=moment(start, day),
            end=moment(start + 30, day),
            needs=(Need(role="crew", minimum=1, target=1),),
        )

    shifts = (laid(0, 420, "am", 0), laid(1, 430, "am", 0), laid(0, 1000, "pm", 0), laid(0, 420, "am", 1))
    pool = _only(advise_crews(schools([[0, 5], [5, 0]], 2, shifts=shifts)))
    assert [(p.date.day, p.windows, p.posts, p.least) for p in pool.peaks] == [
        (7, ("am",), 2, 2),
        (7, ("pm",), 1, 1),
        (8, ("am",), 1, 1),
    ]
    assert pool.least == 2


def test_other_roles_on_request_and_unknown_names_are_refused() -> None:
    city = reference_city(schools=4)
    officers = advise_crews(city, ("traffic_officer",))
    assert {pool.role for pool in officers.pools} == {"traffic_officer"}
    with pytest.raises(ValueError, match="no role 'pilot'"):
        advise_crews(city, ("pilot",))
    with pytest.raises(ValueError, match="no district 'Z'"):
        advise_crews(city, districts=("Z",))


def test_posts_that_nobody_must_hold_need_no_crew() -> None:
    posted = CREW.model_copy(update={"scope": Scope.ANYWHERE})
    problem = morning([[0]], 1, [(0, 420, 30, 1)], roles=(posted,))
    (shift,) = problem.shifts
    idle = shift.model_copy(update={"needs": (Need(role="crew", minimum=0, target=1),)})
    assert advise_crews(problem.model_copy(update={"shifts": (idle,)})).pools == ()


@pytest.fixture(scope="module")
def certified() -> tuple[Problem, CrewAdvice]:
    problem = morning([[0, 10], [10, 0]], 2, [(0, 420, 30, 1), (1, 430, 30, 1), (0, 470, 30, 1)])
    return problem, advise_crews(problem)


def test_the_check_finds_every_planted_fault(certified: tuple[Problem, CrewAdvice]) -> None:
    problem, advice = certified
    assert crew_faults(problem, advice) == ()
    (pool,) = advice.pools
    (peak,) = pool.peaks
    # 07:00-07:30 at 0 and 07:10-07:40 at 1 exclude each other; 07:50 at 0 goes with either.
    assert sorted(map(len, peak.chains)) == [1, 2]
    long = max(peak.chains, key=len)
    (short,) = min(peak.chains, key=len)
    planted: dict[str, dict[str, object]] = {
        "no crew can hold": {"chains": (tuple(reversed(long)), (short,))},
        "a crew can hold both": {"apart": long},
        "is in no chain": {"chains": ((long[0],), (short,)), "posts": 2},
        "is in 2 chains": {"chains": (long, (short,), (short,)), "posts": 4},
        "posts apart": {"apart": (short,)},
        "posts are stated": {"posts": 4},
        "is no minimum post": {"chains": (long, (short.model_copy(update={"index": 1}),))},
    }
    for expected, change in planted.items():
        wrong = peak.model_copy(update=change)
        found = crew_faults(
            problem,
            advice.model_copy(update={"pools": (pool.model_copy(update={"peaks": (wrong,)}),)}),
        )
        assert any(expected in fault for fault in found), (expected, found)


def test_fewest_open_leaves_all_open_without_anybody() -> None:
    order = np.array([[False, True], [False, False]])
    assert [fewest_open(order, k) for k in range(3)] == [2, 0, 0]
    assert [fewest_open(~order & order, k) for k in range(3)] == [2, 1, 0]

"""The reference city's figures, and that chance falls the same way each time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest

from examples.city import reference_city
from models import Problem, Scope


@pytest.fixture(scope="module")
def city() -> Problem:
    return reference_city()


def test_the_figures_of_the_reference_city(city: Problem) -> None:
    needs = [need for shift in city.shifts for need in shift.needs]
    core = [need for need in needs if need.tier == 1]
    volunteers = [need for need in needs if need.tier == 2]
    assert len(city.sites) == 240
    assert len({site.district for site in city.sites}) == 11
    assert len(city.crews) == 170
    assert sum(person.roles == ("volunteer",) for person in city.people) == 11_006
    assert len(city.shifts) == 4_800  # 240 schools x 4 windows x 5 days
    assert len(needs) == 33_600  # 4,800 shifts x 7 roles
    assert sum(need.minimum for need in core) == 38_400  # 4,800 shifts x (3 + 1 + 2 + 2)
    assert sum(need.target for need in core) == 38_400
    assert sum(need.minimum for need in volunteers) == 9_600  # 4,800 shifts x 2
    assert sum(need.target for need in volunteers) == 19_200  # 4,800 shifts x 4
    assert 25_000 <= len(city.people) + len(city.crews) <= 27_000


def test_each_school_has_four_windows_a_day(city: Problem) -> None:
    a_day = Counter((shift.site, shift.date) for shift in city.shifts)
    assert set(a_day.values()) == {4}
    assert len(a_day) == 240 * 5


def test_evening_study_takes_the_place_of_the_afternoon_from_monday_to_thursday(city: Problem) -> None:
    evenings = [shift for shift in city.shifts if shift.window == "evening_dismissal"]
    assert {shift.date.isoweekday() for shift in evenings} == {1, 2, 3, 4}
    # The bell at 22:10 and twenty minutes after it.
    assert {shift.end.time() for shift in evenings} == {dt.time(22, 30)}
    boarding = {shift.site for shift in evenings}
    afternoons = {
        s.date.isoweekday() for s in city.shifts if s.site in boarding and s.window == "afternoon_dismissal"
    }
    assert afternoons == {5}


def test_friday_ends_earlier_everywhere(city: Problem) -> None:
    last = {
        (s.site, s.date.isoweekday()): s.end.time() for s in city.shifts if s.window.endswith("n_dismissal")
    }
    last |= {
        (s.site, s.date.isoweekday()): s.end.time() for s in city.shifts if s.window == "evening_dismissal"
    }
    assert all(last[site.id, 5] < last[site.id, 4] for site in city.sites)


def test_every_school_has_one_officer_and_a_station(city: Problem) -> None:
    posted = Counter(person.posted_to for person in city.people if person.posted_to)
    assert set(posted.values()) == {1}
    assert len(posted) == 240
    schools = Counter(site.station for site in city.sites)
    assert all(3 <= number <= 10 for number in schools.values())


def test_the_same_seed_gives_the_same_city() -> None:
    assert reference_city(30, seed=7) == reference_city(30, seed=7)
    assert reference_city(30, seed=7) != reference_city(30, seed=8)


@pytest.mark.parametrize("schools", [1, 2, 3, 7, 22, 33, 127])
def test_any_number_of_schools_works(schools: int) -> None:
    problem = reference_city(schools)
    assert len(problem.sites) == schools
    assert len(problem.shifts) == 20 * schools
    assert len({site.name for site in problem.sites}) == schools
    assert {person.unit for person in problem.people} <= problem.unit_by_id.keys()


def test_a_province_is_twenty_cities_side_by_side() -> None:
    problem = reference_city(480)
    assert len({site.district for site in problem.sites}) == 22
    assert len(problem.crews) == 340
    assert len({site.name for site in problem.sites}) == 480


def test_no_school_is_refused() -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        reference_city(0)


def test_scopes_are_the_default_roles(city: Problem) -> None:
    guards = [person for person in city.people if person.roles == ("security_guard",)]
    assert city.role_by_id["security_guard"].scope is Scope.SITE
    assert all(len(guard.sites) == 1 for guard in guards)


def test_last_week_shows_that_the_crews_can_do_it(city: Problem) -> None:
    past = [d for d in city.history if d.role == "patrol_crew" and d.date.isoweekday() <= 5]
    assert 4_700 <= len(past) <= 4_800
    by_crew: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {}
    for duty in past:
        by_crew.setdefault(duty.assignee, []).append((duty.start, duty.end))
    for duties in by_crew.values():
        duties.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(duties))
    # At a peak of all 240 schools at most 170 crews are at their first stop: 70 at a later one.
    noons = [d for d in past if d.window == "noon_dismissal"]
    for date in {d.date for d in noons}:
        served = [d.assignee for d in noons if d.date == date]
        assert len(served) > 230
        assert len(served) - len(set(served)) >= len(served) - 170


def test_boarders_came_back_on_sunday_night(city: Problem) -> None:
    sunday = [d for d in city.history if d.date == dt.date(2026, 11, 29)]
    boarding = {s.site for s in city.shifts if s.window == "evening_dismissal"}
    assert {d.site for d in sunday} == boarding
    # One of each of four roles, and two of staff and guards each.
    assert len(sunday) == len(boarding) * 8
    assert all(d.end.time() == dt.time(22, 30) for d in sunday)

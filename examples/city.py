"""The reference city: 240 schools in 11 districts, 170 patrol crews, 11,006 volunteers, one week."""

from __future__ import annotations

import datetime as dt

from examples.city_past import history, ledger, wishes
from examples.city_people import Draft, add_police, add_school, volunteers_by_school
from examples.city_places import SCHOOLS_A_CITY, WINDOWS, bells_of, districts
from examples.dice import apportion
from models import RECOMMENDED_RULES, Horizon, Problem

CREWS_A_CITY = 170
VOLUNTEERS_A_CITY = 11_006


def reference_city(schools: int = 240, seed: int = 1, week: dt.date = dt.date(2026, 11, 30)) -> Problem:
    """Make up a city's week.

    Everything grows with the number of schools: 1 is a school, 22 a district, 240 the
    reference city, 4,800 a province of 20 cities.

    Parameters
    ----------
    schools
        How many, at least 1.
    seed
        The same seed gives the same problem on every machine; another one gives another city.
    week
        The first of the seven days, a Monday for a whole school week.

    Raises
    ------
    ValueError
        When there is no school.
    """
    if schools < 1:
        raise ValueError(f"a city of {schools} schools can't be made; give 1 or more")
    land = districts(schools, seed)
    everywhere = [school for district in land for school in district.schools]
    crews = apportion(max(len(land), _scaled(CREWS_A_CITY, schools)), [len(d.schools) for d in land], least=1)
    volunteers = iter(volunteers_by_school(_scaled(VOLUNTEERS_A_CITY, schools), everywhere, seed))
    draft = Draft(week)
    for district, number in zip(land, crews, strict=True):
        add_police(draft, district, number, seed)
        draft.units.append(district.units["security_company"])
        for school in district.schools:
            add_school(draft, district, school, next(volunteers), seed)
    return Problem(
        title=f"{schools} 所学校护学岗 School guard of {schools} schools",
        horizon=Horizon(start=week),
        sites=tuple(school.site for school in everywhere),
        units=tuple(draft.units),
        people=tuple(draft.people),
        crews=tuple(draft.crews),
        windows=WINDOWS,
        bells=tuple(bell for school in everywhere for bell in bells_of(school)),
        absences=tuple(draft.absences),
        timetables=tuple(draft.timetables),
        offers=tuple(draft.offers),
        preferences=tuple(wishes(draft, land, seed)),
        ledger=tuple(ledger(draft, land, seed)),
        history=tuple(history(draft, land, seed)),
        rules=RECOMMENDED_RULES,
    )


def _scaled(of_a_city: int, schools: int) -> int:
    return (of_a_city * schools + SCHOOLS_A_CITY // 2) // SCHOOLS_A_CITY

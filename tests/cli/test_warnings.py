"""What ``huxue check`` and ``huxue solve`` warn of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from cli.warnings import calendar_warnings, warnings_of
from examples import small_school
from models import Absence, Assignment, Bell, Horizon, Person, Problem, Site, Unit, Window

if TYPE_CHECKING:
    from collections.abc import Callable

MONDAY = dt.date(2026, 11, 30)


def problem(formula: str, *pins: tuple[str, int, str]) -> Problem:
    """Two schools of one station with an officer each (A and B), a third officer, a morning a day."""
    return Problem(
        horizon=Horizon(start=MONDAY, days=1),
        formula=formula,
        sites=tuple(Site(id=s, name=s, district="d", station="st") for s in ("s", "t")),
        units=(Unit(id="st", name="Station", kind="police_station", district="d"),),
        people=tuple(
            Person(id=p, name=p, unit="st", roles=("resident_officer",), posted_to=site)
            for p, site in (("A", "s"), ("B", "t"), ("C", None))
        ),
        windows=(Window(id="w", name="上学", name_en="Arrival"),),
        bells=tuple(Bell(site=s, window="w", time=dt.time(8)) for s in ("s", "t")),
        pins=tuple(
            Assignment(shift=f"{s}/{MONDAY}/w", role="resident_officer", index=k, assignee=p)
            for s, k, p in pins
        ),
        **PARTS,
    )


PARTS = {
    "parts": ({"id": "1", "name": "驻校", "name_en": "Resident", "roles": ("resident_officer",)},),
}


def test_a_pin_that_keeps_the_rules_is_not_named() -> None:
    assert warnings_of(problem("1", ("s", 0, "A")), "en") == []


def test_a_stand_in_on_the_post_of_an_owner_who_is_free() -> None:
    (warning,) = warnings_of(problem("1", ("s", 0, "C")), "en")
    assert warning.startswith(f"the pin of s/{MONDAY}/w can't be kept: own post first: ")
    (warning,) = warnings_of(problem("1", ("s", 0, "C")), "zh")
    assert warning == f"指定的班 s/{MONDAY}/w 无法保留：一校一警：C，s {MONDAY} 上学 07:40–08:10"


def test_a_stand_in_beside_whom_the_owner_finds_room() -> None:
    # Two posts, one pinned: the owner takes the other.
    assert warnings_of(problem("2", ("s", 1, "C")), "en") == []


def test_an_owner_who_is_pinned_to_another_school() -> None:
    # B stands in at s while needed at t, where the morning is at the same time; and A, whose own
    # post that is, could hold it.
    found = warnings_of(problem("1", ("s", 0, "B")), "en")
    assert len(found) == 2
    assert all("own post first" in warning for warning in found)
    # With two posts at s there is room for A, but B is still needed at t.
    (warning,) = warnings_of(problem("2", ("s", 0, "B")), "en")
    assert f"s/{MONDAY}/w, t/{MONDAY}/w" in warning


def test_pins_that_break_a_rule_together() -> None:
    # C is on two posts at once; at either school somebody else is posted, who is free.
    found = warnings_of(problem("1", ("s", 0, "C"), ("t", 0, "C")), "en")
    assert [rule in " ".join(found) for rule in ("on another post", "own post first")] == [True, True]
    assert len(found) == 3


def with_people(changed: Problem, keep: Callable[[Person], Person]) -> Problem:
    """Return a problem whose people were changed."""
    return changed.model_copy(update={"people": tuple(map(keep, changed.people))})


def test_people_without_what_their_role_requires() -> None:
    school = small_school()
    volunteers = [p.id for p in school.people if "volunteer" in p.roles]
    assert warnings_of(school, "en") == []

    def without(*bare: str) -> Problem:
        return with_people(
            school, lambda p: p.model_copy(update={"qualifications": ()}) if p.id in bare else p
        )

    (warning,) = warnings_of(without(volunteers[0]), "en")
    assert warning == (
        f"Volunteer: 1 of {len(volunteers)} people lack a qualification that the role requires, "
        "so they are never posted: vetting (1), training (1)"
    )
    nobody, all_of_them = warnings_of(without(*volunteers), "zh")
    count = len(volunteers)
    assert all_of_them == (
        f"志愿者：{count} 人中有 {count} 人缺少角色须有的资质，排不上：vetting ({count})、training ({count})"
    )
    assert nobody == f"志愿者：1 所学校中有 1 所没有人能上岗：{school.sites[0].name}"


def test_a_role_that_nobody_could_ever_serve_in() -> None:
    school = small_school()
    name = school.sites[0].name
    alone = with_people(
        school, lambda p: p.model_copy(update={"roles": tuple(r for r in p.roles if r != "staff")})
    )
    (warning,) = warnings_of(alone, "en")
    assert warning == f"Staff: at 1 of 1 sites nobody could ever serve: {name}"
    # With all offers gone there are volunteers, but none who could come.
    (warning,) = warnings_of(school.model_copy(update={"offers": ()}), "en")
    assert warning == f"Volunteer: at 1 of 1 sites nobody could ever serve: {name}"


def test_sites_and_windows_without_a_bell() -> None:
    more = problem("1").model_copy(
        update={
            "sites": (*problem("1").sites, Site(id="u", name="Third", district="d")),
            "windows": (*problem("1").windows, Window(id="x", name="放学", name_en="Leaving")),
        }
    )
    site, window = warnings_of(more, "en")
    assert site == "sites without a bell, and so without a shift: 1 (Third)"
    assert window == "windows without a bell, and so without a shift: 1 (Leaving)"


def test_an_absence_of_another_year() -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    start = dt.datetime(2026, 11, 30, tzinfo=zone)

    def until(end: dt.datetime) -> Problem:
        return problem("1").model_copy(update={"absences": (Absence(assignee="C", start=start, end=end),)})

    assert warnings_of(until(dt.datetime(2027, 2, 28, tzinfo=zone)), "en") == []
    (warning,) = warnings_of(until(dt.datetime(2027, 12, 1, tzinfo=zone)), "en")
    assert warning.endswith("is the year right? 1: C (2027-12-01)")


def test_a_week_without_a_shift() -> None:
    sunday = problem("1").for_week(MONDAY - dt.timedelta(days=1))
    assert calendar_warnings(sunday, "en") == ["no shift falls into this horizon"]

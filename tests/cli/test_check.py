"""What ``huxue check`` says of pins that can't be kept."""

from __future__ import annotations

import datetime as dt

from cli.commands.check import warnings_of
from models import Assignment, Bell, Horizon, Person, Problem, Site, Unit, Window

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
    assert "一校一警" in warning


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

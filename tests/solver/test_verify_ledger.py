"""What a horizon adds to the ledger, checked against the arithmetic of docs/ledger.md."""

from __future__ import annotations

from verify_cases import PEOPLE, absence, at, city, hold, need, person, shift

from models import Absence, AbsenceKind
from solver.verify import Verifier

MONDAY = shift("A", 0, "07:00", "07:30", need("staff", 1, 2))
TUESDAY = shift("A", 1, "07:00", "07:30", need("staff", 1, 2))
EVENING = shift("A", 1, "17:00", "17:30", need("staff", 1, 2), window="pm")
THIRD = PEOPLE[6].model_copy(update={"id": "s3"})


def test_everybody_of_a_group_that_counts_has_carried_something_or_nothing() -> None:
    problem = city(MONDAY, EVENING, people=(*PEOPLE, THIRD))
    # 30 minutes in the morning, and 30 x 2 in the evening.
    roster = hold((MONDAY, "staff", "s1"), (EVENING, "staff", "s1"), (EVENING, "staff", "s2", 1))
    assert Verifier(problem).carried(roster) == {"s1": 90, "s2": 60, "s3": 0}


def test_a_crew_and_its_members_who_are_present_carry_its_duties() -> None:
    gate = shift("A", 0, "07:00", "07:30", "crew", "any")
    away = absence("m1", 0, "06:00", "08:00")
    carried = Verifier(city(gate, absences=(away,))).carried(hold((gate, "crew", "k1")))
    # m2 has no role of its own, and so is in no group.
    assert carried == {"m1": 0, "k1": 30, "k2": 0}
    assert Verifier(city(gate)).carried(hold((gate, "crew", "k1"))) == {"m1": 30, "k1": 30, "k2": 0}


def test_excused_absence_is_credited_what_the_others_carried_meanwhile() -> None:
    # s2 is away on Tuesday. Then s1 carries 30, and s1 and s3 carry 60 each in the evening:
    # capacities 100 and 50 are there, s2 has 80: (30 + 120) x 80 / 150 = 80. Monday doesn't count.
    people = (*person("s2", capacity=80), THIRD.model_copy(update={"capacity": 50}))
    away = Absence(assignee="s2", start=at(1, "00:00"), end=at(2, "00:00"), kind=AbsenceKind.SICK)
    verifier = Verifier(city(MONDAY, TUESDAY, EVENING, people=people, absences=(away,)))
    roster = hold(
        (MONDAY, "staff", "s1"),
        (TUESDAY, "staff", "s1"),
        (EVENING, "staff", "s1"),
        (EVENING, "staff", "s3", 1),
    )
    assert verifier.credited(roster) == {"s2": 80}


def test_shares_are_added_before_they_are_rounded() -> None:
    # Two duties of 30, carried by one of three whose capacities sum to 160 without s2:
    # 2 x 30 x 100 / 160 = 37.5, rounded down once: 37. Rounded one by one it would be 36.
    people = (*person("s1", capacity=60), THIRD)
    away = Absence(assignee="s2", start=at(0, "00:00"), end=at(2, "00:00"))
    verifier = Verifier(city(MONDAY, TUESDAY, people=people, absences=(away,)))
    assert verifier.credited(hold((MONDAY, "staff", "s1"), (TUESDAY, "staff", "s1"))) == {"s2": 37}


def test_what_is_no_excuse_is_not_credited() -> None:
    gate = (MONDAY, "staff", "s1")
    released = absence("s2", 0, "06:00", "08:00", AbsenceKind.RELEASED)
    assert Verifier(city(MONDAY, absences=(released,))).credited(hold(gate)) == {}
    # It begins when the duty ends.
    later = absence("s2", 0, "07:30", "08:00")
    assert Verifier(city(MONDAY, absences=(later,))).credited(hold(gate)) == {}
    # Who was there, whatever is said later, was there; and who stands alone carries no mean.
    both = (absence("s1", 0, "06:00", "08:00"), absence("s2", 0, "06:00", "08:00"))
    assert Verifier(city(MONDAY, absences=both)).credited(hold(gate)) == {"s2": 30}
    assert Verifier(city(MONDAY, absences=both)).credited(hold()) == {}

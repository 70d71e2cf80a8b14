"""Whose phone number somebody sees, and whom of the people at all."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from api.accounts.identity import Grant, Identity, Permission
from api.database.engine import reading
from api.standing.people_view import people_inside, visible
from api.standing.tables import PersonRow
from models import Person, Problem, Unit

SCHOOL = Unit(id="S1", name="S1", district="D1", site="S1")
STATION = Unit(id="P1", name="P1", kind="police_station", district="D1")
TEACHER = Person(id="T", name="T", unit="S1", phone="000-0000-0001")
OFFICER = Person(id="R", name="R", unit="P1", posted_to="S1", phone="000-0000-0002")


def _seen(identity: Identity) -> list[str]:
    people = ((TEACHER, SCHOOL), (OFFICER, STATION))
    return [p.id for p, unit in people if visible(p, unit, identity).phone is not None]


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        (Grant("dispatcher"), ["T", "R"]),
        (Grant("dispatcher", "D1"), ["T", "R"]),
        (Grant("dispatcher", "D2"), []),
        (Grant("school_admin", site="S1"), ["T", "R"]),
        (Grant("school_admin", site="S2"), []),
        (Grant("auditor"), []),
    ],
)
def test_phones_are_for_those_who_call(grant: Grant, seen: list[str]) -> None:
    assert _seen(Identity(account=1, grants=(grant,))) == seen


def test_everybody_sees_their_own_phone() -> None:
    assert _seen(Identity(account=1, person="T")) == ["T"]
    assert _seen(Identity()) == []
    assert _seen(Identity(account=1, grants=(Grant("dispatcher"),), scope_of_token="read")) == ["T", "R"]


def test_people_of_a_school_are_its_own_and_its_officer(engine: Engine, city: Problem) -> None:
    admin = Identity(account=1, grants=(Grant("school_admin", site="S0001"),))
    with reading(engine) as session:
        inside = people_inside(admin.scope(Permission.READ_PEOPLE))
        found = set(session.scalars(select(PersonRow.id).where(inside)))
    own = {"S0001", "S0001-V"}
    assert found == {p.id for p in city.people if p.unit in own or p.posted_to == "S0001"}
    assert "S0001-R" in found

"""Anybody changes anything, in any order: what stands makes a valid problem, and nobody reaches beyond their scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import not_, select
from standing_cases import API, client, go_abroad, standing_problem

from api.accounts.identity import Scope
from api.database.engine import reading
from api.standing.kinds import KINDS
from api.standing.reach import inside
from api.standing.resources import BY_NAME, RESOURCES
from models import Problem

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.state import State

SCOPES = {
    "dispatcher": Scope(everywhere=True),
    "district": Scope(districts=frozenset({"D002"})),
    "school_admin": Scope(sites=frozenset({"S0001"})),
}
SITE = st.sampled_from(["S0001", "S0002", "X1", "none", None])
UNIT = st.sampled_from(["S0001", "S0001-V", "S0002", "X1", "D001-X", "none"])
WHO = st.sampled_from(["S0001-T001", "S0001-V001", "S0002-T001", "X1-T1", "D001-X01", "N1", "N2", "none"])
ROLE = st.sampled_from(["staff", "volunteer", "patrol_crew", "resident_officer", "R1", "none"])
WINDOW = st.sampled_from(["morning_arrival", "noon_dismissal", "W1", "none"])
DATE = st.sampled_from([None, "2026-12-01", "2026-12-05", "2027-01-01"])
WEEKDAY = st.sampled_from([None, 1, 5])
MOMENT = st.integers(1, 20).map(lambda day: f"2026-12-{day:02}T00:00:00+08:00")


def _listed(one: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(one.filter(lambda x: x is not None), max_size=most)


FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "sites": {
        "id": st.sampled_from(["S9", "S8"]),
        "district": st.sampled_from(["D001", "D002"]),
        "station": st.sampled_from([None, "D001-P01", "none"]),
        "formula": st.sampled_from([None, "3+1+2+2+N", "1+1", "1+1+1+1+0"]),
        "positions": _listed(ROLE.map(lambda role: {"number": 1, "name": "门", "role": role})),
    },
    "units": {
        "id": st.sampled_from(["U1", "U2"]),
        "site": SITE,
        "district": st.sampled_from(["D001", "D002", None]),
    },
    "bells": {"site": SITE, "window": WINDOW, "weekdays": st.sampled_from([[1], [6], [6, 7]]), "date": DATE},
    "roles": {"id": st.just("R1"), "by_crew": st.booleans(), "offered_only": st.booleans()},
    "windows": {
        "id": st.just("W1"),
        "roles": _listed(ROLE.map(lambda r: {"role": r, "lead": 1, "trail": 1}), 1),
    },
    "people": {
        "id": st.sampled_from(["N1", "N2", "D001-X01", "S0001-T001"]),
        "unit": UNIT,
        "roles": _listed(ROLE),
        "sites": _listed(SITE),
        "posted_to": SITE,
    },
    "crews": {
        "id": st.sampled_from(["C1", "N1", "D001-X09"]),
        "unit": UNIT,
        "role": ROLE,
        "members": st.lists(WHO, min_size=1, max_size=3),
        "minimum_strength": st.integers(1, 2),
    },
    "absences": {"assignee": WHO, "start": MOMENT, "end": MOMENT},
    "timetables": {"person": WHO},
    "offers": {"person": WHO, "window": st.one_of(st.none(), WINDOW), "weekday": WEEKDAY, "date": DATE},
    "preferences": {"assignee": WHO, "site": SITE, "window": st.one_of(st.none(), WINDOW), "date": DATE},
}


class Step(NamedTuple):
    """What somebody tries.

    Attributes
    ----------
    at
        Which of the rows that they see.
    fields
        What they put into it, or into an example.
    """

    who: str
    many: str
    action: str
    at: int
    fields: dict[str, Any]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """Draw a step."""
    many = draw(st.sampled_from([resource.kind.name for resource in RESOURCES]))
    fields = draw(st.fixed_dictionaries({}, optional=FIELDS[many]))
    action = draw(st.sampled_from(["create", "create", "replace", "replace", "delete", "return"]))
    return Step(draw(st.sampled_from([*SCOPES])), many, action, draw(st.integers(0, 400)), fields)


def _try(who: Client, step: Step) -> int:
    url = f"{API}/{step.many}"
    if step.action == "create":
        return who.post(url, json=BY_NAME[step.many].example | step.fields).status_code
    everything = {"left": True} if step.action == "return" and step.many == "people" else {}
    rows = who.get(url, params={"limit": 1000, **everything}).json()["items"]
    if not rows:
        return 200
    row = rows[-1 - step.at % len(rows)]
    headers = {"If-Match": row["etag"]}
    if step.action == "replace":
        key = BY_NAME[step.many].kind.key
        fields = {name: value for name, value in step.fields.items() if name != key}
        return who.put(f"{url}/{row['id']}", json=row["value"] | fields, headers=headers).status_code
    if step.action == "return":
        return who.post(f"{url}/{row['id']}/return", headers=headers).status_code
    return who.delete(f"{url}/{row['id']}", headers=headers).status_code


def _beyond(state: State, scope: Scope) -> dict[str, Any]:
    """Return all rows in which somebody may change nothing."""
    with reading(state.engine) as session:
        return {
            kind.name: session.execute(
                select(kind.table)
                .where(not_(inside(kind, scope, write=True)))
                .order_by(*kind.table.primary_key)
            ).all()
            for kind in KINDS
        }


@settings(
    max_examples=8,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=st.lists(steps(), min_size=8, max_size=12))
def test_what_stands_is_always_valid(users: Users, state: State, plan: list[Step]) -> None:
    who = _clients(users, state)
    for step in plan:
        before = _beyond(state, SCOPES[step.who])
        status = _try(who[step.who], step)
        assert status in (200, 201, 204, 403, 404, 405, 409, 422), step
        if not SCOPES[step.who].everywhere:
            assert _beyond(state, SCOPES[step.who]) == before, step
        assert isinstance(standing_problem(state), Problem)
    standing_problem(state, dt.date(2026, 12, 28))


def _clients(users: Users, state: State) -> dict[str, Client]:
    """Return the clients of a test, made once: its examples go on with what the ones before left."""
    known: dict[str, Client] | None = getattr(users, "of_random", None)
    if known is None:
        go_abroad(users)
        district = client(state, users, "district", role="dispatcher", district="D002")
        known = {name: users[name] for name in ("dispatcher", "school_admin")} | {"district": district}
        users.of_random = known  # type: ignore[attr-defined]
    return known

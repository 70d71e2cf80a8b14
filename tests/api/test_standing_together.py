"""Several change standing data at once: what each of them checked stays true."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from api_cases import Client
from standing_cases import API, etag, standing_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from api_cases import Users

    from api.state import State

TOGETHER = 8


def _at_once(users: Users, ask: Callable[[Client, int], Any]) -> list[int]:
    """Return the statuses of what as many clients ask for at the same time."""
    first = users["dispatcher"]
    clients = []
    for _ in range(TOGETHER):
        another = Client(first.app)
        another.headers["authorization"] = first.headers["authorization"]
        clients.append(another)
    with ThreadPoolExecutor(TOGETHER) as pool:
        return sorted(answer.status_code for answer in pool.map(ask, clients, range(TOGETHER)))


def test_of_overlapping_absences_one_is_kept(users: Users, state: State) -> None:
    def ask(who: Client, n: int) -> Any:
        moments = {"start": f"2026-12-01T0{n}:00:00+08:00", "end": "2026-12-02T00:00:00+08:00"}
        return who.post(f"{API}/absences", json={"assignee": "S0001-T001", **moments})

    assert _at_once(users, ask) == [201, *[422] * (TOGETHER - 1)]
    standing_problem(state)


def test_of_changes_of_one_row_one_is_kept(users: Users) -> None:
    dispatcher, path = users["dispatcher"], "people/S0001-T001"
    headers = etag(dispatcher, path)
    value = dispatcher.get(f"{API}/{path}").json()["value"]

    def ask(who: Client, n: int) -> Any:
        return who.put(f"{API}/{path}", json=value | {"capacity": 10 + n}, headers=headers)

    assert _at_once(users, ask) == [200, *[412] * (TOGETHER - 1)]
    assert len(dispatcher.get(f"{API}/{path}/history").json()) == 2  # the import's and this


def test_nobody_joins_a_unit_that_goes(users: Users, state: State) -> None:
    unit = {"id": "U1", "name": "新单位", "kind": "school", "district": "D001"}
    headers = {"If-Match": users["dispatcher"].post(f"{API}/units", json=unit).headers["etag"]}

    def ask(who: Client, n: int) -> Any:
        if n == TOGETHER // 2:
            return who.delete(f"{API}/units/U1", headers=headers)
        return who.post(f"{API}/people", json={"id": f"N{n}", "name": "新人", "unit": "U1"})

    statuses = _at_once(users, ask)
    deleted = 204 in statuses
    expected = [204, *[422] * (TOGETHER - 1)] if deleted else [*[201] * (TOGETHER - 1), 409]
    assert statuses == expected
    standing_problem(state)

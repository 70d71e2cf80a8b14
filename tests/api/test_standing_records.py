"""Standing data over HTTP: every kind is listed, made, read, replaced, deleted, and remembered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from standing_cases import API, etag, faults, standing_problem

from api.standing.resources import BY_NAME, RESOURCES, Resource

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State

OTHERS: dict[str, dict[str, object]] = {
    "sites": {"risk": 5},
    "units": {"name": "另一个"},
    "bells": {"time": "21:30"},
    "roles": {"missing_weight": 3},
    "windows": {"lead": 25},
    "people": {"capacity": 50},
    "crews": {"minimum_strength": 1},
    "absences": {"kind": "sick"},
    "timetables": {"lessons": []},
    "offers": {"weekday": 3},
    "preferences": {"weight": 7},
}
"""A change of each kind's example."""


def _in_full(resource: Resource, change: dict[str, object]) -> dict[str, object]:
    value = resource.kind.value.model_validate(resource.example | change)
    return value.model_dump(mode="json")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: r.kind.name)
def test_a_row_lives_and_is_remembered(users: Users, state: State, resource: Resource) -> None:
    dispatcher, many = users["dispatcher"], resource.kind.name
    made = dispatcher.post(f"{API}/{many}", json=resource.example)
    assert made.status_code == 201, made.text
    path, first = f"{API}/{many}/{made.json()['id']}", made.headers["etag"]
    read = dispatcher.get(path)
    assert (read.json(), read.headers["etag"]) == (made.json(), first)
    assert made.json()["value"] == _in_full(resource, {})
    standing_problem(state)

    other = resource.example | OTHERS[many]
    assert dispatcher.put(path, json=other).status_code == 428
    stale = dispatcher.put(path, json=other, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert dispatcher.get(path).json() == made.json()
    changed = dispatcher.put(path, json=other, headers={"If-Match": first})
    assert changed.status_code == 200, changed.text
    assert changed.json()["value"] == _in_full(resource, OTHERS[many])
    assert dispatcher.put(path, json=other, headers={"If-Match": first}).status_code == 412
    standing_problem(state)

    gone = dispatcher.delete(path, headers={"If-Match": changed.headers["etag"]})
    assert gone.status_code in (200, 204), gone.text
    standing_problem(state)
    history = dispatcher.get(f"{path}/history").json()
    leave = "leave" if many == "people" else "remove"
    assert [entry["action"] for entry in history] == [f"{many}.{x}" for x in (leave, "change", "add")]
    full = _in_full(resource, OTHERS[many])
    assert history[1]["after"] == {name: full[name] for name in OTHERS[many]}
    assert {entry["who"] for entry in history} == {"dispatcher"}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: r.kind.name)
def test_pages_hold_each_row_once(users: Users, resource: Resource) -> None:
    many = resource.kind.name
    client, seen, cursor = users["auditor"], [], None
    whole = client.get(f"{API}/{many}", params={"limit": 1000}).json()
    assert whole["next"] is None
    while True:
        page = client.get(
            f"{API}/{many}", params={"limit": 100} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole["items"]
    assert len({item["id"] for item in seen}) == len(seen) > 0


NARROWED = [
    ("sites?district=D001", 4),
    ("sites?district=D002", 0),
    ("sites?text=s0003", 1),
    ("sites?text=%25", 0),
    ("units?site=S0002", 2),
    ("units?kind=school&district=D001", 4),
    ("people?unit=S0001", 46),
    ("people?site=S0001", 103),
    ("people?unit=S0001&role=duty_leader", 5),
    ("people?posted_to=S0003", 1),
    ("people?left=true", 0),
    ("crews?person=D001-X01-1", 1),
    ("bells?site=S0001&window=morning_arrival", 1),
    ("absences?person=S0001-T012", 1),
    ("absences?person=S0001-T012&first=2026-12-04&last=2026-12-04", 1),
    ("absences?person=S0001-T012&first=2026-12-05", 0),
    ("absences?person=S0001-T012&last=2026-12-02", 0),
    ("absences?person=S0001-T012&kind=leave", 0),
    ("timetables?person=S0001-L1", 1),
    ("offers?person=S0001-V001&window=noon_dismissal", 0),
    ("preferences?person=S0001-V001", 1),
]


def test_lists_can_be_narrowed(users: Users) -> None:
    for path, count in NARROWED:
        found = users["auditor"].get(f"{API}/{path}&limit=1000")
        assert (path, found.status_code) == (path, 200)
        assert (path, len(found.json()["items"])) == (path, count)


def test_unknown_filters_and_cursors_are_refused(users: Users) -> None:
    for query in ("colour=red", "cursor=none", "limit=0"):
        assert users["auditor"].get(f"{API}/sites?{query}").status_code == 422
    assert users["auditor"].get(f"{API}/people?text=%00").status_code in (200, 422)


REFUSED: list[tuple[str, dict[str, object], str, str]] = [
    ("units", {"site": "S9999"}, "body.site", "the id of a site"),
    ("sites", {"formula": "3+1"}, "body.formula", "formula '3+1' has 2 summands"),
    ("sites", {"station": "S9999"}, "body.station", "the id of a unit"),
    ("people", {"roles": ["patrol_crew"]}, "body.roles", "a role that single persons hold"),
    ("people", {"unit": "S9999"}, "body.unit", "the id of a unit"),
    ("people", {"id": "D001-X01"}, "body.id", "an id that no crew has"),
    ("crews", {"members": ["D001-X01-1", "S9999"]}, "body.members", "the id of a person"),
    ("crews", {"role": "staff"}, "body.role", "a role that crews hold"),
    (
        "bells",
        {"window": "morning_arrival", "weekdays": [5]},
        "body",
        "one bell for each site, window and day",
    ),
    (
        "absences",
        {"assignee": "S0001-T012", "start": "2026-12-04T00:00+08:00", "end": "2026-12-06T00:00+08:00"},
        "body.start",
        "no overlap with the absence that starts at 2026-12-0",
    ),
    ("timetables", {"person": "D001-X01"}, "body.person", "the id of a person"),
    ("offers", {"window": "midnight"}, "body.window", "the id of a window"),
    ("preferences", {"site": "S9999"}, "body.site", "the id of a site"),
    ("windows", {"roles": [{"role": "none", "lead": 1, "trail": 1}]}, "body.roles", "the id of a role"),
]


def test_what_does_not_fit_is_refused(users: Users) -> None:
    for many, change, path, expected in REFUSED:
        answer = users["dispatcher"].post(f"{API}/{many}", json=BY_NAME[many].example | change)
        found = faults(answer)
        assert [p for p, _ in found] == [path]
        assert found[0][1].startswith(expected)


def test_hostile_values_are_refused(users: Users) -> None:
    dispatcher = users["dispatcher"]
    for many, change in (
        ("absences", {"start": "0001-01-01T00:00:00+08:00"}),
        ("absences", {"end": "9999-12-31T23:59:00-08:00"}),
        ("bells", {"time": "07:50+08:00"}),
        ("timetables", {"lessons": [{"weekday": 1, "start": "08:00Z", "end": "09:00"}]}),
        ("sites", {"formula": "3+1+2+2+" + " " * 300 + "N"}),
        ("sites", {"name": "a\0b"}),
        ("sites", {"name": "\ud800"}),
    ):
        answer = dispatcher.post(
            f"{API}/{many}",
            content=json.dumps(BY_NAME[many].example | change),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code in (400, 422), (many, change, answer.text)
    assert dispatcher.get(f"{API}/bells/99999999999999999999").status_code == 404
    assert dispatcher.get(f"{API}/bells/%D9%A3").status_code == 404


def test_an_id_is_taken_once(users: Users) -> None:
    again = users["dispatcher"].post(f"{API}/people", json=BY_NAME["people"].example | {"id": "S0001-T001"})
    assert (again.status_code, again.json()["code"]) == (409, "already_there")


def test_a_row_keeps_its_id(users: Users) -> None:
    headers = etag(users["dispatcher"], "sites/S0001")
    value = users["dispatcher"].get(f"{API}/sites/S0001").json()["value"] | {"id": "S0009"}
    answer = users["dispatcher"].put(f"{API}/sites/S0001", json=value, headers=headers)
    assert faults(answer)[0][0] == "body.id"


def test_an_old_etag_never_fits_a_row_made_anew(users: Users) -> None:
    dispatcher, example = users["dispatcher"], BY_NAME["roles"].example
    first = dispatcher.post(f"{API}/roles", json=example).headers["etag"]
    assert dispatcher.delete(f"{API}/roles/{example['id']}", headers={"If-Match": first}).status_code == 204
    second = dispatcher.post(f"{API}/roles", json=example).headers["etag"]
    assert first != second


REFERRED = [
    ("sites/S0001", {"units", "people", "bells", "past_duties"}),
    ("units/S0001", {"people"}),
    ("units/D001-P01", {"people", "sites"}),
    ("roles/staff", {"people", "parts", "rules", "past_duties"}),
    ("roles/patrol_crew", {"crews", "parts", "rules", "past_duties"}),
    ("windows/morning_arrival", {"bells", "offers", "past_duties"}),
]


def test_what_is_referred_to_stays(users: Users) -> None:
    dispatcher = users["dispatcher"]
    for path, names in REFERRED:
        answer = dispatcher.delete(f"{API}/{path}", headers=etag(dispatcher, path))
        assert (answer.status_code, answer.json()["code"]) == (409, "referred_to"), answer.text
        assert names <= set(answer.json()["refers"])
        assert all(count > 0 for count in answer.json()["refers"].values())
        assert dispatcher.get(f"{API}/{path}").status_code == 200


def test_a_crew_that_is_absent_later_stays(users: Users) -> None:
    dispatcher, path = users["dispatcher"], "crews/D001-X01"
    absence = {"assignee": "D001-X01", "start": "2090-01-01T00:00+08:00", "end": "2090-01-02T00:00+08:00"}
    assert dispatcher.post(f"{API}/absences", json=absence).status_code == 201
    answer = dispatcher.delete(f"{API}/{path}", headers=etag(dispatcher, path))
    assert (answer.status_code, answer.json()["refers"]) == (409, {"absences": 1})


def test_a_role_that_somebody_holds_stays_single_or_crew(users: Users) -> None:
    dispatcher = users["dispatcher"]
    role = dispatcher.get(f"{API}/roles/staff").json()["value"] | {"by_crew": True}
    answer = dispatcher.put(f"{API}/roles/staff", json=role, headers=etag(dispatcher, "roles/staff"))
    assert faults(answer)[0][0] == "body.by_crew"

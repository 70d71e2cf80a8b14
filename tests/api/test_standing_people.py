"""People over HTTP: who leaves and comes back, whose phone is shown, and which qualifications end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from standing_cases import API, client, etag, faults, go_abroad, standing_problem

from api.plans.problems import valid_problem, within
from api.standing.leavers import LEFT
from models import Horizon

if TYPE_CHECKING:
    from api_cases import Client, Users
    from httpx2 import Response

    from api.state import State
    from models import Problem

MONDAY = dt.date(2026, 11, 30)


def _leave(who: Client, person: str, on: str | None = None) -> Response:
    params = {} if on is None else {"on": on}
    return who.delete(f"{API}/people/{person}", headers=etag(who, f"people/{person}"), params=params)


def test_who_leaves_serves_until_then(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    answer = _leave(dispatcher, "S0001-T001", "2026-12-03")
    assert (answer.status_code, answer.json()["left_on"]) == (200, "2026-12-03")
    before = standing_problem(state)
    absences = [(a.start.date(), a.end.date()) for a in before.absences if a.assignee == "S0001-T001"]
    assert absences == [(dt.date(2026, 12, 3), dt.date(2026, 12, 8))]  # Thursday to the end
    assert "S0001-T001" not in standing_problem(state, dt.date(2026, 12, 7)).person_by_id
    listed = dispatcher.get(f"{API}/people", params={"left": True}).json()["items"]
    assert [item["id"] for item in listed] == ["S0001-T001"]

    again = _leave(dispatcher, "S0001-T001")
    assert (again.status_code, again.json()["code"]) == (409, "has_left")
    path = "people/S0001-T001"
    back = dispatcher.post(f"{API}/{path}/return", headers=etag(dispatcher, path))
    assert (back.status_code, back.json()["left_on"]) == (200, None)
    assert standing_problem(state, dt.date(2026, 12, 7)).person_by_id["S0001-T001"]
    history = dispatcher.get(f"{API}/{path}/history").json()
    assert [entry["action"] for entry in history][:2] == ["people.return", "people.leave"]


def test_an_absence_leaves_room_for_those_there_are(city: Problem) -> None:
    # S0001-T012 is sick from Thursday to Friday night, and leaves on Wednesday.
    fields = {name: getattr(city, name) for name in type(city).model_fields if name not in SKIPPED}
    horizon = Horizon(start=MONDAY)
    left = {LEFT: {"S0001-T012": dt.date(2026, 12, 2)}}
    problem = valid_problem(**within(fields | left, horizon), horizon=horizon)
    spans = sorted((a.start.day, a.end.day, a.kind) for a in problem.absences if a.assignee == "S0001-T012")
    assert spans == [(2, 3, "other"), (3, 5, "sick"), (5, 8, "other")]


SKIPPED = {"version", "horizon", "shifts", "ledger", "history", "pins"}


def test_a_crew_goes_on_while_enough_are_left(users: Users, state: State) -> None:
    for n, strength in ((1, 3), (2, 2)):
        assert _leave(users["dispatcher"], f"D001-X01-{n}", "2026-11-01").status_code == 200
        assert len(standing_problem(state).crew_by_id["D001-X01"].members) == strength
    assert _leave(users["dispatcher"], "D001-X01-3", "2026-11-01").status_code == 200
    assert "D001-X01" not in standing_problem(state).crew_by_id  # its minimum strength is 2


def test_a_rule_holds_who_it_names(users: Users) -> None:
    dispatcher = users["dispatcher"]
    city = dispatcher.get(f"{API}/city").json()
    rules = [*city["rules"], {"kind": "days_off", "bearers": ["S0001-T001"], "minimum": 2}]
    headers = etag(dispatcher, "city")
    assert dispatcher.put(f"{API}/city", json=city | {"rules": rules}, headers=headers).is_success
    answer = _leave(dispatcher, "S0001-T001")
    assert (answer.status_code, answer.json()["refers"]) == (409, {"rules": 1})


def test_phones_are_shown_where_they_may_be(users: Users, state: State) -> None:
    go_abroad(users)
    district = client(state, users, "d2", role="dispatcher", district="D002")
    assert district.get(f"{API}/people/X1-T1").json()["value"]["phone"] == "000-0000-9999"
    assert users["auditor"].get(f"{API}/people/X1-T1").json()["value"]["phone"] is None
    whole = users["auditor"].get(f"{API}/people", params={"limit": 1000}).json()["items"]
    assert {item["value"]["phone"] for item in whole} == {None}
    admin = users["school_admin"].get(f"{API}/people", params={"limit": 1000}).json()["items"]
    assert all(item["value"]["phone"] for item in admin)
    for who in ("dispatcher", "auditor"):
        assert "000-0000-9999" not in users[who].get(f"{API}/people/X1-T1/history").text


def test_a_school_changes_its_own_people_alone(users: Users, state: State) -> None:
    go_abroad(users)
    admin, dispatcher = users["school_admin"], users["dispatcher"]
    own = admin.get(f"{API}/people/S0001-T001")
    value, headers = own.json()["value"], {"If-Match": own.headers["etag"]}
    for change, path in (
        ({"unit": "X1"}, "body.unit"),
        ({"sites": ["X1"]}, "body.sites"),
        ({"posted_to": "S0002"}, "body.posted_to"),
        ({"unit": "nowhere"}, "body.unit"),
    ):
        answer = admin.put(f"{API}/people/S0001-T001", json=value | change, headers=headers)
        assert [p for p, _ in faults(answer)] == [path]
    assert admin.put(f"{API}/people/S0001-T001", json=value | {"capacity": 50}, headers=headers).is_success
    for person in ("S0002-T001", "X1-T1", "S0001-R"):  # the last is posted there, and belongs to a station
        stored = dispatcher.get(f"{API}/people/{person}").json()["value"]
        answer = admin.put(f"{API}/people/{person}", json=stored, headers={"If-Match": "*"})
        assert answer.status_code == 404
        assert admin.delete(f"{API}/people/{person}", headers={"If-Match": "*"}).status_code == 404
    assert admin.get(f"{API}/people/S0001-R").status_code == 200
    fresh = {"id": "N1", "name": "新人", "unit": "X1"}
    assert [p for p, _ in faults(admin.post(f"{API}/people", json=fresh))] == ["body.unit"]
    absence = {"assignee": "X1-T1", "start": "2026-12-01T00:00+08:00", "end": "2026-12-02T00:00+08:00"}
    there = faults(admin.post(f"{API}/absences", json=absence))
    nowhere = faults(admin.post(f"{API}/absences", json=absence | {"assignee": "X9-T1"}))
    assert there == nowhere == [("body.assignee", "the id of a person or crew")]


def test_what_others_added_can_only_be_kept(users: Users, state: State) -> None:
    go_abroad(users)
    dispatcher, admin = users["dispatcher"], users["school_admin"]
    stored = dispatcher.get(f"{API}/people/S0001-T001")
    lent = stored.json()["value"] | {"sites": ["X1"]}
    headers = {"If-Match": stored.headers["etag"]}
    assert dispatcher.put(f"{API}/people/S0001-T001", json=lent, headers=headers).is_success
    headers = etag(admin, "people/S0001-T001")
    away = admin.put(f"{API}/people/S0001-T001", json=lent | {"sites": []}, headers=headers)
    assert faults(away) == [("body.sites", "X1 to stay: it is not yours to change")]
    kept = admin.put(f"{API}/people/S0001-T001", json=lent | {"capacity": 80}, headers=headers)
    assert kept.is_success


def test_qualifications_that_end_are_listed(users: Users) -> None:
    dispatcher = users["dispatcher"]
    person = {
        "id": "S0001-V900",
        "name": "赵敏",
        "unit": "S0001-V",
        "roles": ["volunteer"],
        "qualifications": [
            {"name": "vetting", "valid_until": "2020-01-01"},
            {"name": "training", "valid_until": "2020-01-01"},
            {"name": "training", "valid_until": "2099-01-01"},
            {"name": "first_aid"},
        ],
    }
    assert dispatcher.post(f"{API}/people", json=person).status_code == 201
    listed = dispatcher.get(f"{API}/people/expiring", params={"days": 3650, "limit": 1000}).json()
    own = [item for item in listed["items"] if item["person"] == "S0001-V900"]
    assert own == [
        {
            "person": "S0001-V900",
            "name": "赵敏",
            "unit": "S0001-V",
            "qualification": "vetting",
            "valid_until": "2020-01-01",
        }
    ]
    assert listed["items"] == sorted(listed["items"], key=lambda i: (i["valid_until"], i["person"]))
    seen: list[object] = []
    cursor = None
    while cursor is not None or not seen:
        after = "" if cursor is None else f"&cursor={cursor}"
        page = dispatcher.get(f"{API}/people/expiring?days=3650&limit=100{after}").json()
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == listed["items"]
    admin = users["school_admin"].get(f"{API}/people/expiring", params={"days": 3650, "limit": 1000}).json()
    assert {item["unit"] for item in admin["items"]} == {"S0001", "S0001-V"}


def test_members_speak_for_themselves(users: Users, state: State) -> None:
    volunteer = client(state, users, "volunteer", person="S0001-V001")
    own = volunteer.get(f"{API}/me/offers").json()
    assert {item["value"]["person"] for item in own} == {"S0001-V001"}
    made = volunteer.post(f"{API}/me/offers", json={"window": "noon_dismissal", "weekday": 2})
    assert made.status_code == 201, made.text
    assert made.json()["value"]["person"] == "S0001-V001"
    path = f"{API}/me/offers/{made.json()['id']}"
    other = client(state, users, "other", person="S0001-V002")
    assert other.delete(path, headers={"If-Match": "*"}).status_code == 404
    assert volunteer.delete(path, headers={"If-Match": '"none"'}).status_code == 412
    assert volunteer.delete(path, headers={"If-Match": made.headers["etag"]}).status_code == 204
    assert [p for p, _ in faults(volunteer.post(f"{API}/me/offers", json={"window": "x"}))] == ["body.window"]
    wish = volunteer.post(f"{API}/me/preferences", json={"kind": "avoid", "weekday": 5})
    assert wish.status_code == 201
    assert wish.json()["value"]["assignee"] == "S0001-V001"
    refused = users["member"].post(f"{API}/me/offers", json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_volunteer")
    standing_problem(state)

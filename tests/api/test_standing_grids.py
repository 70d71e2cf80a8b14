"""A unit's lists replaced as a whole: each row answered, all stored or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standing_cases import API, etag, faults, go_abroad, standing_problem

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.state import State

WEEK = "first=2026-11-30&last=2026-12-06"


def _rows(who: Client, path: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    found = who.get(f"{API}/{path}")
    assert found.status_code == 200, found.text
    rows = [{"id": row["id"], "value": row["value"]} for row in found.json()["rows"]]
    return rows, {"If-Match": found.headers["etag"]}


def _absence(person: str, first: int, last: int, kind: str = "leave") -> dict[str, Any]:
    value = {"assignee": person, "start": _at(first), "end": _at(last), "kind": kind}
    return {"value": value}


def _at(day: int) -> str:
    return f"2026-12-{day:02}T00:00:00+08:00"


def test_absences_of_a_week(users: Users, state: State) -> None:
    admin, path = users["school_admin"], f"units/S0001/absences?{WEEK}"
    rows, headers = _rows(admin, path)
    assert [row["value"]["assignee"] for row in rows] == ["S0001-T012"]
    rows[0]["value"] |= {"kind": "training"}
    sent = [*rows, _absence("S0001-T001", 1, 2), _absence("S0001-T001", 2, 3, "sick")]
    answer = admin.put(f"{API}/{path}", json={"rows": sent}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert [row["done"] for row in answer.json()["rows"]] == ["changed", "added", "added"]
    standing_problem(state)
    stored, again = _rows(admin, path)
    assert again["If-Match"] == answer.headers["etag"] == answer.json()["etag"]
    assert [row["value"] for row in stored] == [row["value"] for row in sent]
    assert [row["id"] for row in stored] == [row["id"] for row in answer.json()["rows"]]
    assert admin.put(f"{API}/{path}", json={"rows": sent}, headers=headers).status_code == 412

    kept = admin.put(f"{API}/{path}", json={"rows": stored[1:]}, headers=again)
    assert [row["done"] for row in kept.json()["rows"]] == ["kept", "kept"]
    assert kept.json()["removed"] == [stored[0]["id"]]
    assert _rows(admin, path)[0] == stored[1:]


def test_all_rows_or_none(users: Users) -> None:
    admin, path = users["school_admin"], f"units/S0001/absences?{WEEK}"
    rows, headers = _rows(admin, path)
    sent = [
        _absence("S0001-T001", 1, 3),
        _absence("S0001-T001", 2, 4),  # overlaps with the row before
        _absence("S0002-T001", 1, 2),  # another school's
        _absence("nobody", 1, 2),
        _absence("S0001-T002", 20, 21),  # another week
        {"id": "999999", **_absence("S0001-T003", 1, 2)},
    ]
    answer = admin.put(f"{API}/{path}", json={"rows": sent}, headers=headers)
    places = [place for place, _ in faults(answer)]
    for place in ("1.value.start", "2.value.assignee", "3.value.assignee", "4.value", "5.id"):
        assert f"body.rows.{place}" in places
    assert not any(place.startswith("body.rows.0") for place in places)
    assert _rows(admin, path) == (rows, headers)


def test_absences_outside_of_the_days_stay(users: Users) -> None:
    admin, path = users["school_admin"], "units/S0001/absences?first=2026-12-07&last=2026-12-13"
    rows, headers = _rows(admin, path)
    assert rows == []
    sent = [_absence("S0001-T012", 4, 8)]  # the other one of T012 is from the 3rd to the 5th
    answer = admin.put(f"{API}/{path}", json={"rows": sent}, headers=headers)
    assert [place for place, _ in faults(answer)] == ["body.rows.0.value.start"]
    assert admin.put(
        f"{API}/{path}", json={"rows": [_absence("S0001-T012", 5, 8)]}, headers=headers
    ).is_success
    assert len(_rows(admin, f"units/S0001/absences?{WEEK}")[0]) == 2


def test_timetables_and_offers(users: Users, state: State) -> None:
    admin = users["school_admin"]
    rows, headers = _rows(admin, "units/S0001/timetables")
    assert rows
    rows[0]["value"]["lessons"] = [{"weekday": 1, "start": "08:00:00", "end": "09:00:00"}]
    answer = admin.put(f"{API}/units/S0001/timetables", json={"rows": rows[:-1]}, headers=headers)
    done = [row["done"] for row in answer.json()["rows"]]
    assert done == ["changed", *["kept"] * (len(rows) - 2)]
    assert answer.json()["removed"] == [rows[-1]["id"]]

    path = f"units/S0001-V/offers?{WEEK}"
    rows, headers = _rows(admin, path)
    fresh = {"value": {"person": "S0001-V001", "window": "noon_dismissal", "date": "2026-12-02"}}
    late = {"value": {"person": "S0001-V001", "date": "2026-12-07"}}
    answer = admin.put(f"{API}/{path}", json={"rows": [*rows, late]}, headers=headers)
    assert [place for place, _ in faults(answer)] == [f"body.rows.{len(rows)}.value"]
    answer = admin.put(f"{API}/{path}", json={"rows": [*rows, fresh]}, headers=headers)
    assert [row["done"] for row in answer.json()["rows"]] == [*["kept"] * len(rows), "added"]
    standing_problem(state)


def test_people_of_a_unit(users: Users, state: State) -> None:
    admin = users["school_admin"]
    rows, headers = _rows(admin, "units/S0001/people")
    assert len(rows) == 46
    new = {"value": {"id": "S0001-T900", "name": "新老师", "unit": "S0001", "roles": ["staff"]}}
    rows[0]["value"]["capacity"] = 50
    answer = admin.put(f"{API}/units/S0001/people", json={"rows": [*rows[:-1], new]}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert [row["done"] for row in answer.json()["rows"]] == ["changed", *["kept"] * 44, "added"]
    assert answer.json()["removed"] == [rows[-1]["id"]]
    assert admin.get(f"{API}/people/{rows[-1]['id']}").json()["left_on"] is not None
    standing_problem(state)


def test_ids_in_a_list_of_people(users: Users) -> None:
    go_abroad(users)
    admin = users["school_admin"]
    rows, headers = _rows(admin, "units/S0001/people")
    first = rows[0]["value"]
    sent = [
        *rows,
        {"value": first},  # twice
        {"value": first | {"id": "X1-T1"}},  # somebody else's
        {"value": first | {"id": "N1", "unit": "X1"}},  # another unit
        {"id": "N3", "value": first | {"id": "N2"}},
    ]
    answer = admin.put(f"{API}/units/S0001/people", json={"rows": sent}, headers=headers)
    places = {place for place, _ in faults(answer)}
    n = len(rows)
    assert {f"body.rows.{n}.id", f"body.rows.{n + 1}.value.id", f"body.rows.{n + 2}.value.unit"} <= places
    assert f"body.rows.{n + 3}.id" in places
    assert _rows(admin, "units/S0001/people") == (rows, headers)


def test_a_list_needs_a_unit_and_days_in_order(users: Users) -> None:
    admin = users["school_admin"]
    assert admin.get(f"{API}/units/S0002/people").status_code == 404
    assert admin.get(f"{API}/units/S0001/absences?first=2026-12-02&last=2026-12-01").status_code == 422
    assert admin.get(f"{API}/units/S0001/absences?first=2026-01-01&last=2026-12-01").status_code == 422
    assert admin.get(f"{API}/units/S0001/absences?first=9999-12-31").status_code == 422
    assert admin.get(f"{API}/units/S0001/absences").status_code == 200
    rows, _ = _rows(admin, "units/S0001/people")
    assert admin.put(f"{API}/units/S0001/people", json={"rows": rows}).status_code == 428


def test_the_city_is_replaced_as_a_whole(users: Users, state: State) -> None:
    dispatcher = users["dispatcher"]
    stored = dispatcher.get(f"{API}/city").json()
    refused: list[tuple[dict[str, Any], str]] = [
        ({"formula": "3+1"}, "body.formula"),
        ({"timezone": "Mars/Olympus"}, "body.timezone"),
        ({"formulas": [{"formula": "3+1+2+2+N", "site": "S9999"}]}, "body.formulas.0.site"),
        ({"rules": [{"kind": "days_off", "minimum": 2, "bearers": ["nobody"]}]}, "body.rules.0.bearers"),
        (
            {"calendar": {"exceptions": [{"date": "2026-12-01", "school": True, "sites": ["S9"]}]}},
            "body.calendar.exceptions.0.sites",
        ),
    ]
    for change, place in refused:
        answer = dispatcher.put(f"{API}/city", json=stored | change, headers=etag(dispatcher, "city"))
        assert [p for p, _ in faults(answer)] == [place]
    term = {"name": "秋季", "first": "2026-09-01", "last": "2026-12-02"}
    other = {"title": "新", "calendar": {"terms": [term]}}
    headers = etag(dispatcher, "city")
    answer = dispatcher.put(f"{API}/city", json=stored | other, headers=headers)
    assert answer.status_code == 200, answer.text
    assert dispatcher.put(f"{API}/city", json=stored, headers=headers).status_code == 412
    assert {s.date.day for s in standing_problem(state).shifts} == {30, 1, 2}
    history = dispatcher.get(f"{API}/city/history").json()
    assert history[0]["after"]["title"] == "新"
    assert history[0]["before"]["title"] == stored["title"]
    assert "rules" not in history[0]["after"]


def test_the_ledger_is_read_by_unit_and_role(users: Users) -> None:
    auditor = users["auditor"]
    query = f"{API}/ledger?before=2026-11-30&limit=1000"
    whole = auditor.get(query).json()["items"]
    assert len(whole) == 409
    assert all(item["points"] == sum(week["points"] for week in item["weeks"]) for item in whole)
    leaders = auditor.get(f"{query}&unit=S0001&role=duty_leader").json()["items"]
    assert {item["unit"] for item in leaders} == {"S0001"}
    assert "D001-X01" in {
        item["assignee"] for item in auditor.get(f"{query}&role=patrol_crew").json()["items"]
    }
    own = users["school_admin"].get(query).json()["items"]
    assert {item["unit"] for item in own} <= {"S0001", "S0001-V", "D001-P01"}
    assert own
    page = auditor.get(f"{API}/ledger?before=2026-11-30&limit=5").json()
    assert page["items"] == whole[:5]
    following = auditor.get(f"{API}/ledger?before=2026-11-30&limit=5&cursor={page['next']}").json()
    assert following["items"] == whole[5:10]
    assert auditor.get(f"{API}/ledger?before=2020-01-01").json()["items"] == []

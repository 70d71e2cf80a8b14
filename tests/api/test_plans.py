"""Plans: made once, for days that have shifts, by who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api_cases import Users

MONDAY = "2026-11-30"


def test_a_plan_is_made_once(users: Users) -> None:
    dispatcher = users["dispatcher"]
    made = dispatcher.post("/api/v1/plans", json={"start": MONDAY})
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "draft"
    assert made.headers["etag"] == f'"{MONDAY}-1"'
    again = dispatcher.post("/api/v1/plans", json={"start": "2026-12-02"})
    assert (again.status_code, again.json()["code"]) == (409, "plan_exists")
    assert [p["id"] for p in dispatcher.get("/api/v1/plans").json()] == [MONDAY]


def test_only_a_dispatcher_of_the_city_makes_plans(users: Users) -> None:
    for name in ("district_dispatcher", "school_admin", "auditor", "member"):
        assert users[name].post("/api/v1/plans", json={"start": MONDAY}).status_code == 403
    assert users["nobody"].post("/api/v1/plans", json={"start": MONDAY}).status_code == 401


def test_sites_are_those_of_the_scope(users: Users) -> None:
    everywhere = users["auditor"].get("/api/v1/sites").json()["items"]
    assert len(everywhere) == 4
    own = users["school_admin"].get("/api/v1/sites").json()["items"]
    assert [s["id"] for s in own] == ["S0001"]
    admin = users["school_admin"]
    there, nowhere = admin.get("/api/v1/sites/S0002"), admin.get("/api/v1/sites/none")
    assert there.status_code == nowhere.status_code == 404
    assert {k: v for k, v in there.json().items() if k != "request_id"} == {
        k: v for k, v in nowhere.json().items() if k != "request_id"
    }

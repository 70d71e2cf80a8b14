"""A city in files: what an import would change, all of it or nothing, and the way round without a difference."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from standing_cases import API, client, etag, standing_problem

from api.database.engine import reading
from api.plans.tables import AuditRow
from api.standing.counters import counts
from formats.files import save_problem
from models import Absence, Bell, Offer, PastDuty, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from api_cases import Client, Users
    from httpx2 import Response

    from api.state import State

MONDAY = "2026-11-30"


def _send(
    who: Client, content: bytes, name: str = "city.json", *, dry_run: bool = True, match: str | None = None
) -> Response:
    headers = {} if match is None else {"If-Match": match}
    url = f"{API}/imports?dry_run={str(dry_run).lower()}"
    return who.post(url, files={"file": (name, content)}, headers=headers)


def _json(problem: Problem) -> bytes:
    return problem.model_dump_json().encode()


def _counts(answer: Response) -> dict[str, tuple[int, ...]]:
    assert answer.status_code == 200, answer.text
    return {
        change["kind"]: tuple(change[what]["count"] for what in ("added", "changed", "removed", "kept"))
        for change in answer.json()["changes"]
    }


def _changed(city: Problem, **fields: Any) -> Problem:
    """Return the city with other fields, checked, with shifts laid anew."""
    own = {name: getattr(city, name) for name in Problem.model_fields if name != "shifts"}
    return Problem(**own | fields)


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_the_way_round_changes_nothing(users: Users, ending: str) -> None:
    dispatcher = users["dispatcher"]
    dispatcher.post(f"{API}/plans", json={"start": MONDAY})
    exported = dispatcher.get(f"{API}/export.{ending}", params={"plan": MONDAY})
    assert exported.status_code == 200
    assert int(exported.headers["content-length"]) == len(exported.content)
    assert f"huxue-{MONDAY}.{ending}" in exported.headers["content-disposition"]
    tried = _send(dispatcher, exported.content, f"city.{ending}")
    assert _counts(tried) == {}
    done = _send(dispatcher, exported.content, f"city.{ending}", dry_run=False, match=tried.headers["etag"])
    assert (_counts(done), done.headers["etag"]) == ({}, tried.headers["etag"])


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_an_export_is_the_city(
    users: Users, city: Problem, tmp_path: Path, ending: str, state: State
) -> None:
    exported = users["dispatcher"].get(f"{API}/export.{ending}")
    fresh = json.loads(exported.content) if ending == "json" else None
    if fresh is not None:
        for name in ("people", "crews", "sites", "units", "roles", "windows", "rules"):
            assert fresh[name] == json.loads(_json(city))[name]
    standing_problem(state)


def test_a_dry_run_tells_and_changes_nothing(users: Users, state: State, city: Problem) -> None:
    dispatcher = users["dispatcher"]
    first, second, *others = city.people
    new = first.model_copy(update={"id": "N1", "name": "新人"})
    older = second.model_copy(update={"capacity": 50, "phone": "000-1111-0000"})
    gone = {others[-1].id}
    problem = _changed(
        city,
        people=(first, older, *others[:-1], new),
        offers=tuple(o for o in city.offers if o.person not in gone),
        preferences=tuple(p for p in city.preferences if p.assignee not in gone),
        ledger=tuple(e for e in city.ledger if e.assignee not in gone),
        history=tuple(d for d in city.history if d.assignee not in gone),
        title="另一座城",
    )
    with reading(state.engine) as session:
        before, entries = counts(session), session.scalar(select(func.count()).select_from(AuditRow))
    answer = _send(dispatcher, _json(problem))
    changes = {change["kind"]: change for change in answer.json()["changes"]}
    assert _counts(answer)["people"] == (1, 1, 1, 0)
    assert changes["people"]["added"]["first"] == ["N1"]
    assert changes["people"]["changed"]["first"] == [{"id": second.id, "fields": ["capacity", "phone"]}]
    assert changes["people"]["removed"]["first"] == [others[-1].id]
    assert changes["city"]["changed"]["first"] == [{"id": "1", "fields": ["title"]}]
    with reading(state.engine) as session:
        assert counts(session) == before
        assert session.scalar(select(func.count()).select_from(AuditRow)) == entries

    done = _send(dispatcher, _json(problem), dry_run=False, match=answer.headers["etag"])
    assert _counts(done) == _counts(answer)
    assert _counts(_send(dispatcher, _json(problem))) == {}
    assert standing_problem(state).person_by_id[second.id].phone == "000-1111-0000"
    assert dispatcher.get(f"{API}/people/{others[-1].id}").json()["left_on"] == MONDAY
    history = dispatcher.get(f"{API}/people/{second.id}/history").json()
    assert (history[0]["action"], history[0]["before"], history[0]["after"]) == (
        "people.change",
        {"capacity": 100},
        {"capacity": 50},
    )


def test_what_is_stored_is_what_was_compared(users: Users, city: Problem) -> None:
    dispatcher = users["dispatcher"]
    problem = _json(_changed(city, title="新"))
    tried = _send(dispatcher, problem)
    assert _send(dispatcher, problem, dry_run=False).status_code == 428
    path = "people/S0001-T001"
    value = dispatcher.get(f"{API}/{path}").json()["value"] | {"capacity": 60}
    assert dispatcher.put(f"{API}/{path}", json=value, headers=etag(dispatcher, path)).is_success
    stale = _send(dispatcher, problem, dry_run=False, match=tried.headers["etag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert dispatcher.get(f"{API}/{path}").json()["value"]["capacity"] == 60
    assert dispatcher.get(f"{API}/city").json()["title"] == city.title
    assert _counts(_send(dispatcher, problem, dry_run=False, match="*")) == {
        "city": (0, 1, 0, 0),
        "people": (0, 1, 0, 0),
    }


def test_a_file_with_faults_is_refused_whole(users: Users, city: Problem, tmp_path: Path) -> None:
    dispatcher = users["dispatcher"]
    found = json.loads(_json(city))
    found["people"][3]["unit"] = "nowhere"
    found["crews"][0]["role"] = "staff"
    answer = _send(dispatcher, json.dumps(found).encode(), dry_run=False, match="*")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_file")
    faults = {fault["path"]: fault for fault in answer.json()["faults"]}
    assert faults["people[3].unit"]["found"] == "nowhere"
    assert faults["people[3].unit"]["expected"].startswith("the id of a unit")
    assert faults["crews[0].role"]["expected"] == "a role that crews hold"

    save_problem(city, tmp_path / "city.xlsx")
    book = (tmp_path / "city.xlsx").read_bytes()
    for content, name in ((book[:-500], "city.xlsx"), (b"", "empty.xlsx"), (b"{}", "x.json"), (b"no", "x")):
        refused = _send(dispatcher, content, name, dry_run=False, match="*")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_file")
        assert refused.json()["faults"]
    assert dispatcher.post(f"{API}/imports?dry_run=true").status_code == 422


def test_a_file_may_be_too_large(users: Users, state: State) -> None:
    content = b" " * (state.settings.largest_upload + 1)
    assert _send(users["dispatcher"], content).status_code == 413


def test_what_the_past_refers_to_stays(users: Users, state: State, city: Problem) -> None:
    dispatcher = users["dispatcher"]
    dispatcher.post(f"{API}/plans", json={"start": MONDAY})
    site = "S0004"
    units = {unit.id for unit in city.units if unit.site == site}
    gone = {p.id for p in city.people if p.unit in units or p.posted_to == site}
    problem = _changed(
        city,
        sites=tuple(s for s in city.sites if s.id != site),
        units=tuple(u for u in city.units if u.id not in units),
        people=tuple(
            p.model_copy(update={"sites": tuple(s for s in p.sites if s != site)})
            for p in city.people
            if p.id not in gone
        ),
        bells=tuple(b for b in city.bells if b.site != site),
        **{
            name: tuple(
                x
                for x in getattr(city, name)
                if getattr(x, "assignee", getattr(x, "person", None)) not in gone
                and getattr(x, "site", None) != site
            )
            for name in ("absences", "timetables", "offers", "preferences", "ledger", "history")
        },
    )
    answer = _send(dispatcher, _json(problem), dry_run=False, match="*")
    told = _counts(answer)
    assert told["sites"] == (0, 0, 0, 1)  # shifts of the plan are there
    assert told["units"] == (0, 0, 0, 2)  # and people who have left
    assert told["people"] == (0, 7, len(gone), 0)  # guards served there as well
    kept = dispatcher.get(f"{API}/sites/{site}").json()["value"]
    assert (kept["positions"], kept["station"]) == ([], None)
    laid = standing_problem(state)
    assert site not in {shift.site for shift in laid.shifts}
    assert gone.isdisjoint(laid.person_by_id)
    standing_problem(state, dt.date(2026, 11, 23))  # the week before they left


def test_what_lies_in_other_weeks_stays(users: Users, state: State, city: Problem) -> None:
    dispatcher = users["dispatcher"]
    later = {"assignee": "S0001-T012", "start": "2026-12-20T00:00+08:00", "end": "2026-12-22T00:00+08:00"}
    assert dispatcher.post(f"{API}/absences", json=later).status_code == 201
    offer = {"person": "S0001-V001", "date": "2026-12-21"}
    assert dispatcher.post(f"{API}/offers", json=offer).status_code == 201
    bell = {"site": "S0001", "window": "morning_arrival", "time": "09:00", "date": "2026-12-21"}
    assert dispatcher.post(f"{API}/bells", json=bell).status_code == 201
    assert _counts(_send(dispatcher, _json(city))) == {}

    longer = tuple(
        a
        if a.assignee != "S0001-T012"
        else a.model_copy(update={"end": dt.datetime.fromisoformat(later["end"])})
        for a in city.absences
    )
    answer = _send(dispatcher, _json(_changed(city, absences=longer)), dry_run=False, match="*")
    assert _counts(answer) == {"absences": (1, 0, 2, 0)}  # what was said last holds
    problem = standing_problem(state, dt.date(2026, 12, 21))
    assert [type(x) for x in (*problem.absences, problem.offers[-1], problem.bells[-1])] == [
        Absence,
        Offer,
        Bell,
    ]
    assert problem.bells[-1].date == dt.date(2026, 12, 21)


def test_who_leaves_in_the_week_leaves_all_the_same(users: Users, city: Problem) -> None:
    dispatcher = users["dispatcher"]
    dispatcher.post(f"{API}/plans", json={"start": MONDAY})
    for person, on in (
        ("S0001-T001", "2026-12-03"),
        ("D001-X01-1", "2026-11-20"),
        ("S0001-V001", "2026-11-01"),
    ):
        headers = etag(dispatcher, f"people/{person}")
        assert dispatcher.delete(f"{API}/people/{person}?on={on}", headers=headers).is_success
    exported = dispatcher.get(f"{API}/export.json", params={"plan": MONDAY}).content
    people = {person["id"] for person in json.loads(exported)["people"]}
    assert "S0001-T001" in people
    assert people.isdisjoint({"D001-X01-1", "S0001-V001"})
    assert _counts(_send(dispatcher, exported)) == {}
    back = _counts(_send(dispatcher, _json(city), dry_run=False, match="*"))
    assert back == {"people": (0, 2, 0, 0)}
    assert dispatcher.get(f"{API}/people/S0001-T001").json()["left_on"] == "2026-12-03"
    assert dispatcher.get(f"{API}/people/S0001-V001").json()["left_on"] is None


def test_phones_and_scopes_of_files(users: Users, state: State) -> None:
    seen = json.loads(users["dispatcher"].get(f"{API}/export.json").content)["people"]
    assert all(person["phone"] for person in seen)
    hidden = json.loads(users["auditor"].get(f"{API}/export.json").content)["people"]
    assert {person["phone"] for person in hidden} == {None}
    district = client(state, users, "d1", role="dispatcher", district="D001")
    for ending in ("xlsx", "json"):
        assert district.get(f"{API}/export.{ending}").status_code == 403
    assert users["dispatcher"].get(f"{API}/export.json?plan=2020-01-01").status_code == 404


def test_a_plan_published_before_is_the_past_of_the_next(users: Users, city: Problem) -> None:
    week = {"plan": "2026-12-07"}
    dispatcher = users["dispatcher"]
    dispatcher.post(f"{API}/plans", json={"start": week["plan"]})
    exported = json.loads(dispatcher.get(f"{API}/export.json", params=week).content)
    history = {PastDuty.model_validate(duty) for duty in exported["history"]}
    assert history == set(city.history)
    assert {e["assignee"]: e["points"] for e in exported["ledger"]} == {
        e.assignee: e.points for e in city.ledger
    }
    assert _counts(_send(dispatcher, json.dumps(exported).encode())) == {}

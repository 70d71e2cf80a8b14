"""The audit: read within a scope, filtered, page by page."""

from __future__ import annotations

import pytest
from api_cases import Users
from sqlalchemy import delete

from api.audit import SERVICE, Actor, Entry, record
from api.database.engine import writing
from api.plans.tables import AuditRow
from api.standing.tables import SiteRow, UnitRow
from api.state import State
from api.trail.places import NOWHERE, Place, places_of

AUDIT = "/api/v1/audit"


@pytest.fixture
def entries(state: State) -> list[Entry]:
    """A second district, and entries of every kind."""
    with writing(state.engine) as session:
        session.execute(delete(AuditRow))
        site = {
            "id": "S0009",
            "name": "n",
            "district": "D002",
            "risk": 1,
            "volunteers": [0, 0],
            "positions": [],
        }
        session.add(SiteRow(**site))
        session.flush()
        session.add(UnitRow(id="S0009", name="n", kind="school", district="D002", site="S0009"))
        session.flush()
        found = [
            Entry("people.change", "people", "S0001-T001", {"capacity": 100}, {"capacity": 50}),
            Entry("people.add", "people", "new", None, {"unit": "S0009"}),
            Entry("sites.change", "sites", "S0009", {"risk": 1}, {"risk": 2}),
            Entry("units.change", "units", "D001-T", {"name": "a"}, {"name": "b"}),
            Entry("absences.add", "absences", "1", None, {"assignee": "D001-X01", "kind": "sick"}),
            Entry("preferences.add", "preferences", "1", None, {"assignee": "S0001-T001", "site": "S0009"}),
            Entry("bells.add", "bells", "1", None, {"site": "S0009"}),
            Entry("edit", "shifts", "S0009/2026-11-30/w1", None, {"assignee": "S0001-T001"}, "2026-11-30"),
            Entry("confirm", "plan", "2026-11-30", None, None, "2026-11-30", "S0001"),
            Entry("plan.publish", "plan", "2026-11-30", None, None, "2026-11-30"),
            Entry("roles.add", "roles", "r", None, {}),
            Entry("sites.remove", "sites", "gone", {"district": "D002"}, None),
            Entry("units.remove", "units", "gone", {"district": "D002", "site": None}, None),
        ]
        assert places_of(session, found) == [
            Place("D001", "S0001"),
            Place("D002", "S0009"),
            Place("D002", "S0009"),
            Place("D001"),
            Place("D001"),
            Place("D001", "S0001"),
            Place("D002", "S0009"),
            Place("D002", "S0009"),
            Place("D001", "S0001"),
            NOWHERE,
            NOWHERE,
            Place("D002", "gone"),
            Place("D002"),
        ]
        record(session, SERVICE, found)
    return found


def test_a_district_reads_its_own(users: Users, entries: list[Entry]) -> None:
    def read(name: str) -> list[tuple[str, str]]:
        items = users[name].get(AUDIT).json()["items"]
        return [(e["action"], e["key"]) for e in reversed(items)]

    assert read("auditor") == [(e.action, e.key) for e in entries]
    own = read("district_dispatcher")
    assert own == [(e.action, e.key) for e in (entries[0], *entries[3:6], entries[8])]


def test_entries_are_filtered_and_paged(users: Users, entries: list[Entry]) -> None:
    auditor = users["auditor"]

    def keys(**wanted: str | int) -> list[str]:
        return [e["key"] for e in auditor.get(AUDIT, params=wanted).json()["items"]]

    assert keys(kind="people") == ["new", "S0001-T001"]
    assert keys(kind="people", key="new") == ["new"]
    assert keys(action="bells.add") == ["1"]
    assert len(keys(plan="2026-11-30")) == 3
    assert keys(account=1) == []
    assert keys(since="2100-01-01T00:00:00Z") == []
    assert len(keys(until="2100-01-01T00:00:00+08:00")) == len(entries)
    first = auditor.get(AUDIT, params={"limit": 9}).json()
    rest = auditor.get(AUDIT, params={"limit": 9, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (9, len(entries) - 9, None)
    for wanted in ({"since": "0001-01-01T00:00:00Z"}, {"cursor": "x"}, {"account": 2**31}, {"kind": "\0"}):
        assert auditor.get(AUDIT, params=wanted).status_code in (200, 422)


def test_an_entry_tells_from_which_value_to_which(users: Users, state: State) -> None:
    account = users["dispatcher"].get("/api/v1/session").json()["account"]
    with writing(state.engine) as session:
        before = {"name": "n", "capacity": 100}
        record(
            session,
            Actor(account, "request-1"),
            [Entry("people.change", "people", "S0001-T001", before, {"name": "n", "capacity": 50})],
        )
    entry = users["auditor"].get(AUDIT, params={"limit": 1}).json()["items"][0]
    assert (entry["before"], entry["after"]) == ({"capacity": 100}, {"capacity": 50})
    assert (entry["account"], entry["login"], entry["request"]) == (account, "dispatcher", "request-1")
    assert (entry["district"], entry["site"]) == ("D001", "S0001")

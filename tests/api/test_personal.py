"""One person's data: handed out whole, and taken out so that nothing is left by which anybody knew them."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import Any

import pytest
from account_cases import GOOD, browser, logged_in, redeemed
from api_cases import MEMBER, Users
from sqlalchemy import Engine, LargeBinary, delete, insert, select, update

from api.accounts.tables import AccountRow
from api.audit import SERVICE, Entry, record
from api.database.base import now
from api.database.engine import reading, writing
from api.database.tables import metadata
from api.day.tables import CallOutAskRow, CallOutRow, PresenceRow
from api.feeds.tables import FeedChoiceRow, FeedRow
from api.messages.tables import ChannelRow, ChoiceRow
from api.personal.redaction import Redaction
from api.plans import plans
from api.plans.tables import AssignmentRow, DutyRow, RepairRow, RevisionRow, RunRow, ShiftRow
from api.standing.tables import (
    AbsenceRow,
    CrewRow,
    LedgerRow,
    OfferRow,
    PastDutyRow,
    PersonRow,
    PreferenceRow,
)
from api.state import State
from api.swaps.tables import SwapPartyRow, SwapRow, SwapWishRow
from models import Absence, Horizon, Problem, Roster

PERSON = "S0001-T001"
NAME = "令狐"
"""Nobody else's in the city."""
PAST = dt.datetime(2026, 3, 2, 7, 20, tzinfo=dt.UTC)


@pytest.fixture
def held(users: Users, state: State, city: Problem) -> dict[str, Any]:
    """A person of whom everything is held that can be; their account."""
    account = redeemed(users, "li.na", name=NAME, person=PERSON)
    with writing(state.engine) as session:
        session.execute(update(PersonRow).where(PersonRow.id == PERSON).values(name=NAME, phone="000-1"))
        session.execute(delete(LedgerRow).where(LedgerRow.assignee == PERSON))
        plan = plans.create(session, SERVICE, state.problems, city.horizon.start)
        shift = session.scalars(select(ShiftRow).where(ShiftRow.plan == plan.id)).first()
        assert shift is not None
        session.execute(update(ShiftRow).where(ShiftRow.id == shift.id).values(start=PAST, end=PAST))
        post = {"plan": plan.id, "shift": shift.id, "role": "staff", "index": 0, "site": "S0001"}
        session.execute(insert(AssignmentRow), [{**post, "assignee": PERSON}])
        session.execute(delete(AbsenceRow))
        session.add(AbsenceRow(assignee=PERSON, start=PAST, end=PAST + dt.timedelta(days=1), kind="sick"))
        session.add(OfferRow(person=PERSON, weekday=1))
        session.add(PreferenceRow(assignee=PERSON, kind="avoid", weight=1, weekday=2))
        session.add(LedgerRow(assignee=PERSON, week=PAST.date(), kind="carried", points=40))
        duty = {
            "role": "staff",
            "site": "S0001",
            "window": shift.window,
            "date": PAST.date(),
            "start": PAST,
            "end": PAST + dt.timedelta(minutes=40),
        }
        session.add(PastDutyRow(assignee=PERSON, **duty))
        published = {"uid": "u", "plan": plan.id, "shift": shift.id, "index": 0, "sequence": 0}
        session.add(DutyRow(assignee=PERSON, changed_at=PAST, **published, **duty))
        session.flush()
        call = {"plan": plan.id, "uid": "u", "date": PAST.date(), "state": "exhausted", "seconds": 60}
        call_out = CallOutRow(created_at=PAST, next_at=PAST, **call)
        session.add(call_out)
        session.flush()
        session.add(CallOutAskRow(call_out=call_out.id, place=0, assignee=PERSON, answer="silent"))
        session.add(PresenceRow(uid="u", date=PAST.date(), scanned_at=PAST, delivered_at=PAST, step=1))
        handover = {"uid": "u", "shift": shift.id, "role": "staff", "giver": PERSON, "taker": None}
        swap = SwapRow(
            plan=plan.id, kind="give_away", state="expired", proposer=PERSON, handovers=[handover],
            note=f"{NAME}: 000-1", rises={}, created_at=PAST, expires_at=PAST,
        )  # fmt: skip
        session.add(swap)
        session.flush()
        of = session.scalar(select(AccountRow.id).where(AccountRow.person == PERSON))
        channel = ChannelRow(account=of, name=NAME, address="mail:li.na@example.cn", created_at=PAST)
        session.add_all([channel, ChoiceRow(owner=f"account/{of}", kind="tomorrow", wanted=False)])
        session.add(SwapPartyRow(swap=swap.id, assignee=PERSON))
        session.add(SwapWishRow(plan=plan.id, assignee=PERSON, take=[{"weekday": 1}], created_at=PAST))
        session.add(_revision(city, plan.id))
        session.add(FeedChoiceRow(account=account["id"], language="en", alarms=[5], changed_at=PAST))
        stands = {"hash": "h", "kind": "person", "subject": PERSON, "device": "phone", "number": 1}
        session.add(FeedRow(account=account["id"], created_at=PAST, **stands))
        proposal = {"changes": [{"before": PERSON, "after": None}]}
        happened = [{"kind": "absent", "assignee": PERSON, "why": "sick"}]
        session.add(_repair(plan.id, happened, proposal))
        report = {"dropped_pins": [{"assignment": {"assignee": PERSON}}]}
        run = {"plan": plan.id, "state": "done", "settings": {}, "progress": {}, "report": report}
        session.add(RunRow(created_at=PAST, **run))
        record(
            session,
            SERVICE,
            [
                Entry("people.change", "people", PERSON, {"name": "old", "capacity": 100}, {"name": NAME}),
                Entry("absences.add", "absences", "1", None, {"assignee": PERSON, "kind": "sick"}),
                Entry("timetables.change", "timetables", PERSON, None, {"lessons": [1]}),
                Entry("edit", "posts", f"{shift.id}|{PERSON}", None, {"assignee": PERSON}, plan.id),
                Entry("people.change", "people", f"{PERSON}0", None, {"name": "somebody else"}),
            ],
        )
    return account


def _repair(plan: str, happenings: list[Any], repair: dict[str, Any]) -> RepairRow:
    stands = {
        "at": PAST,
        "created_at": PAST,
        "roster_version": 0,
        "districts": [],
        "built_on": "",
        "posts": [["s", PERSON]],
    }
    return RepairRow(plan=plan, happenings=happenings, repair=repair, **stands)


def _revision(city: Problem, plan: str) -> RevisionRow:
    people = [
        p.model_copy(update={"name": NAME, "phone": None}) if p.id == PERSON else p for p in city.people
    ]
    monday = dt.datetime.combine(city.horizon.start, dt.time(8), dt.UTC)
    absence = Absence(assignee=PERSON, start=monday, end=monday + dt.timedelta(hours=1), kind="sick")
    problem = city.model_copy(update={"people": tuple(people), "absences": (absence,)})
    roster = Roster(horizon=Horizon(start=city.horizon.start, days=7), assignments=())
    blobs = {
        name: zlib.compress(value.model_dump_json().encode())
        for name, value in {"problem": problem, "roster": roster}.items()
    }
    return RevisionRow(plan=plan, number=1, summary={}, published_at=PAST, **blobs)


def _everything(engine: Engine) -> str:
    """Return all that the database holds as text, what is packed unpacked."""
    told = []
    with reading(engine) as session:
        for table in metadata.sorted_tables:
            packed = [c.name for c in table.columns if isinstance(c.type, LargeBinary)]
            for row in session.execute(select(table)).mappings():
                unpacked = {n: zlib.decompress(row[n]).decode() for n in packed}
                told.append(json.dumps({**row, **unpacked}, ensure_ascii=False, default=str))
    return "\n".join(told)


def _data(users: Users, person: str = PERSON) -> Any:
    answer = users["dispatcher"].get(f"/api/v1/people/{person}/data")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _erase(users: Users, person: str = PERSON) -> Any:
    body = {"person": person, "confirm": "erase"}
    return users["dispatcher"].post(f"/api/v1/people/{person}/erasure", json=body)


def test_everything_is_handed_out(users: Users, held: dict[str, Any]) -> None:
    client = logged_in(users, "li.na")
    answer = client.get(f"/api/v1/people/{PERSON}/data")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()
    assert (data["person"]["name"], data["person"]["phone"]) == (NAME, "000-1")
    assert data["absences"][0]["kind"] == "sick"
    assert (len(data["offers"]), len(data["preferences"]), len(data["posts"])) == (1, 1, 1)
    assert len(data["duties"]) == 2
    assert [p["scanned_at"] for p in data["presences"]] == ["2026-03-02T07:20:00Z"]
    assert [call["answer"] for call in data["call_outs"]] == ["silent"]
    assert [entry["points"] for entry in data["ledger"]] == [40]
    assert (len(data["swaps"]), len(data["swap_wishes"])) == (1, 1)
    assert data["account"]["login"] == "li.na"
    assert len(data["account"]["logins"]) == 2
    assert data["account"]["channels"][0]["address"] == "mail:li.na@example.cn"
    assert data["account"]["calendars"] == {"language": "en", "alarms": [5]}
    assert [(f["kind"], f["subject"], f["device"]) for f in data["account"]["feeds"]] == [
        ("person", PERSON, "phone")
    ]
    about = {(e["kind"], e["action"]) for e in data["audit_about"]}
    assert about >= {
        ("people", "people.change"),
        ("absences", "absences.add"),
        ("timetables", "timetables.change"),
        ("posts", "edit"),
        ("accounts", "accounts.create"),
    }
    assert "somebody else" not in answer.text
    assert {e["action"] for e in data["audit_by"]} == {"accounts.password", "logins.begin"}
    # Nothing that opens a door is told, and handing out is noted.
    assert "argon2" not in answer.text
    assert "hash" not in answer.text
    assert "people.export" in {e["action"] for e in _data(users)["audit_about"]}


def test_data_is_for_oneself_alone(users: Users, held: dict[str, Any]) -> None:
    client = logged_in(users, "li.na")
    for person in ("S0001-T002", "none"):
        answer = client.get(f"/api/v1/people/{person}/data")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    url = f"/api/v1/people/{PERSON}/erasure"
    body = {"person": PERSON, "confirm": "erase"}
    assert client.post(url, json=body).status_code == 403
    assert users["dispatcher"].get("/api/v1/people/none/data").status_code == 404


def test_nothing_is_left_of_an_erased_person(users: Users, state: State, held: dict[str, Any]) -> None:
    client = logged_in(users, "li.na")
    before = _everything(state.engine)
    assert all(token in before for token in (NAME, f'"{PERSON}"', '"li.na"', "sick", "000-1"))
    answer = _erase(users)
    assert answer.status_code == 200, answer.text
    pseudonym = answer.json()["pseudonym"]
    left = _everything(state.engine)
    for token in (NAME, f'"{PERSON}"', f"|{PERSON}", "li.na", '"sick"', "000-1", "argon2"):
        assert token not in left.replace(f'"{PERSON}0"', ""), token
    assert "somebody else" in left  # whose id only begins with theirs
    assert client.get("/api/v1/session").status_code == 401
    assert (
        browser(users).post("/api/v1/session", json={"login": "li.na", "password": GOOD}).status_code == 401
    )
    # What they did stays counted.
    data = _data(users, pseudonym)
    assert (data["person"]["name"], data["left_on"], data["account"]) == (
        pseudonym,
        now().date().isoformat(),
        None,
    )
    assert (len(data["posts"]), len(data["duties"]), data["ledger"][0]["points"]) == (1, 2, 40)
    assert (data["absences"], data["offers"], data["preferences"], data["timetable"]) == ([], [], [], None)
    assert (len(data["presences"]), len(data["call_outs"])) == (1, 1)
    assert (len(data["swaps"]), data["swaps"][0]["note"], data["swap_wishes"]) == (1, "", [])
    assert "people.erase" in {e["action"] for e in data["audit_about"]}
    with reading(state.engine) as session:
        revision = session.scalars(select(RevisionRow)).one()
        problem = Problem.model_validate_json(zlib.decompress(revision.problem))
        assert session.get_one(AccountRow, held["id"]).name == pseudonym
        assert PERSON not in {p.id for p in state.problems.standing(session)["people"]}
    assert problem.person_by_id[pseudonym].name == pseudonym
    assert [a.kind for a in problem.absences] == ["other"]
    assert _erase(users).status_code == 404
    again = _erase(users, pseudonym)
    assert (again.status_code, again.json()["code"]) == (404, "not_found")


def test_what_is_to_come_stands_in_the_way(users: Users, state: State, city: Problem) -> None:
    with writing(state.engine) as session:
        plan = plans.create(session, SERVICE, state.problems, city.horizon.start)
        shift = session.scalars(select(ShiftRow).where(ShiftRow.plan == plan.id)).first()
        assert shift is not None
        future = {"start": now() + dt.timedelta(days=1), "end": now() + dt.timedelta(days=2)}
        session.execute(update(ShiftRow).where(ShiftRow.id == shift.id).values(future))
        post = {"plan": plan.id, "shift": shift.id, "role": "staff", "index": 0, "site": "S0001"}
        session.execute(insert(AssignmentRow), [{**post, "assignee": PERSON}])
        session.execute(update(CrewRow).where(CrewRow.id == "D001-X01").values(members=[PERSON]))
        shift_id = shift.id
    before = _everything(state.engine)
    answer = _erase(users)
    assert (answer.status_code, answer.json()["code"]) == (409, "still_needed")
    assert answer.json()["duties"] == [{"plan": plan.id, "shift": shift_id, "role": "staff"}]
    assert answer.json()["crews"] == ["D001-X01"]
    with writing(state.engine) as session:
        session.execute(delete(AssignmentRow))
        session.execute(update(CrewRow).where(CrewRow.id == "D001-X01").values(members=["D001-X01-1"]))
        run = {"plan": plan.id, "state": "running", "settings": {}, "progress": {}}
        session.add(RunRow(created_at=now(), seen_at=now(), **run))
    answer = _erase(users)
    assert (answer.status_code, answer.json()["code"]) == (409, "run_active")
    assert before.count(PERSON) > 1
    with writing(state.engine) as session:
        session.execute(update(RunRow).values(state="done"))
    assert _erase(users).status_code == 200


def test_an_erasure_is_confirmed(users: Users) -> None:
    url = f"/api/v1/people/{MEMBER}/erasure"
    for body in ({}, {"person": MEMBER}, {"person": "S0001-T002", "confirm": "erase"}):
        assert users["dispatcher"].post(url, json=body).status_code == 422


def test_a_redaction_touches_nobody_else() -> None:
    redaction = Redaction("T1", "P-1", "ann")
    assert redaction.key("S1/2026-11-30/w|T1") == "S1/2026-11-30/w|P-1"
    assert redaction.key("T11") == "T11"
    assert redaction.key("ann") == "P-1"
    assert redaction.value({"T1": ["T1", "T11"], "x": {"assignee": "T2", "kind": "sick"}}) == {
        "P-1": ["P-1", "T11"],
        "x": {"assignee": "T2", "kind": "sick"},
    }
    assert redaction.value({"assignee": "T1", "kind": "released"})["kind"] == "released"
    packed = zlib.compress(b'{"people":[{"id":"T1","name":"A\\"B"},{"id":"T11","name":"A"}]}')
    found = redaction.packed(packed)
    assert found is not None
    assert json.loads(zlib.decompress(found)) == {
        "people": [{"id": "P-1", "name": "P-1"}, {"id": "T11", "name": "A"}]
    }
    assert redaction.packed(zlib.compress(b'{"people":[{"id":"T11"}]}')) is None

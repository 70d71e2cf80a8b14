"""Published duties as files: for a calendar, a spreadsheet, and the board at the gate."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pytest
from api_cases import MEMBER
from feed_cases import Published, client_of, events, new_feed, poll
from python_calamine import CalamineWorkbook
from roster_cases import PLAN
from sqlalchemy import select, update

from api.accounts.tables import AccountRow
from api.database.engine import writing
from api.feeds.telling import read_names
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, CrewRow
from models import duty_uid

if TYPE_CHECKING:
    from api_cases import Users

    from api.state import State

# What the database does is tried on both kinds in test_feeds.py and test_feed_board.py.
pytestmark = [
    pytest.mark.usefixtures("sunday"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def week(users: Users, state: State) -> Published:
    """A published week."""
    return Published(users, state)


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_one_duty_is_the_entry_that_the_feed_has(users: Users, state: State, week: Published) -> None:
    guard = client_of(users, state, week.guard)
    whole = events(poll(users["nobody"], new_feed(guard)))
    duty = week.of(week.guard)[0]
    uid = duty_uid(duty.assignee, duty.shift, duty.role)
    answer = guard.get(f"/api/v1/me/duties/{uid}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    (entry,) = events(answer).values()
    assert entry.to_ical() == whole[uid].to_ical()
    for other in ("member", "dispatcher", "school_admin"):
        assert users[other].get(f"/api/v1/me/duties/{uid}.ics").status_code == 404


def test_duties_for_a_spreadsheet(users: Users, state: State, week: Published) -> None:
    guard = client_of(users, state, week.guard)
    mine = rows(guard.get("/api/v1/me/duties.csv").content)
    assert [(r["编号 id"], r["岗位 role"]) for r in mine] == [(week.guard, "保安员")] * len(
        week.of(week.guard)
    )
    assert [r["日期 date"] for r in mine] == sorted(a.shift.split("/")[1] for a in week.of(week.guard))
    assert rows(guard.get("/api/v1/me/duties.csv", params={"first": "2027-01-01"}).content) == []
    assert rows(users["dispatcher"].get("/api/v1/me/duties.csv").content) == []
    path = f"{PLAN}/duties.csv"
    assert len(rows(users["dispatcher"].get(path).content)) == len(week.held)
    own = [a for a in week.held if a.shift.startswith("S0001/")]
    assert len(rows(users["school_admin"].get(path).content)) == len(own)
    other = users["school_admin"].get(path, params={"site": "S0002"}).content
    assert rows(other) == []
    unit = rows(users["dispatcher"].get(path, params={"unit": "S0001"}).content)
    people = (
        users["dispatcher"].get("/api/v1/people", params={"unit": "S0001", "limit": 1000}).json()["items"]
    )
    members = {p["id"] for p in people if p["value"]["unit"] == "S0001"}
    assert {r["编号 id"] for r in unit} == {a.assignee for a in week.held if a.assignee in members} != set()


def test_the_file_has_what_the_page_has(users: Users, state: State, week: Published) -> None:
    """Of a crew's duties none during one's own absence; and all in the language that was chosen."""
    with writing(state.engine) as session:
        crews = {crew.id: crew.members for crew in session.scalars(select(CrewRow))}
        held = next(a for a in week.held if a.assignee in crews)
        (person, *_) = crews[held.assignee]
        duty = session.get_one(DutyRow, duty_uid(held.assignee, held.shift, held.role))
        session.add(AbsenceRow(assignee=person, start=duty.start, end=duty.end, kind="sick"))
        changed(session, "absences")
        role = read_names(session).roles[duty.role]
    client = client_of(users, state, person)
    listed = client.get("/api/v1/me/duties").json()
    mine = rows(client.get("/api/v1/me/duties.csv").content)
    assert [r["开始 start"] for r in mine] == [d["start"][11:16] for d in listed]
    assert held.shift not in {d["shift"] for d in listed}
    assert {r["岗位 role"] for r in mine} == {role[0]}
    with writing(state.engine) as session:
        session.execute(update(AccountRow).where(AccountRow.person == person).values(language="en"))
    mine = rows(client.get("/api/v1/me/duties.csv").content)
    assert {r["岗位 role"] for r in mine} == {role[1]} != {role[0]}


def test_a_schools_week_to_be_printed(users: Users, week: Published) -> None:
    admin, auditor = users["school_admin"], users["auditor"]
    path = f"{PLAN}/sites/S0001/week.xlsx"
    names = {p["id"]: p["value"] for p in admin.get("/api/v1/people", params={"limit": 1000}).json()["items"]}
    here = {
        names[a.assignee]["name"] for a in week.held if a.shift.startswith("S0001/") and a.assignee in names
    }
    phones = {names[a.assignee].get("phone") for a in week.held if a.assignee in names} - {None}
    for user, sees_phones in ((admin, True), (auditor, False)):
        answer = user.get(path)
        assert answer.status_code == 200, answer.text
        book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
        assert len(book.sheet_names) == 1
        text = "\n".join(str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
        assert "护学岗值班表" in text
        assert here
        assert all(name in text for name in here)
        assert any(phone in text for phone in phones) == (sees_phones and bool(phones))
    assert admin.get(f"{PLAN}/sites/S0002/week.xlsx").status_code == 404
    assert users["member"].get(path).status_code == 403
    assert MEMBER in names

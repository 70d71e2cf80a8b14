"""Whose calendars there are, who may have them, and what they may say."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from api_cases import MEMBER
from feed_cases import FEEDS, Published, client_of, events, new_feed, poll, sequences
from sqlalchemy import select, update

from api.accounts.tables import AccountRow, GrantRow
from api.database.engine import writing
from api.feeds.feeds import MOST
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, CrewRow, PersonRow
from models import duty_uid

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.state import State

pytestmark = pytest.mark.usefixtures("sunday")

CREW = "D001-X01"


@pytest.fixture
def week(users: Users, state: State) -> Published:
    """A published week."""
    return Published(users, state)


def put(client: Client, path: str, body: dict[str, Any]) -> None:
    tag = client.get(path).headers["etag"]
    answer = client.put(path, json=body, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


def test_a_school_and_a_unit_have_calendars_for_who_may_see_them(users: Users, week: Published) -> None:
    admin, nobody = users["school_admin"], users["nobody"]
    school = new_feed(admin, kind="site", subject="S0001")
    at_school = {duty_uid(a.assignee, a.shift, a.role) for a in week.held if a.shift.startswith("S0001/")}
    found = events(poll(nobody, school))
    assert found.keys() == at_school
    assert all(entry.subcomponents == [] for entry in found.values())  # alarms are for one's own duties
    unit = new_feed(admin, kind="unit", subject="S0001")
    own = {duty_uid(a.assignee, a.shift, a.role) for a in week.held if a.assignee.startswith("S0001-")}
    assert events(poll(nobody, unit)).keys() <= own
    text = (poll(nobody, school).text + poll(nobody, unit).text).replace("\r\n ", "")
    assert "S0001-" not in text
    assert not any(
        f["name"] in text for f in admin.get("/api/v1/units/S0001/feeds").json() if f["kind"] == "person"
    )
    for kind, subject in (
        ("site", "S0002"),
        ("unit", "S0002"),
        ("crew", CREW),
        ("person", MEMBER),
        ("site", "none"),
        ("unit", "none"),
        ("crew", "none"),
    ):
        answer = admin.post(FEEDS, json={"device": "x", "kind": kind, "subject": subject})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (kind, subject)
    assert (
        users["district_dispatcher"]
        .post(FEEDS, json={"device": "x", "kind": "crew", "subject": CREW})
        .is_success
    )
    assert [f["device"] for f in admin.get("/api/v1/sites/S0001/feeds").json()] == ["phone"]
    assert nobody.post(FEEDS, json={"device": "x"}).status_code == 401


def test_members_have_the_duties_of_their_crew_but_while_away(
    users: Users, state: State, week: Published
) -> None:
    with writing(state.engine) as session:
        members = session.get_one(CrewRow, CREW).members
    patrol = client_of(users, state, members[0])
    mine, crew = new_feed(patrol), new_feed(patrol, kind="crew", subject=CREW)
    theirs = {duty_uid(a.assignee, a.shift, a.role) for a in week.of(CREW)}
    assert theirs
    nobody = users["nobody"]
    first = poll(nobody, mine)
    assert events(first).keys() == events(poll(nobody, crew)).keys() == theirs
    assert "巡组：" in str(next(iter(events(first).values()))["DESCRIPTION"])
    with writing(state.engine) as session:
        duty = session.get_one(DutyRow, min(theirs))
        session.add(
            AbsenceRow(
                assignee=members[0], start=duty.end - dt.timedelta(minutes=1), end=duty.end, kind="sick"
            )
        )
        changed(session, "absences")
    away = poll(nobody, mine, If_None_Match=first.headers["etag"])
    assert events(away).keys() == theirs - {min(theirs)}
    assert away.headers["last-modified"] >= first.headers["last-modified"]
    assert events(poll(nobody, crew)).keys() == theirs
    # Who is in the crew no more has neither.
    crew_path = f"/api/v1/crews/{CREW}"
    found = users["dispatcher"].get(crew_path)
    value = {**found.json()["value"], "members": members[1:], "minimum_strength": 1}
    headers = {"If-Match": found.headers["etag"]}
    assert users["dispatcher"].put(crew_path, json=value, headers=headers).is_success
    assert events(poll(nobody, mine)) == {}
    assert poll(nobody, crew).status_code == 404


def test_who_may_see_no_more_is_answered_nothing(users: Users, week: Published) -> None:
    dispatcher = users["dispatcher"]
    feed = new_feed(users["school_admin"], kind="site", subject="S0001")
    (account,) = [
        a
        for a in dispatcher.get("/api/v1/accounts", params={"text": "school_admin"}).json()["items"]
        if a["login"] == "school_admin"
    ]
    path = f"/api/v1/accounts/{account['id']}"

    def change(**fields: Any) -> None:
        put(dispatcher, path, {"name": "a", "grants": [], **fields})

    own = [{"role": "school_admin", "site": "S0001"}]
    for fields, status in (
        ({"grants": [{"role": "school_admin", "site": "S0002"}]}, 404),
        ({"grants": own}, 200),
        ({"grants": own, "disabled": True}, 404),
        ({"grants": own}, 200),
        ({}, 404),
    ):
        change(**fields)
        assert poll(users["nobody"], feed).status_code == status, fields


def test_who_leaves_has_a_calendar_no_more(users: Users, state: State, week: Published) -> None:
    feed = new_feed(users["member"])
    dispatcher, path = users["dispatcher"], f"/api/v1/people/{MEMBER}"
    assert poll(users["nobody"], feed).status_code == 200
    for left_on, status in ((dt.date(2026, 11, 30), 200), (dt.date(2026, 11, 29), 404)):
        with writing(state.engine) as session:
            session.execute(update(PersonRow).where(PersonRow.id == MEMBER).values(left_on=left_on))
            changed(session, "people")
        assert poll(users["nobody"], feed).status_code == status
    # Nor when they come back: it may have been somebody else's device by then.
    tag = dispatcher.get(path).headers["etag"]
    assert dispatcher.post(f"{path}/return", headers={"If-Match": tag}).is_success
    assert poll(users["nobody"], feed).status_code == 404
    assert poll(users["nobody"], new_feed(users["member"])).status_code == 200


def test_a_choice_changes_every_entry(users: Users, state: State, week: Published) -> None:
    guard = client_of(users, state, week.guard)
    feed = new_feed(guard)
    path = "/api/v1/me/calendar"
    assert guard.get(path).json() == {"language": "zh", "alarms": [60]}
    first = poll(users["nobody"], feed)
    put(guard, path, {"language": "en", "alarms": [30, 1440]})
    assert guard.get(path).json() == {"language": "en", "alarms": [1440, 30]}
    second = poll(users["nobody"], feed, If_None_Match=first.headers["etag"])
    assert sequences(second) == {uid: n + 1 for uid, n in sequences(first).items()}
    for uid, entry in events(second).items():
        assert str(entry["SUMMARY"]).startswith("School guard ")
        assert [a["TRIGGER"].to_ical() for a in entry.subcomponents] == [b"-P1D", b"-PT30M"]
        assert entry.decoded("LAST-MODIFIED") >= events(first)[uid].decoded("LAST-MODIFIED")
    put(guard, path, {"language": "en", "alarms": [1440, 30]})  # the same again
    assert poll(users["nobody"], feed, If_None_Match=second.headers["etag"]).status_code == 304
    for alarms in ([60, 60], [-1], [10081], [1, 2, 3, 4, 5, 6]):
        tag = guard.get(path).headers["etag"]
        body = {"language": "zh", "alarms": alarms}
        assert guard.put(path, json=body, headers={"If-Match": tag}).status_code == 422
    assert (
        guard.put(path, json={"language": "zh", "alarms": []}, headers={"If-Match": '"no"'}).status_code
        == 412
    )


def test_what_to_bring_and_whom_calendars_may_name(users: Users, state: State, week: Published) -> None:
    admin = users["school_admin"]
    guard = client_of(users, state, week.guard)
    mine, school = new_feed(guard), new_feed(admin, kind="site", subject="S0001")
    nobody = users["nobody"]
    before = poll(nobody, mine)
    put(users["dispatcher"], "/api/v1/roles/security_guard/calendar", {"bring": "钢叉、盾牌"})
    put(admin, "/api/v1/sites/S0001/calendar", {"bring": "袖标", "bring_en": "Armband"})
    told = poll(nobody, mine)
    assert sequences(told) == {uid: n + 2 for uid, n in sequences(before).items()}
    for entry in events(told).values():
        assert "携带：袖标\n携带：钢叉、盾牌\n" in str(entry["DESCRIPTION"])

    names = {p["id"]: p["value"]["name"] for p in _people(admin, week)}
    leaders = {names[a.assignee] for a in week.held if a.role == "duty_leader" and a.assignee in names}
    others = {names[a.assignee] for a in week.held if a.role == "staff" and a.assignee in names} - leaders
    assert leaders
    assert others
    for allowed, seen, unseen in (
        ("leaders", leaders, others),
        ("everybody", leaders | others, set()),
        ("nobody", set(), leaders | others),
    ):
        was = poll(nobody, mine)
        put(admin, "/api/v1/sites/S0001/calendar", {"bring": "袖标", "names": allowed})
        now = poll(nobody, mine, If_None_Match=was.headers["etag"])
        texts = [str(e["DESCRIPTION"]) for e in events(now).values()]
        assert any(name in text for name in seen for text in texts) == bool(seen)
        assert not any(name in text for name in unseen for text in texts)
        assert all(sequences(now)[uid] > n for uid, n in sequences(was).items())
        whole = poll(nobody, school).text.replace("\r\n ", "")
        assert all((name in whole) == (allowed != "nobody") for name in leaders)
        assert all((name in whole) == (allowed == "everybody") for name in others)
    # Another leader is another entry for everybody on the shift, where leaders are named.
    put(admin, "/api/v1/sites/S0001/calendar", {"names": "leaders"})
    before_all = sequences(poll(nobody, school))
    leader = next(a for a in week.held if a.role == "duty_leader" and a.shift.startswith("S0001/"))
    week.publish(*[a for a in week.held if a != leader])
    risen = {uid for uid, n in sequences(poll(nobody, school)).items() if n > before_all[uid]}
    with writing(state.engine) as session:
        same = set(session.scalars(select(DutyRow.uid).where(DutyRow.shift == leader.shift)))
    assert risen == same


def _people(admin: Client, week: Published) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.get("/api/v1/people", params={"limit": 1000}).json()["items"]
    return found


def test_there_are_only_so_many_addresses(users: Users, week: Published) -> None:
    feeds = [new_feed(users["member"]) for _ in range(MOST)]
    answer = users["member"].post(FEEDS, json={"device": "one more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_feeds")
    users["member"].delete(f"{FEEDS}/{feeds[0]['id']}")
    assert new_feed(users["member"])


def test_a_dispatcher_who_is_nobody_has_no_calendar_of_their_own(users: Users, week: Published) -> None:
    assert users["dispatcher"].post(FEEDS, json={"device": "x"}).status_code == 404
    assert users["dispatcher"].post(FEEDS, json={"device": "x", "kind": "site"}).status_code == 422
    assert users["dispatcher"].get(FEEDS).json() == []


def test_who_is_erased_has_a_calendar_no_more(users: Users, state: State, week: Published) -> None:
    """Also not one of a school, which an account may have that is a person."""
    feed = new_feed(users["member"])
    admin = client_of(users, state, "S0001-T002")
    with writing(state.engine) as session:
        account = session.scalars(select(AccountRow).where(AccountRow.person == "S0001-T002")).one()
        session.add(GrantRow(account=account.id, role="school_admin", site="S0001"))
    school = new_feed(admin, kind="site", subject="S0001")
    nobody = users["nobody"]
    assert (poll(nobody, feed).status_code, poll(nobody, school).status_code) == (200, 200)
    week.publish(*[a for a in week.held if a.assignee not in (MEMBER, "S0001-T002")])
    for person in (MEMBER, "S0001-T002"):
        body = {"person": person, "confirm": "erase"}
        answer = users["dispatcher"].post(f"/api/v1/people/{person}/erasure", json=body)
        assert answer.status_code == 200, answer.text
    assert (poll(nobody, feed).status_code, poll(nobody, school).status_code) == (404, 404)

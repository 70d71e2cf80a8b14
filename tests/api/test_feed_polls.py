"""Calendars that ask: what they are told, in which form, and when nothing is sent at all."""

from __future__ import annotations

import datetime as dt
import json
import logging
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import structlog
from api_cases import MEMBER
from feed_cases import FEEDS, Published, client_of, events, new_feed, poll, sequences
from icalendar import Calendar
from sqlalchemy import event, select

from api.accounts.secrets import hash_of
from api.database.base import now
from api.database.engine import reading, writing
from api.feeds.feeds import touch
from api.feeds.tables import FeedRow
from api.plans.tables import ShiftRow
from models import duty_uid

if TYPE_CHECKING:
    from collections.abc import Iterable

    import time_machine
    from api_cases import Client, Users

    from api.state import State
    from models import Assignment

SHANGHAI = ZoneInfo("Asia/Shanghai")

pytestmark = pytest.mark.usefixtures("sunday")

# Where HTTP and the form are all that matters; what hangs on what the database says is tried on both kinds.
on_one = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def week(users: Users, state: State) -> Published:
    """A published week."""
    return Published(users, state)


@pytest.fixture
def guard(users: Users, state: State, week: Published) -> Client:
    """Somebody with some duties in it."""
    return client_of(users, state, week.guard)


def uids(held: Iterable[Assignment]) -> set[str]:
    return {duty_uid(a.assignee, a.shift, a.role) for a in held}


@on_one
def test_a_member_has_their_duties_and_nobody_elses(users: Users, guard: Client, week: Published) -> None:
    feed = new_feed(guard)
    answer = poll(users["nobody"], feed)
    found = events(answer)
    assert found.keys() == uids(week.of(week.guard))
    assert len(found) > 1
    headers = answer.headers
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["content-disposition"].startswith("inline")
    assert headers["etag"].startswith('"')
    calendar = Calendar.from_ical(answer.content)
    assert str(calendar["SOURCE"]) == feed["url"]
    assert len(calendar.timezones) == 1
    with_names = answer.text.replace("\r\n ", "")
    for other in {a.assignee for a in week.held} - {week.guard}:
        assert other not in with_names
    for entry in found.values():
        assert str(entry["URL"]).endswith(f"/duties/{entry['UID']}")
        assert [a["TRIGGER"].to_ical() for a in entry.subcomponents] == [b"-PT1H"]


@on_one
def test_what_is_known_already_is_not_sent_again(users: Users, guard: Client, week: Published) -> None:
    feed = new_feed(guard)
    first = poll(users["nobody"], feed)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for headers in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"other", W/{tag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": date},
        # Tags come before dates.
        {"If_None_Match": tag, "If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        answer = poll(users["nobody"], feed, **headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert (answer.headers["etag"], answer.headers["last-modified"]) == (tag, date)
        assert answer.headers["cache-control"] == "private, no-cache"
    for headers in (
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": date},
        {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
    ):
        again = poll(users["nobody"], feed, **headers)
        assert (again.status_code, again.content) == (200, first.content)


@on_one
def test_head_tells_the_same_without_the_body(users: Users, guard: Client, week: Published) -> None:
    feed = new_feed(guard)
    got = poll(users["nobody"], feed)
    path = urlsplit(feed["url"]).path
    head = users["nobody"].head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "content-length", "cache-control"):
        assert head.headers[name] == got.headers[name]
    assert users["nobody"].head(path, headers={"If-None-Match": got.headers["etag"]}).status_code == 304
    assert users["nobody"].post(path).status_code == 405
    # Whatever is accepted, a calendar comes.
    assert poll(users["nobody"], feed, Accept="text/html").status_code == 200


def test_each_publication_arrives(users: Users, guard: Client, state: State, week: Published) -> None:
    feed = new_feed(guard)
    answer = poll(users["nobody"], feed)
    before, seen = sequences(answer), answer
    mine = week.of(week.guard)
    moved = next(a for a in mine if a.shift.endswith("/morning_arrival"))
    gone = next(a for a in mine if a != moved)
    others = [a for a in week.held if a != gone]
    # One falls away.
    week.publish(*others)
    answer = poll(users["nobody"], feed, If_None_Match=seen.headers["etag"])
    cancelled = events(answer)[duty_uid(gone.assignee, gone.shift, gone.role)]
    assert str(cancelled["STATUS"]) == "CANCELLED"
    assert str(cancelled["SUMMARY"]).startswith("【已取消】")
    assert cancelled.subcomponents == []
    # One is moved.
    with writing(state.engine) as session:
        shift = session.get_one(ShiftRow, (week.plan, moved.shift))
        shift.start -= dt.timedelta(minutes=10)
        shift.end -= dt.timedelta(minutes=10)
        shift.moved += 1
        shift.version += 1
    week.publish(*others)
    later = poll(users["nobody"], feed, If_None_Match=answer.headers["etag"])
    key = duty_uid(moved.assignee, moved.shift, moved.role)
    old, new = (events(a)[key] for a in (seen, later))
    assert new.decoded("DTSTART") == old.decoded("DTSTART") - dt.timedelta(minutes=10)
    assert sequences(later)[key] == before[key] + 1
    # What fell away comes back, under the same id.
    week.publish(*others, gone)
    last = poll(users["nobody"], feed, If_None_Match=later.headers["etag"])
    back = events(last)[str(cancelled["UID"])]
    assert (str(back["STATUS"]), back.decoded("SEQUENCE")) == ("CONFIRMED", 2)
    assert str(back["TRANSP"]) == "OPAQUE"
    dates = [parsedate_to_datetime(a.headers["last-modified"]) for a in (seen, answer, later, last)]
    assert dates == sorted(dates)
    assert poll(users["nobody"], feed, If_None_Match=last.headers["etag"]).status_code == 304
    untouched = before.keys() - {key, str(cancelled["UID"])}
    assert untouched
    assert all(sequences(last)[uid] == before[uid] for uid in untouched)


def test_a_moment_that_never_goes_back(
    users: Users, guard: Client, week: Published, sunday: time_machine.Traveller
) -> None:
    """Not when duties leave after 14 days, nor when one that was cancelled does."""
    feed = new_feed(guard)
    week.publish(*[a for a in week.held if a != week.of(week.guard)[-1]])
    days = {dt.date.fromisoformat(a.shift.split("/")[1]) for a in week.of(week.guard)}
    last, counts = dt.datetime.min.replace(tzinfo=dt.UTC), []
    for k in range(30):
        noon = dt.datetime(2026, 11, 29, 12, tzinfo=SHANGHAI) + dt.timedelta(days=k)
        sunday.move_to(noon)
        answer = poll(users["nobody"], feed)
        moment = parsedate_to_datetime(answer.headers["last-modified"])
        assert last <= moment <= noon
        last = moment
        found = events(answer).values()
        counts.append(len(found))
        # Duties stand for 14 days after their own, and one that fell away for 14 days after that.
        standing = {
            e.decoded("DTSTART").astimezone(SHANGHAI).date() for e in found if e["STATUS"] == "CONFIRMED"
        }
        assert standing == {day for day in days if day >= noon.date() - dt.timedelta(days=14)}
        assert any(e["STATUS"] == "CANCELLED" for e in found) == (k <= 14)
    assert counts == sorted(counts, reverse=True)
    assert (counts[0] > 1, counts[-1]) == (True, 0)


def test_what_is_fetched_is_noted_without_a_write_for_each(
    users: Users, guard: Client, state: State, week: Published
) -> None:
    feed = new_feed(guard)
    assert guard.get(FEEDS).json()[0]["fetched_at"] is None
    written: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "SET", "UPDATE tokens")):
            written.append(statement)

    event.listen(state.engine, "before_cursor_execute", note)
    for _ in range(20):
        assert poll(users["nobody"], feed, User_Agent="iOS/26 dataaccessd").status_code == 200
    assert written == []
    state.seen.write()
    assert len(written) == 1
    for _ in range(20):
        poll(users["nobody"], feed, User_Agent="iOS/26 dataaccessd")
    state.seen.write()
    assert len(written) == 1
    event.remove(state.engine, "before_cursor_execute", note)
    shown = guard.get(FEEDS).json()[0]
    assert shown["fetched_by"] == "iOS/26 dataaccessd"
    assert dt.datetime.fromisoformat(shown["fetched_at"]) > now() - dt.timedelta(minutes=5)


@on_one
def test_no_address_is_in_the_log_or_the_database(
    users: Users, guard: Client, state: State, week: Published, caplog: pytest.LogCaptureFixture
) -> None:
    feed = new_feed(guard)
    token = feed["url"].rpartition("/")[2].removesuffix(".ics")
    with structlog.testing.capture_logs() as told, caplog.at_level(logging.DEBUG):
        poll(users["nobody"], feed)
        users["nobody"].get(f"/calendar/{token}x.ics")
        users["nobody"].get(f"/calendar/{token}.ics?{token}", headers={"If-None-Match": token})
    assert [line["status"] for line in told if line["event"] == "request"] == [404]
    # What the client itself logs is its own affair.
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert token not in json.dumps([told, logged], default=str)
    assert token not in users["nobody"].get("/metrics").text
    assert "/calendar/{token}.ics" in users["nobody"].get("/metrics").text
    with reading(state.engine) as session:
        row = session.scalars(select(FeedRow)).one()
    assert row.hash == hash_of(token)
    assert len(token) == 43  # 32 bytes


@on_one
def test_addresses_that_are_none(users: Users, week: Published) -> None:
    for token in ("x", "x" * 43, "x" * 4000, "..%2f", "%00", "é"):
        answer = users["nobody"].get(f"/calendar/{token}.ics")
        assert answer.status_code == 404, token
    assert users["nobody"].get("/calendar/").status_code == 404


def test_an_address_that_was_replaced_says_so_for_a_month(
    users: Users, guard: Client, state: State, week: Published
) -> None:
    nobody = users["nobody"]
    old = new_feed(guard)
    answer = guard.post(f"{FEEDS}/{old['id']}/rotate")
    assert answer.status_code == 201
    new = answer.json()
    assert (new["device"], new["url"] != old["url"]) == ("phone", True)
    assert events(poll(nobody, new)).keys() == uids(week.of(week.guard))
    said = poll(nobody, old)
    (entry,) = events(said).values()
    assert "失效" in str(entry["SUMMARY"])
    assert poll(nobody, old, If_None_Match=said.headers["etag"]).status_code == 304
    assert poll(nobody, old).content == said.content
    listed = {f["id"]: f for f in guard.get(FEEDS).json()}
    assert listed[old["id"]]["expired_at"] is not None
    assert listed[new["id"]]["expired_at"] is None
    assert guard.post(f"{FEEDS}/{old['id']}/rotate").status_code == 404
    for days, status in ((29, 200), (30, 404)):
        with writing(state.engine) as session:
            row = session.get_one(FeedRow, old["id"])
            row.rotated_at = now() - dt.timedelta(days=days)
            touch(session, row.account)
        assert poll(nobody, old).status_code == status


def test_addresses_are_revoked_one_by_one(users: Users, guard: Client, week: Published) -> None:
    nobody = users["nobody"]
    phone, tablet = new_feed(guard), new_feed(guard, device="tablet")
    assert guard.delete(f"{FEEDS}/{phone['id']}").status_code == 204
    assert poll(nobody, phone).status_code == 404
    assert poll(nobody, tablet).status_code == 200
    assert [f["device"] for f in guard.get(FEEDS).json()] == ["tablet"]
    assert guard.delete(f"{FEEDS}/{phone['id']}").status_code == 404


@on_one
def test_an_admin_revokes_the_address_on_a_phone_that_was_lost(users: Users, week: Published) -> None:
    feed = new_feed(users["member"])
    path = f"/api/v1/people/{MEMBER}/feeds"
    assert [f["device"] for f in users["school_admin"].get(path).json()] == ["phone"]
    assert users["school_admin"].delete(f"{path}/{feed['id']}").status_code == 204
    assert poll(users["nobody"], feed).status_code == 404
    assert users["school_admin"].delete(f"{path}/{feed['id']}").status_code == 404


@on_one
def test_a_picture_for_the_camera(users: Users, guard: Client, week: Published) -> None:
    feed = new_feed(guard)
    assert feed["webcal"] == feed["url"].replace("http://", "webcal://")
    assert feed["qr"].startswith("<svg")

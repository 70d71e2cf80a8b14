"""What feeds are made of stays fresh, in every process, and costs one look at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from api_cases import Client
from feed_cases import Published, client_of, new_feed, poll
from sqlalchemy import event

from api.app import create_app
from api.feeds.snapshot import take
from api.state import State

if TYPE_CHECKING:
    from api_cases import Users

    from api.feeds.snapshot import Snapshot
    from api.settings import Settings

pytestmark = pytest.mark.usefixtures("sunday")


@pytest.fixture
def week(users: Users, state: State) -> Published:
    """A published week."""
    return Published(users, state)


def test_another_process_answers_the_same_and_notices_as_soon(
    users: Users, state: State, settings: Settings, week: Published
) -> None:
    guard = client_of(users, state, week.guard)
    feed = new_feed(guard)
    other = State.open(settings)
    there = Client(create_app(state=other))

    def both() -> tuple[int, str]:
        here, elsewhere = poll(users["nobody"], feed), poll(there, feed)
        assert (here.status_code, here.content) == (elsewhere.status_code, elsewhere.content)
        for name in ("etag", "last-modified"):
            assert here.headers.get(name) == elsewhere.headers.get(name)
        return here.status_code, here.headers.get("etag", "")

    tags = [both()]
    week.publish(*[a for a in week.held if a != week.of(week.guard)[0]])
    tags.append(both())
    tag = guard.get("/api/v1/me/calendar").headers["etag"]
    body = {"language": "en", "alarms": []}
    assert guard.put("/api/v1/me/calendar", json=body, headers={"If-Match": tag}).is_success
    tags.append(both())
    assert len(set(tags)) == 3
    guard.delete(f"/api/v1/me/feeds/{feed['id']}")
    # What is refused says so with a request's own id.
    assert {poll(client, feed).status_code for client in (users["nobody"], there)} == {404}
    other.engine.dispose()


def test_a_snapshot_brought_up_to_date_is_one_read_anew(users: Users, state: State, week: Published) -> None:
    from api.database.engine import reading

    guard = client_of(users, state, week.guard)
    new_feed(guard)
    before = state.board.now()
    week.publish(*week.held[: len(week.held) // 2])
    new_feed(guard, device="tablet")
    site = users["dispatcher"].get("/api/v1/sites/S0001")
    value = {**site.json()["value"], "name": "改名小学"}
    headers = {"If-Match": site.headers["etag"]}
    assert users["dispatcher"].put("/api/v1/sites/S0001", json=value, headers=headers).is_success
    with reading(state.engine) as session:
        after, anew = take(session, before), take(session)
    for name in ("counts", "today", "names", "people", "away", "addresses"):
        assert getattr(after, name) == getattr(anew, name)
    assert _duties(after) == _duties(anew)
    assert _duties(after) != _duties(before)
    assert state.board.now() is state.board.now()


def _duties(snapshot: Snapshot) -> dict[str, set[str]]:
    return {
        f"{by} {key}": {repr(duty) for duty in duties}
        for by in ("by_assignee", "by_site", "by_shift")
        for key, duties in getattr(snapshot.duties, by).items()
    }


def test_a_thousand_who_ask_at_once_share_a_few_looks(state: State, week: Published) -> None:
    asked: list[str] = []
    event.listen(state.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    async def ask() -> list[Snapshot]:
        return await asyncio.gather(*(state.board.current() for _ in range(1000)))

    found = asyncio.run(ask())
    assert len({id(snapshot) for snapshot in found}) == 1
    assert sum("counters" in statement for statement in asked) <= 2

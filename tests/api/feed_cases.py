"""A published week, and calendars that ask for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from api_cases import Client
from icalendar import Calendar, Event
from roster_cases import MONDAY, store_plan
from run_cases import step, stored

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, TokenRow
from api.database.base import now
from api.database.engine import writing

if TYPE_CHECKING:
    from api_cases import Users
    from httpx2 import Response

    from api.state import State
    from models import Assignment

FEEDS = "/api/v1/me/feeds"


class Published:
    """A week whose roster is published, and published anew.

    Attributes
    ----------
    held
        What is published.
    guard
        A guard of the first school who has some duties.
    """

    def __init__(self, users: Users, state: State) -> None:
        self._dispatcher = users["dispatcher"]
        self._state = state
        self.held: list[Assignment] = list(store_plan(state).assignments)
        self.plan = MONDAY
        step(self._dispatcher, self.plan, "publish")
        guards = Counter(a.assignee for a in self.held if a.role == "security_guard" and a.shift < "S0002")
        self.guard = guards.most_common(1)[0][0]

    def publish(self, *held: Assignment) -> None:
        """Publish another roster."""
        self.held = list(held)
        stored(self._state, self.plan, *held)
        step(self._dispatcher, self.plan, "publish")

    def of(self, assignee: str) -> list[Assignment]:
        """Return what somebody is to do."""
        return [a for a in self.held if a.assignee == assignee]


def client_of(users: Users, state: State, person: str) -> Client:
    """Return a client that asks as a person, with an account of their own."""
    secret = new_secret()
    with writing(state.engine) as session:
        account = AccountRow(login=person.lower(), name=person, person=person, created_at=now())
        session.add(account)
        session.flush()
        token = {"name": "test", "scope": "write", "created_at": now()}
        session.add(TokenRow(hash=hash_of(secret), account=account.id, **token))
    return Client(users["nobody"].app, secret)


def new_feed(client: Client, **wanted: Any) -> dict[str, Any]:
    """Make a calendar address."""
    answer = client.post(FEEDS, json={"device": "phone", **wanted})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def poll(client: Client, feed: dict[str, Any], **headers: str) -> Response:
    """Ask as a calendar does."""
    return client.get(
        urlsplit(feed["url"]).path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def events(answer: Response) -> dict[str, Event]:
    """Return the entries of an answer by uid."""
    assert answer.status_code == 200, answer.text
    found = Calendar.from_ical(answer.content).events
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def sequences(answer: Response) -> dict[str, int]:
    """Return how often each entry of an answer has changed."""
    return {uid: int(event.decoded("SEQUENCE")) for uid, event in events(answer).items()}

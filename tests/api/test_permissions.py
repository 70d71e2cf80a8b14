"""Every route of the API asked by every role, for what lies in its scope and elsewhere: nothing is open by oversight."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from api_cases import GRANTS, MEMBER, Client
from fastapi import APIRouter
from permission_rows import of_others, second_district
from permission_table import OTHER, OWN, ROLES, TABLE, Ask
from sqlalchemy import Engine, event, func, select

from api.accounts.identity import READING, Permission
from api.accounts.secrets import hash_of
from api.accounts.tables import AccountRow, GrantRow, TokenRow
from api.app import create_app
from api.audit import SERVICE
from api.database.base import now
from api.database.engine import open_database, reading, writing
from api.database.tables import metadata
from api.plans import plans
from api.routing import API, SAFE, permissions_of
from api.settings import Settings
from api.standing.counters import changed
from api.standing.tables import SiteRow
from api.state import State
from models import Problem

READER = "reader"
"""A dispatcher of the city with a token that may only read."""

PLACEHOLDER = re.compile(r"([a-z_-]+)/\{[a-z_]+\}")


@pytest.fixture(scope="module", autouse=True)
def _sunday() -> Iterator[None]:
    """The clock, on the day before the table's week: what may be said of a duty depends on the day."""
    with time_machine.travel(dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)):
        yield


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, city: Problem) -> Path:
    """A database with a second district, a plan, and an account with a token for each role."""
    path = tmp_path_factory.mktemp("permissions") / "template.sqlite"
    shutil.copy(sqlite_template, path)
    state = State.open(_settings(path))
    with writing(state.engine) as session:
        second_district(session)
        changed(session, "sites", "units", "people", "crews")
        for role in (*ROLES[1:], READER):
            person = MEMBER if role == "member" else None
            account = AccountRow(login=role, name=role, person=person, created_at=now())
            session.add(account)
            session.flush()
            given = GRANTS.get("dispatcher" if role == READER else role)
            if given is not None:
                session.add(GrantRow(account=account.id, role=given[0], district=given[1], site=given[2]))
            scope = "read" if role == READER else "write"
            token = TokenRow(hash=hash_of(role), account=account.id, name="t", scope=scope, created_at=now())
            session.add(token)
    with writing(state.engine) as session:
        plans.create(session, SERVICE, state.problems, city.horizon.start, days=1)
        for row in of_others():
            session.add(row)
            session.flush()
    assert city.horizon.start.isoformat() == OWN["plans"]
    state.engine.dispose()
    return path


def _settings(path: Path) -> Settings:
    return Settings(data=path.parent, database=f"sqlite:///{path}", not_found_ms=0, _env_file=None)


class Service:
    """The service over a copy of the template, made anew after each change."""

    def __init__(self, template: Path, path: Path) -> None:
        self._template, self._path = template, path
        self.state = self._opened()
        self.app = create_app(state=self.state)

    def _opened(self) -> State:
        shutil.copy(self._template, self._path)
        state = State.open(_settings(self._path))
        state.codes.prepare()  # as each process does once
        return state

    def anew(self) -> None:
        """Forget what was changed."""
        self.state.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self.state = self.app.state.huxue = self._opened()

    def ask(self, role: str, ask: Ask, ids: dict[str, str]) -> Any:
        """Ask as somebody, and return the answer."""
        method, path = ask.route.split(" ")
        client = Client(self.app, None if role == "nobody" else role)
        url = API + PLACEHOLDER.sub(lambda m: f"{m[1]}/{ids.get(m[1], '1')}", path)
        body = {} if ask.body is None and method in ("POST", "PUT", "PATCH") else ask.body
        answer = client.request(method, url, json=body, headers={"If-Match": '"none"'})
        if method not in SAFE and answer.is_success:
            self.anew()
        return answer


@pytest.fixture(scope="module")
def service(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, for all of the table."""
    found = Service(template, tmp_path_factory.mktemp("service") / "huxue.sqlite")
    yield found
    found.state.engine.dispose()


def test_a_route_without_a_permission_is_refused(service: Service) -> None:
    open_routes = APIRouter(prefix=API)
    open_routes.add_api_route("/open", lambda: None)
    service.app.include_router(open_routes)
    with pytest.raises(RuntimeError, match="/api/v1/open must name one permission"):
        permissions_of(service.app)
    service.app.router.routes.pop()


def test_every_route_is_in_the_table(service: Service) -> None:
    routes = {f"{method} {path.removeprefix(API)}" for method, path in permissions_of(service.app)}
    listed = [ask.route for ask in TABLE]
    assert sorted(routes - set(listed)) == [], "add a line for each to tests/api/permission_table.py"
    assert sorted(set(listed) - routes) == [], "these are routes no more"
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("ask", TABLE, ids=lambda ask: ask.route)
def test_every_role_is_answered_as_it_may(service: Service, ask: Ask) -> None:
    found = []
    for role in ROLES:
        answers = [service.ask(role, ask, OWN)]
        if PLACEHOLDER.search(ask.route) and role != "nobody":
            answers.append(service.ask(role, ask, {**OWN, **OTHER}))
        said = [str(answer.status_code) for answer in answers]
        found.append("/".join(dict.fromkeys(said)))
        for answer in answers:
            if not answer.is_success:
                assert answer.headers["content-type"] == "application/problem+json"
    assert " ".join(found) == ask.statuses


@pytest.mark.parametrize("ask", [a for a in TABLE if not a.route.startswith("GET")], ids=lambda a: a.route)
def test_a_token_for_reading_changes_nothing(service: Service, ask: Ask) -> None:
    method, path = ask.route.split(" ")
    permission = permissions_of(service.app)[method, API + path]
    before = _rows(service.state.engine)
    answer = service.ask(READER, ask, OWN)
    if permission is Permission.ANYBODY:
        assert answer.is_client_error  # whoever it is
    elif permission in READING - {Permission.SELF}:
        assert answer.status_code != 403
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert _rows(service.state.engine) == before


def _rows(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name != "attempts"
        }


ALIKE = [a for a in TABLE if "404" in a.statuses and OTHER.keys() & set(PLACEHOLDER.findall(a.route))]
"""Routes with an id in their path of something that lies elsewhere for somebody."""

EVERYWHERE = {"dispatcher", "auditor"}
"""For whom nothing lies elsewhere."""


@pytest.mark.parametrize("ask", ALIKE, ids=lambda ask: ask.route)
def test_what_is_elsewhere_looks_like_what_is_nowhere(service: Service, ask: Ask) -> None:
    """The answer is the same but for the request's id, and so is the way to it: the same statements."""
    nowhere = {name: f"{id_[:-1]}{'7' if id_.isdigit() else 'X'}" for name, id_ in OTHER.items()}
    for role, statuses in zip(ROLES, ask.statuses.split(" "), strict=True):
        if role in EVERYWHERE or not statuses.endswith("404"):
            continue
        with _statements(service.state.engine) as there:
            elsewhere = service.ask(role, ask, {**OWN, **OTHER})
        with _statements(service.state.engine) as none:
            missing = service.ask(role, ask, {**OWN, **nowhere})
        assert elsewhere.status_code == missing.status_code == 404
        bodies = [
            {k: v for k, v in answer.json().items() if k != "request_id"} for answer in (elsewhere, missing)
        ]
        assert bodies[0] == bodies[1]
        assert set(elsewhere.headers) == set(missing.headers)
        assert there == none


START = {"start": "2026-12-01T08:00:00+08:00", "end": "2026-12-01T09:00:00+08:00"}
SHIFT = f"S0009/{OWN['plans']}/noon_dismissal"
AWAY = {"kind": "absent", "assignee": "S0009-T001", "start": "2026-11-30T00:00:00+08:00"}
HAPPENED = (
    AWAY,
    {"kind": "withdrawn", "unit": "S0009", "start": "2026-11-30T00:00:00+08:00"},
    {"kind": "closed", "site": "S0009", "start": "2026-11-30T00:00:00+08:00"},
    {"kind": "asked", "shift": SHIFT, "role": "staff"},
    {
        "kind": "pinned",
        "shift": SHIFT.replace("S0009", "S0001"),
        "role": "staff",
        "assignee": "S0009-T001",
    },
)
POST_AT = {"shift": SHIFT, "role": "staff", "index": 0}
NAMED = (
    ("school_admin", "POST /absences", {"assignee": "S0009-T001", "kind": "leave", **START}),
    ("school_admin", "POST /timetables", {"person": "S0009-T001", "lessons": []}),
    ("school_admin", "POST /offers", {"person": "S0009-T001"}),
    ("school_admin", "POST /preferences", {"assignee": "S0009-T001", "kind": "avoid"}),
    ("school_admin", "POST /people", {"id": "new", "name": "n", "unit": "S0009", "roles": ["staff"]}),
    ("school_admin", "POST /plans/{plan}/swap-wishes", {"assignee": "S0009-T001"}),
    ("district_dispatcher", "POST /plans/{plan}/runs", {"districts": ["D009"]}),
    *(("district_dispatcher", "POST /plans/{plan}/repairs", {"happenings": [one]}) for one in HAPPENED),
    (
        "district_dispatcher",
        "POST /plans/{plan}/edits",
        {"edits": [{"kind": "clear", **POST_AT}]},
    ),
    ("district_dispatcher", f"GET /plans/{{plan}}/candidates?role=staff&shift={SHIFT}", None),
    ("district_dispatcher", f"GET /plans/{{plan}}/explanations/post?role=staff&shift={SHIFT}", None),
    ("school_admin", "GET /absences?person=S0009-T001", None),
    ("district_dispatcher", "GET /people?unit=S0009", None),
    ("school_admin", "GET /swaps?site=S0009", None),
)
"""What names something elsewhere without having it in its path."""


@pytest.mark.parametrize(("role", "route", "body"), NAMED)
def test_what_names_something_elsewhere_is_answered_as_if_it_were_nowhere(
    service: Service, role: str, route: str, body: Any
) -> None:
    there = service.ask(role, Ask(route, "", body), OWN)
    asked = _nowhere(json.dumps([route, body]))
    missing = service.ask(role, Ask(asked[0], "", asked[1]), OWN)
    said = []
    for answer in (there, missing):
        content = _nowhere(answer.text)
        content.pop("request_id", None)
        said.append((answer.status_code, content))
    assert said[0] == said[1]
    assert there.status_code in (404, 422) or there.json() in ([], {"items": [], "next": None})


def _nowhere(text: str) -> Any:
    for one in (OTHER["people"], OTHER["sites"], "D009"):
        text = re.sub(rf"\b{one}\b", f"{one[:-1]}X", text)
    return json.loads(text)


@contextmanager
def _statements(engine: Engine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_scopes_are_what_the_table_says(template: Path) -> None:
    """The scopes are of these districts and schools, or the table would show nothing."""
    engine = open_database(f"sqlite:///{template}")
    with reading(engine) as session:
        districts = dict(session.execute(select(SiteRow.id, SiteRow.district)).all())
    engine.dispose()
    assert districts[OWN["sites"]] == GRANTS["district_dispatcher"][1]
    assert districts[OTHER["sites"]] not in (None, GRANTS["district_dispatcher"][1])
    assert OWN["sites"] == GRANTS["school_admin"][2]
    assert OWN["people"] == MEMBER

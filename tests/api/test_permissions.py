"""Every route of the API asked by every role, for what lies in its scope and elsewhere: nothing is open by oversight."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from api_cases import GRANTS, MEMBER, Client
from fastapi import APIRouter
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
from api.standing.tables import (
    AbsenceRow,
    BellRow,
    CrewRow,
    OfferRow,
    PersonRow,
    PreferenceRow,
    SiteRow,
    TimetableRow,
    UnitRow,
)
from api.state import State
from models import Problem

READER = "reader"
"""A dispatcher of the city with a token that may only read."""

PLACEHOLDER = re.compile(r"([a-z_-]+)/\{[a-z_]+\}")


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, city: Problem) -> Path:
    """A database with a second district, a plan, and an account with a token for each role."""
    path = tmp_path_factory.mktemp("permissions") / "template.sqlite"
    shutil.copy(sqlite_template, path)
    state = State.open(_settings(path))
    with writing(state.engine) as session:
        _second_district(session.add, session.flush)
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
    assert city.horizon.start.isoformat() == OWN["plans"]
    state.engine.dispose()
    return path


def _second_district(add: Any, flush: Any) -> None:
    site, district = OTHER["sites"], "D009"
    add(SiteRow(id=site, name=site, district=district, risk=1, volunteers=[0, 0], positions=[]))
    flush()
    add(UnitRow(id=OTHER["units"], name="u", kind="school", district=district, site=site))
    flush()
    common = {"unit": OTHER["units"], "sites": [], "capacity": 100}
    for name in (OTHER["people"], "S0009-T002"):
        row = PersonRow(id=name, name=name, roles=["staff"], qualifications=[], newcomer=False, **common)
        add(row)
    flush()
    crew = {"role": "patrol_crew", "members": ["S0009-T002"], "minimum_strength": 1}
    add(CrewRow(id=OTHER["crews"], name="c", **crew, **common))
    person, at = OTHER["people"], dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    add(BellRow(id=9001, site=site, window="noon_dismissal", time=dt.time(12), weekdays=[1], date=None))
    add(AbsenceRow(id=9001, assignee=person, start=at, end=at + dt.timedelta(days=1), kind="leave"))
    add(TimetableRow(person=person, lessons=[]))
    add(OfferRow(id=9001, person=person))
    add(PreferenceRow(id=9001, assignee=person, kind="avoid", weight=1))


def _settings(path: Path) -> Settings:
    return Settings(data=path.parent, database=f"sqlite:///{path}", _env_file=None)


class Service:
    """The service over a copy of the template, made anew after each change."""

    def __init__(self, template: Path, path: Path) -> None:
        self._template, self._path = template, path
        self.state = self._opened()
        self.app = create_app(state=self.state)

    def _opened(self) -> State:
        shutil.copy(self._template, self._path)
        return State.open(_settings(self._path))

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
    nowhere = {name: f"{id_[:-1]}X" for name, id_ in OTHER.items()}
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

"""Every page as every kind of user: shown, refused, or led to the log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from api_cases import USERS, Client, Users
from fastapi import FastAPI

from api.accounts.identity import POLICY, WHOLE_CITY, Permission
from web.app import create_app
from web.features import PAGES
from web.routing import permissions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.state import State

OF_KIND = {
    "nobody": frozenset[Permission](),
    "dispatcher": POLICY["dispatcher"] | WHOLE_CITY,
    "district_dispatcher": POLICY["dispatcher"],
    "school_admin": POLICY["school_admin"],
    "auditor": POLICY["auditor"],
    "member": POLICY["member"],
}


def _all() -> list[tuple[str, str, Permission]]:
    app = FastAPI()
    for routes in PAGES:
        app.include_router(routes)
    return sorted(permissions_of(app))


@pytest.fixture
def users(web_state: State) -> Iterator[Users]:
    with Client(create_app(state=web_state)) as nobody:
        yield Users(web_state, nobody)


def test_every_page_as_everybody(users: Users) -> None:
    for method, path, permission in _all():
        address = path.format(
            plan="2026-11-30",
            site="S0001",
            secret="x" * 43,
            run=1,
            step="publish",
            kind="people",
            holder="x",
            person="x",
            crew="x",
            unit="x",
            uid="x",
            number=1,
            code="x",
            word="present",
            repair=1,
            key="x",
            message="x",
        )
        for name in USERS:
            users[name].follow_redirects = False
            answer = users[name].request(method, address)
            place = f"{method} {address} as {name}"
            if permission is Permission.ANYBODY:
                assert answer.status_code not in (401, 403), place
            elif name == "nobody":
                assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login"), place
            elif permission is not Permission.SELF and permission not in OF_KIND[name]:
                assert answer.status_code == 403, place
            else:
                assert answer.status_code not in (401, 403), place
            assert answer.status_code < 500, place
